//! Whole records: how long they may be, and entries to and from them.

use tenseven_model::Revision;

use super::{decode as read, encode};
use crate::{AppendError, Entry, EntryFault};

/// Longest record of one entry, in bytes.
pub const ENTRY_LENGTH_MAX: usize = 64 * 1024 * 1024;
/// Longest records of one append together, in bytes.
pub const APPEND_LENGTH_MAX: usize = 2 * ENTRY_LENGTH_MAX;

/// Bytes that the record of `entry` takes. As costly as writing it.
pub fn record_length(entry: &Entry) -> usize {
    encode::encode(entry).len()
}

/// The records of entries that are appended together.
pub(crate) fn encode_all(entries: &[Entry]) -> Result<Vec<Vec<u8>>, AppendError> {
    let mut records = Vec::with_capacity(entries.len());
    let mut length = 0;
    for entry in entries {
        let record = encode::encode(entry);
        if record.len() > ENTRY_LENGTH_MAX {
            let (revision, length) = (entry.revision, record.len());
            return Err(AppendError::EntryTooLong { revision, length, max: ENTRY_LENGTH_MAX });
        }
        length += record.len();
        records.push(record);
    }
    if length > APPEND_LENGTH_MAX {
        return Err(AppendError::AppendTooLong { length, max: APPEND_LENGTH_MAX });
    }
    Ok(records)
}

/// The entry with this record, which was kept under `revision`.
pub(crate) fn decode(revision: Revision, record: &[u8]) -> Result<Entry, EntryFault> {
    let entry = read::decode(record).map_err(|error| EntryFault::Record(Box::new(error)))?;
    if entry.revision == revision { Ok(entry) } else { Err(EntryFault::Misplaced(entry.revision)) }
}

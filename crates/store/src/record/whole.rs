//! Whole records: how long they may be, and entries to and from them.

use bytes::Bytes;

use super::{
    Stamp,
    encode::{self, Encoded},
    prepare::prepare_all,
};
use crate::{AppendError, ChainHash, Entry, Head, RecordHash};

/// Longest record of one entry, in bytes.
pub const ENTRY_LENGTH_MAX: usize = 64 * 1024 * 1024;
/// Longest records of one append together, in bytes.
pub const APPEND_LENGTH_MAX: usize = 2 * ENTRY_LENGTH_MAX;
/// Most observations of one entry.
pub const OBSERVATION_COUNT_MAX: usize = 1_000_000;
/// Longest texts of one entry, in bytes, each counted as often as an observation has it.
pub const EXPANDED_LENGTH_MAX: usize = 512 * 1024 * 1024;

/// Bytes that the record of `entry` takes. As costly as writing it.
pub fn record_length(entry: &Entry) -> usize {
    encode::encode(entry, encode::prepare(entry), None).record_length()
}

/// A record with its chain hash, ready to be written.
#[derive(Debug)]
pub(crate) struct Sealed {
    /// Which entry it is of.
    pub(crate) stamp: Stamp,
    /// The chain hash of the entry.
    pub(crate) chain: ChainHash,
    /// The record.
    pub(crate) body: Bytes,
    /// Whether compressing it may pay.
    pub(crate) has_much_text: bool,
}

impl Sealed {
    fn of(entry: &Entry, chain: ChainHash, encoded: Encoded) -> Self {
        let has_much_text = encoded.has_much_text;
        Self { stamp: entry.stamp(), chain, body: encoded.into_record(), has_much_text }
    }

    /// The journal's head once this record is its last.
    pub(crate) fn head(&self) -> Head {
        Head { revision: self.stamp.revision, chain: self.chain }
    }
}

/// The records of entries that are appended together after `head`.
pub(crate) fn seal_all(head: Head, entries: &[Entry]) -> Result<Vec<Sealed>, AppendError> {
    let (mut chain, mut length) = (head.chain, 0);
    let mut sealed = Vec::with_capacity(entries.len());
    for (entry, (encoded, hash)) in entries.iter().zip(prepare_all(entries)?) {
        check_length(entry.revision, encoded.record_length(), &mut length)?;
        chain = chain.next(hash);
        sealed.push(Sealed::of(entry, chain, encoded));
    }
    Ok(sealed)
}

/// The record of an entry from which superseded versions were left out; `original` is the hash of the record with all of them.
pub(crate) fn seal_compacted(head: Head, entry: &Entry, original: RecordHash) -> Result<Sealed, AppendError> {
    super::prepare::check(entry)?;
    let encoded = encode::encode(entry, encode::prepare(entry), None);
    let chain = head.chain.next(original);
    check_length(entry.revision, encoded.record_length(), &mut 0)?;
    if encoded.hash() == original {
        // Nothing was left out of it.
        return Ok(Sealed::of(entry, chain, encoded));
    }
    Ok(Sealed::of(entry, chain, encode::encode(entry, encode::prepare(entry), Some(original))))
}

fn check_length(
    revision: tenseven_model::Revision,
    length: usize,
    together: &mut usize,
) -> Result<(), AppendError> {
    if length > ENTRY_LENGTH_MAX {
        return Err(AppendError::EntryTooLong { revision, length, max: ENTRY_LENGTH_MAX });
    }
    *together += length;
    if *together > APPEND_LENGTH_MAX {
        return Err(AppendError::AppendTooLong { length: *together, max: APPEND_LENGTH_MAX });
    }
    Ok(())
}

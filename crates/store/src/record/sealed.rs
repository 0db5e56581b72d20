//! Records with their chain hash, ready to be written.

use bytes::Bytes;

use super::{
    PreparedEntry,
    compression::compressed,
    encode::{self, Encoded},
    limits::{APPEND_LENGTH_MAX, ENTRY_LENGTH_MAX},
};
use crate::{AppendError, ChainHash, Entry, Head, RecordHash, Stamp, rules::check_content};

/// A record with its chain hash, ready to be written.
#[derive(Debug)]
pub(crate) struct Sealed {
    /// Which entry it is of.
    pub(crate) stamp: Stamp,
    /// The chain hash of the entry.
    pub(crate) chain: ChainHash,
    /// The record.
    pub(crate) record: Bytes,
    /// Its zstd frame, where that is shorter.
    pub(crate) zstd_frame: Option<Bytes>,
}

impl Sealed {
    /// A record, compressed where that pays.
    pub(crate) fn of(stamp: Stamp, chain: ChainHash, record: Bytes) -> Self {
        let zstd_frame = compressed(&record);
        Self { stamp, chain, record, zstd_frame }
    }

    /// The journal's head once this record is its last.
    pub(crate) fn head(&self) -> Head {
        Head { revision: self.stamp.revision, chain: self.chain }
    }
}

/// The records of entries that are appended together after `head`.
pub(crate) fn seal_all(head: Head, entries: &[PreparedEntry]) -> Result<Vec<Sealed>, AppendError> {
    let length: usize = entries.iter().map(PreparedEntry::record_length).sum();
    if length > APPEND_LENGTH_MAX {
        return Err(AppendError::AppendTooLong { length, max: APPEND_LENGTH_MAX });
    }
    let mut chain = head.chain;
    let seal = |entry: &PreparedEntry| {
        let PreparedEntry { stamp, hash, record, zstd_frame } = entry.clone();
        chain = chain.next(hash);
        Sealed { stamp, chain, record, zstd_frame }
    };
    Ok(entries.iter().map(seal).collect())
}

/// The record of an entry from which superseded versions were left out; `original` is the hash of the record with all of them.
pub(crate) fn seal_compacted(head: Head, entry: &Entry, original: RecordHash) -> Result<Sealed, AppendError> {
    check_content(entry)?;
    let chain = head.chain.next(original);
    let mut encoded = encode::encode(entry, encode::prepare(entry), None);
    if encoded.hash() != original {
        encoded = encode::encode(entry, encode::prepare(entry), Some(original));
    }
    check_length(entry, &encoded)?;
    Ok(Sealed::of(entry.stamp(), chain, encoded.into_record()))
}

fn check_length(entry: &Entry, encoded: &Encoded) -> Result<(), AppendError> {
    let (revision, length) = (entry.revision, encoded.record_length());
    if length > ENTRY_LENGTH_MAX {
        return Err(AppendError::EntryTooLong { revision, length, max: ENTRY_LENGTH_MAX });
    }
    Ok(())
}

//! Why an entry could not be read, and what is wrong with a damaged one.

use std::path::PathBuf;

use tenseven_model::Revision;

use super::StorageError;
use crate::{ChainHash, DecodeError, PartError};

/// Why an entry could not be read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The journal has no such revision.
    #[error("the journal has no revision {revision}; it has those from 1 to {head}")]
    Absent {
        /// What was asked for.
        revision: Revision,
        /// The last entry that there is.
        head: Revision,
    },
    /// The entry is damaged.
    #[error(transparent)]
    Corrupt(#[from] Corruption),
    /// The disk could not be read.
    #[error("revision {revision} of journal {path} could not be read; see the cause, and try again")]
    Storage {
        /// The entry.
        revision: Revision,
        /// The journal.
        path: PathBuf,
        /// What the storage said.
        #[source]
        source: StorageError,
    },
}

/// An entry that is not what was appended.
#[derive(Debug, thiserror::Error)]
#[error("revision {revision} of journal {path} is damaged; restore the directory from a backup")]
pub struct Corruption {
    /// The entry.
    pub revision: Revision,
    /// The journal.
    pub path: PathBuf,
    /// What is wrong with it.
    #[source]
    pub fault: EntryFault,
}

/// What is wrong with a damaged entry.
#[derive(Debug, thiserror::Error)]
pub enum EntryFault {
    /// The entry is not there, though later ones are.
    #[error("the entry is missing")]
    MissingEntry,
    /// A part of the entry is not there.
    #[error("part {part} of {count} is missing")]
    MissingPart {
        /// The part, counted from 0.
        part: u32,
        /// How many there are.
        count: u32,
    },
    /// A part is not what was written.
    #[error("part {part} is damaged")]
    Part {
        /// The part, counted from 0.
        part: u32,
        /// What is wrong with it.
        #[source]
        source: PartError,
    },
    /// A key that no release writes.
    #[error("the key {0:02x?} names no part of an entry")]
    Key(Vec<u8>),
    /// The last part of the journal is beyond the parts that its entry has.
    #[error("part {part} is there, but the entry has {count} parts")]
    ExtraPart {
        /// The part, counted from 0.
        part: u32,
        /// How many there are.
        count: u32,
    },
    /// The storage engine finds its page damaged.
    #[error("its page on the disk is damaged")]
    Page(#[source] StorageError),
    /// Parts of different entries stand under one revision.
    #[error("part {part} belongs to another entry than part 0")]
    Mixed {
        /// The part, counted from 0.
        part: u32,
    },
    /// The bytes are sound, but not those that follow the entry before.
    #[error("it follows an entry with chain hash {found}, but the entry before it has {expected}")]
    Link {
        /// The chain hash of the entry before.
        expected: ChainHash,
        /// The chain hash that the record carries.
        found: ChainHash,
    },
    /// The last entry is not the one that was acknowledged.
    #[error("its chain hash is {found}, but the entry that was acknowledged had {expected}")]
    Replaced {
        /// The chain hash that was acknowledged.
        expected: ChainHash,
        /// The chain hash of the entry.
        found: ChainHash,
    },
    /// The entry says that it was compacted, in a journal that was not compacted that far.
    #[error("it is compacted, but the journal was compacted only up to revision {horizon}")]
    Compacted {
        /// The last revision that may be compacted.
        horizon: Revision,
    },
    /// The bytes do not decompress to the record.
    #[error("its bytes do not decompress to a record of {length} bytes: {detail}")]
    Compression {
        /// Bytes of the record.
        length: u32,
        /// What is wrong.
        detail: String,
    },
    /// The parts are sound, but their bytes are no entry.
    #[error("the record does not decode")]
    Record(#[source] Box<DecodeError>),
    /// The record is of another revision than its key.
    #[error("the record under it is revision {0}")]
    Misplaced(Revision),
}

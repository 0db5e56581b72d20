//! What can go wrong with a journal, one enum an operation.

use std::{io, path::PathBuf};

use tenseven_model::Revision;

use crate::{DecodeError, PartError};

/// Why a journal could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Another process, or this one, has it open.
    #[error("journal {0} is in use; stop the other process that has it open, or name another directory")]
    Locked(PathBuf),
    /// Something else than a directory is there.
    #[error("journal {0} is not a directory; name a directory, or one that does not exist yet")]
    NotDirectory(PathBuf),
    /// The operating system does not allow it.
    #[error(
        "no permission to {action} {path}; give the user that runs this process read and write access to it"
    )]
    Permission {
        /// What was tried.
        action: &'static str,
        /// On what.
        path: PathBuf,
        /// What the operating system said.
        #[source]
        source: io::Error,
    },
    /// A directory that holds other things.
    #[error(
        "{path} holds {found:?}, but no journal; name an empty directory, or one that does not exist yet"
    )]
    Foreign {
        /// The directory.
        path: PathBuf,
        /// One of the things that it holds.
        found: String,
    },
    /// Written by a later release.
    #[error(
        "journal {path} has format {found}, this release reads up to format {known}; use the release that wrote it, or a later one"
    )]
    NewerFormat {
        /// The journal.
        path: PathBuf,
        /// Its format.
        found: u32,
        /// The latest format that is known here.
        known: u32,
    },
    /// An entry is damaged.
    #[error(transparent)]
    Corrupt(#[from] Corruption),
    /// Acknowledged entries are gone from the journal's end.
    #[error(
        "journal {path} ends at revision {head}, though revision {acknowledged} was acknowledged: its end is damaged; restore the directory from a backup"
    )]
    Shortened {
        /// The journal.
        path: PathBuf,
        /// The last revision that it has.
        head: Revision,
        /// A revision that it had.
        acknowledged: Revision,
    },
    /// The journal is damaged outside its entries.
    #[error("journal {path} is damaged: {detail}; restore the directory from a backup")]
    Damaged {
        /// The journal.
        path: PathBuf,
        /// What is wrong.
        detail: String,
    },
    /// The operating system reports an error.
    #[error("cannot {action} {path}; see the cause, and try again")]
    Io {
        /// What was tried.
        action: &'static str,
        /// On what.
        path: PathBuf,
        /// What the operating system said.
        #[source]
        source: io::Error,
    },
}

/// Why entries were not appended.
#[derive(Debug, thiserror::Error)]
pub enum AppendError {
    /// The journal has another head than expected.
    #[error(
        "the journal is at revision {head}, not {expected}; read what follows {expected}, and append after {head}"
    )]
    HeadMoved {
        /// The head that was expected.
        expected: Revision,
        /// The head that the journal has.
        head: Revision,
    },
    /// The entries do not follow the head, or one another.
    #[error(
        "entry {place} has revision {found}, but {expected} is next; number entries from the head on without a gap"
    )]
    NotContiguous {
        /// The entry's place in the call, counted from 0.
        place: usize,
        /// The revision that it has to have.
        expected: Revision,
        /// The revision that it has.
        found: Revision,
    },
    /// An entry is longer than the journal takes.
    #[error("revision {revision} takes {length} bytes; at most {max} are allowed, so send a smaller batch")]
    EntryTooLong {
        /// The entry.
        revision: Revision,
        /// Its bytes.
        length: usize,
        /// The limit.
        max: usize,
    },
    /// The entries are together longer than the journal takes at once.
    #[error(
        "the entries take {length} bytes together; at most {max} are allowed in one append, so append fewer at once"
    )]
    AppendTooLong {
        /// Their bytes.
        length: usize,
        /// The limit.
        max: usize,
    },
    /// There is no room on the disk. Nothing was written; the same append may be tried again.
    #[error("no room for {wanted} bytes on the disk that holds {path}; make room there, and try again")]
    DiskFull {
        /// The journal.
        path: PathBuf,
        /// Bytes that the append might need.
        wanted: u64,
        /// What the operating system said.
        #[source]
        source: io::Error,
    },
    /// Writing failed, and whether the entries are kept is unknown until the journal is opened again.
    #[error(
        "writing to the journal failed, so it takes no more entries; remove the cause and open it again (restart the server)"
    )]
    Storage(#[source] StorageError),
    /// Writing failed earlier.
    #[error(
        "an earlier write to the journal failed, so it takes no more entries; open it again (restart the server)"
    )]
    Poisoned,
}

/// Why an entry could not be read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
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
    /// The parts are sound, but their bytes are no entry.
    #[error("the record does not decode")]
    Record(#[source] Box<DecodeError>),
    /// The record is of another revision than its key.
    #[error("the record under it is revision {0}")]
    Misplaced(Revision),
}

/// What the storage below the journal reports.
#[derive(Debug, thiserror::Error)]
pub enum StorageError {
    /// The operating system reports an error.
    #[error("cannot {action}")]
    Io {
        /// What was tried.
        action: &'static str,
        /// What the operating system said.
        #[source]
        source: io::Error,
    },
    /// The storage engine found its own pages damaged, or stopped.
    #[error("the storage engine failed to {action}: {detail}")]
    Engine {
        /// What was tried.
        action: &'static str,
        /// What the engine said.
        detail: String,
    },
    /// A page was written outside the log, where nothing syncs it.
    #[error("the storage engine wrote a page outside its log, where a power cut can take it")]
    OutsideLog,
}

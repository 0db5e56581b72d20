//! Why a journal could not be imported.

use std::{io, path::PathBuf};

use tenseven_model::Revision;
use tenseven_store::{AppendError, BuildError, DecodeError, OpenError, ReadError};

/// Why a journal could not be imported.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ImportError {
    /// Something else than a journal of format 2.
    #[error("{0} holds no journal of format 2; name the directory that has the files `conf` and `db`")]
    NoJournal(PathBuf),
    /// The journal has another format.
    #[error("the journal has format {0}; this program converts format 2 alone")]
    Format(u32),
    /// A server is running on it.
    #[error("{0} is in use; stop the server first")]
    InUse(PathBuf),
    /// The new journal would change the old one.
    #[error("{new} lies in {old}, which is to stay as it is; name a directory outside of it")]
    Inside {
        /// The new journal.
        new: PathBuf,
        /// The old journal.
        old: PathBuf,
    },
    /// The copy and the new journal do not fit.
    #[error(
        "{path} has room for {available} bytes, but a copy of the journal and the new one may take {needed}; make room, or name a directory on another disk"
    )]
    Room {
        /// The directory of the copy.
        path: PathBuf,
        /// Bytes that are needed.
        needed: u64,
        /// Bytes that are there.
        available: u64,
    },
    /// The operating system refused something.
    #[error("could not {action} {path}")]
    Io {
        /// What was tried.
        action: &'static str,
        /// On what.
        path: PathBuf,
        /// What the operating system reports.
        #[source]
        source: io::Error,
    },
    /// sled refuses the files, or panics on them.
    #[error("sled cannot {action}: {detail}; the journal is damaged: restore it from a backup")]
    Sled {
        /// What was tried.
        action: &'static str,
        /// What sled reports.
        detail: String,
    },
    /// The journal's metadata contradicts itself.
    #[error("the journal is damaged: {0}; restore it from a backup")]
    Damaged(&'static str),
    /// Acknowledged entries are gone.
    #[error(
        "the journal ends at revision {head}, but revision {acknowledged} was acknowledged: the end of it is lost; restore it from a backup"
    )]
    Shortened {
        /// The last entry that is there.
        head: Revision,
        /// The last entry that is known to have been there.
        acknowledged: Revision,
    },
    /// An entry is damaged.
    #[error("revision {revision} is damaged; restore the journal from a backup")]
    Entry {
        /// The entry.
        revision: Revision,
        /// What is wrong with it.
        #[source]
        fault: EntryFault,
    },
    /// The new journal could not be written.
    #[error("the new journal could not be written")]
    Build(#[from] BuildError),
    /// The new journal could not be read after it was written.
    #[error("the new journal could not be read again; remove it")]
    Open(#[from] OpenError),
    /// The same.
    #[error("the new journal could not be read again; remove it")]
    Read(#[from] ReadError),
    /// The new journal is another than was written.
    #[error("the new journal is not what was written; remove it")]
    Different,
}

impl ImportError {
    pub(crate) fn io(action: &'static str, path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        move |source| Self::Io { action, path, source }
    }
}

impl From<AppendError> for ImportError {
    fn from(error: AppendError) -> Self {
        Self::Build(error.into())
    }
}

/// What is wrong with a damaged entry.
#[derive(Debug, thiserror::Error)]
pub(crate) enum EntryFault {
    /// A part is not there.
    #[error("part {0} is missing")]
    Missing(u32),
    /// There are more parts than the entry has.
    #[error("there is a part {0}, which it does not have")]
    Extra(u32),
    /// A part is not what was written.
    #[error("part {0} is not what was written: {1}")]
    Part(u32, &'static str),
    /// The record does not decompress.
    #[error("it does not decompress to {0} bytes")]
    Compression(u32),
    /// The record has no fields.
    #[error("its record does not decode")]
    Fields(#[source] prost::DecodeError),
    /// The record has a field of another format.
    #[error("its record has fields that no record of format 2 has")]
    OtherFields,
    /// A hash or an id has another length.
    #[error("its {0} has another length")]
    Length(&'static str),
    /// The record is of another revision.
    #[error("its record is of revision {0}")]
    Misplaced(u64),
    /// The chain is broken.
    #[error("it does not follow the entry before it: the chain hash is another")]
    Link,
    /// It is another than was acknowledged.
    #[error("it is another than was acknowledged")]
    Replaced,
    /// It is compacted, and must not be.
    #[error("it is compacted, though after the horizon")]
    Compacted,
    /// The submission id is none.
    #[error("its submission id is none")]
    Submission,
    /// The record is no entry.
    #[error("its record is no entry")]
    Record(#[source] DecodeError),
}

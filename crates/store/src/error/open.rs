//! Why a journal could not be opened.

use std::{io, path::PathBuf};

use tenseven_model::Revision;

use super::{Corruption, LogPosition, ReadError};
use crate::Owner;

/// Why a journal could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Another process, or this one, has it open.
    #[error("journal {path} is in use{}; stop it, or name another directory", by(.owner.as_ref()))]
    Locked {
        /// The journal.
        path: PathBuf,
        /// Who has it open, if that is known.
        owner: Option<Owner>,
    },
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
        /// The error of the operating system.
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
    /// There is no journal, and none is to be made.
    #[error("there is no journal in {0}; name the directory of one")]
    Absent(PathBuf),
    /// A journal was to be made where one is.
    #[error("there is a journal in {0} already; name an empty directory, or one that does not exist yet")]
    NotEmpty(PathBuf),
    /// A restore did not reach its end.
    #[error("the restore into {0} was not finished; run the same restore again")]
    Unfinished(PathBuf),
    /// Written before the first release.
    #[error(
        "{0} holds a journal of a format from before the first release; convert it with the example import_format_2 of the crate tenseven-store"
    )]
    Prerelease(PathBuf),
    /// An entry is damaged.
    #[error(transparent)]
    Corrupt(#[from] Corruption),
    /// The disk could not be read.
    #[error(transparent)]
    Read(ReadError),
    /// Acknowledged entries are gone from the journal's end.
    #[error(
        "the log ends at revision {head} ({position}), though revision {acknowledged} was acknowledged: its end is damaged; restore the journal from a backup"
    )]
    Shortened {
        /// Where the log ends.
        position: LogPosition,
        /// The last revision that it has.
        head: Revision,
        /// A revision that it had.
        acknowledged: Revision,
    },
    /// The journal is damaged outside its entries.
    #[error("{path} is damaged: {detail}; restore the journal from a backup")]
    Damaged {
        /// What is damaged.
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
        /// The error of the operating system.
        #[source]
        source: io::Error,
    },
}

fn by(owner: Option<&Owner>) -> String {
    owner.map(|owner| format!(" by {owner}")).unwrap_or_default()
}

impl From<ReadError> for OpenError {
    fn from(error: ReadError) -> Self {
        match error {
            ReadError::Corrupt(corruption) => Self::Corrupt(corruption),
            error @ (ReadError::Absent { .. } | ReadError::Storage { .. }) => Self::Read(error),
        }
    }
}

//! What can go wrong with a backup.

use std::{io, path::PathBuf};

use tenseven_model::Revision;

use crate::{Corruption, ReadError};

/// Why a backup cannot be written or read.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// The operating system reports an error.
    #[error("cannot {action} {path}: {source}")]
    Io {
        /// What was tried.
        action: &'static str,
        /// On what.
        path: PathBuf,
        /// What the operating system reports.
        #[source]
        source: io::Error,
    },
    /// The file is there already.
    #[error("{0} is there already; name another file, or remove it")]
    Exists(PathBuf),
    /// Another process writes it.
    #[error("{0} is being written by another backup; wait until that ends, or name another file")]
    InUse(PathBuf),
    /// The file is something else.
    #[error("{0} is no backup of a tenseven journal")]
    Foreign(PathBuf),
    /// Written by a later release.
    #[error(
        "backup {path} has format {found}, this release reads format {known}; use the release that wrote it, or a later one"
    )]
    NewerFormat {
        /// The backup.
        path: PathBuf,
        /// Its format.
        found: u8,
        /// The format that is known here.
        known: u8,
    },
    /// The backup ends before its end.
    #[error(
        "backup {path} ends after revision {last}, before its end: it was cut short; make it again, or use another"
    )]
    Unfinished {
        /// The backup.
        path: PathBuf,
        /// The last whole record.
        last: Revision,
    },
    /// A record is not what was written.
    #[error("backup {path} is damaged at revision {revision}: {detail}; use another backup")]
    Damaged {
        /// The backup.
        path: PathBuf,
        /// The record.
        revision: Revision,
        /// What is wrong.
        detail: &'static str,
    },
    /// A record is damaged, or does not follow the one before it.
    #[error("the backup is damaged at revision {}: {} ({}); use another backup", .0.revision, .0.fault, .0.position)]
    Record(#[source] Box<Corruption>),
    /// A record cannot be read.
    #[error(transparent)]
    Read(ReadError),
}

impl From<ReadError> for BackupError {
    fn from(error: ReadError) -> Self {
        match error {
            ReadError::Corrupt(corruption) => Self::Record(Box::new(corruption)),
            error @ (ReadError::Absent { .. } | ReadError::Storage { .. }) => Self::Read(error),
        }
    }
}

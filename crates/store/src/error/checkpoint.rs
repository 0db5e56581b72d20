//! Why a checkpoint could not be written, read, listed or removed.

use std::{io, path::PathBuf};

use tenseven_model::Revision;

use super::ReadError;
use crate::Head;

/// Why a checkpoint could not be written, read, listed or removed. Checkpoints are caches: each of these is mended by
/// folding the journal again.
#[derive(Debug, thiserror::Error)]
pub enum CheckpointError {
    /// There is none of this revision.
    #[error(
        "there is no checkpoint of revision {0}; list those that there are, or fold the journal from its start"
    )]
    Absent(Revision),
    /// It is of another history than the journal's.
    #[error(
        "the checkpoint at {at} belongs to another journal than this one, which is at {head}; remove it, and fold the journal instead"
    )]
    Foreign {
        /// Where the checkpoint was made.
        at: Head,
        /// Where the journal is.
        head: Head,
    },
    /// It is not what was written.
    #[error("checkpoint {path} is damaged: {detail}; remove it, and fold the journal instead")]
    Damaged {
        /// Its file.
        path: PathBuf,
        /// What is wrong.
        detail: String,
    },
    /// Its content could not be made.
    #[error(
        "the content of the checkpoint of revision {revision} could not be written; see the cause, and try again"
    )]
    Content {
        /// The revision.
        revision: Revision,
        /// The error of the function that writes the content.
        #[source]
        source: io::Error,
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
    /// The journal's own entry at the revision could not be read.
    #[error(transparent)]
    Journal(#[from] ReadError),
}

//! What the storage below the journal reports.

use std::io;

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

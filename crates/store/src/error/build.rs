//! Why making a journal fails.

use super::{AppendError, OpenError, ReadError};

/// Why a journal could not be made.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    /// A record could not be written.
    #[error(transparent)]
    Append(#[from] AppendError),
    /// The journal could not be prepared or published.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// A record does not follow the one before it.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// The log was begun for a journal that was closed since, or another one was begun after it.
    #[error("the journal was closed, or rewritten otherwise, since this rewrite of it began; begin again")]
    Superseded,
}

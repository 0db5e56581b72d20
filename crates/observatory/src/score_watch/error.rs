//! Errors that refuse or end a watch of scores.

use tenseven_state::{AreaSelectionError, frameworks::FrameworkLookupError};

use crate::{
    RevisionError, Unreadable, WatchStartError,
    query::{UnknownNodes, WrongFrequency},
    snapshot::NotScored,
};

/// Why a watch of scores does not start.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum WatchScoresError {
    /// It cannot start there.
    #[error(transparent)]
    Start(#[from] WatchStartError),
    /// The reference means no version.
    #[error(transparent)]
    Framework(#[from] FrameworkLookupError),
    /// A period has the wrong length.
    #[error(transparent)]
    Frequency(#[from] WrongFrequency),
    /// The areas cannot be used.
    #[error(transparent)]
    Areas(#[from] AreaSelectionError),
    /// The framework has no such nodes.
    #[error(transparent)]
    Nodes(#[from] UnknownNodes),
    /// There are no scores by the version.
    #[error(transparent)]
    NotScored(#[from] NotScored),
}

/// Why a watch of scores ends.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum ScoreWatchError {
    /// A revision cannot be shown.
    #[error(transparent)]
    Revision(#[from] RevisionError),
    /// The version is not there.
    #[error(transparent)]
    Framework(#[from] FrameworkLookupError),
    /// There are no scores by the version any more.
    #[error(transparent)]
    NotScored(#[from] NotScored),
}

impl From<Unreadable> for ScoreWatchError {
    fn from(error: Unreadable) -> Self {
        Self::Revision(error.into())
    }
}

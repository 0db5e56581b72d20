//! Positions: revisions together with the histories that they belong to.

use tenseven_model::{HistoryId, Revision};

/// A revision, and the history that it belongs to: what a client needs to resume from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Position {
    /// The revision.
    pub revision: Revision,
    /// Its history.
    pub history: HistoryId,
}

/// Where a watch starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct WatchStart {
    /// The revision whose successors are sent; the newest if it is absent.
    pub after: Option<Revision>,
    /// The history that it belongs to. Without it, a revision that may be of more than one is refused.
    pub history: Option<HistoryId>,
}

impl WatchStart {
    /// A start after this revision, whichever history it belongs to.
    pub fn after(revision: Revision) -> Self {
        Self { after: Some(revision), history: None }
    }
}

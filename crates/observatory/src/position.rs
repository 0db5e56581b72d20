//! Positions: revisions together with the histories that they belong to.

use tenseven_model::{AsOf, HistoryId, Revision};

/// A revision, and the history that it belongs to: what a client needs to resume from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Position {
    /// The revision.
    pub revision: Revision,
    /// Its history.
    pub history: HistoryId,
}

/// How fresh a read must be, and the moment that it is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ReadAt {
    /// Wait until this revision is applied.
    pub min_revision: Revision,
    /// The moment.
    pub as_of: AsOf,
    /// The history that the revisions above belong to. Without it, a revision that may be of more than one is refused.
    pub history: Option<HistoryId>,
}

impl ReadAt {
    /// A read of this moment.
    pub fn moment(as_of: AsOf) -> Self {
        Self { as_of, ..Self::default() }
    }

    /// The newest revision that it names; zero if it names none.
    pub(crate) fn newest_named(&self) -> Revision {
        match self.as_of {
            AsOf::Revision(revision) => revision.max(self.min_revision),
            AsOf::Now | AsOf::Time(_) => self.min_revision,
        }
    }
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

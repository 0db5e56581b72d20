//! Positions: revisions together with the histories that they belong to.
//!
//! *Invariant:* [`Shared::check_history`] is the only place that compares a history that a client names with the lineage of the
//! registry. Reads, watches, page tokens and copies all pass through it.

use tenseven_model::{AsOf, HistoryId, Revision};
use tenseven_store::Journal as _;

use crate::{Observatory, QueryError, View, shared::Shared};

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
    fn newest_named(&self) -> Revision {
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

impl Shared {
    /// The position of a revision of this registry.
    pub(crate) fn position(&self, revision: Revision) -> Position {
        Position { revision, history: self.journal.lineage().history_of(revision) }
    }

    /// Succeeds if `revision` of `history` is the same change here, or no history is named.
    pub(crate) fn check_history(
        &self,
        history: Option<HistoryId>,
        revision: Revision,
    ) -> Result<(), QueryError> {
        let Some(history) = history else { return Ok(()) };
        let checked = self.journal.lineage().check(history, revision);
        checked.map_err(|problem| QueryError::OtherHistory { revision, problem })
    }

    /// Succeeds if a read names revisions of this registry. `min_revision` alone needs no history: a later revision is as good.
    pub(crate) fn check_read(&self, read: &ReadAt) -> Result<(), QueryError> {
        match (read.history, read.as_of) {
            (None, AsOf::Revision(revision)) => self.check_unnamed(revision),
            (history, _) => self.check_history(history, read.newest_named()),
        }
    }

    pub(crate) fn check_start(&self, start: &WatchStart) -> Result<(), QueryError> {
        match (start.history, start.after) {
            (None, Some(revision)) => self.check_unnamed(revision),
            (history, after) => self.check_history(history, after.unwrap_or_default()),
        }
    }

    fn check_unnamed(&self, revision: Revision) -> Result<(), QueryError> {
        let checked = self.journal.lineage().check_unnamed(revision);
        checked.map_err(|problem| QueryError::OtherHistory { revision, problem })
    }
}

impl Observatory {
    /// The position of a revision of this registry.
    pub fn position(&self, revision: Revision) -> Position {
        self.shared.position(revision)
    }
}

impl View {
    /// The position of this view.
    pub fn position(&self) -> Position {
        self.shared().position(self.revision())
    }
}

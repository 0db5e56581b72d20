//! Histories: which of them a revision belongs to, and whether it is the one that a client names.
//!
//! *Invariant:* [`Shared::check_history`] is the only place that compares a history that a client names with the lineage of the
//! registry. Reads, watches, page tokens and copies all pass through it.

use tenseven_model::{AsOf, HistoryId, ReadAt, Revision};
use tenseven_store::Journal as _;

use crate::{Position, WatchStart, WrongHistory, shared::Shared};

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
    ) -> Result<(), WrongHistory> {
        let Some(history) = history else { return Ok(()) };
        let checked = self.journal.lineage().check(history, revision);
        checked.map_err(|problem| WrongHistory { revision, problem })
    }

    /// Succeeds if a read names revisions of this registry. `min_revision` alone needs no history: a later revision is as good.
    pub(crate) fn check_read(&self, read: &ReadAt) -> Result<(), WrongHistory> {
        match (read.history, read.as_of) {
            (None, AsOf::Revision(revision)) => self.check_unnamed(revision),
            (history, _) => self.check_history(history, read.newest_named()),
        }
    }

    pub(crate) fn check_start(&self, start: &WatchStart) -> Result<(), WrongHistory> {
        match (start.history, start.after) {
            (None, Some(revision)) => self.check_unnamed(revision),
            (history, after) => self.check_history(history, after.unwrap_or_default()),
        }
    }

    fn check_unnamed(&self, revision: Revision) -> Result<(), WrongHistory> {
        let checked = self.journal.lineage().check_unnamed(revision);
        checked.map_err(|problem| WrongHistory { revision, problem })
    }
}

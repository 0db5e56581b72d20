//! The ring: what the last revisions changed.
//!
//! *Invariant:* every change behind `first`, up to `at`, is there. Bounded in revisions and bytes, but for the newest, which
//! stays whatever its size.

use std::{collections::VecDeque, sync::Arc};

use tenseven_model::Revision;

use super::follower::RevisionChange;

/// Most revisions that are kept.
pub(super) const REVISIONS_MAX: usize = 4_096;
/// About how many bytes of changes are kept.
pub(super) const BYTES_MAX: usize = 16 * 1024 * 1024;

/// About how many bytes of changes are taken together, unless one revision has more.
const TAKEN_BYTES_MAX: usize = 1024 * 1024;

/// What the last revisions changed.
#[derive(Debug)]
pub(super) struct Ring {
    changed: VecDeque<Arc<RevisionChange>>,
    bytes: usize,
    first: Revision,
    at: Revision,
}

impl Ring {
    /// A ring that starts behind a revision.
    pub(super) fn new(at: Revision) -> Self {
        Self { changed: VecDeque::new(), bytes: 0, first: at, at }
    }

    /// Puts in the next revision; one that changed nothing takes no room.
    pub(super) fn put(&mut self, change: RevisionChange) {
        self.at = change.revision;
        if change.changes.is_empty() {
            return;
        }
        self.bytes += change.bytes();
        self.changed.push_back(Arc::new(change));
        while self.changed.len() > 1 && (self.changed.len() > REVISIONS_MAX || self.bytes > BYTES_MAX) {
            let Some(oldest) = self.changed.pop_front() else { break };
            self.bytes -= oldest.bytes();
            self.first = oldest.revision;
        }
    }

    /// Up to which revision it is filled.
    pub(super) fn at(&self) -> Revision {
        self.at
    }

    /// Whether all changes behind a revision are there, or will be.
    pub(super) fn reaches_back_to(&self, revision: Revision) -> bool {
        self.first <= revision
    }

    /// The changes of the first few revisions behind one that made any, and the revision up to which those are all; none if
    /// some are not there any more.
    pub(super) fn after(
        &self,
        revision: Revision,
        count: usize,
    ) -> Option<(Vec<Arc<RevisionChange>>, Revision)> {
        if !self.reaches_back_to(revision) {
            return None;
        }
        let from = self.place_after(revision);
        let mut bytes = 0;
        let has_room = |change: &&Arc<RevisionChange>| {
            let has_room = bytes < TAKEN_BYTES_MAX;
            bytes += change.bytes();
            has_room
        };
        let taken: Vec<_> =
            self.changed.iter().skip(from).take(count).take_while(has_room).map(Arc::clone).collect();
        let is_all = from + taken.len() == self.changed.len();
        let up_to = taken.last().filter(|_| !is_all).map_or(self.at.max(revision), |last| last.revision);
        Some((taken, up_to))
    }

    fn place_after(&self, revision: Revision) -> usize {
        self.changed.partition_point(|change| change.revision <= revision)
    }
}

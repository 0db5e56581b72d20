//! A ring buffer of the score changes of the last revisions.
//!
//! *Invariant:* it holds every change after `first`, up to `at`. Bounded in revisions and bytes, but for the newest, which
//! stays regardless of its size.

use std::{collections::VecDeque, sync::Arc};

use tenseven_model::Revision;

use super::follower::RevisionChange;

/// Maximum number of revisions that are kept.
pub(super) const REVISIONS_MAX: usize = 4_096;
/// About how many bytes of changes are kept.
pub(super) const BYTES_MAX: usize = 16 * 1024 * 1024;

/// About how many bytes of changes are taken together, unless one revision has more.
const TAKEN_BYTES_MAX: usize = 128 * 1024;

/// What the last revisions changed.
#[derive(Debug)]
pub(super) struct Ring {
    changed: VecDeque<Arc<RevisionChange>>,
    bytes: usize,
    first: Revision,
    at: Revision,
}

impl Ring {
    /// A ring that starts after a revision.
    pub(super) fn new(at: Revision) -> Self {
        Self { changed: VecDeque::new(), bytes: 0, first: at, at }
    }

    /// Puts in the next revision; one that changed nothing takes no room.
    pub(super) fn put(&mut self, change: RevisionChange) {
        self.at = change.revision;
        if change.changes.is_empty() {
            return;
        }
        self.push(Arc::new(change));
    }

    /// Adds what a ring that starts where this one ends has.
    pub(super) fn extend(&mut self, next: Self) {
        if next.first > self.at {
            // It lost some already, and this one would lose all that it has.
            *self = next;
            return;
        }
        self.at = next.at;
        next.changed.into_iter().for_each(|change| self.push(change));
    }

    fn push(&mut self, change: Arc<RevisionChange>) {
        self.bytes += change.bytes();
        self.changed.push_back(change);
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

    /// Whether all changes after a revision are in the ring, or will be.
    pub(super) fn reaches_back_to(&self, revision: Revision) -> bool {
        self.first <= revision
    }

    /// The changes of the first few revisions after one that made any, and the revision up to which those are all; none if
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

#[cfg(test)]
mod tests {
    use tenseven_engine::{NodeChange, NodeScore};
    use tenseven_model::{Coverage, Gap, SubmissionId, Timestamp};

    use super::*;

    /// What a revision changed, which takes about this many bytes.
    fn change(revision: u64, bytes: usize) -> RevisionChange {
        let one = NodeChange {
            area: "MAR".parse().unwrap(),
            period: "2020".parse().unwrap(),
            node: 0,
            before: None,
            score: NodeScore {
                outcome: Err(Gap::NeverReported),
                coverage: Coverage::default(),
                carried: 0,
                rolled_up: 0,
                imputed: 0,
                imputed_nodes: 0,
                leaf: None,
            },
            has_row: true,
        };
        RevisionChange {
            revision: Revision::new(revision),
            accepted_at: Timestamp::from_micros(0),
            submission: SubmissionId::from_bytes([7; 16]).unwrap(),
            changes: vec![one; bytes.div_ceil(size_of::<NodeChange>())],
        }
    }

    fn ring(at: u64, changes: impl IntoIterator<Item = (u64, usize)>) -> Ring {
        let mut ring = Ring::new(Revision::new(at));
        changes.into_iter().for_each(|(revision, bytes)| ring.put(change(revision, bytes)));
        ring
    }

    fn revisions(ring: &Ring, after: u64) -> Option<Vec<u64>> {
        let (changes, _) = ring.after(Revision::new(after), 100)?;
        Some(changes.iter().map(|change| change.revision.number()).collect())
    }

    #[test]
    fn the_changes_of_the_next_revisions_follow_those_that_there_are() {
        let mut all = ring(1, [(2, 1), (3, 1)]);
        all.extend(ring(3, [(4, 1), (6, 1)]));
        assert_eq!(revisions(&all, 1), Some(vec![2, 3, 4, 6]));
        assert_eq!(all.at(), Revision::new(6));
    }

    #[test]
    fn where_the_next_revisions_are_more_than_a_ring_holds_only_the_last_stay() {
        let next = ring(3, (4..8).map(|revision| (revision, BYTES_MAX / 2)));
        assert_eq!(revisions(&next, 3), None);
        let mut all = ring(1, [(2, 1), (3, 1)]);
        all.extend(next);
        let first = (3..8).find(|after| revisions(&all, *after).is_some()).unwrap();
        assert!(first > 3 && revisions(&all, 1).is_none());
        assert!(all.bytes <= BYTES_MAX + BYTES_MAX / 2);
        assert_eq!(all.at(), Revision::new(7));
    }
}

//! The ledger: who brought each revision, and when.
//!
//! *Invariant:* a fold over the journal, by revision, without gaps. Submission ids are never forgotten, so that a retry
//! after years is still recognised; what the submission was answered is read from the journal. Cloning is cheap.

use std::sync::Arc;

use imbl::{HashMap, Vector};
use tenseven_model::{Revision, SubmissionId, Timestamp};

/// Fewest ids that are put in order together.
const SORTED_TOGETHER_MIN: usize = 1_024;

/// What the ledger knows of a revision.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Signature {
    /// The submission that brought it.
    pub(crate) submission: SubmissionId,
    /// When it was accepted.
    pub(crate) accepted_at: Timestamp,
    /// How many observations were stored.
    pub(crate) stored: u32,
}

/// Who brought each revision, and when.
#[derive(Debug, Clone, Default)]
pub(crate) struct Ledger {
    signatures: Vector<Signature>,
    /// The revisions, but for recent ones, in the order of their submissions' ids: 8 bytes each.
    by_id: Arc<Vec<u64>>,
    recent: HashMap<SubmissionId, u64>,
}

impl Ledger {
    /// Adds the signature of the next revision.
    pub(crate) fn push(&mut self, signature: Signature) {
        self.signatures.push_back(signature);
        self.recent.insert(signature.submission, self.signatures.len() as u64);
        if self.recent.len() >= SORTED_TOGETHER_MIN.max(self.by_id.len() / 4) {
            self.sort();
        }
    }

    /// The revision that a submission was accepted at.
    pub(crate) fn revision_of(&self, submission: SubmissionId) -> Option<Revision> {
        if let Some(revision) = self.recent.get(&submission) {
            return Some(Revision::new(*revision));
        }
        let place = self.by_id.binary_search_by_key(&Some(submission), |revision| self.id(*revision)).ok()?;
        self.by_id.get(place).map(|revision| Revision::new(*revision))
    }

    /// What is known of a revision.
    pub(crate) fn of(&self, revision: Revision) -> Option<Signature> {
        let place = usize::try_from(revision.number().checked_sub(1)?).ok()?;
        self.signatures.get(place).copied()
    }

    /// All signatures, by revision from 1.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Signature> {
        self.signatures.iter()
    }

    /// How many revisions there are.
    pub(crate) fn len(&self) -> usize {
        self.signatures.len()
    }

    /// When the newest revision was accepted.
    pub(crate) fn last_moment(&self) -> Option<Timestamp> {
        self.signatures.last().map(|signature| signature.accepted_at)
    }

    /// How many observations were stored after one revision, up to another.
    pub(crate) fn stored_between(&self, after: Revision, up_to: Revision) -> u64 {
        let skipped = usize::try_from(after.number()).unwrap_or(usize::MAX);
        let taken = usize::try_from(up_to.number().saturating_sub(after.number())).unwrap_or(usize::MAX);
        if skipped >= self.signatures.len() {
            return 0;
        }
        let signatures = self.signatures.focus();
        let end = self.signatures.len().min(skipped.saturating_add(taken));
        signatures.narrow(skipped..end).into_iter().map(|signature| u64::from(signature.stored)).sum()
    }

    /// The last revision accepted at or before this time; zero if there is none.
    pub(crate) fn revision_at(&self, time: Timestamp) -> Revision {
        // Moments never fall, because the writer never stamps an entry earlier than the one before.
        let count = self.signatures.binary_search_by(|signature| {
            if signature.accepted_at <= time { std::cmp::Ordering::Less } else { std::cmp::Ordering::Greater }
        });
        Revision::new(count.unwrap_or_else(|place| place) as u64)
    }

    fn id(&self, revision: u64) -> Option<SubmissionId> {
        self.of(Revision::new(revision)).map(|signature| signature.submission)
    }

    /// Puts the recent ids among the others.
    fn sort(&mut self) {
        let mut all = Vec::with_capacity(self.by_id.len() + self.recent.len());
        all.extend_from_slice(&self.by_id);
        all.extend(self.recent.values());
        // Two runs, the first of which is in order already: a merge, for a stable sort.
        all.sort_by_cached_key(|revision| self.id(*revision));
        self.by_id = Arc::new(all);
        self.recent = HashMap::new();
    }
}

impl PartialEq for Ledger {
    fn eq(&self, other: &Self) -> bool {
        self.signatures == other.signatures
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn signature(number: u64, stored: u32) -> Signature {
        let mut bytes = [9; 16];
        bytes[..8].copy_from_slice(&number.wrapping_mul(0x9e37_79b9_7f4a_7c15).to_be_bytes());
        let micros = i64::try_from(number).unwrap() * 10;
        Signature {
            submission: SubmissionId::from_bytes(bytes).unwrap(),
            accepted_at: Timestamp::from_micros(micros),
            stored,
        }
    }

    fn ledger(count: u64) -> Ledger {
        let mut ledger = Ledger::default();
        for number in 1..=count {
            ledger.push(signature(number, 2));
        }
        ledger
    }

    #[test]
    fn every_submission_is_found_however_many_came_after_it() {
        let ledger = ledger(5_000);
        for number in 1..=5_000 {
            assert_eq!(
                ledger.revision_of(signature(number, 0).submission),
                Some(Revision::new(number)),
                "{number}"
            );
        }
        assert_eq!(ledger.revision_of(signature(5_001, 0).submission), None);
    }

    #[test]
    fn a_time_means_the_last_revision_up_to_it() {
        let ledger = ledger(3);
        let at = |micros| ledger.revision_at(Timestamp::from_micros(micros)).number();
        assert_eq!([at(9), at(10), at(29), at(30), at(99)], [0, 1, 2, 3, 3]);
    }

    #[test]
    fn counts_what_was_stored_between_revisions() {
        let ledger = ledger(10);
        let between = |after, up_to| ledger.stored_between(Revision::new(after), Revision::new(up_to));
        assert_eq!(
            [between(0, 10), between(4, 6), between(9, 99), between(10, 12), between(0, 0)],
            [20, 4, 2, 0, 0]
        );
    }
}

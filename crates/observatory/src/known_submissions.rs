//! Known submissions: finds the receipt of a submission that was accepted before.
//!
//! *Invariant:* a submission is looked up in the journal before its turn, as of a revision. The writer checks only what was
//! accepted after that, which it remembers; it reads the journal only for a submission that waited longer than it remembers.

use std::collections::{HashMap, VecDeque};

use tenseven_model::{ContentDigest, Revision, SubmissionId, event::ChangeCounts};
use tenseven_state::Receipt;
use tenseven_store::{Entry, Journal, Stamp};

use crate::{IdReused, Limits, SubmissionError, records::unreadable};

/// Fewest submissions that the writer can remember: four times as many as may wait for it by default.
const REMEMBERED_MIN: usize = 4_096;
/// How many full groups it can remember at least. Those that are not published yet are among them.
const REMEMBERED_GROUPS_MIN: usize = 16;

/// What an accepted submission was answered, and the digest of its content.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Answered {
    stamp: Stamp,
    digest: ContentDigest,
    outcome: ChangeCounts,
}

impl Answered {
    pub(crate) fn of(entry: &Entry) -> Self {
        Self { stamp: entry.stamp(), digest: entry.digest, outcome: entry.outcome }
    }

    /// The revision that accepted it.
    pub(crate) fn revision(&self) -> Revision {
        self.stamp.revision
    }

    /// The first receipt, if the content is the same.
    pub(crate) fn receipt(&self, digest: ContentDigest) -> Result<Receipt, IdReused> {
        let Self { stamp: Stamp { revision, committed_at: accepted_at, submission }, .. } = *self;
        if self.digest != digest {
            return Err(IdReused { submission, revision });
        }
        Ok(Receipt::new(revision, accepted_at, self.outcome))
    }
}

/// The first receipt of a submission that was accepted up to a revision. Blocks where the journal has to be read.
pub(crate) fn look_up(
    journal: &dyn Journal,
    up_to: Revision,
    id: SubmissionId,
    digest: ContentDigest,
) -> Result<Option<Receipt>, SubmissionError> {
    let found = journal.revision_of(id).map_err(|error| unreadable(&error))?;
    let Some(revision) = found.filter(|revision| *revision <= up_to) else { return Ok(None) };
    let record = journal.record(revision).map_err(|error| unreadable(&error))?;
    let (known, outcome) = record.answer().map_err(|error| unreadable(&error))?;
    let answered = Answered { stamp: record.stamp(), digest: known, outcome };
    Ok(Some(answered.receipt(digest)?))
}

/// The submissions that were accepted last.
#[derive(Debug)]
pub(crate) struct RecentSubmissions {
    answered: HashMap<SubmissionId, Answered>,
    order: VecDeque<SubmissionId>,
    /// All that were accepted after this revision are here.
    after: Revision,
    max: usize,
}

impl RecentSubmissions {
    /// Remembers what is accepted after a revision.
    pub(crate) fn new(after: Revision, limits: &Limits) -> Self {
        let max = REMEMBERED_MIN.max(REMEMBERED_GROUPS_MIN * limits.group_submissions_max);
        Self { answered: HashMap::new(), order: VecDeque::new(), after, max }
    }

    /// Remembers a submission that was accepted after all others.
    pub(crate) fn remember(&mut self, submission: SubmissionId, answered: Answered) {
        self.answered.insert(submission, answered);
        self.order.push_back(submission);
        while self.order.len() > self.max {
            let oldest = self.order.pop_front().and_then(|oldest| self.answered.remove(&oldest));
            self.after = oldest.map_or(self.after, |oldest| oldest.revision());
        }
    }

    /// Forgets what was accepted after a revision, because it could not be flushed.
    pub(crate) fn forget_after(&mut self, revision: Revision) {
        while let Some(newest) = self.order.back().and_then(|newest| self.answered.get(newest))
            && newest.revision() > revision
        {
            self.order.pop_back().and_then(|newest| self.answered.remove(&newest));
        }
    }

    /// Whether it has all submissions that were accepted after a revision.
    pub(crate) fn covers(&self, after: Revision) -> bool {
        after >= self.after
    }

    pub(crate) fn get(&self, id: SubmissionId) -> Option<&Answered> {
        self.answered.get(&id)
    }
}

#[cfg(test)]
mod tests {
    use tenseven_model::{Timestamp, event::Event};

    use super::*;

    fn entry(number: u64) -> Entry {
        let mut id = [7; 16];
        id[8..].copy_from_slice(&number.to_be_bytes());
        Entry {
            revision: Revision::new(number),
            committed_at: Timestamp::from_micros(0),
            submission: SubmissionId::from_bytes(id).unwrap(),
            author: None,
            digest: ContentDigest([0; 16]),
            outcome: ChangeCounts::default(),
            event: Event::Observations(Vec::new()),
        }
    }

    #[test]
    fn covers_exactly_what_was_committed_after_the_newest_that_it_forgot() {
        let new = RecentSubmissions::new(Revision::new(4), &Limits::default());
        let mut recent = RecentSubmissions { max: 3, ..new };
        assert!(recent.covers(Revision::new(4)) && !recent.covers(Revision::new(3)));
        for entry in (5..=9).map(entry) {
            recent.remember(entry.submission, Answered::of(&entry));
        }
        let known = [5, 6, 7, 8, 9].map(|number| recent.get(entry(number).submission).is_some());
        assert_eq!(known, [false, false, true, true, true]);
        assert!(recent.covers(Revision::new(6)) && !recent.covers(Revision::new(5)));
        recent.forget_after(Revision::new(7));
        let known = [7, 8, 9].map(|number| recent.get(entry(number).submission).is_some());
        assert_eq!(known, [true, false, false]);
        assert!(recent.covers(Revision::new(6)) && !recent.covers(Revision::new(5)));
    }

    #[test]
    fn the_same_content_has_its_first_receipt_and_other_content_is_an_error() {
        let first = entry(5);
        let answered = Answered::of(&first);
        assert_eq!(answered.receipt(first.digest).map(|receipt| receipt.revision), Ok(first.revision));
        let reused = IdReused { submission: first.submission, revision: first.revision };
        assert_eq!(answered.receipt(ContentDigest([1; 16])), Err(reused));
    }
}

//! Recent entries, kept as they were accepted for all who follow the journal, so that none of them reads and decodes them
//! again.
//!
//! *Invariant:* what is kept is what the journal holds; it can be dropped at any time. Only frameworks are missing between the first
//! and the last.
//! How much there is of it is bounded in entries and in bytes, but for the newest entry, which stays.

use std::{
    collections::VecDeque,
    sync::{Arc, PoisonError, RwLock},
};

use tenseven_model::{Revision, event::Event};
use tenseven_store::Entry;

use crate::approximate_size::entry_bytes;

/// Maximum number of entries that are kept.
const ENTRIES_MAX: usize = 4_096;
/// About how many bytes are kept.
const BYTES_MAX: usize = 16 * 1024 * 1024;

/// The newest entries.
#[derive(Debug, Default)]
pub(crate) struct Recent(RwLock<Cache>);

#[derive(Debug, Default)]
struct Cache {
    /// The revision of the first entry.
    first: Revision,
    /// Each with its bytes; none where only its revision is kept.
    entries: VecDeque<(Option<Arc<Entry>>, usize)>,
    bytes: usize,
}

impl Recent {
    /// Keeps entries that were just appended.
    pub(crate) fn keep(&self, entries: &[Arc<Entry>]) {
        let mut kept = self.0.write().unwrap_or_else(PoisonError::into_inner);
        for entry in entries {
            kept.keep(Arc::clone(entry));
        }
    }

    /// The entry of a revision, if it is kept.
    pub(crate) fn get(&self, revision: Revision) -> Option<Arc<Entry>> {
        let kept = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let index = usize::try_from(revision.number().checked_sub(kept.first.number())?).ok()?;
        kept.entries.get(index)?.0.clone()
    }
}

impl Cache {
    fn keep(&mut self, entry: Arc<Entry>) {
        let revision = entry.revision;
        // Nobody follows the texts of frameworks, and they are long.
        let kept = Some(entry).filter(|entry| !matches!(entry.event, Event::Framework(_)));
        let bytes = kept.as_deref().map_or(0, entry_bytes);
        self.add(revision, kept, bytes);
    }

    fn add(&mut self, revision: Revision, entry: Option<Arc<Entry>>, bytes: usize) {
        if self.first.number() + self.entries.len() as u64 != revision.number() {
            *self = Self { first: revision, ..Self::default() };
        }
        self.bytes += bytes;
        self.entries.push_back((entry, bytes));
        while self.entries.len() > 1 && (self.entries.len() > ENTRIES_MAX || self.bytes > BYTES_MAX) {
            self.bytes -= self.entries.pop_front().map_or(0, |(_, bytes)| bytes);
            self.first = self.first.next();
        }
    }
}

#[cfg(test)]
mod tests {
    use tenseven_model::{
        ContentDigest, SubmissionId, Timestamp,
        event::{ChangeCounts, FrameworkSource},
    };

    use super::*;

    fn entry(number: u64, event: Event) -> Arc<Entry> {
        Arc::new(Entry {
            revision: Revision::new(number),
            committed_at: Timestamp::from_micros(0),
            submission: SubmissionId::from_bytes([7; 16]).unwrap(),
            author: None,
            digest: ContentDigest([0; 16]),
            outcome: ChangeCounts::default(),
            event,
        })
    }

    fn empty(number: u64) -> Arc<Entry> {
        entry(number, Event::Observations(Vec::new()))
    }

    /// Keeps entries as if each took this many bytes.
    fn keep(recent: &Recent, numbers: impl IntoIterator<Item = u64>, bytes: usize) {
        let mut kept = recent.0.write().unwrap();
        numbers.into_iter().for_each(|number| kept.add(Revision::new(number), Some(empty(number)), bytes));
    }

    fn kept(recent: &Recent, from: u64) -> [bool; 4] {
        [0, 1, 2, 3].map(|more| recent.get(Revision::new(from + more)).is_some())
    }

    #[test]
    fn the_oldest_go_first_and_the_newest_stays() {
        let recent = Recent::default();
        keep(&recent, 5..8, BYTES_MAX / 2);
        assert_eq!(kept(&recent, 5), [false, true, true, false]);
        keep(&recent, [8], BYTES_MAX * 2);
        assert_eq!(kept(&recent, 5), [false, false, false, true]);
        assert_eq!(recent.get(Revision::new(8)).map(|entry| entry.revision), Some(Revision::new(8)));
        keep(&recent, 9..=9 + ENTRIES_MAX as u64, 1);
        assert_eq!(kept(&recent, 8), [false, false, true, true]);
    }

    #[test]
    fn an_entry_that_does_not_follow_the_last_one_starts_again() {
        let recent = Recent::default();
        recent.keep(&[empty(1), empty(2)]);
        recent.keep(&[empty(9)]);
        assert_eq!(kept(&recent, 0), [false; 4]);
        assert_eq!(kept(&recent, 8), [false, true, false, false]);
    }

    #[test]
    fn the_texts_of_frameworks_take_no_memory_and_leave_no_gap() {
        let recent = Recent::default();
        let text = "a".repeat(BYTES_MAX * 2);
        recent.keep(&[empty(1), entry(2, Event::Framework(FrameworkSource { text })), empty(3)]);
        assert_eq!(kept(&recent, 0), [false, true, false, true]);
    }
}

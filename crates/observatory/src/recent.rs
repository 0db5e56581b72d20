//! Recent entries, kept as they were accepted for all who follow the journal, so that none of them reads and decodes them
//! again.
//!
//! *Invariant:* what is kept follows each other without a gap and is what the journal holds; it can be dropped at any time.
//! How much there is of it is bounded in entries and in bytes, but for the newest entry, which stays.

use std::{
    collections::VecDeque,
    sync::{Arc, PoisonError, RwLock},
};

use tenseven_model::{
    Revision,
    event::{Event, ObservationVersion, PracticeChange, PracticeVersion, VersionBody},
};
use tenseven_store::Entry;

use crate::approximate_size::{observation_bytes, withdrawal_bytes};

/// Most entries that are kept.
const ENTRIES_MAX: usize = 4_096;
/// About how many bytes are kept.
const BYTES_MAX: usize = 16 * 1024 * 1024;
/// Bytes of an entry beside its observations, about.
const ENTRY_BYTES: usize = 256;

/// The newest entries.
#[derive(Debug, Default)]
pub(crate) struct Recent(RwLock<Kept>);

#[derive(Debug, Default)]
struct Kept {
    entries: VecDeque<(Arc<Entry>, usize)>,
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
        let (first, _) = kept.entries.front()?;
        let place = usize::try_from(revision.number().checked_sub(first.revision.number())?).ok()?;
        kept.entries.get(place).map(|(entry, _)| Arc::clone(entry))
    }
}

impl Kept {
    fn keep(&mut self, entry: Arc<Entry>) {
        let follows = self.entries.back().is_none_or(|(last, _)| last.revision.next() == entry.revision);
        if !follows {
            (self.entries, self.bytes) = (VecDeque::new(), 0);
        }
        let bytes = bytes_of(&entry);
        self.bytes += bytes;
        self.entries.push_back((entry, bytes));
        while self.entries.len() > 1 && (self.entries.len() > ENTRIES_MAX || self.bytes > BYTES_MAX) {
            self.bytes -= self.entries.pop_front().map_or(0, |(_, bytes)| bytes);
        }
    }
}

fn bytes_of(entry: &Entry) -> usize {
    let versions: usize = entry.event.versions().iter().map(size_of_version).sum();
    let beside = match &entry.event {
        Event::Observations(_) => 0,
        Event::Framework(source) => source.text.len(),
        Event::Retirement(retirement) => retirement.reason.as_str().len(),
        Event::Coding(filed) => filed.coding.text_bytes(),
        Event::Adjudication(adjudicated) => size_of_val(adjudicated.codings.as_slice()),
        Event::Practices(versions) => versions.iter().map(size_of_practice).sum(),
    };
    ENTRY_BYTES + versions + beside
}

fn size_of_version(version: &ObservationVersion) -> usize {
    match &version.body {
        VersionBody::Observed(observation) => observation_bytes(observation),
        VersionBody::Withdrawn(withdrawal) => withdrawal_bytes(withdrawal),
    }
}

fn size_of_practice(version: &PracticeVersion) -> usize {
    match &version.change {
        PracticeChange::Put(practice) => practice.text_bytes(),
        PracticeChange::Withdrawn { id, reason } => id.as_str().len() + reason.as_str().len(),
    }
}

#[cfg(test)]
mod tests {
    use tenseven_model::{
        ContentDigest, SubmissionId, Timestamp,
        event::{ChangeCounts, FrameworkSource},
    };

    use super::*;

    fn entry(number: u64, bytes: usize) -> Arc<Entry> {
        Arc::new(Entry {
            revision: Revision::new(number),
            committed_at: Timestamp::from_micros(0),
            submission: SubmissionId::from_bytes([7; 16]).unwrap(),
            digest: ContentDigest([0; 16]),
            outcome: ChangeCounts::default(),
            event: Event::Framework(FrameworkSource { text: "a".repeat(bytes) }),
        })
    }

    #[test]
    fn the_oldest_go_first_and_the_newest_stays() {
        let recent = Recent::default();
        recent.keep(&(5..8).map(|number| entry(number, BYTES_MAX / 3)).collect::<Vec<_>>());
        let kept = |from: u64| [0, 1, 2, 3].map(|more| recent.get(Revision::new(from + more)).is_some());
        assert_eq!(kept(5), [false, true, true, false]);
        recent.keep(&[entry(8, BYTES_MAX * 2)]);
        assert_eq!(kept(5), [false, false, false, true]);
        assert_eq!(recent.get(Revision::new(8)).map(|entry| entry.revision), Some(Revision::new(8)));
        recent.keep(&(9..=9 + ENTRIES_MAX as u64).map(|number| entry(number, 1)).collect::<Vec<_>>());
        assert_eq!(kept(8), [false, false, true, true]);
    }

    #[test]
    fn what_does_not_follow_starts_anew() {
        let recent = Recent::default();
        recent.keep(&[entry(1, 1), entry(2, 1)]);
        recent.keep(&[entry(9, 1)]);
        assert!(recent.get(Revision::new(1)).is_none() && recent.get(Revision::new(2)).is_none());
        assert!(recent.get(Revision::new(9)).is_some());
    }
}

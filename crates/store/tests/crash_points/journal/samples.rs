//! Entries of the lengths that matter to a disk. Equal samples make equal entries.

use std::{cell::RefCell, collections::HashMap};

use bytes::Bytes;
use tenseven_model::{
    ContentDigest, Notes, Number, Observation, ObservationKey, Value,
    event::{Event, ObservationVersion},
};
use tenseven_store::{
    Entry, Record, Stamp,
    conformance::samples::{batch, entry_with, long},
};

/// What an entry holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Kind {
    /// Three observations, less than a sector.
    Short,
    /// More than a sector.
    Sectors,
    /// More than a page, and than the room in a segment.
    Pages,
    /// Sectors that are all zeros among others.
    Zeros,
}

/// An entry that differs from all others in its variant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Sample {
    pub(crate) kind: Kind,
    pub(crate) variant: u32,
}

/// Bytes, and the sample that they are to be of, compacted or not.
type Comparison = (Bytes, u64, Sample, bool);

thread_local! {
    /// Explorations compare the same bytes thousands of times.
    static COMPARED: RefCell<HashMap<Comparison, Option<Stamp>>> = RefCell::default();
}

impl Sample {
    /// Whether a record is of this sample, or of what compaction leaves of it.
    pub(crate) fn is(self, record: &Record, is_compacted: bool) -> bool {
        let revision = record.revision().number();
        let comparison = (record.body().clone(), revision, self, is_compacted);
        let compare = || {
            let expected = if is_compacted { self.compacted(revision) } else { self.entry(revision) };
            record.entry().is_ok_and(|entry| entry == expected).then(|| record.stamp())
        };
        COMPARED.with_borrow_mut(|compared| {
            *compared.entry(comparison).or_insert_with(compare) == Some(record.stamp())
        })
    }

    /// The entry of a revision.
    pub(crate) fn entry(self, revision: u64) -> Entry {
        let entry = match self.kind {
            Kind::Short => batch(revision, 3),
            Kind::Sectors => long(revision, 900),
            Kind::Pages => long(revision, 4_500),
            Kind::Zeros => zeros(revision),
        };
        let mut digest = [0xab; 16];
        digest[..4].copy_from_slice(&self.variant.to_be_bytes());
        Entry { digest: ContentDigest(digest), ..entry }
    }

    /// What compaction leaves of the entry: the first of its observations.
    pub(crate) fn compacted(self, revision: u64) -> Entry {
        let mut entry = self.entry(revision);
        if let Event::Observations(versions) = &mut entry.event {
            versions.truncate(1);
        }
        entry
    }
}

/// Observations of nothing: their numbers are zeros, and so are the bytes of these.
fn zeros(revision: u64) -> Entry {
    let observation = |index: usize| {
        let key = ObservationKey {
            indicator: "migrant-casualties".parse().unwrap(),
            area: format!("MAR/{index}").parse().unwrap(),
            source: "iom".parse().unwrap(),
            period: "2024-Q2".parse().unwrap(),
        };
        let value = Value::Number(Number::try_from(0.0).unwrap());
        ObservationVersion::observed(Observation::new(key, value, None, Notes::default()).unwrap(), None)
    };
    entry_with(revision, Event::Observations((0..150).map(observation).collect()))
}

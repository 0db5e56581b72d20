//! Entries to append. Equal arguments make equal entries.

use tenseven_model::{
    ContentDigest, Notes, Number, Observation, ObservationKey, Revision, SubmissionId, Timestamp, Value,
    event::{ChangeCounts, Event, FrameworkSource, ObservationVersion},
};

use crate::Entry;

/// An entry with this content. Each revision has its own submission, and is accepted a microsecond after the one before.
///
/// # Panics
///
/// If the revision is 2^63 or more.
pub fn entry_with(revision: u64, event: Event) -> Entry {
    let mut id = [1; 16];
    id[..8].copy_from_slice(&revision.to_be_bytes());
    Entry {
        revision: Revision::new(revision),
        committed_at: Timestamp::from_micros(1_700_000_000_000_000 + i64::try_from(revision).unwrap()),
        submission: SubmissionId::from_bytes(id).unwrap(),
        author: None,
        digest: ContentDigest([revision.to_le_bytes()[0]; 16]),
        outcome: ChangeCounts { new: 1, revised: 2, unchanged: 3, withdrawn: 4 },
        event,
    }
}

/// An entry with `count` observations.
///
/// # Panics
///
/// If the revision is 2^63 or more.
pub fn batch(revision: u64, count: usize) -> Entry {
    let observation = |index: usize| {
        let key = ObservationKey {
            indicator: "migrant-casualties".parse().unwrap(),
            area: format!("MAR/unit-{index}").parse().unwrap(),
            source: "iom".parse().unwrap(),
            period: "2024-Q2".parse().unwrap(),
        };
        let number = Number::try_from(revision as f64 + index as f64 / 1_000.0).unwrap();
        let notes = Notes { comment: format!("remark {index}"), ..Notes::default() };
        let observation = Observation::new(key, Value::Number(number), None, notes).unwrap();
        ObservationVersion::observed(observation, None)
    };
    entry_with(revision, Event::Observations((0..count).map(observation).collect()))
}

/// An entry with a text of `length` bytes that compression does not make shorter.
///
/// # Panics
///
/// If the revision is 2^63 or more.
pub fn long(revision: u64, length: usize) -> Entry {
    let mut state = revision;
    let mut text = String::with_capacity(length);
    while text.len() < length {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        text.push(char::from(state.to_be_bytes()[0] & 0x7f));
    }
    entry_with(revision, Event::Framework(FrameworkSource { text }))
}

/// An entry with a text of `length` bytes that compression makes much shorter.
///
/// # Panics
///
/// If the revision is 2^63 or more.
pub fn repetitive(revision: u64, length: usize) -> Entry {
    entry_with(revision, Event::Framework(FrameworkSource { text: "x".repeat(length) }))
}

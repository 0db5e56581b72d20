//! Entries whose content is a function of their revision.

#![expect(clippy::expect_used, reason = "the constants are valid, or the tests cannot run at all")]

use tenseven_model::{
    ContentDigest, Notes, Number, Observation, ObservationKey, Revision, SubmissionId, Timestamp, Value,
    event::{ChangeCounts, Event, FrameworkSource, ObservationVersion},
};
use tenseven_store::Entry;

/// Most entries that a writer appends at once.
pub(crate) const GROUP_MAX: u64 = 4;

/// The entry of a revision. Lengths run from one part of a page to several segments.
pub(crate) fn entry(revision: u64) -> Entry {
    let event = match revision % 29 {
        7 => Event::Framework(FrameworkSource { text: format!("{revision} ").repeat(2_000) }),
        11 => observations(revision, 3_000),
        3 | 17 | 23 => observations(revision, 400),
        28 if revision.is_multiple_of(5) => {
            Event::Framework(FrameworkSource { text: format!("{revision} ").repeat(300_000) })
        }
        _ => observations(revision, 1 + usize::try_from(revision % 9).unwrap_or_default()),
    };
    let mut id = [7; 16];
    id[..8].copy_from_slice(&revision.to_be_bytes());
    Entry {
        revision: Revision::new(revision),
        committed_at: Timestamp::from_micros(i64::try_from(revision).unwrap_or_default()),
        submission: SubmissionId::from_bytes(id).expect("not nil"),
        author: None,
        digest: ContentDigest([revision.to_le_bytes()[0]; 16]),
        outcome: ChangeCounts { new: 1, revised: 2, unchanged: 3, withdrawn: 4 },
        event,
    }
}

fn observations(revision: u64, count: usize) -> Event {
    let observation = |place: usize| {
        let key = ObservationKey {
            indicator: "migrant-casualties".parse().expect("an id"),
            area: format!("MAR/unit-{}", place % 90).parse().expect("an area"),
            source: "iom".parse().expect("an id"),
            period: "2024-Q2".parse().expect("a period"),
        };
        let number = Number::try_from(revision as f64 + place as f64 / 4_096.0).expect("finite");
        let observation =
            Observation::new(key, Value::Number(number), None, Notes::default()).expect("an observation");
        ObservationVersion::observed(observation, None)
    };
    Event::Observations((0..count).map(observation).collect())
}

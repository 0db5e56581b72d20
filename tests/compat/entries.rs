//! What the golden journals hold. Must stay as it is: the journals were written with it.

use tenseven_model::{
    ContentDigest, Evidence, MissingReason, Notes, Number, Observation, ObservationKey, ObservationStatus,
    Ratio, Revision, SubmissionId, Timestamp, Value,
    event::{ChangeCounts, Event, FrameworkSource, ObservationVersion},
};
use tenseven_store::Entry;

/// Entries that the golden journals of format 2 hold.
pub(crate) const COUNT: u64 = 12;

/// The entry of a revision.
pub(crate) fn entry(revision: u64) -> Entry {
    let event = match revision {
        1 => Event::Framework(FrameworkSource { text: "id = \"golden\"\n".to_owned() }),
        2 => Event::Framework(FrameworkSource { text: text(20_000) }),
        6 => observations(revision, 0),
        9 => observations(revision, 900),
        _ => observations(revision, 5 + usize::try_from(revision).unwrap() * 3),
    };
    let mut id = [0x42; 16];
    id[..8].copy_from_slice(&revision.to_be_bytes());
    let byte = u8::try_from(revision).unwrap();
    Entry {
        revision: Revision::new(revision),
        committed_at: Timestamp::from_micros(1_700_000_000_000_000 + i64::from(byte) * 1_001),
        submission: SubmissionId::from_bytes(id).unwrap(),
        author: None,
        digest: ContentDigest([byte; 16]),
        outcome: ChangeCounts {
            new: 3 * u32::from(byte),
            revised: u32::from(byte),
            unchanged: 7,
            withdrawn: 0,
        },
        event,
    }
}

/// A text that does not repeat.
fn text(length: usize) -> String {
    let mut state = 1_u32;
    let letter = |_| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        char::from(b'a' + u8::try_from(state >> 24).unwrap() % 26)
    };
    (0..length).map(letter).collect()
}

fn key(place: usize) -> ObservationKey {
    const INDICATORS: [&str; 4] = ["migrant-casualties", "dual-nationality", "LPI", "sdg-10-7-2.d1"];
    const SOURCES: [&str; 3] = ["iom-missing-migrants", "undesa", "national.statistics"];
    const PERIODS: [&str; 6] = ["2023", "2023-S1", "2023-Q4", "2023-06", "1900", "2199-12"];
    let area = match place % 5 {
        0 => "MAR".to_owned(),
        1 => "XKX".to_owned(),
        2 => format!("CAN/unit_{}", place % 50),
        3 => format!("LBY/Port.{}-b", place % 7),
        _ => "TUN".to_owned(),
    };
    ObservationKey {
        indicator: INDICATORS[place % 4].parse().unwrap(),
        area: area.parse().unwrap(),
        source: SOURCES[place % 3].parse().unwrap(),
        period: PERIODS[place / 5 % 6].parse().unwrap(),
    }
}

fn value(revision: u64, place: usize) -> Value {
    let number = |float: f64| Value::Number(Number::try_from(float).unwrap());
    match (place + usize::try_from(revision).unwrap()) % 9 {
        0 => Value::Flag(place.is_multiple_of(2)),
        1 => Value::Level(["comprehensive", "basic"][place / 9 % 2].parse().unwrap()),
        2 => Value::Ratio(Ratio::new(place as f64, place as f64 * 3.0 + 0.5).unwrap()),
        3 => Value::Missing(MissingReason::ALL[place / 9 % 4]),
        4 => number(f64::from_bits(1)),
        5 => number(f64::MIN),
        6 => number(0.1 + 0.2),
        7 => number(-1.5e300),
        _ => number(place as f64 + revision as f64 / 1_000.0),
    }
}

fn status(value: &Value, place: usize) -> Option<ObservationStatus> {
    let missing = matches!(value, Value::Missing(_));
    let status = ObservationStatus::ALL[place % ObservationStatus::ALL.len()];
    (status.is_missing() == missing && place.is_multiple_of(3)).then_some(status)
}

fn notes(place: usize) -> Notes {
    let evidence = |number: usize| {
        let citation = format!("Law 44-2020, art. {number}");
        let url =
            if number.is_multiple_of(2) { "https://example.org/law?a=1".to_owned() } else { String::new() };
        let quote =
            if number == 1 { "« les ressortissants étrangers »".to_owned() } else { String::new() };
        Evidence::new(citation, url, quote).unwrap()
    };
    match place % 8 {
        0 => Notes { comment: format!("remark {place} – ✓"), ..Notes::default() },
        3 => Notes { method: "counted".to_owned(), evidence: vec![evidence(1)], ..Notes::default() },
        5 => Notes { evidence: (0..3).map(evidence).collect(), ..Notes::default() },
        _ => Notes::default(),
    }
}

fn observations(revision: u64, count: usize) -> Event {
    let observation = |place: usize| {
        let value = value(revision, place);
        let status = status(&value, place);
        let observation = Observation::new(key(place), value, status, notes(place)).unwrap();
        ObservationVersion::observed(observation, None)
    };
    Event::Observations((0..count).map(observation).collect())
}

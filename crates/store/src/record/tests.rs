//! The codec against any entry, and against bytes that are none.

use proptest::{collection::vec, option, prelude::*, sample::select};
use prost::Message as _;
use tenseven_model::{
    ContentDigest, Evidence, MissingReason, Notes, Number, Observation, ObservationKey, ObservationStatus,
    Ratio, Revision, SubmissionId, Timestamp, Value,
};

use super::{Link, decode as decode_linked, decode_error::ObservationFault, encode::encode, wire};
use crate::{Content, DecodeError, Entry, EntryFault, FrameworkSource, Outcome, Versioned};

fn encode_plain(entry: &Entry) -> Vec<u8> {
    encode(entry, Link::default())
}

fn decode(revision: Revision, record: &[u8]) -> Result<Entry, EntryFault> {
    decode_linked(revision, record).map(|(entry, _)| entry)
}

fn finite() -> impl Strategy<Value = f64> {
    any::<u64>().prop_map(f64::from_bits).prop_filter("finite", |number| number.is_finite())
}

fn ratio() -> impl Strategy<Value = Ratio> {
    (finite(), finite()).prop_filter_map("a part of a whole", |(a, b)| {
        let (a, b) = (a.abs(), b.abs());
        Ratio::new(a.min(b), a.max(b)).ok()
    })
}

fn value() -> impl Strategy<Value = Value> {
    prop_oneof![
        finite().prop_map(|number| Value::Number(Number::try_from(number).unwrap())),
        any::<bool>().prop_map(Value::Flag),
        "[a-z][a-z0-9-]{0,12}".prop_map(|level| Value::Level(level.parse().unwrap())),
        ratio().prop_map(Value::Ratio),
        select(MissingReason::ALL.to_vec()).prop_map(Value::Missing),
    ]
}

fn key() -> impl Strategy<Value = ObservationKey> {
    let area = "[A-Z]{3}(/[a-zA-Z0-9._-]{1,48})?";
    let period = prop_oneof!["(19|20)[0-9]{2}", "20[0-9]{2}-(S[12]|Q[1-4]|0[1-9]|1[0-2])"];
    ("[a-z][a-z0-9-]{0,20}", area, "[a-z]{1,9}", period).prop_map(|(indicator, area, source, period)| {
        ObservationKey {
            indicator: indicator.parse().unwrap(),
            area: area.parse().unwrap(),
            source: source.parse().unwrap(),
            period: period.parse().unwrap(),
        }
    })
}

fn evidence() -> impl Strategy<Value = Evidence> {
    ("\\PC{0,20}", "(https://[a-z]{1,9}\\.org/\\PC{0,9})?", "\\PC{0,20}")
        .prop_filter_map("evidence", |(citation, url, quote)| Evidence::new(citation, url, quote).ok())
}

fn notes() -> impl Strategy<Value = Notes> {
    prop_oneof![
        Just(Notes::default()),
        ("\\PC{0,40}", "[a-c]{0,2}", vec(evidence(), 0..4)).prop_map(|(comment, method, evidence)| Notes {
            comment,
            method,
            evidence
        }),
    ]
}

fn observation() -> impl Strategy<Value = Observation> {
    (key(), value(), select(ObservationStatus::ALL), notes()).prop_map(|(key, value, status, notes)| {
        let missing = matches!(value, Value::Missing(_));
        let status = (status.says_missing() == missing).then_some(status);
        Observation::new(key, value, status, notes).unwrap()
    })
}

fn content() -> impl Strategy<Value = Content> {
    prop_oneof![
        4 => vec((observation(), option::of(1..u64::MAX)), 0..30).prop_map(|versions| {
            let versioned = |(observation, previous): (_, Option<u64>)| Versioned { observation, previous: previous.map(Revision::new) };
            Content::Observations(versions.into_iter().map(versioned).collect())
        }),
        1 => "\\PC{0,200}".prop_map(|text| Content::Framework(FrameworkSource { text })),
    ]
}

fn entry() -> impl Strategy<Value = Entry> {
    let submission =
        any::<[u8; 16]>().prop_filter_map("not nil", |bytes| SubmissionId::from_bytes(bytes).ok());
    (any::<u64>(), any::<i64>(), submission, any::<[u8; 32]>(), any::<[u32; 3]>(), content()).prop_map(
        |(revision, micros, submission, digest, [new, revised, unchanged], content)| Entry {
            revision: Revision::new(revision),
            committed_at: Timestamp::from_micros(micros),
            submission,
            digest: ContentDigest(digest),
            outcome: Outcome { new, revised, unchanged },
            content,
        },
    )
}

/// The bits of every float, in order.
fn bits(entry: &Entry) -> Vec<u64> {
    let Content::Observations(observations) = &entry.content else { return Vec::new() };
    let floats = observations.iter().flat_map(|version| match version.observation.value() {
        Value::Number(number) => vec![number.get()],
        Value::Ratio(ratio) => vec![ratio.numerator(), ratio.denominator()],
        Value::Flag(_) | Value::Level(_) | Value::Missing(_) => vec![],
    });
    floats.map(f64::to_bits).collect()
}

fn sample(count: usize) -> Entry {
    let observation = |place: usize| {
        let key = ObservationKey {
            indicator: ["migrant-casualties", "dual-nationality", "remittance-cost"][place % 3]
                .parse()
                .unwrap(),
            area: format!("MAR/unit-{}", place % 208).parse().unwrap(),
            source: "iom-missing-migrants".parse().unwrap(),
            period: (2014 + place / 208 % 12).to_string().parse().unwrap(),
        };
        let (citation, url) = ("Missing Migrants Project".into(), "https://missingmigrants.iom.int".into());
        let notes = Notes {
            method: "Incident reports, added up by country of incident".into(),
            evidence: vec![Evidence::new(citation, url, String::new()).unwrap()],
            ..Notes::default()
        };
        let observation =
            Observation::new(key, Value::Number(Number::try_from(place as f64).unwrap()), None, notes)
                .unwrap();
        Versioned { observation, previous: None }
    };
    Entry {
        revision: Revision::new(7),
        committed_at: Timestamp::from_micros(1_700_000_000_000_000),
        submission: "67e55044-10b1-426f-9247-bb680e5fe0c8".parse().unwrap(),
        digest: ContentDigest([9; 32]),
        outcome: Outcome { new: 1, revised: 2, unchanged: 3 },
        content: Content::Observations((0..count).map(observation).collect()),
    }
}

/// The record of one observation after `change`, decoded.
fn decoded_after(change: impl FnOnce(&mut wire::ObservationRecord)) -> Result<Entry, EntryFault> {
    let mut record = wire::EntryRecord::decode(encode_plain(&sample(2)).as_slice()).unwrap();
    let Some(wire::entry_record::Content::Observations(batch)) = &mut record.content else {
        panic!("no batch")
    };
    change(&mut batch.observations[1]);
    decode(Revision::new(7), &record.encode_to_vec())
}

fn observation_fault(result: Result<Entry, EntryFault>) -> ObservationFault {
    match result {
        Err(EntryFault::Record(error)) => match *error {
            DecodeError::Observation { place: 1, source } => source,
            other => panic!("{other:?}"),
        },
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_batch_that_repeats_its_texts_is_compact() {
    let (few, many) = (encode_plain(&sample(1)).len(), encode_plain(&sample(1_000)).len());
    println!(
        "a batch of 1,000 observations with evidence: {:.1} bytes each; of 1: {few}",
        many as f64 / 1_000.0
    );
    assert!(many < 34_000, "{many} bytes for 1,000 observations");
}

#[test]
fn a_record_under_another_revision_is_misplaced() {
    let misplaced = decode(Revision::new(8), &encode_plain(&sample(1)));
    assert!(
        matches!(misplaced, Err(EntryFault::Misplaced(found)) if found == Revision::new(7)),
        "{misplaced:?}"
    );
}

#[test]
fn what_the_model_refuses_is_an_error_that_names_the_observation() {
    let number = |bits: f64| Some(wire::observation_record::Value::Number(bits.to_bits()));
    let fault = observation_fault(decoded_after(|record| record.value = number(f64::NAN)));
    assert!(matches!(fault, ObservationFault::Number(_)), "{fault:?}");
    let fault = observation_fault(decoded_after(|record| record.value = None));
    assert!(matches!(fault, ObservationFault::NoValue), "{fault:?}");
    let fault = observation_fault(decoded_after(|record| record.status = u32::from(b'?')));
    assert!(matches!(fault, ObservationFault::Status(_)), "{fault:?}");
    let fault = observation_fault(decoded_after(|record| record.status = u32::from(b'O')));
    assert!(matches!(fault, ObservationFault::Observation(_)), "{fault:?}");
    let fault = observation_fault(decoded_after(|record| {
        record.value = Some(wire::observation_record::Value::Missing(0));
    }));
    assert!(matches!(fault, ObservationFault::MissingReason(0)), "{fault:?}");
}

#[test]
fn a_place_beyond_a_dictionary_is_an_error_that_names_it() {
    let fault = observation_fault(decoded_after(|record| record.area = 2));
    let expected = "it points to place 2 of the dictionary of areas, which has 2";
    assert_eq!(fault.to_string(), expected);
    let fault = observation_fault(decoded_after(|record| record.comment = 9));
    assert!(matches!(fault, ObservationFault::Place { dictionary: "texts", place: 8, .. }), "{fault:?}");
}

#[test]
fn a_record_without_content_or_with_a_short_digest_is_an_error() {
    let whole = wire::EntryRecord::decode(encode_plain(&sample(1)).as_slice()).unwrap();
    let error = |record: wire::EntryRecord| match decode(Revision::new(7), &record.encode_to_vec()) {
        Err(EntryFault::Record(error)) => error.to_string(),
        other => panic!("{other:?}"),
    };
    let without = wire::EntryRecord { content: None, ..whole.clone() };
    assert_eq!(error(without), "the record has no content; it may have been written by a later release");
    let short = wire::EntryRecord { content_digest: vec![1; 31], ..whole };
    assert_eq!(error(short), "the content digest has 31 bytes instead of 32");
}

proptest! {
    #[test]
    fn any_entry_is_read_back_exactly(entry in entry()) {
        let read = decode(entry.revision, &encode_plain(&entry)).unwrap();
        prop_assert_eq!(bits(&read), bits(&entry));
        prop_assert_eq!(read, entry);
    }

    #[test]
    fn no_bytes_make_it_panic(bytes in any::<Vec<u8>>()) {
        let _ = decode(Revision::new(1), &bytes);
    }

    #[test]
    fn no_damage_to_a_record_makes_it_panic(entry in entry(), place: prop::sample::Index, byte: u8) {
        let mut bytes = encode_plain(&entry);
        let place = place.index(bytes.len());
        bytes[place] = byte;
        let _ = decode(entry.revision, &bytes);
        let _ = decode(entry.revision, &bytes[..place]);
    }
}

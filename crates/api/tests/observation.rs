//! Observations go over the wire and come back as they were, and each violation is reported with its path.

#![allow(clippy::unwrap_used, reason = "tests: what does not hold fails them")]

use proptest::{collection::vec, option, prelude::*, sample::select};
use tenseven_api::{
    convert::{FieldReason, Reader, observation_message, read_observation},
    v1,
};
use tenseven_model::{
    AreaCode, Evidence, MissingReason, Notes, Number, Observation, ObservationKey, ObservationStatus, Ratio,
    Revision, SubmissionId, Timestamp, Value,
};

fn value() -> impl Strategy<Value = Value> {
    let finite = any::<f64>().prop_filter_map("finite", |number| Number::try_from(number).ok());
    let ratio = (0.0_f64..1e9, 0.0_f64..1e9)
        .prop_filter_map("a part of a whole", |(part, rest)| Ratio::new(part, part + rest).ok());
    prop_oneof![
        finite.prop_map(Value::Number),
        any::<bool>().prop_map(Value::Flag),
        "[a-z][a-z0-9-]{0,20}".prop_map(|code| Value::Level(code.parse().unwrap())),
        ratio.prop_map(Value::Ratio),
        select(MissingReason::ALL.to_vec()).prop_map(Value::Missing),
    ]
}

fn area() -> impl Strategy<Value = AreaCode> {
    "[A-Z]{3}(/[A-Za-z0-9._-]{1,48})?".prop_map(|text| text.parse().unwrap())
}

fn evidence() -> impl Strategy<Value = Evidence> {
    ("\\PC{1,40}", option::of("https://\\PC{0,40}"), "\\PC{0,80}")
        .prop_filter_map("cites", |(citation, url, quote)| {
            Evidence::new(citation, url.unwrap_or_default(), quote).ok()
        })
}

fn observation() -> impl Strategy<Value = Observation> {
    let key =
        ("[A-Za-z0-9][A-Za-z0-9._-]{0,63}", area(), "[a-z]{1,9}", "(19|20)[0-9]{2}(-Q[1-4]|-S[12]|-0[1-9])?")
            .prop_map(|(indicator, area, source, period)| ObservationKey {
                indicator: indicator.parse().unwrap(),
                area,
                source: source.parse().unwrap(),
                period: period.parse().unwrap(),
            });
    let notes = ("\\PC{0,80}", "\\PC{0,80}", vec(evidence(), 0..3))
        .prop_map(|(comment, method, evidence)| Notes { comment, method, evidence });
    (key, value(), option::of(select(ObservationStatus::ALL.to_vec())), notes)
        .prop_filter_map("the status fits the value", |(key, value, status, notes)| {
            Observation::new(key, value, status, notes).ok()
        })
}

proptest! {
    #[test]
    fn every_observation_comes_back_as_it_was(observation in observation(), revision: u64, micros in 0_i64..1 << 52) {
        let submission = SubmissionId::from_bytes([7; 16]).unwrap();
        let time = Timestamp::from_micros(micros);
        let sent = observation_message(&observation, Revision::new(revision), time, submission, None);
        prop_assert_eq!(sent.revision, revision);
        let mut reader = Reader::default();
        let read = read_observation(&mut reader, "observations[0]", sent.observation.unwrap());
        prop_assert_eq!(reader.finish(read.ok()), Ok(observation));
    }

    #[test]
    fn no_message_makes_it_panic(
        indicator: String, area: String, period: String, source: String, status: String, comment: String,
        kind in option::of(prop_oneof![
            any::<f64>().prop_map(v1::value::Kind::Number),
            any::<i32>().prop_map(v1::value::Kind::Missing),
            any::<String>().prop_map(v1::value::Kind::Level),
            (any::<f64>(), any::<f64>())
                .prop_map(|(numerator, denominator)| v1::value::Kind::Ratio(v1::Ratio { numerator, denominator })),
        ]),
    ) {
        let value = Some(v1::Value { kind });
        let message =
            v1::Observation { indicator, area, period, source, value, status, comment, ..Default::default() };
        let mut reader = Reader::default();
        let read = read_observation(&mut reader, "observations[0]", message);
        // It is either read or refused with a reason, never both and never neither.
        prop_assert_eq!(read.is_ok(), reader.count() == 0);
    }
}

#[test]
fn every_violation_is_reported_with_its_path() {
    let message = v1::Observation {
        indicator: String::new(),
        area: "mar".to_owned(),
        period: "2020-13".to_owned(),
        source: "x".to_owned(),
        value: Some(v1::Value { kind: Some(v1::value::Kind::Number(f64::NAN)) }),
        status: "Z".to_owned(),
        evidence: vec![v1::Evidence::default()],
        ..Default::default()
    };
    let mut reader = Reader::default();
    let read = read_observation(&mut reader, "observations[4]", message);
    let violations = reader.finish(read.ok()).unwrap_err().0;
    let found: Vec<_> = violations.iter().map(|one| (one.path.as_str(), one.reason)).collect();
    assert_eq!(
        found,
        [
            ("observations[4].indicator", FieldReason::Required),
            ("observations[4].area", FieldReason::Malformed),
            ("observations[4].period", FieldReason::Malformed),
            ("observations[4].value.number", FieldReason::OutOfRange),
            ("observations[4].status", FieldReason::Malformed),
            ("observations[4].evidence[0]", FieldReason::Required),
        ]
    );
}

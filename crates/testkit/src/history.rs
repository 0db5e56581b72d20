//! Random histories of submissions to `target-10-7`.

use proptest::{collection::vec, prelude::*, sample::select};
use tenseven_model::{
    AreaCode, MissingReason, Notes, Number, Observation, ObservationKey, Ratio, SubmissionId, Value,
};
use tenseven_observatory::Change;

/// An observation that the registry accepts, from its parts in their usual writing.
pub fn observation(indicator: &str, area: &str, period: &str, value: Value) -> Observation {
    let key = ObservationKey {
        indicator: indicator.parse().expect("the id is one"),
        area: area.parse::<AreaCode>().expect("the area is one"),
        source: "test".parse().expect("the source is one"),
        period: period.parse().expect("the period is one"),
    };
    Observation::new(key, value, None, Notes::default()).expect("the parts make an observation")
}

/// The changes of a submission that holds only these.
pub fn as_changes(all: impl IntoIterator<Item = impl Into<Change>>) -> Vec<Change> {
    all.into_iter().map(Into::into).collect()
}

/// A submission id with this number.
pub fn submission(number: u32) -> SubmissionId {
    let mut bytes = [0x80; 16];
    bytes[12..].copy_from_slice(&number.to_be_bytes());
    SubmissionId::from_bytes(bytes).expect("the id is not nil")
}

fn value_of(indicator: &'static str) -> BoxedStrategy<Value> {
    let missing = select(MissingReason::ALL.to_vec()).prop_map(Value::Missing);
    let level = |code: &str| Value::Level(code.parse().expect("the level is one"));
    let number = |count: u32| Value::Number(Number::try_from(f64::from(count)).expect("a count is finite"));
    let value = match indicator {
        "dual-nationality" | "anti-racism-policies" => {
            select(vec![level("basic"), level("elaborated"), level("comprehensive")]).boxed()
        }
        "regularisation" => (0_u32..=100)
            .prop_map(|part| Value::Ratio(Ratio::new(f64::from(part), 100.0).expect("a part of a whole")))
            .boxed(),
        _ => (0_u32..6_000).prop_map(number).boxed(),
    };
    prop_oneof![5 => value, 1 => missing].boxed()
}

fn any_observation() -> impl Strategy<Value = Observation> {
    let indicators = ["dual-nationality", "anti-racism-policies", "regularisation", "migrant-casualties"];
    let countries = (select(indicators.to_vec()), select(vec!["MAR", "LBY", "CAN", "XAA"]), 2015_u16..2022);
    let cities =
        (Just("cities-with-crisis-measures"), select(vec!["MAR", "MAR/rabat", "MAR/oujda"]), 2015_u16..2022);
    prop_oneof![4 => countries, 1 => cities].prop_flat_map(|(indicator, area, year)| {
        value_of(indicator).prop_map(move |value| observation(indicator, area, &year.to_string(), value))
    })
}

/// Batches that the registry accepts, one after the other; keys come again in later batches.
pub fn history(batches_max: usize) -> impl Strategy<Value = Vec<Vec<Observation>>> {
    let batch = vec(any_observation(), 1..12).prop_map(|mut batch| {
        batch.sort_by(|one, other| one.key().cmp(other.key()));
        batch.dedup_by(|one, other| one.key() == other.key());
        batch
    });
    vec(batch, 1..=batches_max)
}

//! Digests are stored with each submission, and a retry may come after years: they must never change.

#![expect(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

use tenseven_model::{
    Coding, ContentDigest, Evidence, Judgement, MissingReason, Notes, Number, Observation, ObservationKey,
    Practice, PracticeDraft, Ratio, Revision, Ruling, Unit, Value, Withdrawal, event::PracticeChange,
};
use tenseven_state::{
    Operation as _,
    codings::{AdjudicateCodings, SubmitCoding},
    frameworks::PublishFramework,
    observations::{PushObservations, WithdrawObservations},
    practices::{SeedPractices, WritePractice},
};

fn of_observations(observations: Vec<Observation>) -> ContentDigest {
    PushObservations { observations }.digest()
}

fn hex(digest: ContentDigest) -> String {
    data_encoding::HEXLOWER.encode(&digest.0)
}

fn observation(comment: &str, value: Value) -> Observation {
    let key = ObservationKey {
        indicator: "dual-nationality".parse().unwrap(),
        area: "MAR".parse().unwrap(),
        source: "ministry".parse().unwrap(),
        period: "2020".parse().unwrap(),
    };
    let evidence = vec![Evidence::new("Dahir 1-58-250".into(), String::new(), "q".into()).unwrap()];
    Observation::new(key, value, None, Notes { comment: comment.into(), method: String::new(), evidence })
        .unwrap()
}

#[test]
fn equal_content_has_an_equal_digest_and_other_content_another() {
    let level = |code: &str| Value::Level(code.parse().unwrap());
    let one = of_observations(vec![observation("a", level("basic"))]);
    assert_eq!(one, of_observations(vec![observation("a", level("basic"))]));
    assert_ne!(one, of_observations(vec![observation("b", level("basic"))]));
    assert_ne!(one, of_observations(vec![observation("a", level("elaborated"))]));
    assert_ne!(one, of_observations(Vec::new()));
}

#[test]
fn the_digest_of_known_content_never_changes() {
    let values = [
        Value::Number(Number::try_from(2.5).unwrap()),
        Value::Flag(true),
        Value::Level("basic".parse().unwrap()),
        Value::Ratio(Ratio::new(1.0, 3.0).unwrap()),
        Value::Missing(MissingReason::Confidential),
    ];
    let observations: Vec<_> = values.into_iter().map(|value| observation("c", value)).collect();
    let digest = of_observations(observations);
    assert_eq!(hex(digest), "b742b14589ce5c91464e2b0b3aab2e1e");
    let key = observation("c", Value::Flag(true)).key().clone();
    let reason = "sent by mistake".parse().unwrap();
    let digest = WithdrawObservations { withdrawals: vec![Withdrawal::new(key, reason).unwrap()] }.digest();
    assert_eq!(hex(digest), "9ca6ac342dfda95b369f71e6f76502dd");
    let digest = PublishFramework::digest_of("id = \"x\"\n");
    assert_eq!(hex(digest), "3c07c26797d983004890f04259ef3029");
    let unit = Unit::new("access".parse().unwrap(), "MAR".parse().unwrap(), "2020".parse().unwrap()).unwrap();
    let level = Judgement::Level("basic".parse().unwrap());
    let coder = "coder-a".parse().unwrap();
    let evidence = vec![Evidence::new("Law 1".into(), String::new(), "q".into()).unwrap()];
    let coding = Coding::new(unit.clone(), coder, level.clone(), "why".into(), evidence).unwrap();
    assert_eq!(hex(SubmitCoding { coding }.digest()), "32bb6891d1cfd0ac6481559b05b9bcfd");
    let (source, curator) = ("panel".parse().unwrap(), "rosa".parse().unwrap());
    let ruling = Ruling::Decision { judgement: level, rationale: "r".to_owned().try_into().unwrap() };
    let request = AdjudicateCodings::new(unit, source, curator, ruling, "c".into()).unwrap();
    assert_eq!(hex(request.digest()), "c7990e6b6fba2156a9de6bddaca3c36b");
}

fn practice() -> Practice {
    let draft = PracticeDraft {
        id: "a".parse().unwrap(),
        areas: vec!["MAR".parse().unwrap()],
        title: "A".to_owned(),
        description: "What is done.".to_owned(),
        citation: "The book of a".to_owned(),
        domains: vec!["mobility".parse().unwrap()],
        indicators: vec!["dual-nationality".parse().unwrap()],
        measures: vec!["skills".parse().unwrap()],
    };
    Practice::new(draft).unwrap()
}

#[test]
fn the_digest_of_known_practices_never_changes() {
    let write = |change, expected| WritePractice {
        change,
        curator: "hub".parse().unwrap(),
        expected: Revision::new(expected),
    };
    let reason = "Over.".parse().unwrap();
    let withdrawn = PracticeChange::Withdrawn { id: "a".parse().unwrap(), reason };
    let digests = [
        write(PracticeChange::Put(practice()), 0).digest(),
        write(PracticeChange::Put(practice()), 7).digest(),
        write(withdrawn, 7).digest(),
        SeedPractices { practices: vec![practice()] }.digest(),
    ];
    let digests = digests.map(|digest| data_encoding::HEXLOWER.encode(&digest.0[..8]));
    assert_eq!(digests, ["3dc86b98bd758eb9", "6a8d0503b6f204f9", "be42e63e4ab60444", "6862a94284556134"]);
}

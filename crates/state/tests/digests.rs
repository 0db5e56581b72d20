//! Digests are stored with each submission, and a retry may come after years: they must never change.

#![expect(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

use std::collections::BTreeSet;

use tenseven_model::{
    Coding, ContentDigest, Evidence, GivenFields, GivenStatus, Judgement, MissingReason, Notes, Number,
    Observation, ObservationKey, ObservationMerge, ObservationStatus, Practice, PracticeDraft, Ratio,
    Revision, Ruling, Unit, Value, Withdrawal, event::PracticeChange,
};
use tenseven_state::{
    Operation as _,
    codings::{AdjudicateCodings, SubmitCoding},
    frameworks::PublishFramework,
    observations::{Change, SubmitChanges},
    practices::{SeedPractices, WritePractice},
};

fn of_changes<T: Into<Change>>(changes: Vec<T>) -> ContentDigest {
    SubmitChanges { changes: changes.into_iter().map(T::into).collect() }.digest()
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
    let one = of_changes(vec![observation("a", level("basic"))]);
    assert_eq!(one, of_changes(vec![observation("a", level("basic"))]));
    assert_ne!(one, of_changes(vec![observation("b", level("basic"))]));
    assert_ne!(one, of_changes(vec![observation("a", level("elaborated"))]));
    assert_ne!(one, of_changes::<Observation>(Vec::new()));
}

fn merge(key: &ObservationKey, fields: GivenFields) -> ObservationMerge {
    ObservationMerge::new(key.clone(), fields).unwrap()
}

fn all_fields() -> GivenFields {
    GivenFields {
        value: Some(Value::Flag(true)),
        status: Some(GivenStatus::Is(ObservationStatus::Estimated)),
        comment: Some("c".into()),
        method: Some("m".into()),
        evidence: Some(vec![Evidence::new("Law 1".into(), String::new(), "q".into()).unwrap()]),
    }
}

#[test]
fn each_field_of_a_merge_counts_and_one_that_is_absent_is_not_one_that_is_empty() {
    let key = observation("c", Value::Flag(true)).key().clone();
    let full = all_fields;
    let others = [
        full(),
        GivenFields { value: None, ..full() },
        GivenFields { value: Some(Value::Flag(false)), ..full() },
        GivenFields { status: None, ..full() },
        GivenFields { status: Some(GivenStatus::Default), ..full() },
        GivenFields { comment: None, ..full() },
        GivenFields { comment: Some(String::new()), ..full() },
        GivenFields { comment: Some("m".into()), method: Some("c".into()), ..full() },
        GivenFields { method: None, ..full() },
        GivenFields { method: Some(String::new()), ..full() },
        GivenFields { evidence: None, ..full() },
        GivenFields { evidence: Some(Vec::new()), ..full() },
    ];
    let digests: BTreeSet<String> =
        others.iter().map(|fields| hex(of_changes(vec![merge(&key, fields.clone())]))).collect();
    assert_eq!(digests.len(), others.len());
}

#[test]
fn what_a_merge_was_resolved_with_is_no_part_of_its_content() {
    let current = observation("c", Value::Flag(true));
    let unresolved = Change::from(merge(current.key(), all_fields()));
    let mut resolved = unresolved.clone();
    let Change::Merge(inside) = &mut resolved else { unreachable!("it is a merge") };
    inside.resolve(Revision::new(7), &current);
    assert_ne!(resolved, unresolved);
    assert_eq!(of_changes(vec![resolved]), of_changes(vec![unresolved]));
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
    let digest = of_changes(observations);
    assert_eq!(hex(digest), "49e25aa80694b7148abfcba4eb3ad98d");
    let key = observation("c", Value::Flag(true)).key().clone();
    let reason = "sent by mistake".parse().unwrap();
    let digest = of_changes(vec![Withdrawal::new(key.clone(), reason).unwrap()]);
    assert_eq!(hex(digest), "e5c439d61be80a438e182294bbf979af");
    assert_eq!(hex(of_changes(vec![merge(&key, all_fields())])), "91bb5d4ac636d34fb83d3c6304b7ba1f");
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

//! The rules by which codings become one judgement.

use tenseven_model::{Level, MissingReason};

use super::*;

fn rubric() -> Rubric {
    let level = |code: &str| Level {
        code: code.parse().unwrap(),
        label: String::new(),
        description: String::new(),
        score: 0.0,
    };
    // In an order that is not that of the letters.
    Rubric::new(["low", "fair", "high"].map(level).to_vec()).unwrap()
}

fn filed(codes: &str) -> Vec<IndexedCoding> {
    let one = |(index, code): (usize, &str)| IndexedCoding {
        coder: format!("coder-{index}").parse().unwrap(),
        revision: Revision::new(10 + index as u64),
        judgement: match code {
            "-" => Judgement::Missing(MissingReason::NotAvailable),
            code => Judgement::Level(code.parse().unwrap()),
        },
    };
    codes.split_whitespace().enumerate().map(one).collect()
}

fn ruled(codes: &str, ruling: Ruling) -> Result<String, NotAdjudicable> {
    let unit = Unit::new("access".parse().unwrap(), "MAR".parse().unwrap(), "2020".parse().unwrap()).unwrap();
    let filed = filed(codes);
    let current: Vec<&IndexedCoding> = filed.iter().collect();
    rule_on(&unit, 1, &current, &rubric(), ruling).map(|(judgement, _)| judgement.to_string())
}

#[test]
fn the_median_is_the_level_in_the_middle() {
    for (codes, expected) in [
        ("low", "low"),
        ("high low low", "low"),
        ("high low fair", "fair"),
        ("high - high", "high"),
        ("low fair fair high", "fair"),
    ] {
        assert_eq!(ruled(codes, Ruling::Median).as_deref(), Ok(expected), "{codes}");
    }
}

#[test]
fn a_median_between_levels_is_refused_with_both_and_the_remedy() {
    for codes in ["low fair", "high low", "low low high high"] {
        let refused = ruled(codes, Ruling::Median).unwrap_err();
        assert!(matches!(refused, NotAdjudicable::BetweenLevels { .. }), "{codes}: {refused:?}");
        assert!(refused.to_string().ends_with("adjudicate with a decision"), "{refused}");
    }
}

#[test]
fn a_majority_is_more_than_half_of_those_who_give_a_level() {
    assert_eq!(ruled("high low high", Ruling::Majority).as_deref(), Ok("high"));
    assert_eq!(ruled("- - low", Ruling::Majority).as_deref(), Ok("low"));
    for codes in ["high low", "low fair high", "low low high high", "low low fair high"] {
        let refused = ruled(codes, Ruling::Majority).unwrap_err();
        assert!(matches!(refused, NotAdjudicable::NoMajority { .. }), "{codes}: {refused:?}");
    }
}

#[test]
fn a_decision_needs_codings_and_nothing_else() {
    let decision = || Ruling::Decision {
        judgement: Judgement::Missing(MissingReason::Confidential),
        rationale: "As the law is secret".to_owned().try_into().unwrap(),
    };
    assert_eq!(ruled("- -", decision()).as_deref(), Ok("missing (confidential)"));
    assert!(matches!(ruled("", decision()), Err(NotAdjudicable::NoCodings { .. })));
    assert!(matches!(ruled("- -", Ruling::Median), Err(NotAdjudicable::NoLevel { .. })));
}

#[test]
fn the_method_says_rule_and_codings_within_its_limit() {
    let (curator, filed) = ("rosa".parse().unwrap(), filed("low - low"));
    let current: Vec<&IndexedCoding> = filed.iter().collect();
    assert_eq!(
        method(&AdjudicationRule::Median, &curator, 2, &current),
        "Median of 3 codings, 2 of them with a level, in round 2 (revisions 10, 11, 12), adjudicated by rosa."
    );
    let longest = IndexedCoding { revision: Revision::new(u64::MAX), ..filed[0].clone() };
    let rationale = "x".repeat(1_000).try_into().unwrap();
    let rule = AdjudicationRule::Decision { rationale };
    let text =
        method(&rule, &"c".repeat(64).parse().unwrap(), u32::MAX, &vec![&longest; super::super::CODERS_MAX]);
    assert!(text.chars().count() <= TEXT_LENGTH_MAX, "{}", text.chars().count());
}

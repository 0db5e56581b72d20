//! The meaning of formulas, and which are refused.

use proptest::prelude::*;

use super::*;
use crate::{Precision, Rounding};

fn read(text: &str) -> Result<Expression, String> {
    text.parse::<Formula>().map(|formula| formula.expression).map_err(|error| error.to_string())
}

#[test]
fn products_bind_before_sums_and_powers_before_signs() {
    let shown = |text: &str| read(text).unwrap().to_string();
    assert_eq!(shown("1 + 2 * [a]"), "(1e0 + (2e0 * [a]))");
    assert_eq!(shown("[a] - [b] - [c]"), "(([a] - [b]) - [c])");
    assert_eq!(shown("-[a] ^ 2"), "(-([a] ^ 2e0))");
    assert_eq!(shown("2 ^ 3 ^ 2"), "(2e0 ^ (3e0 ^ 2e0))");
    assert_eq!(shown("([a]+1)/node[overall] >= .5"), "((([a] + 1e0) / node[overall]) >= 5e-1)");
    assert_eq!(
        shown("if([a] > 1, min([a], 2, 3), pow(abs(-1), 1e-3))"),
        "if(([a] > 1e0), min([a], 2e0, 3e0), (abs((-1e0)) ^ 1e-3))"
    );
}

#[test]
fn refuses_with_the_place_and_the_remedy() {
    for (text, expected) in [
        ("", "at character 1: the formula ends where a number, [indicator] or function is expected"),
        ("[a] [b]", "at character 5: '[' was not expected; write an operator before it"),
        ("1 + mim([a])", "at character 5: \"mim\" is no function; did you mean min?"),
        ("abs([a], 2)", "at character 4: takes 1 arguments, with commas between them; 2 are given"),
        ("([a] + 1", "at character 9: \")\" is missing"),
        (
            "[a b]",
            "at character 2: id \"a b\" has ' ' at character 2; use A-Z a-z 0-9 . _ - and start with a letter or digit",
        ),
        ("1e999", "at character 1: \"1e999\" is no finite number; write for example 0.5 or 1e-3"),
        ("[a", "at character 2: \"]\" is missing after the id"),
        ("1 < 2 < 3", "at character 7: '<' was not expected; write an operator before it"),
    ] {
        assert_eq!(read(text), Err(expected.to_owned()), "{text}");
    }
}

#[test]
fn hostile_texts_are_refused_and_exhaust_nothing() {
    for text in ["(".repeat(3_000), "-".repeat(3_000), "2^".repeat(1_999), "abs(".repeat(900)] {
        assert!(read(&text).is_err(), "{}", &text[..20]);
    }
    assert!(read(&vec!["[a]"; 900].join("+")).is_ok());
    assert!(read(&"1".repeat(4_001)).unwrap_err().contains("more than 4000 characters"));
}

fn expression() -> impl Strategy<Value = Expression> {
    let leaf = prop_oneof![
        (0.0..1e9_f64).prop_map(Expression::Number),
        "[a-z][a-z-]{0,5}".prop_map(|id| Expression::Indicator(id.parse().unwrap())),
        "[a-z][a-z-]{0,5}".prop_map(|id| Expression::Node(id.parse().unwrap())),
    ];
    leaf.prop_recursive(5, 40, 3, |inner| {
        let one = inner.clone().prop_map(Box::new);
        let function = prop::sample::select(vec![
            Function::Negate,
            Function::Absolute,
            Function::Log,
            Function::Exp,
            Function::Sqrt,
        ]);
        let operator = prop::sample::select(vec![
            Operator::Add,
            Operator::Subtract,
            Operator::Multiply,
            Operator::Divide,
            Operator::Power,
        ]);
        let comparison = prop::sample::select(vec![
            Comparison::Below,
            Comparison::AtMost,
            Comparison::Above,
            Comparison::AtLeast,
            Comparison::Equal,
            Comparison::NotEqual,
        ]);
        let gathering = prop::sample::select(vec![Gathering::Count, Gathering::Mean, Gathering::Sum]);
        let over = prop::sample::select(vec![
            OverTime::Lag,
            OverTime::Difference,
            OverTime::Growth,
            OverTime::MovingMean,
        ]);
        prop_oneof![
            (function, one.clone()).prop_map(|(function, value)| Expression::Apply(function, value)),
            (operator, one.clone(), one.clone())
                .prop_map(|(operator, left, right)| Expression::Combine(operator, left, right)),
            (comparison, one.clone(), one.clone())
                .prop_map(|(comparison, left, right)| Expression::Compare(comparison, left, right)),
            (one.clone(), one.clone(), one)
                .prop_map(|(condition, then, otherwise)| Expression::If(condition, then, otherwise)),
            (inner.clone(), 0..=12_u32).prop_map(|(value, digits)| Expression::Round(
                Box::new(value),
                Precision::new(digits, Rounding::HalfUp).unwrap()
            )),
            prop::collection::vec(inner.clone(), 1..4).prop_map(Expression::Min),
            (over, "[a-z]", 1..=240_u32).prop_map(|(over, id, periods)| {
                let value = Box::new(Expression::Indicator(id.parse().unwrap()));
                Expression::Over(over, value, periods.max(2))
            }),
            (gathering, prop::collection::vec(inner.clone(), 1..4))
                .prop_map(|(gathering, values)| Expression::Gather(gathering, values)),
            inner.clone().prop_map(|value| Expression::Gather(Gathering::Known, vec![value])),
            ("[a-z]", inner.clone()).prop_map(|(id, value)| {
                let first = Expression::Indicator(id.parse().unwrap());
                Expression::Gather(Gathering::First, vec![first, value])
            }),
            prop::collection::vec(inner, 1..4).prop_map(Expression::Max),
        ]
    })
}

#[test]
fn a_number_is_rounded_to_decimals_that_are_written_out() {
    assert!(matches!(read("round([a] / 2, 3)"), Ok(Expression::Round(_, to)) if to.digits() == 3));
    for text in ["round([a], [b])", "round([a], 13)", "round([a], 0.5)", "round([a], -1)"] {
        let expected = "at character 6: rounds to decimals that are written out, from 0 to 12";
        assert_eq!(read(text), Err(expected.to_owned()), "{text}");
    }
    assert!(read("round([a])").is_err_and(|error| error.contains("takes 2 arguments")));
}

#[test]
fn what_is_known_is_gathered_from_arguments_that_can_lack_a_number() {
    assert_eq!(
        read("coalesce([a], mean([b], [c]), 0)").unwrap().to_string(),
        "coalesce([a], mean([b], [c]), 0e0)"
    );
    assert!(matches!(read("known([a])"), Ok(Expression::Gather(Gathering::Known, one)) if one.len() == 1));
    for (text, expected) in [
        (
            "coalesce([a])",
            "at character 9: coalesce takes at least 2 arguments, the first that has a number counts",
        ),
        (
            "coalesce([a], -1, [b])",
            "at character 9: what follows a written number is never looked at; put the number last",
        ),
        ("known([a], [b])", "at character 6: takes 1 arguments, with commas between them; 2 are given"),
        ("cuont([a])", "at character 1: \"cuont\" is no function; did you mean count?"),
    ] {
        assert_eq!(read(text), Err(expected.to_owned()), "{text}");
    }
}

#[test]
fn a_look_back_is_a_number_of_periods_that_is_written_out() {
    let shown = |text: &str| read(text).unwrap().to_string();
    assert_eq!(
        shown("growth([a], 1) + lag(moving_mean([b], 3), 2)"),
        "(growth([a], 1) + lag(moving_mean([b], 3), 2))"
    );
    for (text, expected) in [
        ("lag([a], 0)", "at character 4: takes a number of periods that is written out, from 1 to 240"),
        ("lag([a], 241)", "at character 4: takes a number of periods that is written out, from 1 to 240"),
        ("growth([a], [b])", "at character 7: takes a number of periods that is written out, from 1 to 240"),
        (
            "moving_mean([a], 1)",
            "at character 12: takes a number of periods that is written out, from 2 to 240",
        ),
        ("lag([a])", "at character 4: takes 2 arguments, with commas between them; 1 are given"),
        (
            "difference(3, 1)",
            "at character 11: is for what differs between periods, and written numbers do not",
        ),
        ("movingmean([a], 3)", "at character 1: \"movingmean\" is no function; did you mean moving_mean?"),
    ] {
        assert_eq!(read(text), Err(expected.to_owned()), "{text}");
    }
}

#[test]
fn how_far_back_an_expression_looks_adds_up() {
    let expression = read("moving_mean(lag([a], 2), 3) - growth([b], 4) + [a]").unwrap();
    assert_eq!((expression.reach(), expression.read_count()), (4, 6));
    let lags: Vec<_> = expression.lagged_reads().into_values().map(Vec::from_iter).collect();
    assert_eq!(lags, [vec![0, 2, 3, 4], vec![0, 4]]);
    let nested = read(&format!("{}[a]{}", "moving_mean(".repeat(60), ", 240)".repeat(60))).unwrap();
    assert_eq!((nested.reach(), nested.read_count()), (60 * 239, usize::MAX));
}

#[test]
fn one_equals_sign_is_refused_with_how_to_compare() {
    for text in ["if([a] = 1, 2, 3)", "[a] = 1"] {
        let wrong = read(text).unwrap_err();
        assert!(wrong.contains("write \"==\" for equal"), "{text}: {wrong}");
    }
}

proptest! {
    #[test]
    fn what_is_written_down_is_read_again(expression in expression()) {
        prop_assert_eq!(read(&expression.to_string()), Ok(expression));
    }

    #[test]
    fn no_text_brings_it_down(text in "[0-9a-z\\[\\]()+*/^<>=!., -]{0,60}") {
        let _ = read(&text);
    }
}

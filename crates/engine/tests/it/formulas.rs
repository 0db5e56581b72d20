//! What a computed value rests on, and how far its marks reach.

use tenseven_engine::{Board, LeafCell};
use tenseven_model::{
    Gap, Indicator, IndicatorKind, MissingReason, Value,
    framework::{Denominator, Leaf, Normalise},
    indicator::RollUp,
};

use crate::fixture::*;

/// The scores of a leaf `made` that is computed from the indicators `a`, `b` and `c`, with values carried for 3 years.
fn board(formula: &str, cells: &[(&str, &str, &str, Value)]) -> Board {
    let draft = draft().indicator("a", NUMBER).indicator("b", NUMBER).indicator("c", NUMBER);
    let plan = draft
        .leaf("made", "overall", NUMBER, Normalise::None)
        .with(|_, leaf, indicator| {
            leaf.max_age = 3;
            indicator.formula = Some(formula.parse().unwrap());
        })
        .plan();
    plan.score(&panel(cells), &geography())
}

fn leaf(board: &Board) -> LeafCell {
    let row = board.row(period("2020"), area("MAR")).unwrap();
    node(board.plan(), &row, "made").leaf.clone().unwrap()
}

#[test]
fn what_a_formula_did_not_look_at_leaves_no_mark() {
    let cells = [("a", "MAR", "2020", number(1.0)), ("b", "MAR", "2018", number(2.0))];
    for (formula, carried) in [
        ("coalesce([a], [b])", 0),
        ("coalesce([b], [a])", 1),
        ("if([a] > 0, [a], [b])", 0),
        ("if([b] > 0, [a], 7)", 1),
        ("mean([a], [b])", 1),
        ("known([a]) + count([a], [c])", 0),
    ] {
        let board = board(formula, &cells);
        let root = &board.row(period("2020"), area("MAR")).unwrap().nodes[0];
        assert_eq!((root.carried, root.imputed), (carried, 0), "{formula}");
        let coverage = (root.coverage.with_data, root.coverage.applicable);
        assert_eq!(coverage, (1, 1), "{formula}: a computed indicator is one, whatever it passes over");
    }
}

#[test]
fn a_written_number_that_stands_in_is_marked_up_to_the_root() {
    let cells = [("a", "MAR", "2020", number(1.0))];
    for (formula, imputed) in [
        ("coalesce([b], [c], 5) * [a]", 1),
        ("[a] + coalesce([b], -5)", 1),
        ("coalesce([a], 5)", 0),
        ("coalesce([b], [a])", 0),
        ("mean([a], [b])", 0),
        ("[a] + sum([b], 0)", 1),
        ("[a] + mean([b], [c], 50)", 1),
        ("sum([a], 10)", 0),
        ("sum([a], [b], 10)", 0),
    ] {
        let board = board(formula, &cells);
        let root = &board.row(period("2020"), area("MAR")).unwrap().nodes[0];
        assert_eq!((root.imputed, root.carried), (imputed, 0), "{formula}");
        assert_eq!(leaf(&board).is_filled_in, imputed == 1, "{formula}");
    }
}

#[test]
fn the_marks_of_a_computed_denominator_count_as_well() {
    let divided = |formula: &str| {
        let mut draft = draft().indicator("a", NUMBER).indicator("b", NUMBER).indicator("whole", NUMBER);
        draft.indicators.last_mut().unwrap().formula = Some(formula.parse().unwrap());
        let by = |_: &mut _, leaf: &mut Leaf, _: &mut _| {
            leaf.denominator = Some(Denominator {
                indicator: "whole".parse().unwrap(),
                per: 1.0,
                sources: vec![],
                max_age: 2,
            });
        };
        let plan = draft.leaf("made", "overall", NUMBER, Normalise::None).with(by).plan();
        let cells = [("made", "MAR", "2020", number(1.0)), ("a", "MAR", "2019", number(2.0))];
        let board = plan.score(&panel(&cells), &geography());
        let root = &board.row(period("2020"), area("MAR")).unwrap().nodes[0];
        (root.carried, root.imputed)
    };
    assert_eq!(divided("[a] * 2"), (1, 0));
    assert_eq!(divided("coalesce([b], 4)"), (0, 1));
}

#[test]
fn a_divisor_that_is_added_up_from_local_units_marks_what_it_divides() {
    for formula in [None, Some("[units] + 0")] {
        let mut draft = draft().indicator("units", IndicatorKind::Count).indicator("whole", NUMBER);
        draft.indicators[0].roll_up = Some(RollUp::Sum);
        draft.indicators[1].formula = formula.map(|formula| formula.parse().unwrap());
        let by = |_: &mut _, leaf: &mut Leaf, _: &mut _| {
            leaf.denominator = Some(Denominator {
                indicator: if formula.is_some() { "whole" } else { "units" }.parse().unwrap(),
                per: 1.0,
                sources: vec![],
                max_age: 0,
            });
        };
        let plan = draft.leaf("made", "overall", NUMBER, Normalise::None).with(by).plan();
        let cells = [
            ("made", "MAR", "2020", number(10.0)),
            ("units", "MAR/one", "2020", number(2.0)),
            ("units", "MAR/two", "2020", number(3.0)),
        ];
        let board = plan.score(&panel(&cells), &geography());
        let root = &board.row(period("2020"), area("MAR")).unwrap().nodes[0];
        assert_eq!((root.outcome, root.rolled_up), (Ok(2.0), 1), "{formula:?}");
    }
}

/// The reasons of what is passed over do not matter where something is known; where nothing is, one of them stays.
#[test]
fn what_does_not_apply_is_passed_over_and_only_where_nothing_else_is_known_stays() {
    let missing = |reason| Value::Missing(reason);
    let cells = [
        ("a", "MAR", "2020", missing(MissingReason::NotApplicable)),
        ("b", "MAR", "2020", missing(MissingReason::NotCollected)),
        ("c", "MAR", "2020", number(4.0)),
    ];
    for (formula, expected) in [
        ("mean([a], [b], [c])", Ok(4.0)),
        ("mean([a], [b])", Err(Gap::Reported(MissingReason::NotCollected))),
        ("coalesce([a], [a])", Err(Gap::Reported(MissingReason::NotApplicable))),
        ("known([a]) + known([c])", Ok(1.0)),
    ] {
        let board = board(formula, &cells);
        let row = board.row(period("2020"), area("MAR")).unwrap();
        assert_eq!(node(board.plan(), &row, "made").outcome, expected, "{formula}");
    }
}

fn years(board: &Board) -> Vec<String> {
    board
        .periods()
        .filter(|period| board.has_row(*period, area("MAR")))
        .map(|period| period.to_string())
        .collect()
}

#[test]
fn what_is_read_of_earlier_periods_makes_no_period_exist() {
    let cells = [("a", "MAR", "2018", number(4.0)), ("a", "MAR", "2021", number(5.0))];
    let draft = draft().indicator("a", NUMBER);
    let by = |_: &mut _, _: &mut Leaf, indicator: &mut Indicator| {
        indicator.formula = Some("coalesce([a], 0) + lag([a], 3)".parse().unwrap());
    };
    let plan = draft.leaf("made", "overall", NUMBER, Normalise::None).with(by).plan();
    let board = plan.score(&panel(&cells), &geography());
    assert_eq!(years(&board), ["2018", "2021"]);
    assert_eq!(outcome(&board, "2021", "MAR", "made"), Ok(9.0));
    assert_eq!(board.answer(period("2024"), area("MAR")).nodes[1].outcome, Err(Gap::NeverReported));
}

#[test]
fn a_change_is_followed_to_the_last_period_that_looks_back_at_it() {
    let mut draft = draft().indicator("a", NUMBER).indicator("inner", NUMBER);
    draft.indicators.last_mut().unwrap().formula = Some("moving_mean([a], 3)".parse().unwrap());
    let by = |_: &mut _, leaf: &mut Leaf, indicator: &mut Indicator| {
        leaf.max_age = 1;
        indicator.formula = Some("lag([inner], 2)".parse().unwrap());
    };
    let plan = draft.leaf("made", "overall", NUMBER, Normalise::None).with(by).plan();
    let cells: Vec<_> = ["2014", "2015", "2016", "2017", "2018", "2019", "2020", "2021"]
        .map(|year| ("a", "MAR", year, number(3.0)))
        .to_vec();
    let mut panel = panel(&cells);
    let board = plan.score(&panel, &geography());
    let changed = key("a", "MAR", "one", "2016");
    panel.set(&changed, cell(number(6.0), 99));
    let after = plan.rescore(&board, &panel, &geography(), std::slice::from_ref(&changed));
    let scores: Vec<_> =
        ["2017", "2018", "2019", "2020", "2021"].map(|year| outcome(&after, year, "MAR", "made")).to_vec();
    // 2017 looks back at 2013 to 2015, and nothing was reported for 2013.
    assert_eq!(scores, [Err(Gap::NeverReported), Ok(4.0), Ok(4.0), Ok(4.0), Ok(3.0)]);
    let periods: Vec<_> =
        after.changes_since(&board, &[changed]).into_iter().map(|change| change.period).collect();
    assert_eq!(periods.first(), Some(&period("2018")));
    assert_eq!(periods.last(), Some(&period("2020")));
}

#[test]
fn an_earlier_value_is_carried_only_if_it_is_not_of_the_period_that_is_looked_back_at() {
    let cells = [("a", "MAR", "2020", number(1.0)), ("a", "MAR", "2018", number(2.0))];
    for (formula, carried) in
        [("[a] - lag([a], 2)", 0), ("[a] - lag([a], 1)", 1), ("mean([a], lag([a], 3))", 0)]
    {
        let board = board(formula, &cells);
        let root = &board.row(period("2020"), area("MAR")).unwrap().nodes[0];
        assert_eq!(root.carried, carried, "{formula}");
    }
}

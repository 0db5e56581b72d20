//! What a computed value rests on, and how far its marks reach.

use tenseven_engine::{Board, LeafCell};
use tenseven_model::{
    Gap, MissingReason, Value,
    framework::{Denominator, Leaf, Normalise},
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

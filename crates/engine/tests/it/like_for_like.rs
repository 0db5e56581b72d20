//! How changes are split between what changed and what came or lapsed.

use tenseven_engine::{Board, CoverageChange};
use tenseven_model::{
    Precision, Rounding, Value,
    framework::{Average, Impute, Leaf, Normalise},
};

use crate::fixture::{NUMBER, Say as _, area, draft, geography, number, outcome, panel, period};

/// Three leaves under the root, scored as they are observed and published without decimals.
fn board(each: impl Fn(&mut Leaf), observed: &[(&str, &str, &str, Value)]) -> Board {
    let mut draft = draft();
    draft.precision = Precision::new(0, Rounding::HalfUp).ok();
    for id in ["a", "b", "c"] {
        draft = draft.leaf(id, "overall", NUMBER, Normalise::None).with(|_, leaf, _| each(leaf));
    }
    draft.plan().score(&panel(observed), &geography())
}

/// What came and lapsed between 2019 and 2020 in Morocco, and how much is like for like, of the root; and its published change.
fn split(board: &Board) -> (Option<CoverageChange>, f64) {
    let published = |at: &str| outcome(board, at, "MAR", "overall").unwrap();
    let changes = board.coverage_changes((period("2019"), area("MAR")), (period("2020"), area("MAR")));
    (changes[0].clone(), published("2020") - published("2019"))
}

fn lapse(lapsed: usize, like_for_like: f64) -> CoverageChange {
    CoverageChange { came: Vec::new(), lapsed: vec![lapsed], like_for_like: Some(like_for_like) }
}

/// All rose from 10.4 to 10.6, which is 10 and 11 as published, and that one lapsed makes no difference.
#[test]
fn what_does_not_count_comes_and_lapses_for_itself_alone() {
    let mut draft =
        draft().leaf("a", "overall", NUMBER, Normalise::None).leaf("b", "overall", NUMBER, Normalise::None);
    draft.nodes[2].counts = false;
    let cells = [
        ("a", "MAR", "2019", number(1.0)),
        ("a", "MAR", "2020", number(3.0)),
        ("b", "MAR", "2020", number(9.0)),
    ];
    let board = draft.plan().score(&panel(&cells), &geography());
    let then = (period("2019"), area("MAR"));
    let changes = board.coverage_changes(then, (period("2020"), area("MAR")));
    assert_eq!(changes, [None, None, None]);
}

#[test]
fn rounding_is_no_coverage() {
    let observed = [
        ("a", "MAR", "2019", number(10.4)),
        ("b", "MAR", "2019", number(10.4)),
        ("c", "MAR", "2019", number(10.4)),
        ("a", "MAR", "2020", number(10.6)),
        ("b", "MAR", "2020", number(10.6)),
    ];
    assert_eq!(split(&board(|_| (), &observed)), (Some(lapse(3, 1.0)), 1.0));
}

/// The constant 50 stands in for what lapsed, and for what was never there.
#[test]
fn what_stands_in_is_no_data() {
    let observed = [
        ("a", "MAR", "2019", number(80.0)),
        ("b", "MAR", "2019", number(20.0)),
        ("a", "MAR", "2020", number(83.0)),
    ];
    let constant = |leaf: &mut Leaf| leaf.impute = Some(Impute::Constant(50.0));
    // (80 + 20 + 50) / 3 and (83 + 50 + 50) / 3; of the two that are alike, 65 and 66.5.
    assert_eq!(split(&board(constant, &observed)), (Some(lapse(2, 2.0)), 11.0));
    let elsewhere = [("b", "LBY", "2020", number(50.0)), ("c", "LBY", "2019", number(50.0))];
    let others = [&observed[..], &elsewhere, &[("c", "LBY", "2020", number(50.0))]].concat();
    let mean = |leaf: &mut Leaf| leaf.impute = Some(Impute::Average(Average::Mean));
    assert_eq!(split(&board(mean, &others)), (Some(lapse(2, 2.0)), 11.0));
}

#[test]
fn what_is_carried_is_data() {
    let observed = [
        ("a", "MAR", "2019", number(80.0)),
        ("b", "MAR", "2019", number(20.0)),
        ("a", "MAR", "2020", number(83.0)),
        ("c", "MAR", "2018", number(20.0)),
    ];
    // In 2020 `c` is too old.
    let carried = |leaf: &mut Leaf| leaf.max_age = 1;
    assert_eq!(split(&board(carried, &observed)), (Some(lapse(3, 2.0)), 12.0));
    let far = |leaf: &mut Leaf| leaf.max_age = 5;
    assert_eq!(split(&board(far, &observed)), (None, 1.0));
}

#[test]
fn what_a_formula_fills_in_is_no_data() {
    let plan = draft()
        .indicator("survey", NUMBER)
        .leaf("a", "overall", NUMBER, Normalise::None)
        .leaf("b", "overall", NUMBER, Normalise::None)
        .with(|_, _, indicator| indicator.formula = Some("coalesce([survey], 20)".parse().unwrap()))
        .plan();
    let observed = [
        ("a", "MAR", "2019", number(80.0)),
        ("a", "MAR", "2020", number(82.0)),
        ("survey", "MAR", "2020", number(90.0)),
    ];
    let board = plan.score(&panel(&observed), &geography());
    let (change, published) = split(&board);
    let change = change.unwrap();
    assert_eq!((change.came.len(), change.lapsed.len(), published), (1, 0, 36.0));
    assert_eq!(change.like_for_like, Some(2.0));
}

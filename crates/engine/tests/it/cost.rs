//! What a framework costs at most, before anything is scored with it.

use tenseven_engine::{
    BoardSize, Cost,
    cost::{Cause, Part, PartCost},
};
use tenseven_model::{
    formula::Formula,
    framework::{Aggregate, Branch, FrameworkDraft, Normalise, Pool, Standing, Ties},
};

use crate::fixture::{NUMBER, Say as _, draft};

const SIZE: BoardSize = BoardSize { areas: 200, periods: 30 };

fn cost(draft: FrameworkDraft) -> Cost {
    Cost::of(&draft.plan(), SIZE)
}

fn prank(pool: Pool) -> Normalise {
    Normalise::Rank { standing: Standing::Percentile, ties: Ties::Min, pool }
}

/// A leaf that is observed, and this many that are computed from it.
fn copies(count: usize, normalise: &Normalise) -> FrameworkDraft {
    let formula: Formula = "[seen] * 2".parse().unwrap();
    let seen = draft().leaf("seen", "overall", NUMBER, Normalise::None);
    (0..count).fold(seen, |draft, copy| {
        draft.leaf(&format!("copy-{copy}"), "overall", NUMBER, normalise.clone()).with(|_, _, indicator| {
            indicator.formula = Some(formula.clone());
        })
    })
}

fn copeland(count: usize) -> FrameworkDraft {
    let root = draft().root(Branch { aggregate: Aggregate::Copeland, ..Branch::default() });
    (0..count)
        .fold(root, |draft, leaf| draft.leaf(&format!("leaf-{leaf}"), "overall", NUMBER, Normalise::None))
}

/// The part that costs most after a change.
fn dearest(cost: &Cost) -> PartCost {
    cost.dearest(|part| part.change, 1)[0]
}

#[test]
fn what_is_compared_over_all_periods_costs_more_after_a_change_than_within_one() {
    let one = |normalise| cost(draft().leaf("one", "overall", NUMBER, normalise));
    let [alone, within, over] = [Normalise::None, prank(Pool::Period), prank(Pool::AllPeriods)].map(one);
    assert!(
        alone.change < within.change && 10 * within.change < over.change,
        "{alone:?} {within:?} {over:?}"
    );
    assert!(alone.rebuild < within.rebuild && within.rebuild < over.rebuild);
    let cause = dearest(&over).change_cause;
    assert_eq!(cause, Cause::Comparison { method: "prank", pool: Pool::AllPeriods });
    assert_eq!(cause.to_string(), "prank compares all areas of all periods");
}

#[test]
fn an_observation_that_many_leaves_are_computed_from_costs_what_they_all_cost() {
    let (few, many) =
        (cost(copies(10, &prank(Pool::AllPeriods))), cost(copies(100, &prank(Pool::AllPeriods))));
    let times = many.change as f64 / few.change as f64;
    assert!((9.0..11.0).contains(&times), "{times}");
    assert_eq!(many.dearest_indicator, Some("seen".parse().unwrap()));
}

#[test]
fn pairs_of_areas_cost_four_times_as_much_for_twice_as_many() {
    let plan = copeland(20).plan();
    let root = |areas| dearest(&Cost::of(&plan, BoardSize { areas, periods: 30 }));
    let (few, many) = (root(200), root(400));
    assert_eq!((many.part, many.change_cause), (Part::Node(0), Cause::Pairs { parts: 20 }));
    let times = many.change as f64 / few.change as f64;
    assert!((3.8..4.2).contains(&times), "{times}");
}

#[test]
fn memory_grows_with_leaves_and_cells() {
    let bytes = |count| cost(copies(count, &Normalise::None)).bytes;
    let column = 8 * SIZE.cells() as u64;
    let each = (bytes(110) - bytes(10)) / 100;
    // What is observed and the scores, with what lists their chunks; and the formula.
    let lists = 2 * column / 30;
    assert!((2 * column..2 * column + lists + 2_000).contains(&each), "{each} for columns of {column}");
}

#[test]
fn a_board_beyond_all_numbers_has_a_cost() {
    let plan = copies(3, &prank(Pool::AllPeriods)).plan();
    let cost = Cost::of(&plan, BoardSize { areas: usize::MAX, periods: usize::MAX });
    assert_eq!((cost.bytes, cost.rebuild), (u64::MAX, u64::MAX));
    assert!(cost.parts.iter().all(|part| part.bytes == u64::MAX), "{cost:?}");
}

#[test]
fn parts_are_named_as_the_framework_names_them() {
    let draft = draft().criteria(&["safe"]).leaf("one", "overall", NUMBER, Normalise::None);
    let plan = draft.with(|_, _, indicator| indicator.criteria = vec!["safe".parse().unwrap()]).plan();
    let cost = Cost::of(&plan, SIZE);
    let names: Vec<_> = cost.parts.iter().map(|part| part.part.name(plan.framework())).collect();
    assert_eq!(names, ["node one", "node overall", "criterion safe"]);
}

//! Others that an explanation lists, and the room that there is for them.

use tenseven_engine::{Explanation, explain::Made, others::Others};
use tenseven_model::{
    Frequency,
    framework::{FrameworkDraft, Normalise, Pool},
};

use crate::fixture::{NUMBER, Say as _, area, draft, geography, number, panel, period};

fn pool(explanation: &Explanation, node: usize) -> Option<&Others> {
    match &explanation.nodes[node].made {
        Made::Leaf(stages) => Some(&stages.pool),
        Made::Branch(_) => None,
    }
}

/// Three areas over 400 months: more than are listed of one stage, and more than there is room for.
#[test]
fn others_are_counted_and_listed_for_the_nodes_that_are_wanted_as_far_as_there_is_room() {
    let scale = Normalise::MinMax { lower: 0.0, upper: 100.0, pool: Pool::AllPeriods };
    let within = Normalise::MinMax { lower: 0.0, upper: 100.0, pool: Pool::Period };
    let plan = FrameworkDraft { frequency: Frequency::Monthly, ..draft() }
        .leaf("a", "overall", NUMBER, scale.clone())
        .leaf("b", "overall", NUMBER, scale)
        .leaf("c", "overall", NUMBER, within)
        .plan();
    let first = period("2000-01");
    let months: Vec<String> = (0..400).filter_map(|month| Some(first.later(month)?.to_string())).collect();
    let mut observed = Vec::new();
    for (month, value) in months.iter().zip(0_u16..) {
        for (place, code) in (0_u16..).zip(["LBY", "MAR", "TUN"]) {
            for indicator in ["a", "b", "c"] {
                observed.push((indicator, code, month.as_str(), number(f64::from(3 * value + place))));
            }
        }
    }
    let board = plan.score(&panel(&observed), &geography());
    let counts = |explanation: &Explanation| {
        [1, 2, 3].map(|node| pool(explanation, node).map(|pool| (pool.cells.len(), pool.count)))
    };
    let explained =
        |nodes: &[usize], max: usize| board.explain_nodes(period("2020-01"), area("MAR"), nodes, max);
    let all = board.explain(period("2020-01"), area("MAR"));
    assert_eq!(counts(&all), [Some((1_000, 1_200)), Some((1_000, 1_200)), Some((3, 3))]);
    let little = explained(&[0, 1, 2, 3], 1_002);
    assert_eq!(counts(&little), [Some((1_000, 1_200)), Some((2, 1_200)), Some((0, 3))]);
    let one = explained(&[2], 20_000);
    assert_eq!(counts(&one), [Some((0, 0)), Some((1_000, 1_200)), Some((0, 0))]);
    let scores = |explanation: &Explanation| {
        explanation.nodes.iter().map(|node| (node.score.outcome, node.to_root)).collect::<Vec<_>>()
    };
    assert_eq!(scores(&one), scores(&all));
}

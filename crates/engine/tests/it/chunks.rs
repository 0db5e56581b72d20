//! Boards of many chunks: what they hold, and that they are the same however they came about.

use std::collections::HashMap;

use tenseven_engine::{Board, Geography, Panel, Plan};
use tenseven_model::{
    Alpha3, Frequency, ObservationKey, Outcome,
    framework::{Average, Branch, Impute, MinCoverage, Normalise, Over, Pool, Transform, Treatment},
};

use crate::fixture::*;

fn code(place: usize) -> Alpha3 {
    let letter = |part: usize| char::from(b'A' + u8::try_from(part % 26).unwrap());
    let code: String = [letter(place / 676), letter(place / 26), letter(place)].into_iter().collect();
    code.parse().unwrap()
}

fn world(areas: usize) -> Geography {
    Geography::new((0..areas).map(code), HashMap::new())
}

fn month(count: usize) -> String {
    format!("{}-{:02}", 1900 + count / 12, 1 + count % 12)
}

/// 926 areas and 300 years of months, of each of which one area is observed.
#[test]
fn a_board_over_a_long_range_holds_as_much_as_is_observed() {
    let (areas, months) = (926, 3_600);
    let mut draft = draft()
        .branch("part", "overall", 1.0, Branch::default())
        .leaf("one", "part", NUMBER, Normalise::MinMax { lower: 0.0, upper: 100.0, pool: Pool::AllPeriods })
        .leaf("two", "part", NUMBER, Normalise::None);
    draft.frequency = Frequency::Monthly;
    let plan = draft.plan();
    let mut panel = Panel::new();
    for count in 0..months {
        let key = key("one", &code(count % 40 * 23).to_string(), "one", &month(count));
        panel.set(&key, cell(number((count % 97) as f64), 1));
    }
    let board = plan.score(&panel, &world(areas));
    assert_eq!((board.size().areas, board.size().periods), (areas, months));
    // Of each observation: what is observed, and the scores of the leaf, the branch and the root, in 128 cells each.
    let slots = board.slots();
    assert!((4 * months..=4 * months * 128).contains(&slots), "{slots} slots of {} cells", areas * months);
    assert_eq!(
        board.outcome(period(&month(3_599)), code(3_599 % 40 * 23), 0),
        Some(Ok(f64::from(3_599 % 97) / 0.96))
    );
}

/// Leaves of every reach: a cell, a period, all periods, and an area's other periods.
fn plan() -> Plan {
    let scale = |pool| Normalise::MinMax { lower: 0.0, upper: 100.0, pool };
    let half = Branch { min_coverage_over: Over::Leaves, ..mean(MinCoverage::Share(0.5)) };
    draft()
        .root(half)
        .branch("left", "overall", 1.0, mean(MinCoverage::Count(2)))
        .branch("right", "overall", 2.0, Branch::default())
        .leaf("alone", "left", NUMBER, Normalise::None)
        .with(|_, leaf, _| leaf.max_age = 2)
        .leaf("period", "left", NUMBER, scale(Pool::Period))
        .with(|_, leaf, _| leaf.transform = Transform::Log1p)
        .leaf("pooled", "left", NUMBER, scale(Pool::AllPeriods))
        .leaf("treated", "right", NUMBER, scale(Pool::Period))
        .with(|_, leaf, _| leaf.treat = Some(Treatment::default()))
        .leaf("filled", "right", NUMBER, Normalise::None)
        .with(|_, leaf, _| leaf.impute = Some(Impute::Average(Average::Median)))
        .leaf("held", "right", NUMBER, Normalise::None)
        .with(|_, leaf, _| leaf.impute = Some(Impute::Hold))
        .plan()
}

const LEAVES: [&str; 6] = ["alone", "period", "pooled", "treated", "filled", "held"];
const AREAS: usize = 150;
const PERIODS: usize = 70;

/// Numbers without a pattern, the same in every run (xorshift).
struct Dice(u64);

impl Dice {
    fn below(&mut self, count: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).unwrap() % count
    }

    fn key(&mut self) -> ObservationKey {
        let area = code(self.below(AREAS)).to_string();
        let period = (1950 + self.below(PERIODS)).to_string();
        key(LEAVES[self.below(LEAVES.len())], &area, "one", &period)
    }
}

fn scores(board: &Board) -> Vec<Option<Result<u64, tenseven_model::Gap>>> {
    let bits = |outcome: Outcome| outcome.map(f64::to_bits);
    let periods: Vec<_> = board.periods().collect();
    let cells = periods.iter().flat_map(|period| (0..AREAS).map(move |place| (*period, code(place))));
    let nodes = board.plan().framework().nodes().len();
    cells
        .flat_map(|(period, area)| (0..nodes).map(move |node| board.outcome(period, area, node).map(bits)))
        .collect()
}

#[test]
fn a_board_of_many_chunks_kept_up_to_date_is_the_one_made_from_scratch() {
    let (plan, geography) = (plan(), world(AREAS));
    let mut dice = Dice(0x9E37_79B9_7F4A_7C15);
    let mut panel = Panel::new();
    // The first 15 periods of most areas are not observed.
    for _ in 0..6_000 {
        let key = dice.key();
        if key.period >= period("1965") || dice.below(40) == 0 {
            panel.set(&key, cell(number(dice.below(1_000) as f64), 1));
        }
    }
    let mut board = plan.score(&panel, &geography);
    for step in 0..12 {
        let keys: Vec<_> = (0..=dice.below(4)).map(|_| dice.key()).collect();
        for key in &keys {
            if dice.below(3) == 0 {
                panel.remove(key);
            } else {
                panel.set(key, cell(number(dice.below(1_200) as f64), 2));
            }
        }
        board = plan.rescore(&board, &panel, &geography, &keys);
        let scratch = plan.score(&panel, &geography);
        assert!(scores(&board) == scores(&scratch), "step {step}: {keys:?}");
        assert_eq!(board.slots(), scratch.slots(), "step {step}: {keys:?}");
    }
}

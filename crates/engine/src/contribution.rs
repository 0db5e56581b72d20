//! Contributions: how much of a score each of the parts that it is made from adds to it.
//!
//! Of a sum, a mean or a linear combination a part adds its weighted score. Every other mean, the median, the smallest and
//! the largest grow in proportion when all their parts do, so that by Euler's theorem on homogeneous functions they are
//! the sum of x·∂M/∂x over their parts; that is what a part adds. A pair of Copeland's score is shared by the parts on the
//! side that decided it, by their weights.
//!
//! *Invariant:* contributions and the constant, if there is one, add up to the score, but for rounding.

use std::cmp::Ordering;

use tenseven_model::{
    Outcome,
    equality::{self, Scale},
    framework::Aggregate,
};

use crate::{aggregate::Pairs, number};

/// What the parts of a score add to it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Contributions {
    /// What no part adds: the constant of a linear combination.
    pub constant: f64,
    /// By part: what it adds; 0 where it has no score.
    pub parts: Vec<f64>,
}

/// What each part adds to `score`, which `method` makes of them. `parts` are weights and scores, in order. Nothing for
/// Copeland, of which [`of_pairs`] says it.
pub fn contributions(parts: &[(f64, Outcome)], method: Aggregate, score: f64) -> Contributions {
    let known = |part: &(f64, Outcome)| part.1.ok().map(|value| (part.0, value));
    let shared = |worth: &dyn Fn(f64, f64) -> f64| {
        let worths = parts.iter().filter_map(known).map(|(weight, value)| worth(weight, value));
        let total = number::sum(&worths.collect::<Vec<_>>());
        let share = |part| {
            let (weight, value) = known(part)?;
            (total.abs() > 0.0).then(|| score * (worth(weight, value) / total))
        };
        parts.iter().map(|part| share(part).unwrap_or_default()).collect()
    };
    let plain = |total: f64| {
        let part = |part| known(part).map_or(0.0, |(weight, value)| weight / total * value);
        parts.iter().map(part).collect()
    };
    let parts = match method {
        Aggregate::Arithmetic => {
            let weights = parts.iter().filter_map(known).map(|(weight, _)| weight);
            plain(number::sum(&weights.collect::<Vec<_>>()))
        }
        Aggregate::Sum | Aggregate::Linear(_) => plain(1.0),
        Aggregate::Geometric | Aggregate::Power(0.0) => shared(&|weight, _| weight),
        // In proportion to the score, so that no power of a large or small part leaves the range of numbers.
        Aggregate::Harmonic => shared(&|weight, value| weight * (score / value)),
        Aggregate::Power(exponent) => shared(&|weight, value| weight * (value / score).powf(exponent)),
        Aggregate::Median => in_the_middle(parts),
        Aggregate::Min | Aggregate::Max => at_the_end(parts, score),
        Aggregate::Copeland => vec![0.0; parts.len()],
    };
    let constant = if let Aggregate::Linear(constant) = method { constant } else { 0.0 };
    Contributions { constant, parts }
}

/// The one in the middle adds itself, two in the middle half of themselves each.
fn in_the_middle(parts: &[(f64, Outcome)]) -> Vec<f64> {
    let known: Vec<(usize, f64)> =
        parts.iter().enumerate().filter_map(|(place, (_, score))| Some((place, score.ok()?))).collect();
    let scores: Vec<f64> = known.iter().map(|(_, score)| *score).collect();
    let order: Vec<(usize, f64)> =
        equality::in_order(&scores).into_iter().map(|place| known[place]).collect();
    let mut made = vec![0.0; parts.len()];
    if let Some((place, value)) = order.get(order.len() / 2) {
        made[*place] = *value;
        if order.len().is_multiple_of(2) {
            let (other, below) = order[order.len() / 2 - 1];
            made[*place] = value / 2.0;
            made[other] = below / 2.0;
        }
    }
    made
}

/// Those that are as small, or as large, as the score share it.
fn at_the_end(parts: &[(f64, Outcome)], score: f64) -> Vec<f64> {
    let scale = Scale::of([score]);
    let is_end = |part: &(f64, Outcome)| part.1.is_ok_and(|part| scale.is_same(part, score));
    let count = parts.iter().filter(|part| is_end(part)).count() as f64;
    parts.iter().map(|part| if is_end(part) { score / count } else { 0.0 }).collect()
}

/// What each input adds to Copeland's score of `place` against the `others`: of each pair that is decided, its share of
/// those on the side that decided it. Shares of the lead would be any number of times as large as the score.
pub fn of_pairs(pairs: &Pairs, place: usize, others: impl Iterator<Item = usize>) -> Contributions {
    let mut made: Vec<f64> = pairs.sides(place, place).map(|_| 0.0).collect();
    for other in others.filter(|other| *other != place) {
        let Some(win) = pairs.outranks(place, other).filter(|win| *win != 0.0) else { continue };
        let decided = if win > 0.0 { Ordering::Greater } else { Ordering::Less };
        let sides = pairs.sides(place, other);
        let sides: Vec<f64> =
            sides.map(|(weight, side)| if side == Some(decided) { weight } else { 0.0 }).collect();
        let side = number::sum(&sides);
        for (made, own) in made.iter_mut().zip(sides) {
            *made += if side > 0.0 { win * (own / side) } else { 0.0 };
        }
    }
    Contributions { constant: 0.0, parts: made }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use tenseven_model::{Gap, framework::MinCoverage};

    use super::*;
    use crate::{
        Column,
        aggregate::{Input, aggregate, copeland},
    };

    fn method() -> impl Strategy<Value = Aggregate> {
        prop::sample::select(vec![
            Aggregate::Arithmetic,
            Aggregate::Geometric,
            Aggregate::Harmonic,
            Aggregate::Power(2.0),
            Aggregate::Power(0.5),
            Aggregate::Power(-3.0),
            Aggregate::Power(0.0),
            Aggregate::Median,
            Aggregate::Min,
            Aggregate::Max,
            Aggregate::Sum,
            Aggregate::Linear(12.5),
        ])
    }

    fn part() -> impl Strategy<Value = (f64, Outcome)> {
        let score = prop_oneof![5 => (0.0..100.0_f64).prop_map(Ok), 1 => Just(Err(Gap::NeverReported))];
        (0.01..10.0_f64, score)
    }

    proptest! {
        #[test]
        fn contributions_add_up_to_the_score(parts in prop::collection::vec(part(), 1..9), method in method()) {
            let columns: Vec<Column> = parts.iter().map(|(_, score)| [*score].into_iter().collect()).collect();
            let inputs: Vec<_> =
                columns.iter().zip(&parts).map(|(column, (weight, _))| Input { column, weight: *weight }).collect();
            if let Ok(score) = aggregate(&inputs, 1, method, MinCoverage::One).get(0) {
                let made = contributions(&parts, method, score);
                let sum = made.parts.iter().sum::<f64>() + made.constant;
                prop_assert!((sum - score).abs() <= 1e-12 * score.abs().max(1.0), "{method:?}: {sum} and {score}");
                for (part, (_, score)) in made.parts.iter().zip(&parts) {
                    prop_assert!(score.is_ok() || *part == 0.0);
                }
            }
        }

        #[test]
        fn pairs_add_up_to_the_score(
            scores in prop::collection::vec(prop::collection::vec(0..4_u8, 5), 1..6),
            weights in prop::collection::vec(0.1..5.0_f64, 6),
        ) {
            let columns: Vec<Column> =
                scores.iter().map(|column| column.iter().map(|score| Ok(f64::from(*score))).collect()).collect();
            let inputs: Vec<_> =
                columns.iter().zip(&weights).map(|(column, weight)| Input { column, weight: *weight }).collect();
            let made = copeland(&inputs, 5, &[true; 5], MinCoverage::One);
            for place in 0..5 {
                let parts = of_pairs(&Pairs::of(&inputs), place, 0..5).parts;
                let score = made.get(place).unwrap();
                prop_assert!((parts.iter().sum::<f64>() - score).abs() < 1e-12);
            }
        }
    }

    #[test]
    fn a_part_whose_power_is_almost_endless_adds_what_it_is() {
        let large = f64::MAX.sqrt();
        for (method, value) in [(Aggregate::Power(2.0), large), (Aggregate::Power(-2.0), 1.0 / large)] {
            let shared = contributions(&[(2.0, Ok(value)), (2.0, Ok(value))], method, value);
            assert_eq!(shared.parts, [value / 2.0, value / 2.0], "{method:?}");
        }
    }

    #[test]
    fn a_geometric_mean_is_shared_by_weight_and_a_harmonic_one_by_what_is_small() {
        let parts = [(1.0, Ok(2.0)), (3.0, Ok(8.0))];
        let score = 2.0_f64.powf(2.5);
        assert_eq!(contributions(&parts, Aggregate::Geometric, score).parts, [score / 4.0, score * 0.75]);
        let harmonic = contributions(&parts, Aggregate::Harmonic, 32.0 / 7.0).parts;
        assert!((harmonic[0] - 32.0 / 7.0 * (0.5 / 0.875)).abs() < 1e-14);
    }

    /// 0.1 + 0.2 outweighs 0.3 − 1e-9 by next to nothing, and that is shared by the two, one to two.
    #[test]
    fn a_pair_that_is_decided_by_little_is_shared_by_the_side_that_decided_it() {
        let columns: [Column; 3] =
            [[1.0, 0.0], [1.0, 0.0], [0.0, 1.0]].map(|scores| scores.into_iter().map(Ok).collect());
        let weights = [0.1, 0.2, 0.3 - 1e-9];
        let inputs: Vec<_> =
            columns.iter().zip(weights).map(|(column, weight)| Input { column, weight }).collect();
        let parts = |place| of_pairs(&Pairs::of(&inputs), place, 0..2).parts;
        let share = 0.1 / (0.1 + 0.2);
        assert!((parts(0)[0] - share).abs() < 1e-15 && parts(0)[2] == 0.0);
        assert!((parts(1)[0] + share).abs() < 1e-15 && parts(1)[2] == 0.0);
        for (place, score) in [(0, 1.0), (1, -1.0)] {
            assert!((parts(place).iter().sum::<f64>() - score).abs() < 1e-15);
        }
    }
}

//! Copeland's rule: an area's score is the number of areas that it outranks less the number that outrank it.
//!
//! One area outranks another if those of the inputs in which it is better weigh more than half of all inputs that both
//! have data for; an input in which both are equal counts half for either. A share within 1e-12 of a half is a tie. Which scores are equal
//! is decided by [`tenseven_model::equality`] over all areas of an input.

use std::cmp::Ordering;

use tenseven_model::{Gap, equality::Order, framework::MinCoverage};

use super::{
    Input,
    coverage::{absent, cover},
};
use crate::{Column, Slot, Slots as _, number::whole_weights};

/// How near to a half a share must be to be a tie.
const TIE: f64 = 1e-12;

/// The score of each of `len` places against the others where `compared` is true. Only places with enough data are
/// compared; one that shares no input with any of them has the gap [`Gap::NoPair`].
pub fn copeland(inputs: &[Input<'_>], len: usize, compared: &[bool], at_least: MinCoverage) -> Column {
    let mut made = vec![Slot::NEVER_REPORTED; len];
    copeland_into(inputs, inputs, &mut made, &|place| compared.get(place) == Some(&true), at_least);
    made.into()
}

/// [`copeland`] into `made`; `over` is what coverage is counted over.
pub(crate) fn copeland_into(
    inputs: &[Input<'_>],
    over: &[Input<'_>],
    made: &mut [Slot],
    is_compared: &dyn Fn(usize) -> bool,
    at_least: MinCoverage,
) {
    for (place, slot) in made.iter_mut().enumerate() {
        let has_data = inputs.iter().any(|input| input.column.outcome(place).is_ok());
        *slot = if has_data { Slot::number(0.0) } else { absent(inputs, place) };
    }
    cover(over, made, at_least);
    let others: Vec<_> =
        (0..made.len()).filter(|place| !made[*place].is_gap() && is_compared(*place)).collect();
    let weighs = inputs.iter().map(|input| input.weight).sum::<f64>().is_finite();
    let pairs = Pairs::of(inputs);
    for (place, slot) in made.iter_mut().enumerate().filter(|(_, slot)| !slot.is_gap()) {
        let rivals = others.iter().filter(|other| **other != place);
        let wins = rivals.filter_map(|other| pairs.outranks(place, *other));
        let (count, score) = wins.fold((0_usize, 0.0), |(count, score), win| (count + 1, score + win));
        *slot = match count {
            _ if !weighs => Slot::gap(Gap::NotFinite),
            0 => Slot::gap(Gap::NoPair),
            _ => Slot::number(score),
        };
    }
}

/// The places of some inputs, ready to be compared with each other.
#[derive(Debug)]
pub struct Pairs {
    /// By input: its weight, and by place how many different scores lie below the one there.
    columns: Vec<(f64, Vec<Option<usize>>)>,
}

impl Pairs {
    /// The places of these inputs.
    pub fn of(inputs: &[Input<'_>]) -> Self {
        let weights: Vec<f64> = inputs.iter().map(|input| input.weight).collect();
        let weights = whole_weights(&weights, false).map_or(weights, |(whole, _)| whole);
        let column = |input: &Input<'_>| {
            let order = Order::of(input.column.numbers().collect());
            input.column.iter().map(|slot| Some(order.place(slot.get().ok()?))).collect()
        };
        Self { columns: weights.into_iter().zip(inputs.iter().map(column)).collect() }
    }

    /// 1 if `one` outranks `other`, −1 if it is outranked, 0 for a tie; none where they share no input.
    pub fn outranks(&self, one: usize, other: usize) -> Option<f64> {
        let (lead, weight) = self.lead(one, other)?;
        // The lead is twice the distance of the share from a half, times the weight, whichever of the two is asked.
        let is_tie = lead.abs() <= 2.0 * TIE * weight;
        Some(if is_tie { 0.0 } else { lead.signum() })
    }

    /// The share of the weights by which `one` outranks `other`; none where they share no input.
    pub fn outranking(&self, one: usize, other: usize) -> Option<f64> {
        let (lead, weight) = self.lead(one, other)?;
        let share = f64::midpoint(1.0, lead / weight);
        share.is_finite().then_some(share)
    }

    /// By input: its weight, and whether `one` is better, equal or worse in it; none where either has no data.
    pub fn sides(&self, one: usize, other: usize) -> impl Iterator<Item = (f64, Option<Ordering>)> {
        self.columns.iter().map(move |(weight, places)| {
            let at = |place: usize| places.get(place).copied().flatten();
            (*weight, at(one).zip(at(other)).map(|(one, other)| one.cmp(&other)))
        })
    }

    /// By how much the inputs in which `one` is better outweigh those in which `other` is, and what all weigh that they
    /// share.
    fn lead(&self, one: usize, other: usize) -> Option<(f64, f64)> {
        let (mut lead, mut weight, mut shared) = (0.0, 0.0, false);
        for (own, side) in self.sides(one, other) {
            let Some(side) = side else { continue };
            shared = true;
            weight += own;
            match side {
                Ordering::Greater => lead += own,
                Ordering::Less => lead -= own,
                Ordering::Equal => {}
            }
        }
        shared.then_some((lead, weight))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const UNKNOWN: Result<f64, Gap> = Err(Gap::NeverReported);

    fn made(columns: &[(f64, &[Result<f64, Gap>])], at_least: MinCoverage) -> Column {
        let len = columns.first().map_or(0, |(_, outcomes)| outcomes.len());
        let weighed: Vec<(f64, Column)> =
            columns.iter().map(|(weight, outcomes)| (*weight, outcomes.iter().copied().collect())).collect();
        let inputs: Vec<_> =
            weighed.iter().map(|(weight, column)| Input { column, weight: *weight }).collect();
        copeland(&inputs, len, &vec![true; len], at_least)
    }

    /// The first beats both others in two of three; the second beats the third in two of three.
    #[test]
    fn a_majority_of_the_weights_outranks() {
        let made = made(
            &[
                (1.0, &[Ok(3.0), Ok(2.0), Ok(1.0)]),
                (1.0, &[Ok(3.0), Ok(2.0), Ok(1.0)]),
                (1.0, &[Ok(1.0), Ok(2.0), Ok(3.0)]),
            ],
            MinCoverage::One,
        );
        assert_eq!(made.values(), [2.0, 0.0, -2.0]);
    }

    /// In floating point 0.1 + 0.2 is not 0.3; the sides still weigh the same.
    #[test]
    fn sides_that_weigh_the_same_tie() {
        let made = made(
            &[(0.1, &[Ok(2.0), Ok(1.0)]), (0.2, &[Ok(2.0), Ok(1.0)]), (0.3, &[Ok(1.0), Ok(2.0)])],
            MinCoverage::One,
        );
        assert_eq!(made.values(), [0.0, 0.0]);
    }

    #[test]
    fn a_pair_needs_data_on_both_sides_in_any_order_of_rows() {
        let one: Vec<_> = vec![Ok(1.0), Ok(2.0), UNKNOWN, Ok(3.0)];
        let two: Vec<_> = vec![UNKNOWN, UNKNOWN, Ok(5.0), Ok(4.0)];
        let forward = made(&[(1.0, &one), (1.0, &two)], MinCoverage::One);
        assert_eq!(forward.values(), [-2.0, 0.0, 1.0, 1.0]);
        let turned = |column: &[Result<f64, Gap>]| column.iter().rev().copied().collect::<Vec<_>>();
        let backward = made(&[(1.0, &turned(&one)), (1.0, &turned(&two))], MinCoverage::One);
        assert_eq!(backward.values(), [1.0, 1.0, 0.0, -2.0]);
    }

    #[test]
    fn an_area_without_a_pair_or_without_enough_data_has_a_reason() {
        let one: Vec<_> = vec![Ok(1.0), UNKNOWN, UNKNOWN];
        let two: Vec<_> = vec![UNKNOWN, Ok(1.0), UNKNOWN];
        let alone = made(&[(1.0, &one), (1.0, &two)], MinCoverage::One);
        assert_eq!(
            alone,
            [Err(Gap::NoPair), Err(Gap::NoPair), Err(Gap::NoChildWithData)].into_iter().collect()
        );
        let few = made(&[(1.0, &one), (1.0, &two)], MinCoverage::Count(2));
        assert_eq!(few.get(0), Err(Gap::BelowMinCoverage));
    }
}

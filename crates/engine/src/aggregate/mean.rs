//! Sums and means: each number enters on its own scale, weighted, and the sum is taken back from it.
//!
//! *Invariant:* each place is summed in the order of the inputs, however many places are looked at together.

use std::ops::Range;

use tenseven_model::{Gap, Outcome};

use super::{Input, coverage::absent};
use crate::{Slot, Slots as _};

/// How many inputs are at most summed in one go, without a running sum laid down in between.
const FEW: usize = 8;
/// How many places are summed side by side, of many and of few.
const BLOCK: usize = 256;
const BLOCK_SMALL: usize = 8;
/// How many places tell whether it is worth to sum the next block as if all inputs had data.
const PROBE: usize = 16;
/// How many of many inputs are added to running sums in one go.
const TOGETHER: usize = 4;

/// Σ w·x / Σ w over those with data.
pub(super) fn weighted_mean(inputs: &[Input<'_>], made: &mut [Slot]) {
    let worth = |input: &Input<'_>| input.weight;
    // An infinite sum of weights would make a finite but wrong mean of 0.
    if inputs.iter().map(worth).sum::<f64>().is_finite() {
        summed(inputs, made, worth, |sum, weight| sum / weight);
    } else {
        by_blocks(
            inputs,
            made,
            worth,
            |sum, weight| if weight.is_finite() { sum / weight } else { f64::NAN },
        );
    }
}

/// constant + Σ w·x over those with data.
pub(super) fn weighted_sum(inputs: &[Input<'_>], made: &mut [Slot], constant: f64) {
    summed(inputs, made, |_| 1.0, |sum, count| if count > 0.0 { constant + sum } else { f64::NAN });
}

/// Sums w·x over those with data, and beside it what `worth` says of each of them, which is above 0; `back` makes the
/// outcome of both, which is not finite where there are none.
fn summed(
    inputs: &[Input<'_>],
    made: &mut [Slot],
    worth: impl Fn(&Input<'_>) -> f64,
    back: impl Fn(f64, f64) -> f64,
) {
    match inputs.len() {
        1 => at_once::<1>(inputs, made, worth, back),
        2 => at_once::<2>(inputs, made, worth, back),
        3 => at_once::<3>(inputs, made, worth, back),
        4 => at_once::<4>(inputs, made, worth, back),
        5 => at_once::<5>(inputs, made, worth, back),
        6 => at_once::<6>(inputs, made, worth, back),
        7 => at_once::<7>(inputs, made, worth, back),
        FEW => at_once::<FEW>(inputs, made, worth, back),
        _ => by_blocks(inputs, made, worth, back),
    }
}

/// Sums `N` inputs, all there are, place by place.
fn at_once<const N: usize>(
    inputs: &[Input<'_>],
    made: &mut [Slot],
    worth: impl Fn(&Input<'_>) -> f64,
    back: impl Fn(f64, f64) -> f64,
) {
    let few = Few::<N> {
        columns: std::array::from_fn(|input| &inputs[input].column[..made.len()]),
        weights: std::array::from_fn(|input| inputs[input].weight),
        worth: std::array::from_fn(|input| worth(&inputs[input])),
    };
    let (mut done, mut size) = (0, PROBE);
    while done < made.len() {
        let block = done..(done + size).min(made.len());
        if !few.sum_full(block.clone(), &mut made[block.clone()], &back) {
            break;
        }
        (done, size) = (block.end, BLOCK);
    }
    if done < made.len() && !few.sum(done..made.len(), &mut made[done..], &back) {
        give_reasons(inputs, made, done);
    }
}

/// Inputs that are summed in one go.
struct Few<'a, const N: usize> {
    columns: [&'a [Slot]; N],
    weights: [f64; N],
    worth: [f64; N],
}

impl<const N: usize> Few<'_, N> {
    /// Sums places as if all inputs had data there; says whether they had, and the outcomes are finite.
    #[inline]
    fn sum_full(&self, places: Range<usize>, made: &mut [Slot], back: impl Fn(f64, f64) -> f64) -> bool {
        let columns: [&[Slot]; N] = std::array::from_fn(|input| &self.columns[input][places.clone()]);
        let count = self.worth.iter().fold(0.0, |count, worth| count + worth);
        let mut is_finite = true;
        for (place, slot) in made.iter_mut().enumerate() {
            let mut sum = 0.0;
            for (column, weight) in columns.iter().zip(&self.weights) {
                sum += weight * column[place].raw();
            }
            let number = back(sum, count);
            is_finite &= number.abs() < f64::INFINITY;
            *slot = Slot::unchecked(number);
        }
        is_finite
    }

    /// Sums places; says whether all outcomes are finite.
    #[inline]
    fn sum(&self, places: Range<usize>, made: &mut [Slot], back: impl Fn(f64, f64) -> f64) -> bool {
        let columns: [&[Slot]; N] = std::array::from_fn(|input| &self.columns[input][places.clone()]);
        let mut is_finite = true;
        for (place, slot) in made.iter_mut().enumerate() {
            let (mut sum, mut count) = (0.0, 0.0);
            for ((column, weight), worth) in columns.iter().zip(&self.weights).zip(&self.worth) {
                let slot = column[place];
                sum += if slot.is_gap() { 0.0 } else { weight * slot.raw() };
                count += if slot.is_gap() { 0.0 } else { *worth };
            }
            let number = back(sum, count);
            is_finite &= number.abs() < f64::INFINITY;
            *slot = Slot::unchecked(number);
        }
        is_finite
    }
}

/// Sums any number of inputs, a block of places at a time.
fn by_blocks(
    inputs: &[Input<'_>],
    made: &mut [Slot],
    worth: impl Fn(&Input<'_>) -> f64,
    back: impl Fn(f64, f64) -> f64,
) {
    let is_finite = if made.len() <= BLOCK_SMALL {
        by_blocks_of::<BLOCK_SMALL>(inputs, made, worth, back)
    } else {
        by_blocks_of::<BLOCK>(inputs, made, worth, back)
    };
    if !is_finite {
        give_reasons(inputs, made, 0);
    }
}

/// [`by_blocks`] of `SIZE` places; says whether all outcomes are finite.
fn by_blocks_of<const SIZE: usize>(
    inputs: &[Input<'_>],
    made: &mut [Slot],
    worth: impl Fn(&Input<'_>) -> f64,
    back: impl Fn(f64, f64) -> f64,
) -> bool {
    let mut is_finite = true;
    for (block, made) in made.chunks_mut(SIZE).enumerate() {
        let from = block * SIZE;
        let mut running = Running { sums: [0.0; SIZE], counts: [0.0; SIZE], places: from..from + made.len() };
        let (several, rest) = inputs.as_chunks::<TOGETHER>();
        for inputs in several {
            running.add(inputs, &worth);
        }
        for input in rest {
            running.add(std::array::from_ref(input), &worth);
        }
        for ((slot, sum), count) in made.iter_mut().zip(&running.sums).zip(&running.counts) {
            let number = back(*sum, *count);
            is_finite &= number.abs() < f64::INFINITY;
            *slot = Slot::unchecked(number);
        }
    }
    is_finite
}

/// The running sums of a block of places.
struct Running<const SIZE: usize> {
    sums: [f64; SIZE],
    counts: [f64; SIZE],
    places: Range<usize>,
}

impl<const SIZE: usize> Running<SIZE> {
    /// Adds inputs, one after the other at each place.
    #[inline]
    fn add<const N: usize>(&mut self, inputs: &[Input<'_>; N], worth: impl Fn(&Input<'_>) -> f64) {
        let slots = inputs.each_ref().map(|input| &input.column[self.places.clone()]);
        let weights = inputs.each_ref().map(|input| input.weight);
        let worth = inputs.each_ref().map(worth);
        let (sums, counts) = (&mut self.sums[..self.places.len()], &mut self.counts[..self.places.len()]);
        for place in 0..sums.len() {
            let (mut sum, mut count) = (sums[place], counts[place]);
            for ((slots, weight), worth) in slots.iter().zip(&weights).zip(&worth) {
                let slot = slots[place];
                sum += if slot.is_gap() { 0.0 } else { weight * slot.raw() };
                count += if slot.is_gap() { 0.0 } else { *worth };
            }
            (sums[place], counts[place]) = (sum, count);
        }
    }
}

/// Puts the reason wherever no finite number came out, from `first` on.
#[cold]
fn give_reasons(inputs: &[Input<'_>], made: &mut [Slot], first: usize) {
    for (place, slot) in made.iter_mut().enumerate().skip(first).filter(|(_, slot)| !slot.is_finite()) {
        let has_data = inputs.iter().any(|input| !input.column[place].is_gap());
        *slot = if has_data { Slot::gap(Gap::NotFinite) } else { absent(inputs, place) };
    }
}

/// A scale on which numbers above 0 are averaged.
#[derive(Debug, Clone, Copy)]
pub(super) enum Scale {
    /// ln x.
    Logarithm,
    /// 1/x.
    Inverse,
    /// x^p; also of 0 where p is above 0.
    Power(f64),
}

impl Scale {
    fn into(self, value: f64) -> Outcome {
        match self {
            Self::Logarithm if value > 0.0 => Ok(value.ln()),
            Self::Inverse if value > 0.0 => finite(value.recip()),
            Self::Power(exponent) if value > 0.0 => finite(value.powf(exponent)),
            Self::Power(exponent) if value == 0.0 && exponent > 0.0 => Ok(0.0),
            _ => Err(Gap::NotPositive),
        }
    }

    fn back(self, mean: f64) -> f64 {
        match self {
            Self::Logarithm => mean.exp(),
            Self::Inverse => mean.recip(),
            Self::Power(exponent) => mean.powf(exponent.recip()),
        }
    }
}

/// The mean of those with data on another scale. Where a number does not lie on it, its gap is that of the place.
pub(super) fn mean_on_scale(inputs: &[Input<'_>], made: &mut [Slot], scale: Scale) {
    for (place, slot) in made.iter_mut().enumerate() {
        *slot = match tally(inputs, place, scale) {
            Some(mean) => mean.into(),
            None => absent(inputs, place),
        };
    }
}

/// The mean at a place; none without data.
fn tally(inputs: &[Input<'_>], place: usize, scale: Scale) -> Option<Outcome> {
    let (mut sum, mut weight, mut largest, mut refused) = (0.0, 0.0, 0.0_f64, None);
    for input in inputs {
        let Ok(value) = input.column.outcome(place) else { continue };
        match scale.into(value) {
            Ok(value) => {
                sum += input.weight * value;
                largest = largest.max(value.abs());
            }
            Err(gap) => refused = refused.or(Some(gap)),
        }
        weight += input.weight;
    }
    if weight <= 0.0 {
        return None;
    }
    let mean = sum / weight;
    // What is above 0 must not vanish under its weight; logarithms may cancel out.
    let vanishes = mean == 0.0 && largest > 0.0 && !matches!(scale, Scale::Logarithm);
    let is_mean = weight.is_finite() && mean.is_finite() && !vanishes;
    Some(refused.map_or(if is_mean { Ok(scale.back(mean)) } else { Err(Gap::NotFinite) }, Err))
}

/// A number above 0 must not become 0 or endless on the way.
fn finite(value: f64) -> Outcome {
    if value.is_finite() && value > 0.0 { Ok(value) } else { Err(Gap::NotFinite) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Column;

    const PLACES: usize = 3 * BLOCK + 5;

    /// First everything is known, then now and then something is not or is immense, in the end nothing is.
    fn columns(count: usize) -> Vec<Column> {
        let outcome = |input: usize, place: usize| match (place * 7 + input * 5) % 23 {
            _ if place + 9 > PLACES => Err(Gap::NeverReported),
            0 | 1 if place > BLOCK + 3 => Err(Gap::NeverReported),
            2 if place > 2 * BLOCK => Ok(f64::MAX),
            step => Ok((step * step) as f64 / 7.0 - 30.0),
        };
        (0..count).map(|input| (0..PLACES).map(|place| outcome(input, place)).collect()).collect()
    }

    #[test]
    fn a_place_comes_out_the_same_alone_and_beside_others() {
        for count in 1..=2 * FEW {
            let columns = columns(count);
            let input = |(place, column): (usize, _)| Input { column, weight: 1.0 + place as f64 / 3.0 };
            let inputs: Vec<_> = columns.iter().map(|column| &column[..]).enumerate().map(input).collect();
            for sums in
                [weighted_mean, |inputs: &[Input<'_>], made: &mut [Slot]| weighted_sum(inputs, made, -1.5)]
            {
                let mut together = [Slot::NEVER_REPORTED; PLACES];
                sums(&inputs, &mut together);
                for (place, slot) in together.iter().enumerate() {
                    let alone: Vec<_> = inputs
                        .iter()
                        .map(|Input { column, weight }| Input {
                            column: &column[place..=place],
                            weight: *weight,
                        })
                        .collect();
                    let mut made = [Slot::NEVER_REPORTED];
                    sums(&alone, &mut made);
                    assert!(made[0].same_bits(*slot), "{count} inputs, place {place}: {made:?} and {slot:?}");
                }
                assert_eq!(together[PLACES - 1].get(), Err(Gap::NoChildWithData));
            }
        }
    }
}

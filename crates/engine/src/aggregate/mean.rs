//! Weighted sums and means.
//!
//! Most places are summed side by side in two parts (`cut`); one at which that does not settle the result is summed with every digit
//! ([`crate::number`]).
//!
//! *Invariant:* a sum or a mean is the number nearest to the exact result, whatever the order of the inputs and however many places are
//! looked at together.

#![expect(
    clippy::inline_always,
    reason = "what is not inlined is not compiled for the processor's widest instructions"
)]

use std::ops::Range;

use pulp::{Arch, Simd, WithSimd};

use super::{
    Input,
    coverage::absent,
    cut::{Cut, Rule, Sums},
};
use crate::{Slot, number};

/// How many inputs are at most summed in one go, without a running sum laid down in between.
const FEW: usize = 8;
/// How many places are summed side by side, of many inputs, where there are many and few.
const BLOCK: usize = 256;
/// How many places of few inputs are looked through where one of them could not be settled.
const BLOCK_SETTLED: usize = 128;
const BLOCK_SMALL: usize = 8;
/// How many of many inputs are added to running sums in one go.
const TOGETHER: usize = 4;

/// Σ w·x / Σ w over those with data.
pub(super) fn weighted_mean(inputs: &[Input<'_>], made: &mut [Slot]) {
    summed::<false>(inputs, made, Rule::Mean);
}

/// constant + Σ w·x/divisor over those with data.
pub(super) fn weighted_sum(inputs: &[Input<'_>], made: &mut [Slot], divisor: f64, constant: f64) {
    summed::<true>(inputs, made, Rule::Sum { divisor, constant });
}

/// Sums all places, side by side where that is exact.
fn summed<const IS_SUM: bool>(inputs: &[Input<'_>], made: &mut [Slot], rule: Rule) {
    let Some(cut) = Cut::<IS_SUM>::of(inputs, rule) else {
        for (place, slot) in made.iter_mut().enumerate() {
            *slot = exactly(inputs, place, rule);
        }
        return;
    };
    let mut settle = |at: usize, made: &mut [Slot]| settle(inputs, made, at, rule);
    let sums = Wide { inputs, made, cut: &cut, settle: &mut settle };
    if sums.made.len() <= BLOCK_SMALL { sums.side_by_side() } else { Arch::new().dispatch(sums) }
}

/// What is called with the places, from which on, of which some could not be settled side by side.
type Settle<'a> = &'a mut dyn FnMut(usize, &mut [Slot]);

/// Many places, summed with the widest instructions that the processor has. All of them give the same bits.
struct Wide<'a, const IS_SUM: bool> {
    inputs: &'a [Input<'a>],
    made: &'a mut [Slot],
    cut: &'a Cut<IS_SUM>,
    settle: Settle<'a>,
}

impl<const IS_SUM: bool> WithSimd for Wide<'_, IS_SUM> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        self.side_by_side();
    }
}

impl<const IS_SUM: bool> Wide<'_, IS_SUM> {
    /// Sums all places.
    #[inline(always)]
    fn side_by_side(self) {
        match self.inputs.len() {
            1 => self.at_once::<1>(),
            2 => self.at_once::<2>(),
            3 => self.at_once::<3>(),
            4 => self.at_once::<4>(),
            5 => self.at_once::<5>(),
            6 => self.at_once::<6>(),
            7 => self.at_once::<7>(),
            FEW => self.at_once::<FEW>(),
            _ if self.made.len() <= BLOCK_SMALL => self.by_blocks::<BLOCK_SMALL>(),
            _ => self.by_blocks::<BLOCK>(),
        }
    }

    /// Sums `N` inputs, all there are, place by place.
    #[inline(always)]
    fn at_once<const N: usize>(self) {
        let Self { inputs, made, cut, settle } = self;
        let columns: [&[Slot]; N] = std::array::from_fn(|input| &inputs[input].column[..made.len()]);
        let weights: [_; N] =
            std::array::from_fn(|input| [inputs[input].weight, Cut::<IS_SUM>::worth(&inputs[input])]);
        let mut from = 0;
        while from < made.len() {
            let block = from..(from + BLOCK_SETTLED).min(made.len());
            let columns = columns.map(|column| &column[block.clone()]);
            let made = &mut made[block];
            let mut is_finite = true;
            for (place, slot) in made.iter_mut().enumerate() {
                let mut sums = Sums::default();
                for (column, weight) in columns.iter().zip(&weights) {
                    cut.add(&mut sums, *weight, column[place]);
                }
                let number = cut.finish(sums);
                is_finite &= number.abs() < f64::INFINITY;
                *slot = Slot::unchecked(number);
            }
            if !is_finite {
                settle(from, made);
            }
            from += BLOCK_SETTLED;
        }
    }

    /// Sums any number of inputs, `SIZE` places at a time.
    #[inline(always)]
    fn by_blocks<const SIZE: usize>(self) {
        let Self { inputs, made, cut, settle } = self;
        for (block, made) in made.chunks_mut(SIZE).enumerate() {
            let from = block * SIZE;
            let mut running = Running { sums: [Sums::default(); SIZE], places: from..from + made.len() };
            let (several, rest) = inputs.as_chunks::<TOGETHER>();
            for inputs in several {
                running.add(inputs, cut);
            }
            for input in rest {
                running.add(std::array::from_ref(input), cut);
            }
            let mut is_finite = true;
            for (slot, sums) in made.iter_mut().zip(&running.sums) {
                let number = cut.finish(*sums);
                is_finite &= number.abs() < f64::INFINITY;
                *slot = Slot::unchecked(number);
            }
            if !is_finite {
                settle(from, made);
            }
        }
    }
}

/// The running sums of a block of places.
struct Running<const SIZE: usize> {
    sums: [Sums; SIZE],
    places: Range<usize>,
}

impl<const SIZE: usize> Running<SIZE> {
    /// Adds inputs, one after the other at each place.
    #[inline(always)]
    fn add<const N: usize, const IS_SUM: bool>(&mut self, inputs: &[Input<'_>; N], cut: &Cut<IS_SUM>) {
        let slots = inputs.each_ref().map(|input| &input.column[self.places.clone()]);
        let weights = inputs.each_ref().map(|input| [input.weight, Cut::<IS_SUM>::worth(input)]);
        let sums = &mut self.sums[..self.places.len()];
        for (place, sums) in sums.iter_mut().enumerate() {
            let mut running = *sums;
            for (slots, weight) in slots.iter().zip(&weights) {
                cut.add(&mut running, *weight, slots[place]);
            }
            *sums = running;
        }
    }
}

/// Sums wherever no finite number came out again; `made` begins with the place `from`.
#[cold]
fn settle(inputs: &[Input<'_>], made: &mut [Slot], from: usize, rule: Rule) {
    for (place, slot) in made.iter_mut().enumerate().filter(|(_, slot)| !slot.is_finite()) {
        *slot = exactly(inputs, from + place, rule);
    }
}

/// The sum or mean at a place, made with every digit; or the reason why there is none.
fn exactly(inputs: &[Input<'_>], place: usize, rule: Rule) -> Slot {
    let known = inputs.iter().filter_map(|input| Some((input.weight, input.column[place].get().ok()?)));
    if known.clone().next().is_none() {
        return absent(inputs, place);
    }
    Slot::number(match rule {
        Rule::Mean => number::weighted_mean(known),
        Rule::Sum { divisor, constant } => number::weighted_sum(known, divisor, constant),
    })
}

#[cfg(test)]
mod tests {
    use tenseven_model::Gap;

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
        for (count, parts) in (1..=2 * FEW).flat_map(|count| [(count, 1.0), (count, 3.0)]) {
            let columns = columns(count);
            let input = |(place, column): (usize, _)| Input { column, weight: 1.0 + place as f64 / parts };
            let inputs: Vec<_> = columns.iter().map(|column| &column[..]).enumerate().map(input).collect();
            for sums in [weighted_mean, |inputs: &[Input<'_>], made: &mut [Slot]| {
                weighted_sum(inputs, made, 3.0, -1.5);
            }] {
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

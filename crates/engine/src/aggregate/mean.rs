//! Sums and means: each number enters on its own scale, weighted, and the sum is taken back from it.
//!
//! *Invariant:* each place is summed in the order of the inputs, however many places are looked at together.

use tenseven_model::{Gap, Outcome};

use super::{Input, coverage::absent};
use crate::{Slot, Slots as _};

/// How many places are summed side by side, of many and of few.
const BLOCK: usize = 256;
const BLOCK_SMALL: usize = 8;
/// How many inputs are added in one go.
const TOGETHER: usize = 4;

/// Σ w·x / Σ w over those with data.
pub(super) fn weighted_mean(inputs: &[Input<'_>], made: &mut [Slot]) {
    let mean = |sum: f64, weight: f64| {
        // An infinite sum of weights would make a finite but wrong mean of 0.
        if weight.is_finite() { sum / weight } else { f64::NAN }
    };
    summed(inputs, made, |input| input.weight, mean);
}

/// constant + Σ w·x over those with data.
pub(super) fn weighted_sum(inputs: &[Input<'_>], made: &mut [Slot], constant: f64) {
    summed(inputs, made, |_| 1.0, |sum, _| constant + sum);
}

/// Sums w·x over those with data, and beside it what `counted` says of each of them, which is above 0; `back` makes the
/// outcome of both.
fn summed(
    inputs: &[Input<'_>],
    made: &mut [Slot],
    counted: impl Fn(&Input<'_>) -> f64,
    back: impl Fn(f64, f64) -> f64,
) {
    if made.len() <= BLOCK_SMALL {
        summed_by::<BLOCK_SMALL>(inputs, made, counted, back);
    } else {
        summed_by::<BLOCK>(inputs, made, counted, back);
    }
}

fn summed_by<const SIZE: usize>(
    inputs: &[Input<'_>],
    made: &mut [Slot],
    counted: impl Fn(&Input<'_>) -> f64,
    back: impl Fn(f64, f64) -> f64,
) {
    for (block, made) in made.chunks_mut(SIZE).enumerate() {
        let from = block * SIZE;
        let mut tally = Tally { sums: [0.0; SIZE], counts: [0.0; SIZE], from, len: made.len() };
        let mut several = inputs.chunks_exact(TOGETHER);
        for inputs in &mut several {
            tally.add::<TOGETHER>(inputs, &counted);
        }
        for input in several.remainder() {
            tally.add::<1>(std::slice::from_ref(input), &counted);
        }
        let mut unknown = false;
        for ((slot, sum), count) in made.iter_mut().zip(&tally.sums).zip(&tally.counts) {
            *slot = Slot::number(back(*sum, *count));
            unknown |= *count <= 0.0;
        }
        if unknown {
            for (place, slot) in made.iter_mut().enumerate().filter(|(place, _)| tally.counts[*place] <= 0.0)
            {
                *slot = absent(inputs, from + place);
            }
        }
    }
}

/// The running sums of a block of places.
struct Tally<const SIZE: usize> {
    sums: [f64; SIZE],
    counts: [f64; SIZE],
    from: usize,
    len: usize,
}

impl<const SIZE: usize> Tally<SIZE> {
    /// Adds `N` inputs, one after the other at each place.
    #[inline]
    fn add<const N: usize>(&mut self, inputs: &[Input<'_>], counted: impl Fn(&Input<'_>) -> f64) {
        let places = self.from..self.from + self.len;
        let slots: [&[Slot]; N] = std::array::from_fn(|input| &inputs[input].column[places.clone()]);
        let weights: [f64; N] = std::array::from_fn(|input| inputs[input].weight);
        let worth: [f64; N] = std::array::from_fn(|input| counted(&inputs[input]));
        let (sums, counts) = (&mut self.sums[..self.len], &mut self.counts[..self.len]);
        for place in 0..sums.len() {
            let (mut sum, mut count) = (sums[place], counts[place]);
            for input in 0..N {
                let slot = slots[input][place];
                sum += if slot.is_gap() { 0.0 } else { weights[input] * slot.raw() };
                count += if slot.is_gap() { 0.0 } else { worth[input] };
            }
            (sums[place], counts[place]) = (sum, count);
        }
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

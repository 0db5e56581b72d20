//! Sums and means: each number enters on its own scale, weighted, and the sum is taken back from it.
//!
//! *Invariant:* each place is summed in the order of the inputs, however many places are looked at together.

use tenseven_model::{Gap, Outcome};

use super::{Input, coverage::absent};
use crate::{Slot, Slots as _};

/// How many places are summed side by side.
const BLOCK: usize = 256;

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
    let mut sums = [0.0; BLOCK];
    let mut counts = [0.0; BLOCK];
    for (block, made) in made.chunks_mut(BLOCK).enumerate() {
        let from = block * BLOCK;
        let (sums, counts) = (&mut sums[..made.len()], &mut counts[..made.len()]);
        sums.fill(0.0);
        counts.fill(0.0);
        for input in inputs {
            let Some(slots) = input.column.get(from..from + made.len()) else { continue };
            let (weight, count) = (input.weight, counted(input));
            for ((sum, counts), slot) in sums.iter_mut().zip(counts.iter_mut()).zip(slots) {
                let known = !slot.is_gap();
                *sum += if known { weight * slot.raw() } else { 0.0 };
                *counts += if known { count } else { 0.0 };
            }
        }
        let mut unknown = false;
        for ((slot, sum), count) in made.iter_mut().zip(sums.iter()).zip(counts.iter()) {
            *slot = Slot::number(back(*sum, *count));
            unknown |= *count <= 0.0;
        }
        if unknown {
            let without = counts.iter().enumerate().filter(|(_, count)| **count <= 0.0);
            for (place, _) in without {
                made[place] = absent(inputs, from + place);
            }
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
    let (mut sum, mut weight, mut refused) = (0.0, 0.0, None);
    for input in inputs {
        let Ok(value) = input.column.outcome(place) else { continue };
        match scale.into(value) {
            Ok(value) => sum += input.weight * value,
            Err(gap) => refused = refused.or(Some(gap)),
        }
        weight += input.weight;
    }
    if weight <= 0.0 {
        return None;
    }
    let mean = sum / weight;
    let is_mean = weight.is_finite() && mean.is_finite();
    Some(refused.map_or(if is_mean { Ok(scale.back(mean)) } else { Err(Gap::NotFinite) }, Err))
}

/// A number above 0 must not become 0 or endless on the way.
fn finite(value: f64) -> Outcome {
    if value.is_finite() && value > 0.0 { Ok(value) } else { Err(Gap::NotFinite) }
}

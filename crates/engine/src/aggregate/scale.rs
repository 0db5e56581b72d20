//! Means on another scale: the numbers are put on it, averaged, and the mean is taken back from it.
//!
//! *Invariant:* a mean lies between the smallest and the largest of its numbers, and does not depend on their order.

use smallvec::SmallVec;
use tenseven_model::{Gap, Outcome};

use super::{Input, coverage::absent};
use crate::{Slot, Slots as _, number};

/// A scale on which numbers above 0 are averaged.
#[derive(Debug, Clone, Copy)]
pub(super) enum Scale {
    /// ln x.
    Logarithm,
    /// ln x; a 0 makes the mean 0, which is what powers come to as they approach 0.
    LogarithmFromZero,
    /// 1/x.
    Inverse,
    /// x^p; also of 0 where p is above 0.
    Power(f64),
}

impl Scale {
    fn into(self, value: f64) -> Outcome {
        match self {
            Self::Logarithm | Self::LogarithmFromZero if value > 0.0 => Ok(value.ln()),
            Self::LogarithmFromZero if value == 0.0 => Ok(0.0),
            Self::Inverse if value > 0.0 => finite(value.recip()),
            Self::Power(exponent) if value > 0.0 => finite(value.powf(exponent)),
            Self::Power(exponent) if value == 0.0 && exponent > 0.0 => Ok(0.0),
            _ => Err(Gap::NotPositive),
        }
    }

    fn back(self, mean: f64) -> f64 {
        match self {
            Self::Logarithm | Self::LogarithmFromZero => mean.exp(),
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
    let (mut terms, mut refused) = (SmallVec::<[(f64, f64); 12]>::new(), None);
    let (mut min, mut max) = (f64::INFINITY, f64::NEG_INFINITY);
    for input in inputs {
        let Ok(value) = input.column.outcome(place) else { continue };
        (min, max) = (min.min(value), max.max(value));
        match scale.into(value) {
            Ok(value) => terms.push((input.weight, value)),
            Err(gap) => refused = refused.or(Some(gap)),
        }
    }
    if let Some(gap) = refused {
        return Some(Err(gap));
    }
    if min == 0.0 && matches!(scale, Scale::LogarithmFromZero) {
        return Some(Ok(0.0));
    }
    let largest = terms.iter().map(|(_, value)| value.abs()).reduce(f64::max)?;
    let mean = number::weighted_mean(terms.iter().copied());
    // What is above 0 must not vanish under its weight; logarithms may cancel out.
    let is_logarithm = matches!(scale, Scale::Logarithm | Scale::LogarithmFromZero);
    let vanishes = mean == 0.0 && largest > 0.0 && !is_logarithm;
    // Rounding on the way there and back must not lead beyond the numbers themselves.
    Some(if mean.is_finite() && !vanishes {
        Ok(scale.back(mean).clamp(min, max))
    } else {
        Err(Gap::NotFinite)
    })
}

/// A number above 0 must not become 0 or endless on the way.
fn finite(value: f64) -> Outcome {
    if value.is_finite() && value > 0.0 { Ok(value) } else { Err(Gap::NotFinite) }
}

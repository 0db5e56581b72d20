//! Numbers cut in two parts, so that ordinary sums of either are exact.
//!
//! Where weights are whole numbers of moderate size, each number is cut at one binary digit into a high and a low part. Weighted sums
//! of either over the inputs are then exact in ordinary arithmetic, in any order, and their quotient is rounded once. There is no
//! branch, so that a processor can take many places side by side.
//!
//! *Invariant:* what comes out is the number nearest to the exact result, or a NaN where that is not certain.

#![expect(
    clippy::inline_always,
    reason = "what is not inlined is not compiled for the processor's widest instructions"
)]

use super::Input;
use crate::{Slot, number::split};

/// The largest sum of weights, as a power of two, with which parts are summed side by side.
const WEIGHT_BITS_MAX: i32 = 16;
/// The largest number, as a power of two, that is cut in two parts.
const NUMBER_BITS: i32 = 11;
/// The last binary digit of a high part at most.
const CUT_MAX: i32 = 40;

/// What becomes of a sum.
#[derive(Debug, Clone, Copy)]
pub(super) enum Rule {
    /// It is divided by the weights of those with data.
    Mean,
    /// It is divided by what stands for a weight of 1, and added to a constant.
    Sum { divisor: f64, constant: f64 },
}

/// How numbers are cut in two parts, so that sums of either are exact. `IS_SUM` says which [`Rule`] holds.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cut<const IS_SUM: bool> {
    /// Added to a number and taken away again, it leaves the high part.
    shift: f64,
    /// By how much a quotient can be wrong where some low part has digits beyond those that are summed exactly.
    doubt: f64,
    /// What a sum is divided by.
    divisor: f64,
    /// The parts of the constant, times the divisor.
    constant: [f64; 2],
}

/// The running sums of a place.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Sums {
    high: f64,
    low: f64,
    /// The weights of those with data; of a sum, how many they are.
    known: f64,
    /// The largest number without its sign.
    largest: f64,
}

impl<const IS_SUM: bool> Cut<IS_SUM> {
    /// How these inputs are cut; none where weights are not whole or too large.
    pub(super) fn of(inputs: &[Input<'_>], rule: Rule) -> Option<Self> {
        let (divisor, constant) = match rule {
            Rule::Mean => (0.0, 0.0),
            Rule::Sum { divisor, constant } => (divisor, constant),
        };
        let (mut total, mut is_whole) = (divisor.abs(), whole(divisor));
        for input in inputs {
            is_whole &= whole(input.weight);
            total += input.weight.abs();
        }
        if !is_whole || total > WEIGHTS_MAX || constant.abs() > LARGEST {
            return None;
        }
        let bits = bits_of(total);
        let cut = (53 - NUMBER_BITS - bits).min(CUT_MAX);
        let mut made = Self {
            shift: 1.5 * power_of_two(52 - cut),
            // What is lost in the last quotient is at most 2⁻⁸⁹.
            doubt: 2.0 * (inputs.len() as f64 + 1.0) * power_of_two(bits - cut - 54) + power_of_two(-89),
            divisor,
            constant: [0.0; 2],
        };
        let [high, low] = made.parts(constant);
        made.constant = [divisor * high, divisor * low];
        Some(made)
    }

    #[inline(always)]
    fn parts(&self, number: f64) -> [f64; 2] {
        let high = (number + self.shift) - self.shift;
        [high, number - high]
    }

    /// What an input adds to [`Sums::known`].
    pub(super) fn worth(input: &Input<'_>) -> f64 {
        if IS_SUM { 1.0 } else { input.weight }
    }

    /// Adds what stands in a slot, if it is a number.
    #[inline(always)]
    pub(super) fn add(&self, sums: &mut Sums, [weight, worth]: [f64; 2], slot: Slot) {
        let number = slot.or_zero();
        let [high, low] = self.parts(number);
        sums.high += weight * high;
        sums.low += weight * low;
        sums.known += if slot.is_gap() { 0.0 } else { worth };
        sums.largest = if number.abs() > sums.largest { number.abs() } else { sums.largest };
    }

    /// The quotient; not finite where there is none, or where it is not certain to be the nearest number.
    #[expect(
        clippy::float_cmp,
        clippy::needless_bitwise_bool,
        reason = "the very same number, found without a branch"
    )]
    #[inline(always)]
    pub(super) fn finish(&self, sums: Sums) -> f64 {
        let Sums { mut high, mut low, known, largest } = sums;
        let mut by = known;
        if IS_SUM {
            (high, low, by) = (high + self.constant[0], low + self.constant[1], self.divisor);
        }
        // The high part is a multiple of the last digit of the low one, so that nothing is lost in either order.
        let sum = high + low;
        let rest = low - (sum - high);
        let share = 1.0 / by;
        let first = sum * share;
        let (upper, lower) = split(first);
        let more = (((sum - upper * by) - lower * by) + rest) * share;
        let (least, most) = (first + (more - self.doubt), first + (more + self.doubt));
        let is_certain = (least == most) & (largest <= LARGEST) & (!IS_SUM | (known > 0.0));
        f64::from_bits(least.to_bits() | if is_certain { 0 } else { u64::MAX })
    }
}

/// The largest sum of weights.
const WEIGHTS_MAX: f64 = (1 << WEIGHT_BITS_MAX) as f64;
/// 2^[`NUMBER_BITS`].
const LARGEST: f64 = (1 << NUMBER_BITS) as f64;

/// How many binary digits a number from 1 on has before the point, one more for what lies between two.
fn bits_of(number: f64) -> i32 {
    i32::try_from((number.max(1.0).to_bits() >> 52) & 0x7FF).unwrap_or_default() - 1_022
}

/// Whether a weight is a whole number; adding 1.5·2⁵² rounds to those.
fn whole(weight: f64) -> bool {
    const ROUND: f64 = 6_755_399_441_055_744.0;
    (weight + ROUND) - ROUND - weight == 0.0
}

/// 2^power, of a power of moderate size.
fn power_of_two(power: i32) -> f64 {
    2.0_f64.powi(power)
}

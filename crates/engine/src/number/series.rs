//! Sums and means of numbers in a row, rounded once.
//!
//! Most are settled by a sum of twice the usual precision whose error is known to be too small to matter; the rest are summed
//! exactly.

use super::{
    error_free::{two_product, two_sum},
    exact::Exact,
    fixed,
    quotient::quotient,
};

/// Exponents up to this are multiplied as they are; terms beyond are brought nearer to 1 first.
const EXPONENT_MAX: i32 = 300;
/// The largest power of two that is taken out at a time.
const SHIFT_MAX: i32 = 1_000;

/// The sum of these numbers; not finite where it leaves the range of finite numbers.
pub fn sum(numbers: &[f64]) -> f64 {
    quick(numbers, 1.0).unwrap_or_else(|| {
        let terms = numbers.iter().map(|number| (1.0, *number));
        weighted(terms, Some(1.0), 0.0)
    })
}

/// The mean of these numbers; not finite of no numbers.
pub fn mean(numbers: &[f64]) -> f64 {
    if numbers.is_empty() {
        return f64::NAN;
    }
    let count = numbers.len() as f64;
    quick(numbers, count).unwrap_or_else(|| {
        let terms = numbers.iter().map(|number| (1.0, *number));
        weighted(terms, Some(count), 0.0)
    })
}

/// Σ w·x / Σ w of weights and numbers; not finite where there are none or the weights cancel out.
pub fn weighted_mean(terms: impl Iterator<Item = (f64, f64)> + Clone) -> f64 {
    fixed::quotient(terms.clone(), None).unwrap_or_else(|| weighted(terms, None, 0.0))
}

/// constant + Σ w·x/divisor of weights and numbers.
pub fn weighted_sum(terms: impl Iterator<Item = (f64, f64)> + Clone, divisor: f64, constant: f64) -> f64 {
    let all = terms.clone().chain([(divisor, constant)]);
    fixed::quotient(all, Some(divisor)).unwrap_or_else(|| weighted(terms, Some(divisor), constant))
}

/// x·scale/whole.
pub fn per(value: f64, scale: f64, whole: f64) -> f64 {
    let product = two_product(value, scale);
    let is_normal = [value, scale, whole].iter().all(|number| (1e-60..1e60).contains(&number.abs()));
    let doubt = (product.0 / whole).abs() * 2.0_f64.powi(-100);
    let quick = if is_normal { certain(product, whole, doubt) } else { None };
    quick.unwrap_or_else(|| weighted(std::iter::once((scale, value)), Some(whole), 0.0))
}

/// The sum over `count`, if it is certain to be the nearest number.
fn quick(numbers: &[f64], count: f64) -> Option<f64> {
    let (mut sum, mut rest, mut size) = (0.0, 0.0, 0.0);
    for number in numbers {
        let (next, error) = two_sum(sum, *number);
        (sum, rest, size) = (next, rest + error, size + number.abs());
    }
    let (sum, rest) = two_sum(sum, rest);
    // Each of the rests is at most 2⁻⁵³ of the size, and adding them up loses at most 2⁻⁵³ of their sum for each.
    let terms = numbers.len() as f64 + 2.0;
    let doubt = size * (terms * terms * 2.0_f64.powi(-105) + 2.0_f64.powi(-100)) / count;
    let is_normal = (1e-200..1e200).contains(&size);
    certain((sum, rest), count, doubt).filter(|_| is_normal)
}

/// (sum + rest)/divisor, if a sum that is wrong by at most `doubt` times the divisor gives the same nearest number.
fn certain((sum, rest): (f64, f64), divisor: f64, doubt: f64) -> Option<f64> {
    let first = sum / divisor;
    let (product, error) = two_product(first, divisor);
    let more = (rest + ((sum - product) - error)) / divisor;
    let (least, most) = (first + (more - doubt), first + (more + doubt));
    (least.to_bits() == most.to_bits()).then_some(least)
}

fn weighted(terms: impl Iterator<Item = (f64, f64)> + Clone, divisor: Option<f64>, constant: f64) -> f64 {
    let shift = |number: f64| {
        let exponent = exponent(number);
        if exponent.abs() > EXPONENT_MAX { exponent.clamp(-SHIFT_MAX, SHIFT_MAX) } else { 0 }
    };
    let largest = |number: fn((f64, f64)) -> f64| terms.clone().map(number).fold(0.0, f64::max);
    let by_weights = shift(largest(|(weight, _)| weight.abs()));
    let by_numbers = shift(largest(|(_, number)| number.abs()).max(constant.abs()));
    let by_divisor = divisor.map_or(by_weights, shift);
    let (mut numerator, mut denominator) = (Exact::default(), Exact::default());
    for (weight, number) in terms {
        let weight = times_power(weight, -by_weights);
        numerator.add_product(weight, times_power(number, -by_numbers));
        if divisor.is_none() {
            denominator.add(weight);
        }
    }
    if let Some(divisor) = divisor {
        let divisor = times_power(divisor, -by_divisor);
        denominator.add(divisor);
        if constant != 0.0 {
            let constant = times_power(constant, -by_numbers);
            numerator.add_product(divisor, times_power(constant, by_divisor - by_weights));
        }
    }
    if denominator.sign() == 0.0 {
        return f64::NAN;
    }
    let quotient = quotient(&numerator, &denominator);
    times_power(times_power(quotient, by_weights - by_divisor), by_numbers) + 0.0
}

/// The exponent of a number as a power of two; that of the smallest normal number for all below it.
fn exponent(number: f64) -> i32 {
    let bits = (number.to_bits() >> 52) & 0x7FF;
    i32::try_from(bits).unwrap_or_default() - 1_023
}

/// number·2^power.
fn times_power(number: f64, power: i32) -> f64 {
    match power {
        0 => number,
        power if power.abs() > SHIFT_MAX => {
            let half = power / 2;
            number * 2.0_f64.powi(half) * 2.0_f64.powi(power - half)
        }
        power => number * 2.0_f64.powi(power),
    }
}

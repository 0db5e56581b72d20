//! Quotients in whole numbers: exact and quick for weights and numbers of moderate size.

/// Numbers are multiples of two to the power of minus this.
const DIGITS: i32 = 76;
/// The largest number without its sign.
const NUMBER_MAX: f64 = 4_294_967_296.0;
/// The largest sum of weights, and the largest divisor.
const WEIGHTS_MAX: f64 = 65_536.0;

/// Σ w·x over the divisor, or over Σ w without one; none where a weight is not whole, or something is too large or too small.
pub(super) fn quotient(terms: impl Iterator<Item = (f64, f64)>, divisor: Option<f64>) -> Option<f64> {
    let (mut sum, mut weights, mut size) = (0_i128, 0_i128, divisor.unwrap_or(0.0).abs());
    for (weight, number) in terms {
        size += weight.abs();
        let weight = whole(weight)?;
        weights += weight;
        sum += weight * fixed(number)?;
        if size > WEIGHTS_MAX {
            return None;
        }
    }
    let by = match divisor {
        Some(divisor) => whole(divisor)?,
        None => weights,
    };
    if by == 0 || size > WEIGHTS_MAX {
        return None;
    }
    if sum == 0 {
        return Some(0.0);
    }
    let room = i32::try_from(sum.unsigned_abs().leading_zeros()).ok()? - 1;
    let (quotient, rest) = ((sum << room) / by, (sum << room) % by);
    // The quotient has more than twice the digits of a number, so that its last one can say that something follows.
    let marked = if rest == 0 { quotient } else { quotient | 1 };
    Some(marked as f64 * 2.0_f64.powi(-DIGITS - room))
}

#[expect(clippy::cast_possible_truncation, reason = "what is cut off shows when it is turned back")]
fn whole(number: f64) -> Option<i128> {
    let whole = (number.abs() <= WEIGHTS_MAX).then_some(number as i128)?;
    (whole as f64 - number == 0.0).then_some(whole)
}

/// A number as a multiple of two to the power of minus [`DIGITS`].
fn fixed(number: f64) -> Option<i128> {
    if number == 0.0 {
        return Some(0);
    }
    if number.abs() > NUMBER_MAX {
        return None;
    }
    let bits = number.to_bits();
    let exponent = i32::try_from((bits >> 52) & 0x7FF).ok()? - 1_075;
    let digits = i128::from(bits & ((1 << 52) - 1) | 1 << 52);
    let shifted = digits << u32::try_from(exponent + DIGITS).ok()?;
    Some(if number < 0.0 { -shifted } else { shifted })
}

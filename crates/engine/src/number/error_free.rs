//! Error-free transformations: a rounded result together with the exact error of its rounding (Dekker 1971, Knuth 1969).

/// The bits of the upper half of a number's digits.
const UPPER: u64 = !0x07FF_FFFF;

/// a + b as its rounded sum and the exact rest.
#[inline]
pub(crate) fn two_sum(a: f64, b: f64) -> (f64, f64) {
    let sum = a + b;
    let of_b = sum - a;
    (sum, (a - (sum - of_b)) + (b - of_b))
}

/// A number as two of at most 26 and 27 digits, of which it is the exact sum.
#[expect(clippy::inline_always, reason = "part of loops that are compiled for wider instructions")]
#[inline(always)]
pub(crate) fn split(number: f64) -> (f64, f64) {
    let upper = f64::from_bits(number.to_bits() & UPPER);
    (upper, number - upper)
}

/// a·b as its rounded product and the exact rest, as long as neither leaves the range of normal numbers.
#[inline]
pub(super) fn two_product(a: f64, b: f64) -> (f64, f64) {
    let product = a * b;
    let ((a_upper, a_lower), (b_upper, b_lower)) = (split(a), split(b));
    let rest = ((a_upper * b_upper - product) + a_upper * b_lower + a_lower * b_upper) + a_lower * b_lower;
    (product, rest)
}

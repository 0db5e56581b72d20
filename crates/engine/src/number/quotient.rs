//! The quotient of two exact sums, rounded once.

use super::exact::Exact;

/// The number nearest to `numerator`/`denominator`; of two equally near ones the even one. The denominator is not 0.
pub(super) fn quotient(numerator: &Exact, denominator: &Exact) -> f64 {
    let divisor = denominator.nearest();
    let rest = |quotient: f64| {
        let mut rest = numerator.clone();
        rest.add_multiple(-quotient, denominator);
        rest
    };
    let first = numerator.nearest() / divisor;
    let near = first + rest(first).nearest() / divisor;
    if !near.is_finite() {
        return near;
    }
    // The exact quotient lies at `near` or between it and the next number on the side that the rest says.
    let rest = rest(near);
    let side = rest.sign() * divisor.signum();
    let next = match side {
        side if side > 0.0 => near.next_up(),
        side if side < 0.0 => near.next_down(),
        _ => return near,
    };
    let mut beyond_half = rest;
    beyond_half.add_multiple(-((next - near) / 2.0), denominator);
    let beyond = beyond_half.sign() * divisor.signum() * side;
    let is_even = near.to_bits().is_multiple_of(2);
    if beyond > 0.0 || beyond == 0.0 && !is_even { next } else { near }
}

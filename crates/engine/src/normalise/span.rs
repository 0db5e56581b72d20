//! What the formulas share: directions, and spans that can be divided by.

use tenseven_model::framework::Direction;

/// The value so that more is better.
pub(crate) fn directed(value: f64, direction: Direction) -> f64 {
    match direction {
        Direction::HigherIsBetter => value,
        Direction::LowerIsBetter => -value,
    }
}

/// Whether a distance can be measured by it.
pub(super) fn is_span(span: f64) -> bool {
    span.is_finite() && span > 0.0
}

//! Scaled: a value moved and stretched by stated parameters, and never held.

use tenseven_model::{Gap, equality::compare, framework::Direction};

use super::directed;
use crate::{Slot, Slots as _};

/// The two points that a value is measured by, on the scale that the direction leaves.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Scaled {
    /// The point that is worth 0.
    pub zero: f64,
    /// The point that is worth `factor`.
    pub one: f64,
    /// What `one` is worth.
    pub factor: f64,
    /// Which way is better: where less is, −x is measured.
    pub direction: Direction,
}

/// (x − zero)/(one − zero)·factor, after the direction is applied. Where both points are one the gap is
/// [`Gap::NoSpan`].
pub fn scaled(column: &mut [Slot], scale: &Scaled) {
    let span = scale.one - scale.zero;
    column.map(|value| {
        if compare(scale.one, scale.zero).is_eq() {
            return Err(Gap::NoSpan);
        }
        if !span.is_finite() {
            return Err(Gap::NotFinite);
        }
        Ok((directed(value, scale.direction) - scale.zero) / span * scale.factor)
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Column;

    fn scored(value: f64, [zero, one]: [f64; 2], direction: Direction) -> Result<f64, Gap> {
        let mut column: Column = [Ok(value)].into_iter().collect();
        scaled(&mut column, &Scaled { zero, one, factor: 100.0, direction });
        column.get(0)
    }

    #[test]
    fn a_value_beyond_the_points_is_not_held() {
        assert_eq!(scored(30.0, [10.0, 20.0], Direction::HigherIsBetter), Ok(200.0));
        assert_eq!(scored(12.5, [-20.0, -10.0], Direction::LowerIsBetter), Ok(75.0));
    }

    #[test]
    fn one_point_and_an_endless_span_have_a_reason() {
        assert_eq!(scored(1.0, [2.0, 2.0], Direction::HigherIsBetter), Err(Gap::NoSpan));
        assert_eq!(scored(1.0, [f64::MIN, f64::MAX], Direction::HigherIsBetter), Err(Gap::NotFinite));
    }
}

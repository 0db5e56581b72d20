//! Changes of scale that take their shift from the column itself, so that they are defined for any numbers.

use tenseven_model::{Gap, framework::Transform};

use crate::{Slot, Slots as _, describe};

/// log(x − min + 0.01·(max − min)). Where all numbers are equal the gap is [`Gap::ConstantColumn`].
pub fn log_shifted(column: &mut [Slot]) {
    scale(column, |value, [min, max]| (value - min + 0.01 * (max - min)).ln());
}

/// [`log_shifted`] where the skewness is above 0; otherwise its mirror image, −log(max + 0.01·(max − min) − x). Also
/// says whether it was mirrored.
pub fn log_either(column: &mut [Slot]) -> bool {
    let mirrored = describe::skewness(&describe::numbers(column)).is_none_or(|skewness| skewness <= 0.0);
    if mirrored {
        scale(column, |value, [min, max]| -(max + 0.01 * (max - min) - value).ln());
    } else {
        log_shifted(column);
    }
    mirrored
}

/// Box and Cox's transformation of x − min + 1: ((x − min + 1)^λ − 1)/λ, and its logarithm where λ is 0.
pub fn box_cox_shifted(column: &mut [Slot], lambda: f64) {
    let min = describe::describe(column).min.unwrap_or(0.0);
    column.map(|value| Transform::BoxCox(lambda).apply(value - min + 1.0).ok_or(Gap::OutsideTransform));
}

fn scale(column: &mut [Slot], rule: impl Fn(f64, [f64; 2]) -> f64) {
    let made = describe::describe(column);
    let ends = made.min.zip(made.max).filter(|(min, max)| min < max);
    column.map(|value| {
        let (min, max) = ends.ok_or(Gap::ConstantColumn)?;
        Ok(rule(value, [min, max]))
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Column;

    fn column(values: &[f64]) -> Column {
        values.iter().map(|value| Ok(*value)).collect()
    }

    fn is_near(column: &Column, expected: &[f64]) -> bool {
        column.values().iter().zip(expected).all(|(one, other)| (one - other).abs() < 1e-12)
    }

    /// From −10 to 90 the hundredth of the range is 1: log 1 and log 101.
    #[test]
    fn a_hundredth_of_the_range_keeps_the_smallest_above_zero() {
        let mut logged = column(&[-10.0, 0.0, 90.0]);
        log_shifted(&mut logged);
        assert!(is_near(&logged, &[0.0, 11.0_f64.ln(), 101.0_f64.ln()]));
    }

    #[test]
    fn a_tail_below_is_mirrored() {
        let mut logged = column(&[0.0, 90.0, 100.0]);
        assert!(log_either(&mut logged));
        assert!(is_near(&logged, &[-(101.0_f64.ln()), -(11.0_f64.ln()), 0.0]));
        assert!(!log_either(&mut column(&[0.0, 10.0, 100.0])));
    }

    #[test]
    fn box_cox_begins_at_one() {
        let mut scaled = column(&[-3.0, 0.0, 5.0]);
        box_cox_shifted(&mut scaled, 0.5);
        assert!(is_near(&scaled, &[0.0, 2.0, 4.0]));
        let mut logged = column(&[-3.0, 0.0]);
        box_cox_shifted(&mut logged, 0.0);
        assert!(is_near(&logged, &[0.0, 4.0_f64.ln()]));
    }

    #[test]
    fn a_range_of_nothing_and_one_without_end_have_a_reason() {
        let mut constant = column(&[4.0, 4.0]);
        log_shifted(&mut constant);
        assert_eq!(constant, Column::of_gap(2, Gap::ConstantColumn));
        let mut endless = column(&[f64::MIN, f64::MAX]);
        log_shifted(&mut endless);
        assert_eq!(endless, Column::of_gap(2, Gap::NotFinite));
    }
}

//! Z-score: how many standard deviations a value lies from the mean of those compared.

use tenseven_model::{Gap, framework::Direction};

use super::{Moments, directed, is_span};
use crate::{Slot, Slots as _};

/// The mean and the standard deviation that scores get.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ZScore {
    /// The score of the mean.
    pub mean: f64,
    /// How much a standard deviation is worth.
    pub deviation: f64,
    /// Which way is better.
    pub direction: Direction,
}

/// (x − mean)/sd·s + m, after the direction is applied; sd over n − 1. Where fewer than two numbers are compared, or
/// all are equal, the gap is [`Gap::ConstantColumn`].
pub fn zscore(column: &mut [Slot], scale: &ZScore, moments: Option<Moments>) {
    column.map(|value| {
        let Moments { mean, deviation } = moments.ok_or(Gap::ConstantColumn)?;
        match deviation {
            0.0 => Err(Gap::ConstantColumn),
            deviation if !is_span(deviation) => Err(Gap::NotFinite),
            _ => {
                let distance = directed(value, scale.direction) - mean;
                Ok(distance / deviation * scale.deviation + scale.mean)
            }
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Column, normalise::compared_numbers};

    fn scored(values: &[f64], direction: Direction) -> Column {
        let mut column: Column = values.iter().map(|value| Ok(*value)).collect();
        let numbers = compared_numbers([&column], &vec![true; values.len()], direction);
        zscore(&mut column, &ZScore { mean: 10.0, deviation: 2.0, direction }, Moments::of(&numbers));
        column
    }

    /// 1, 3, 5: mean 3, squares 4 + 0 + 4 over 2, deviation 2.
    #[test]
    fn a_deviation_is_worth_what_is_asked_in_either_direction() {
        assert_eq!(scored(&[1.0, 3.0, 5.0], Direction::HigherIsBetter).values(), [8.0, 10.0, 12.0]);
        assert_eq!(scored(&[1.0, 3.0, 5.0], Direction::LowerIsBetter).values(), [12.0, 10.0, 8.0]);
    }

    #[test]
    fn equal_single_and_immense_numbers_have_a_reason() {
        let direction = Direction::HigherIsBetter;
        assert_eq!(scored(&[3.0, 3.0], direction), Column::of_gap(2, Gap::ConstantColumn));
        assert_eq!(scored(&[3.0], direction), Column::of_gap(1, Gap::ConstantColumn));
        assert_eq!(scored(&[f64::MIN, f64::MAX], direction), Column::of_gap(2, Gap::NotFinite));
    }
}

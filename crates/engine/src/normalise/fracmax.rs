//! Fraction of the maximum: how much of the best value a value is.
//!
//! Where less is better the score is min/x, so that the best is worth 1 in either direction.

use tenseven_model::{Gap, framework::Direction};

use super::Extremes;
use crate::{Slot, Slots as _};

/// x/max, or, where less is better, min/x. `extremes` are those after the direction is applied. The gap is
/// [`Gap::NotPositive`] where the best is not above 0, and, where less is better, where x is not; where nothing is
/// compared it is [`Gap::ConstantColumn`].
pub fn fracmax(column: &mut [Slot], direction: Direction, extremes: Option<Extremes>) {
    column.map(|value| {
        let best = extremes.ok_or(Gap::ConstantColumn)?.max;
        let (part, whole) = match direction {
            Direction::HigherIsBetter => (value, best),
            Direction::LowerIsBetter => (-best, value),
        };
        if whole <= 0.0 || direction == Direction::LowerIsBetter && part <= 0.0 {
            return Err(Gap::NotPositive);
        }
        Ok(part / whole)
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Column, normalise::extremes};

    fn scored(values: &[f64], direction: Direction) -> Column {
        let mut column: Column = values.iter().map(|value| Ok(*value)).collect();
        let ends = extremes(&column, &vec![true; values.len()], direction);
        fracmax(&mut column, direction, ends);
        column
    }

    #[test]
    fn the_best_is_worth_one_in_either_direction() {
        assert_eq!(scored(&[2.0, 4.0, -1.0], Direction::HigherIsBetter).values(), [0.5, 1.0, -0.25]);
        assert_eq!(scored(&[2.0, 4.0, 8.0], Direction::LowerIsBetter).values(), [1.0, 0.5, 0.25]);
    }

    #[test]
    fn a_fraction_of_nothing_has_a_reason() {
        let none = Column::of_gap(2, Gap::NotPositive);
        assert_eq!(scored(&[0.0, -2.0], Direction::HigherIsBetter), none);
        assert_eq!(scored(&[0.0, 4.0], Direction::LowerIsBetter), none);
        let mut column: Column = [Ok(1.0)].into_iter().collect();
        fracmax(&mut column, Direction::HigherIsBetter, None);
        assert_eq!(column.get(0), Err(Gap::ConstantColumn));
    }
}

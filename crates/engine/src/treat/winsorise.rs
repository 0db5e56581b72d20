//! Winsorising: the outermost values are drawn in to the next, as few as will do.

use std::collections::BTreeSet;

use tenseven_model::{equality::Order, framework::Limits};

use super::Shape;
use crate::{Slot, Slots as _, describe};

/// Which places were drawn in.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Drawn {
    /// From above.
    pub high: BTreeSet<usize>,
    /// From below.
    pub low: BTreeSet<usize>,
}

impl Drawn {
    /// How many places were drawn in; one that was drawn in from both sides counts twice.
    pub fn points(&self) -> usize {
        self.high.len() + self.low.len()
    }
}

/// Draws in the outermost values while the column does not pass and fewer than `at_most` places are drawn in: where
/// the skewness is 0 or above the largest become the next largest, otherwise the smallest the next smallest. Equal
/// values move together, so that the last step can exceed `at_most`. With `force` it does so whether or not the column
/// passes. A column without a shape is left as it is.
pub fn winsorise(column: &mut [Slot], limits: &Limits, at_most: usize, force: bool) -> Drawn {
    let mut drawn = Drawn::default();
    while let Some(shape) = Shape::of(column) {
        if drawn.points() >= at_most || !force && shape.passes(limits) {
            break;
        }
        let from_above = shape.skewness >= 0.0;
        let Some(outermost) = draw_in(column, from_above) else { break };
        *(if from_above { &mut drawn.high } else { &mut drawn.low }) = outermost;
    }
    drawn
}

/// Sets the largest (or smallest) numbers to the next; the places that were set, or none if all are equal.
fn draw_in(column: &mut [Slot], from_above: bool) -> Option<BTreeSet<usize>> {
    let further = |one: f64, other: f64| if from_above { one.max(other) } else { one.min(other) };
    let numbers = describe::numbers(column);
    let outermost = numbers.iter().copied().reduce(further)?;
    let order = Order::of(numbers);
    let is_outermost = |number: f64| order.below(number) == order.below(outermost);
    let next = order.numbers().iter().copied().filter(|number| !is_outermost(*number)).reduce(further)?;
    let places: BTreeSet<_> =
        (0..column.len()).filter(|place| column.outcome(*place).is_ok_and(is_outermost)).collect();
    for place in &places {
        column[*place] = Slot::number(next);
    }
    Some(places)
}

#[cfg(test)]
mod tests {
    use tenseven_model::Gap;

    use super::*;
    use crate::Column;

    fn column(values: &[f64]) -> Column {
        values.iter().map(|value| Ok(*value)).collect()
    }

    #[test]
    fn one_outlier_is_drawn_in_to_the_next() {
        let mut drawn_in: Column =
            (1..=9).map(|value| Ok(f64::from(value))).chain([Ok(100.0), Err(Gap::NeverReported)]).collect();
        let drawn = winsorise(&mut drawn_in, &Limits::default(), 5, false);
        assert_eq!((drawn.high, drawn.low.len()), (BTreeSet::from([9]), 0));
        assert_eq!((drawn_in.get(9), drawn_in.get(10)), (Ok(9.0), Err(Gap::NeverReported)));
    }

    #[test]
    fn a_low_outlier_is_drawn_in_from_below() {
        let mut drawn_in = column(&[-100.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0]);
        let drawn = winsorise(&mut drawn_in, &Limits::default(), 5, false);
        assert_eq!((drawn.high.len(), drawn.low), (0, BTreeSet::from([0])));
        assert_eq!(drawn_in.get(0), Ok(1.0));
    }

    #[test]
    fn force_draws_in_what_passes_and_stops_at_the_most() {
        let mut drawn_in = column(&[1.0, 2.0, 3.0, 4.0, 5.5]);
        let drawn = winsorise(&mut drawn_in, &Limits::default(), 1, true);
        assert_eq!(drawn.points(), 1);
        assert_eq!(drawn_in.values(), [1.0, 2.0, 3.0, 4.0, 4.0]);
    }

    #[test]
    fn equal_numbers_are_left_alone() {
        let mut constant = column(&[3.0; 6]);
        assert_eq!(winsorise(&mut constant, &Limits::default(), 5, true).points(), 0);
        assert_eq!(constant, column(&[3.0; 6]));
    }
}

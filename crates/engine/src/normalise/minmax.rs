//! Min-max: a value placed between the worst and the best of those compared.

use tenseven_model::{Gap, framework::Direction};

use super::{Extremes, Line};
use crate::{Slot, Slots as _};

/// What min-max gives its best and its worst value.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MinMax {
    /// The score of the worst value.
    pub lower: f64,
    /// The score of the best value.
    pub upper: f64,
    /// Which value is best.
    pub direction: Direction,
}

/// (x − min)/(max − min)·(upper − lower) + lower, after the direction is applied. Where nothing can be compared, or
/// everything compared is equal, the gap is [`Gap::ConstantColumn`].
pub fn minmax(column: &mut [Slot], scale: &MinMax, extremes: Option<Extremes>) {
    let from = column.to_vec();
    minmax_into(&from, column, scale, extremes);
}

/// [`minmax`] from one row of slots into another.
pub(crate) fn minmax_into(from: &[Slot], made: &mut [Slot], scale: &MinMax, extremes: Option<Extremes>) {
    let ends = extremes.filter(|extremes| extremes.differ()).ok_or(Gap::ConstantColumn);
    let line = ends.and_then(|ends| Line::new([ends.min, ends.max], [scale.lower, scale.upper]));
    match (line, scale.direction) {
        (Ok(line), Direction::HigherIsBetter) => line.place(from, made, 1.0, |score| score),
        (Ok(line), Direction::LowerIsBetter) => line.place(from, made, -1.0, |score| score),
        (Err(gap), _) => {
            made.copy_from_slice(from);
            made.map(|_| Err(gap));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Column, normalise::extremes};

    fn column(values: &[f64]) -> Column {
        values.iter().map(|value| Ok(*value)).collect()
    }

    const SCALE: MinMax = MinMax { lower: 1.0, upper: 100.0, direction: Direction::HigherIsBetter };

    #[test]
    fn minmax_reaches_both_ends_in_either_direction() {
        for (direction, expected) in [
            (Direction::HigherIsBetter, [1.0, 100.0, 25.75]),
            (Direction::LowerIsBetter, [100.0, 1.0, 75.25]),
        ] {
            let mut scored = column(&[2.0, 10.0, 4.0]);
            let ends = extremes(&scored, &[true; 3], direction);
            minmax(&mut scored, &MinMax { direction, ..SCALE }, ends);
            assert_eq!(scored.values(), expected);
        }
    }

    #[test]
    fn minmax_compares_only_the_reference_set() {
        let mut scored = column(&[0.0, 10.0, 20.0]);
        let ends = extremes(&scored, &[true, true, false], Direction::HigherIsBetter);
        minmax(&mut scored, &MinMax { lower: 0.0, ..SCALE }, ends);
        assert_eq!(scored.values(), [0.0, 100.0, 200.0]);
    }

    #[test]
    fn minmax_of_a_constant_or_empty_column_has_a_reason() {
        for compared in [[true, true], [false, false]] {
            let mut scored = column(&[3.0, 3.0]);
            let ends = extremes(&scored, &compared, Direction::HigherIsBetter);
            minmax(&mut scored, &SCALE, ends);
            assert_eq!(scored, Column::of_gap(2, Gap::ConstantColumn));
        }
    }

    #[test]
    fn minmax_over_no_finite_span_gives_a_reason() {
        let mut scored = column(&[f64::MIN, f64::MAX]);
        let ends = extremes(&scored, &[true; 2], Direction::HigherIsBetter);
        minmax(&mut scored, &SCALE, ends);
        assert_eq!(scored, Column::of_gap(2, Gap::NotFinite));
    }
}

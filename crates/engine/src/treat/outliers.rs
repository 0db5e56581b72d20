//! The rule as a whole: look at the shape, winsorise, and transform if that does not do.

use tenseven_model::framework::{Fallback, Treatment};

use super::{Drawn, Shape, box_cox_shifted, log_either, log_shifted, winsorise};
use crate::{Slot, describe::describe};

/// What was done to a column, and why.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Report {
    /// Its shape as it came; none where it has too few numbers, or all are equal, and it was left untreated.
    pub before: Option<Shape>,
    /// The places drawn in, and the shape that this left; none if it passed as it came.
    pub winsorised: Option<(Drawn, Option<Shape>)>,
    /// The shape on the other scale; none if the column was not transformed.
    pub transformed: Option<Option<Shape>>,
    /// The smallest and the largest number as the column came; none without numbers.
    pub ends: Option<[f64; 2]>,
    /// The smallest and the largest number that drawing in left; none if nothing was drawn in.
    pub drawn_ends: Option<[f64; 2]>,
    /// Whether the other scale is the mirror image of [`Fallback::LogEither`].
    pub mirrored: bool,
}

/// Treats a column, and says what was done.
pub fn treat(column: &mut [Slot], treatment: &Treatment) -> Report {
    let mut report = Report { before: Shape::of(column), ends: ends(column), ..Report::default() };
    let passes = |shape: Option<Shape>| shape.is_none_or(|shape| shape.passes(&treatment.limits));
    if passes(report.before) {
        return report;
    }
    let original = column.to_vec();
    let drawn = winsorise(column, &treatment.limits, treatment.points, false);
    let after = Shape::of(column);
    report.winsorised = Some((drawn, after));
    report.drawn_ends = ends(column);
    if passes(after) || treatment.fallback == Fallback::None {
        return report;
    }
    column.copy_from_slice(&original);
    match treatment.fallback {
        Fallback::None => {}
        Fallback::Log => log_shifted(column),
        Fallback::LogEither => report.mirrored = log_either(column),
        Fallback::BoxCox(lambda) => box_cox_shifted(column, lambda),
    }
    report.transformed = Some(Shape::of(column));
    report
}

/// The smallest and the largest number of a column.
fn ends(column: &[Slot]) -> Option<[f64; 2]> {
    let described = describe(column);
    described.min.zip(described.max).map(|(min, max)| [min, max])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Column;

    fn column(values: impl IntoIterator<Item = f64>) -> Column {
        values.into_iter().map(Ok).collect()
    }

    #[test]
    fn a_column_that_passes_is_left_as_it_is() {
        let mut even = column([1.0, 2.0, 3.0, 4.0, 5.0]);
        let report = treat(&mut even, &Treatment::default());
        assert_eq!(even, column([1.0, 2.0, 3.0, 4.0, 5.0]));
        assert!(report.before.is_some() && report.winsorised.is_none() && report.transformed.is_none());
    }

    #[test]
    fn too_few_or_equal_numbers_are_left_alone_and_that_is_said() {
        for values in [vec![1.0, 2.0, 1e9], vec![7.0; 9], vec![]] {
            let mut few = column(values.clone());
            let report = treat(&mut few, &Treatment::default());
            assert_eq!(Report { ends: None, ..report }, Report::default());
            assert_eq!(few, column(values));
        }
    }

    /// Powers of ten: drawing in two of thirty points leaves them as skewed as they were, and the original is
    /// logged.
    #[test]
    fn where_winsorising_does_not_do_the_original_is_logged() {
        let powers = || column((0..30).map(|power| 10_f64.powi(power)));
        let mut logged = powers();
        let report = treat(&mut logged, &Treatment { points: 2, ..Treatment::default() });
        assert!(report.winsorised.is_some_and(|(drawn, _)| drawn.points() == 2));
        assert!(report.transformed.is_some());
        let mut expected = powers();
        log_shifted(&mut expected);
        assert_eq!(logged, expected);
    }

    #[test]
    fn without_a_fallback_the_column_stays_winsorised() {
        let mut drawn_in = column((0..12).map(|power| 10_f64.powi(power)));
        let report =
            treat(&mut drawn_in, &Treatment { points: 1, fallback: Fallback::None, ..Treatment::default() });
        assert_eq!((report.transformed, drawn_in.get(11)), (None, Ok(1e10)));
    }
}

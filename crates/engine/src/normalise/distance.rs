//! Distances: how far a value has come from the worst to the best, to a reference area or to a target.

use tenseven_model::{Gap, Outcome, equality::compare, framework::Direction};

use super::{Extremes, directed, is_span};
use crate::{Slot, Slots as _};

/// How the distance to a reference area is scored.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ToReference {
    /// Whether no score exceeds 1.
    pub cap: bool,
    /// Which way is better.
    pub direction: Direction,
}

/// How the distance to a target is scored.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ToTarget {
    /// The target, in the unit of the value.
    pub target: f64,
    /// Whether no score exceeds 1.
    pub cap: bool,
    /// Which way is better.
    pub direction: Direction,
}

/// 1 − (max − x)/(max − min), after the direction is applied. Where all compared are equal, or none is, the gap is
/// [`Gap::ConstantColumn`].
pub fn dist2max(column: &mut [Slot], direction: Direction, extremes: Option<Extremes>) {
    column.map(|value| {
        let Extremes { min, max } =
            extremes.filter(|extremes| extremes.differ()).ok_or(Gap::ConstantColumn)?;
        let span = finite(max - min)?;
        Ok(1.0 - (max - directed(value, direction)) / span)
    });
}

/// 1 − (ref − x)/(ref − min), after the direction is applied. `reference` is what stands at the reference area, before
/// the direction. Without a value there, the gap is [`Gap::NoReference`]; where that value is no better than the worst,
/// [`Gap::NoSpan`].
pub fn dist2ref(column: &mut [Slot], rule: &ToReference, extremes: Option<Extremes>, reference: Outcome) {
    column.map(|value| {
        let reference = directed(reference.map_err(|_| Gap::NoReference)?, rule.direction);
        let min = extremes.ok_or(Gap::ConstantColumn)?.min;
        let span = span(min, reference)?;
        let score = 1.0 - (reference - directed(value, rule.direction)) / span;
        Ok(capped(score, rule.cap))
    });
}

/// (x − min)/(target − min), or, where less is better, (max − x)/(max − target). `extremes` are those after the
/// direction is applied. Where the target is no better than the worst value the gap is [`Gap::NoSpan`].
pub fn dist2target(column: &mut [Slot], rule: &ToTarget, extremes: Option<Extremes>) {
    column.map(|value| {
        let min = extremes.ok_or(Gap::ConstantColumn)?.min;
        let span = span(min, directed(rule.target, rule.direction))?;
        let score = (directed(value, rule.direction) - min) / span;
        Ok(capped(score, rule.cap))
    });
}

fn span(from: f64, to: f64) -> Outcome {
    if compare(to, from).is_gt() { finite(to - from) } else { Err(Gap::NoSpan) }
}

fn finite(span: f64) -> Outcome {
    if is_span(span) { Ok(span) } else { Err(Gap::NotFinite) }
}

fn capped(score: f64, cap: bool) -> f64 {
    if cap { score.min(1.0) } else { score }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Column, normalise::extremes};
    use Direction::{HigherIsBetter, LowerIsBetter};

    const VALUES: [f64; 3] = [2.0, 4.0, 10.0];

    fn column() -> Column {
        VALUES.into_iter().map(Ok).collect()
    }

    fn ends(direction: Direction) -> Option<Extremes> {
        extremes(&column(), &[true; 3], direction)
    }

    #[test]
    fn the_best_is_worth_one_and_the_worst_nothing() {
        for (direction, expected) in [(HigherIsBetter, [0.0, 0.25, 1.0]), (LowerIsBetter, [1.0, 0.75, 0.0])] {
            let mut scored = column();
            dist2max(&mut scored, direction, ends(direction));
            assert_eq!(scored.values(), expected);
        }
    }

    #[test]
    fn the_reference_area_is_worth_one_and_a_cap_holds_those_beyond() {
        let mut scored = column();
        dist2ref(
            &mut scored,
            &ToReference { cap: false, direction: HigherIsBetter },
            ends(HigherIsBetter),
            Ok(4.0),
        );
        assert_eq!(scored.values(), [0.0, 1.0, 4.0]);
        let mut scored = column();
        dist2ref(
            &mut scored,
            &ToReference { cap: true, direction: LowerIsBetter },
            ends(LowerIsBetter),
            Ok(4.0),
        );
        assert_eq!(scored.values(), [1.0, 1.0, 0.0]);
    }

    #[test]
    fn a_reference_without_a_value_or_no_better_than_the_worst_has_a_reason() {
        let rule = ToReference { cap: false, direction: HigherIsBetter };
        for (reference, gap) in [(Err(Gap::NeverReported), Gap::NoReference), (Ok(2.0), Gap::NoSpan)] {
            let mut scored = column();
            dist2ref(&mut scored, &rule, ends(HigherIsBetter), reference);
            assert_eq!(scored, Column::of_gap(3, gap));
        }
    }

    /// Lower is better with target 5: (10 − x)/(10 − 5).
    #[test]
    fn a_target_is_measured_from_the_worst() {
        let rule = ToTarget { target: 6.0, cap: true, direction: HigherIsBetter };
        let mut scored = column();
        dist2target(&mut scored, &rule, ends(HigherIsBetter));
        assert_eq!(scored.values(), [0.0, 0.5, 1.0]);
        let mut scored = column();
        let rule = ToTarget { target: 5.0, cap: false, direction: LowerIsBetter };
        dist2target(&mut scored, &rule, ends(LowerIsBetter));
        assert_eq!(scored.values(), [1.6, 1.2, 0.0]);
    }

    #[test]
    fn a_target_that_the_worst_reaches_and_nothing_to_compare_have_a_reason() {
        let rule = ToTarget { target: 2.0, cap: true, direction: HigherIsBetter };
        let mut scored = column();
        dist2target(&mut scored, &rule, ends(HigherIsBetter));
        assert_eq!(scored, Column::of_gap(3, Gap::NoSpan));
        let mut scored = column();
        dist2target(&mut scored, &rule, None);
        assert_eq!(scored, Column::of_gap(3, Gap::ConstantColumn));
        let mut scored = column();
        dist2max(&mut scored, HigherIsBetter, None);
        assert_eq!(scored, Column::of_gap(3, Gap::ConstantColumn));
        let mut scored = column();
        dist2max(&mut scored, HigherIsBetter, Some(Extremes { min: f64::MIN, max: f64::MAX }));
        assert_eq!(scored, Column::of_gap(3, Gap::NotFinite));
    }
}

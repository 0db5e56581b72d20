//! Stage 6, normalise: how a (transformed) value becomes a score.
//!
//! The formulas are those of the OECD/JRC *Handbook on Constructing Composite Indicators* (2008), section 5.
//!
//! *Invariant:* each place is scored from its own number and the stated parameters (for min-max: from the
//! [`Extremes`] of the cells compared), so that scoring some places alone gives the same bits as scoring them all.

use tenseven_model::{
    Gap,
    framework::{Direction, Tier},
};

use crate::Column;

/// Posts that a value is placed between; already transformed as the value is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Goalposts {
    /// The lower post.
    pub lower: f64,
    /// The upper post.
    pub upper: f64,
    /// The score of the better post.
    pub scale: f64,
    /// Whether scores are held between 0 and `scale`.
    pub clip: bool,
    /// Which post is better.
    pub direction: Direction,
}

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

/// The smallest and the largest number of the cells that are compared, after the direction is applied.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Extremes {
    /// The smallest.
    pub min: f64,
    /// The largest.
    pub max: f64,
}

impl Extremes {
    /// The extremes of both together.
    #[must_use]
    pub fn with(self, other: Self) -> Self {
        Self { min: self.min.min(other.min), max: self.max.max(other.max) }
    }

    /// Whether both are the same to the last bit.
    pub fn same_bits(self, other: Self) -> bool {
        self.min.to_bits() == other.min.to_bits() && self.max.to_bits() == other.max.to_bits()
    }
}

/// The extremes of the numbers at the places where `compared` is true; none if no such place has a number.
pub fn extremes(column: &Column, compared: &[bool], direction: Direction) -> Option<Extremes> {
    column
        .values()
        .iter()
        .zip(column.gaps())
        .zip(compared)
        .filter(|((_, gap), compared)| gap.is_none() && **compared)
        .map(|((value, _), _)| directed(*value, direction))
        .map(|value| Extremes { min: value, max: value })
        .reduce(Extremes::with)
}

/// Gives each level its score: the number is the level's place, from 0. A number that is no place is
/// [`Gap::OutsideTransform`].
#[expect(clippy::float_cmp, reason = "places are whole numbers")]
pub fn levels(column: &mut Column, scores: &[f64]) {
    column.map(|value| {
        let score = scores.iter().enumerate().find(|(place, _)| value == *place as f64);
        score.map(|(_, score)| *score).ok_or(Gap::OutsideTransform)
    });
}

/// Gives a number the score of the first tier that it reaches (equality reaches it), or `below`. The tiers stand
/// highest first.
pub fn tiers(column: &mut Column, tiers: &[Tier], below: f64) {
    column.map(|value| Ok(tiers.iter().find(|tier| value >= tier.at_least).map_or(below, |tier| tier.score)));
}

/// (x − l)/(u − l)·scale; where lower is better (u − x)/(u − l)·scale.
pub fn goalposts(column: &mut Column, posts: &Goalposts) {
    let span = posts.upper - posts.lower;
    column.map(|value| {
        if !is_span(span) {
            return Err(Gap::NotFinite);
        }
        let distance = match posts.direction {
            Direction::HigherIsBetter => value - posts.lower,
            Direction::LowerIsBetter => posts.upper - value,
        };
        let score = distance / span * posts.scale;
        Ok(if posts.clip { score.max(0.0).min(posts.scale) } else { score })
    });
}

/// (x − min)/(max − min)·(upper − lower) + lower, after the direction is applied. Where nothing can be compared, or
/// everything compared is equal, the gap is [`Gap::ConstantColumn`].
pub fn minmax(column: &mut Column, scale: &MinMax, extremes: Option<Extremes>) {
    column.map(|value| {
        let Extremes { min, max } =
            extremes.filter(|extremes| extremes.min < extremes.max).ok_or(Gap::ConstantColumn)?;
        let span = max - min;
        if !is_span(span) {
            return Err(Gap::NotFinite);
        }
        Ok((directed(value, scale.direction) - min) / span * (scale.upper - scale.lower) + scale.lower)
    });
}

fn directed(value: f64, direction: Direction) -> f64 {
    match direction {
        Direction::HigherIsBetter => value,
        Direction::LowerIsBetter => -value,
    }
}

fn is_span(span: f64) -> bool {
    span.is_finite() && span > 0.0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column(values: &[f64]) -> Column {
        values.iter().map(|value| Ok(*value)).collect()
    }

    #[test]
    fn a_level_is_worth_its_score_and_half_a_level_nothing() {
        let mut scored: Column = [Ok(0.0), Ok(2.0), Ok(0.5), Ok(3.0), Ok(-1.0)].into_iter().collect();
        levels(&mut scored, &[0.0, 50.0, 100.0]);
        let gap = Err(Gap::OutsideTransform);
        assert_eq!(scored, [Ok(0.0), Ok(100.0), gap, gap, gap].into_iter().collect());
    }

    #[test]
    fn a_tier_begins_with_its_threshold() {
        let steps = [Tier { at_least: 0.9, score: 100.0 }, Tier { at_least: 0.4, score: 50.0 }];
        let mut scored = column(&[1.0, 0.9, 0.9_f64.next_down(), 0.4, 0.4_f64.next_down()]);
        tiers(&mut scored, &steps, 0.0);
        assert_eq!(scored.values(), [100.0, 100.0, 50.0, 50.0, 0.0]);
    }

    const POSTS: Goalposts = Goalposts {
        lower: 10.0,
        upper: 20.0,
        scale: 100.0,
        clip: true,
        direction: Direction::HigherIsBetter,
    };

    #[test]
    fn goalposts_hold_scores_between_them_unless_told_otherwise() {
        let values = [5.0, 10.0, 12.5, 20.0, 25.0];
        let mut clipped = column(&values);
        goalposts(&mut clipped, &POSTS);
        assert_eq!(clipped.values(), [0.0, 0.0, 25.0, 100.0, 100.0]);
        let mut free = column(&values);
        goalposts(&mut free, &Goalposts { clip: false, ..POSTS });
        assert_eq!(free.values(), [-50.0, 0.0, 25.0, 100.0, 150.0]);
    }

    #[test]
    fn goalposts_turn_round_where_lower_is_better() {
        let mut scored = column(&[5.0, 10.0, 12.5, 20.0]);
        goalposts(&mut scored, &Goalposts { direction: Direction::LowerIsBetter, ..POSTS });
        assert_eq!(scored.values(), [100.0, 100.0, 75.0, 0.0]);
    }

    #[test]
    fn goalposts_over_no_finite_span_give_a_reason() {
        let mut scored = column(&[0.0]);
        goalposts(&mut scored, &Goalposts { lower: f64::MIN, upper: f64::MAX, ..POSTS });
        assert_eq!(scored.get(0), Err(Gap::NotFinite));
        let mut scored = column(&[f64::MAX]);
        goalposts(&mut scored, &Goalposts { lower: -1.0, upper: 1.0, clip: false, ..POSTS });
        assert_eq!(scored.get(0), Err(Gap::NotFinite));
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

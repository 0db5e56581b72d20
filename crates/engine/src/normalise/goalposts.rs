//! Goalposts: a value placed between two posts that the framework states.

use tenseven_model::{Gap, framework::Direction};

use super::Line;
use crate::{Slot, Slots as _};

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

/// (x − l)/(u − l)·scale; where lower is better (u − x)/(u − l)·scale.
pub fn goalposts(column: &mut [Slot], posts: &Goalposts) {
    let from = column.to_vec();
    posts.line().place(&from, column);
}

/// The line between two posts, drawn once for any number of rows.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct PostLine {
    line: Result<Line, Gap>,
    scale: f64,
    clip: bool,
}

impl Goalposts {
    /// The line between the posts.
    pub(crate) fn line(&self) -> PostLine {
        let worst_and_best = match self.direction {
            Direction::HigherIsBetter => [self.lower, self.upper],
            Direction::LowerIsBetter => [self.upper, self.lower],
        };
        PostLine { line: Line::new(worst_and_best, [0.0, self.scale]), scale: self.scale, clip: self.clip }
    }
}

impl PostLine {
    /// Places every number of the slots into `made`.
    pub(crate) fn place(&self, from: &[Slot], made: &mut [Slot]) {
        let hold = |score: f64| {
            let score = if score > 0.0 { score } else { 0.0 };
            if score < self.scale { score } else { self.scale }
        };
        match self.line {
            Ok(line) if self.clip => line.place(from, made, 1.0, hold),
            Ok(line) => line.place(from, made, 1.0, |score| score),
            Err(gap) => {
                made.copy_from_slice(from);
                made.map(|_| Err(gap));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Column;

    fn column(values: &[f64]) -> Column {
        values.iter().map(|value| Ok(*value)).collect()
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
}

//! Goalposts at percentiles of the data: a value placed between two posts of which at least one is a percentile of the values compared.
//!
//! Percentiles are interpolated linearly between the two nearest values: definition 7 of Hyndman and Fan (1996), *Sample Quantiles in
//! Statistical Packages*, which is the default of R's `quantile` and of `numpy.percentile`.
//!
//! *Invariant:* a percentile lies between the smallest and the largest of its values and depends on the values alone, not on their order.

use tenseven_model::{
    Gap,
    equality::{Order, compare},
    framework::{Direction, Post},
};

use super::Goalposts;
use crate::{Slot, Slots as _};

/// The posts of one pool, in the indicator's own sign.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Posts {
    /// The lower post.
    pub lower: f64,
    /// The upper post.
    pub upper: f64,
}

impl Posts {
    /// Whether both are the same to the last bit.
    pub fn same_bits(self, other: Self) -> bool {
        self.lower.to_bits() == other.lower.to_bits() && self.upper.to_bits() == other.upper.to_bits()
    }
}

/// Goalposts of which at least one is a percentile; posts that are stated are already transformed as the values are.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PercentilePosts {
    /// The lower post.
    pub lower: Post,
    /// The upper post.
    pub upper: Post,
    /// The score of the better post.
    pub scale: f64,
    /// Whether scores are held between 0 and `scale`.
    pub clip: bool,
    /// Which post is better.
    pub direction: Direction,
}

impl PercentilePosts {
    /// The posts over these values, in the indicator's own sign; none where there are no values.
    pub fn posts(&self, values: Vec<f64>) -> Option<Posts> {
        let order = Order::of(values);
        let values = order.numbers();
        let post = |post: Post| match post {
            Post::At(value) => Some(value),
            Post::Percentile(percent) => percentile(values, percent),
        };
        if values.is_empty() {
            None
        } else {
            Some(Posts { lower: post(self.lower)?, upper: post(self.upper)? })
        }
    }

    /// Places every number of the slots between the posts, in place. Without posts the gap is [`Gap::ConstantColumn`]; where the lower one
    /// is not below the upper one it is [`Gap::NoSpan`].
    pub fn place(&self, column: &mut [Slot], posts: Option<Posts>) {
        match posts {
            Some(Posts { lower, upper }) if compare(lower, upper).is_lt() => {
                let Self { scale, clip, direction, .. } = *self;
                let from = column.to_vec();
                Goalposts { lower, upper, scale, clip, direction }.line().place(&from, column);
            }
            Some(_) => column.map(|_| Err(Gap::NoSpan)),
            None => column.map(|_| Err(Gap::ConstantColumn)),
        }
    }
}

/// The percentile of values that are in order, the smallest first; none of no values. `percent` is from 0 to 100.
pub fn percentile(values: &[f64], percent: f64) -> Option<f64> {
    let last = values.len().checked_sub(1)?;
    // In this order, so that the place is exact where it is a whole number.
    let at = (last as f64 * percent / 100.0).clamp(0.0, last as f64);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "from 0 to the last place")]
    let (below, share) = (at.floor() as usize, at.fract());
    let (low, high) = (values[below], values[last.min(below + 1)]);
    let between = low + (high - low) * share;
    // Two immense values of opposite sign are farther apart than any number.
    let between = if between.is_finite() { between } else { low * (1.0 - share) + high * share };
    Some(between.clamp(low, high))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Column;

    /// What `quantile(c(…), type = 7)` of R gives.
    #[test]
    fn percentiles_are_those_of_the_statistical_packages() {
        let values: Vec<f64> = (1..=9).map(f64::from).collect();
        for (percent, expected) in [(0.0, 1.0), (2.5, 1.2), (50.0, 5.0), (97.5, 8.8), (100.0, 9.0)] {
            let found = percentile(&values, percent).unwrap();
            assert!((found - expected).abs() < 1e-12, "{percent}: {found}");
        }
        let found = percentile(&[1.0, 10.0, 100.0, 1000.0], 95.0).unwrap();
        assert!((found - 865.0).abs() < 1e-9, "{found}");
        assert_eq!(percentile(&[], 50.0), None);
        assert_eq!(percentile(&[7.0], 97.5), Some(7.0));
    }

    #[test]
    fn a_percentile_at_a_value_is_that_value_and_none_leaves_their_range() {
        let values: Vec<f64> = (0..41).map(|value| f64::from(value) / 10.0).collect();
        assert_eq!(percentile(&values, 2.5), Some(0.1));
        assert_eq!(percentile(&values, 97.5), Some(3.9));
        let ends = [f64::MIN, f64::MAX];
        assert_eq!(percentile(&ends, 50.0), Some(0.0));
        assert_eq!(percentile(&ends, 0.0), Some(f64::MIN));
    }

    const BOTH: PercentilePosts = PercentilePosts {
        lower: Post::Percentile(25.0),
        upper: Post::Percentile(75.0),
        scale: 100.0,
        clip: true,
        direction: Direction::HigherIsBetter,
    };

    fn placed(posts: &PercentilePosts, values: &[f64]) -> Column {
        let mut column: Column = values.iter().map(|value| Ok(*value)).collect();
        posts.place(&mut column, posts.posts(values.to_vec()));
        column
    }

    #[test]
    fn what_lies_beyond_a_percentile_scores_as_the_percentile_does() {
        let values = [0.0, 10.0, 20.0, 30.0, 400.0];
        assert_eq!(placed(&BOTH, &values).values(), [0.0, 0.0, 50.0, 100.0, 100.0]);
        let lower = PercentilePosts { direction: Direction::LowerIsBetter, ..BOTH };
        assert_eq!(placed(&lower, &values).values(), [100.0, 100.0, 50.0, 0.0, 0.0]);
        let free = PercentilePosts { clip: false, ..BOTH };
        assert_eq!(placed(&free, &values).values(), [-50.0, 0.0, 50.0, 100.0, 1950.0]);
        let target = PercentilePosts { upper: Post::At(50.0), ..BOTH };
        assert_eq!(placed(&target, &values).values(), [0.0, 0.0, 25.0, 50.0, 100.0]);
    }

    #[test]
    fn posts_that_are_not_apart_give_a_reason() {
        assert_eq!(placed(&BOTH, &[1.0, 5.0, 5.0, 5.0, 9.0]), Column::of_gap(5, Gap::NoSpan));
        let beyond = PercentilePosts { upper: Post::At(2.0), ..BOTH };
        assert_eq!(placed(&beyond, &[3.0, 4.0]), Column::of_gap(2, Gap::NoSpan));
        let mut column: Column = [Ok(1.0)].into_iter().collect();
        BOTH.place(&mut column, BOTH.posts(vec![]));
        assert_eq!(column, Column::of_gap(1, Gap::ConstantColumn));
    }
}

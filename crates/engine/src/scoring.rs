//! A leaf's normalisation as the framework says it: what it compares with, and the stage that it calls.
//!
//! *Invariant:* a basis depends on prepared numbers and the axis alone; posts and targets are transformed once, here.

use std::sync::Arc;

use tenseven_model::{
    Alpha3, Gap, Outcome,
    equality::Order,
    framework::{Direction, Leaf, Normalise, Post, Standing, Tier, Ties},
};

use crate::{
    Slot,
    axis::Axis,
    normalise::{
        self, Basis, Goalposts, MinMax, Moments, PercentilePosts, PostLine, Scaled, ToReference, ToTarget,
        ZScore, extremes_of, numbers_of,
    },
};

/// How a number becomes a score, posts and targets already transformed.
#[derive(Debug)]
pub(crate) enum Scoring {
    None,
    Levels(Vec<f64>),
    Tiers { tiers: Vec<Tier>, below: f64 },
    Goalposts(PostLine),
    PercentilePosts(PercentilePosts),
    Scaled(Scaled),
    MinMax(MinMax),
    ZScore(ZScore),
    DistanceToMax(Direction),
    DistanceToReference { area: Alpha3, rule: ToReference },
    DistanceToTarget(ToTarget),
    FractionOfMax(Direction),
    Rank { direction: Direction, standing: Standing, ties: Ties },
}

impl Scoring {
    pub(crate) fn new(leaf: &Leaf) -> Self {
        let direction = leaf.direction;
        // A framework's posts can be transformed; posts that could not would leave no span and give a reason.
        let post = |value: f64| leaf.transform.apply(value).unwrap_or(0.0);
        match &leaf.normalise {
            Normalise::None => Self::None,
            Normalise::Levels(scores) => Self::Levels(scores.clone()),
            Normalise::Tiers { tiers, below } => Self::Tiers { tiers: tiers.clone(), below: *below },
            Normalise::Goalposts { lower, upper, scale, clip, reason: _ } => {
                let (lower, upper) = (post(*lower), post(*upper));
                let posts = Goalposts { lower, upper, scale: *scale, clip: *clip, direction };
                Self::Goalposts(posts.line())
            }
            Normalise::PercentilePosts { lower, upper, scale, clip, pool: _, reason: _ } => {
                let stated = |at: &Post| match at {
                    Post::At(value) => Post::At(post(*value)),
                    Post::Percentile(percent) => Post::Percentile(*percent),
                };
                let (lower, upper) = (stated(lower), stated(upper));
                Self::PercentilePosts(PercentilePosts { lower, upper, scale: *scale, clip: *clip, direction })
            }
            Normalise::Scaled { zero, one, factor } => {
                Self::Scaled(Scaled { zero: *zero, one: *one, factor: *factor, direction })
            }
            Normalise::MinMax { lower, upper, .. } => {
                Self::MinMax(MinMax { lower: *lower, upper: *upper, direction })
            }
            Normalise::ZScore { mean, deviation, .. } => {
                Self::ZScore(ZScore { mean: *mean, deviation: *deviation, direction })
            }
            Normalise::DistanceToMax { .. } => Self::DistanceToMax(direction),
            Normalise::DistanceToReference { area, cap } => {
                Self::DistanceToReference { area: *area, rule: ToReference { cap: *cap, direction } }
            }
            Normalise::DistanceToTarget { target, cap, .. } => {
                Self::DistanceToTarget(ToTarget { target: post(*target), cap: *cap, direction })
            }
            Normalise::FractionOfMax { .. } => Self::FractionOfMax(direction),
            Normalise::Rank { standing, ties, .. } => {
                Self::Rank { direction, standing: *standing, ties: *ties }
            }
        }
    }

    /// What it takes from the `compared` parts of prepared slots; none where it compares nothing, or there is nothing.
    /// `at` gives what stands at the place of an area.
    pub(crate) fn basis<'a>(
        &self,
        compared: impl Iterator<Item = &'a [Slot]>,
        axis: &Axis,
        at: impl Fn(usize) -> Outcome,
    ) -> Option<Basis> {
        match self {
            Self::None | Self::Levels(_) | Self::Tiers { .. } | Self::Goalposts(_) | Self::Scaled(_) => None,
            Self::MinMax(MinMax { direction, .. })
            | Self::DistanceToMax(direction)
            | Self::DistanceToTarget(ToTarget { direction, .. })
            | Self::FractionOfMax(direction) => extremes_of(compared, *direction).map(Basis::Extremes),
            Self::ZScore(ZScore { direction, .. }) => {
                Moments::of(&numbers_of(compared, *direction)).map(Basis::Moments)
            }
            Self::PercentilePosts(rule) => {
                rule.posts(numbers_of(compared, Direction::HigherIsBetter)).map(Basis::Posts)
            }
            Self::Rank { direction, .. } => {
                let numbers = numbers_of(compared, *direction);
                (!numbers.is_empty()).then(|| Basis::Order(Arc::new(Order::of(numbers))))
            }
            Self::DistanceToReference { area, rule } => {
                let at = axis.area(*area).map_or(Err(Gap::NeverReported), at);
                Some(Basis::Reference(extremes_of(compared, rule.direction), at))
            }
        }
    }

    /// How many of what it is compared with a prepared number surpasses, and how many it equals; none where that makes no score.
    pub(crate) fn standing(&self, basis: &Basis, prepared: f64) -> Option<[usize; 2]> {
        let (Self::Rank { direction, .. }, Basis::Order(order)) = (self, basis) else { return None };
        let number = normalise::directed(prepared, *direction);
        Some([order.below(number), order.equal(number)])
    }

    /// Turns prepared numbers into scores, from one row of slots into another.
    pub(crate) fn score_into(&self, from: &[Slot], made: &mut [Slot], basis: Option<&Basis>) {
        match self {
            Self::Goalposts(line) => line.place(from, made),
            Self::MinMax(scale) => {
                normalise::minmax_into(from, made, scale, basis.and_then(Basis::extremes));
            }
            _ => {
                made.copy_from_slice(from);
                self.score(made, basis);
            }
        }
    }

    /// Turns prepared numbers into scores in place.
    fn score(&self, column: &mut [Slot], basis: Option<&Basis>) {
        let extremes = basis.and_then(Basis::extremes);
        match self {
            Self::None => {}
            Self::Levels(scores) => normalise::levels(column, scores),
            Self::Tiers { tiers, below } => normalise::tiers(column, tiers, *below),
            Self::Goalposts(line) => {
                let from = column.to_vec();
                line.place(&from, column);
            }
            Self::PercentilePosts(rule) => {
                let posts = match basis {
                    Some(Basis::Posts(posts)) => Some(*posts),
                    _ => None,
                };
                rule.place(column, posts);
            }
            Self::Scaled(scale) => normalise::scaled(column, scale),
            Self::MinMax(scale) => normalise::minmax(column, scale, extremes),
            Self::ZScore(scale) => {
                let moments = match basis {
                    Some(Basis::Moments(moments)) => Some(*moments),
                    _ => None,
                };
                normalise::zscore(column, scale, moments);
            }
            Self::DistanceToMax(direction) => normalise::dist2max(column, *direction, extremes),
            Self::DistanceToReference { rule, .. } => {
                let at = match basis {
                    Some(Basis::Reference(_, at)) => *at,
                    _ => Err(Gap::NeverReported),
                };
                normalise::dist2ref(column, rule, extremes, at);
            }
            Self::DistanceToTarget(rule) => normalise::dist2target(column, rule, extremes),
            Self::FractionOfMax(direction) => normalise::fracmax(column, *direction, extremes),
            Self::Rank { direction, standing, ties } => match basis {
                Some(Basis::Order(order)) => normalise::rank(column, *direction, *standing, *ties, order),
                _ => normalise::rank(column, *direction, *standing, *ties, &Order::of(vec![])),
            },
        }
    }
}

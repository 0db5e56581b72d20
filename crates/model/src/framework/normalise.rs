//! Transforms and normalisations: how a value becomes a score.
//!
//! A leaf's value enters as a number: a count or number as it is, a ratio as its share, a rubric's level as its index
//! from 0, a flag as 0 or 1. The formulas are those of the OECD/JRC *Handbook on Constructing Composite Indicators*
//! (2008), sections 5 and 6.

use crate::Alpha3;

/// A change of scale before normalisation.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub enum Transform {
    /// The value as it is.
    #[default]
    Identity,
    /// Natural logarithm; defined above 0.
    Log,
    /// Natural logarithm of 1 + x; defined above −1.
    Log1p,
    /// Square root; defined from 0.
    Sqrt,
    /// Box and Cox (1964): (x^λ − 1)/λ, and the natural logarithm where λ is 0; defined above 0.
    BoxCox(f64),
}

impl Transform {
    /// The name that messages use; empty for the value as it is.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Identity => "",
            Self::Log => "log",
            Self::Log1p => "log1p",
            Self::Sqrt => "sqrt",
            Self::BoxCox(_) => "boxcox",
        }
    }

    /// The transformed value; none where the transform is not defined.
    pub fn apply(self, value: f64) -> Option<f64> {
        match self {
            Self::Identity => Some(value),
            Self::Log => (value > 0.0).then(|| value.ln()),
            Self::Log1p => (value > -1.0).then(|| value.ln_1p()),
            Self::Sqrt => (value >= 0.0).then(|| value.sqrt()),
            Self::BoxCox(0.0) => Self::Log.apply(value),
            Self::BoxCox(lambda) => (value > 0.0).then(|| {
                let power = lambda * value.ln();
                // Near 1 the power less 1 would lose its digits, of a small λ all of them.
                if power.abs() < 1e-2 { power.exp_m1() / lambda } else { (value.powf(lambda) - 1.0) / lambda }
            }),
        }
    }
}

/// Which cells a relative normalisation compares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pool {
    /// Those of the same period.
    Period,
    /// Those of all periods.
    AllPeriods,
}

/// The position of a goalpost.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Post {
    /// At a value, in the indicator's unit; transformed with the value.
    At(f64),
    /// At this percentile, from 0 to 100, of the prepared values that are compared, in the indicator's own sign.
    Percentile(f64),
}

/// One step of a [`Normalise::Tiers`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Tier {
    /// Smallest value of the tier.
    pub at_least: f64,
    /// What a value of the tier is worth.
    pub score: f64,
}

/// What a rank among the areas is worth; the best has the highest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// The rank, from 1.
    Rank,
    /// The rank less 1: how many are surpassed.
    Borda,
    /// The rank less 1, over n − 1: the share of the others that is surpassed, from 0 to 1.
    Percentile,
}

/// Which rank equal values share.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Ties {
    /// The lowest of theirs.
    #[default]
    Min,
    /// The mean of theirs.
    Average,
}

/// How a (transformed) value becomes a score.
#[derive(Debug, Clone, PartialEq)]
pub enum Normalise {
    /// The value is the score.
    None,
    /// Each level, or flag, has its score: by index, lowest first (a flag: false, then true).
    Levels(Vec<f64>),
    /// Thresholds, highest first; a value below all of them is worth `below`.
    Tiers {
        /// The tiers, highest first.
        tiers: Vec<Tier>,
        /// The score below the lowest tier.
        below: f64,
    },
    /// (x − l)/(u − l)·scale; where lower is better (u − x)/(u − l)·scale. Posts are transformed with the value.
    Goalposts {
        /// The lower post l, in the indicator's unit.
        lower: f64,
        /// The upper post u, in the indicator's unit.
        upper: f64,
        /// The score of the better post.
        scale: f64,
        /// Whether scores are held between 0 and `scale`.
        clip: bool,
        /// Why these posts.
        reason: String,
    },
    /// The same with at least one post at a percentile of the reference set.
    PercentilePosts {
        /// The lower post.
        lower: Post,
        /// The upper post.
        upper: Post,
        /// The score of the better post.
        scale: f64,
        /// Whether scores are held between 0 and `scale`.
        clip: bool,
        /// Which cells are compared.
        pool: Pool,
        /// Why these posts.
        reason: String,
    },
    /// (x − min)/(max − min)·(upper − lower) + lower over the reference set, after the direction is applied.
    MinMax {
        /// The score of the worst value.
        lower: f64,
        /// The score of the best value.
        upper: f64,
        /// Which cells are compared.
        pool: Pool,
    },
    /// (x − mean)/sd·deviation + mean over the reference set, after the direction is applied; sd over n − 1.
    ZScore {
        /// The score of the mean.
        mean: f64,
        /// How much a standard deviation is worth.
        deviation: f64,
        /// Which cells are compared.
        pool: Pool,
    },
    /// (x − zero)/(one − zero)·factor, after the direction is applied: where lower is better, −x is measured.
    Scaled {
        /// What is worth 0, on the scale that the transform and the direction leave.
        zero: f64,
        /// What is worth `factor`, on that scale.
        one: f64,
        /// What `one` is worth.
        factor: f64,
    },
    /// 1 − (max − x)/(max − min) over the reference set, after the direction is applied.
    DistanceToMax {
        /// Which cells are compared.
        pool: Pool,
    },
    /// 1 − (ref − x)/(ref − min) over the reference set of the period, after the direction is applied.
    DistanceToReference {
        /// The area whose value of the same period is worth 1.
        area: Alpha3,
        /// Whether no score exceeds 1.
        cap: bool,
    },
    /// (x − min)/(target − min) over the reference set; where lower is better (max − x)/(max − target).
    DistanceToTarget {
        /// What is worth 1, in the indicator's unit; transformed with the value.
        target: f64,
        /// Whether no score exceeds 1.
        cap: bool,
        /// Which cells are compared.
        pool: Pool,
    },
    /// x/max over the reference set; where lower is better min/x.
    FractionOfMax {
        /// Which cells are compared.
        pool: Pool,
    },
    /// The rank in the reference set, after the direction is applied.
    Rank {
        /// What a rank is worth.
        standing: Standing,
        /// Which rank equal values share.
        ties: Ties,
        /// Which cells are compared.
        pool: Pool,
    },
}

impl Normalise {
    /// The name that frameworks and messages use.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Levels(_) => "levels",
            Self::Tiers { .. } => "tiers",
            Self::Goalposts { .. } | Self::PercentilePosts { .. } => "goalposts",
            Self::MinMax { .. } => "minmax",
            Self::ZScore { .. } => "zscore",
            Self::Scaled { .. } => "scaled",
            Self::DistanceToMax { .. } => "dist2max",
            Self::DistanceToReference { .. } => "dist2ref",
            Self::DistanceToTarget { .. } => "dist2target",
            Self::FractionOfMax { .. } => "fracmax",
            Self::Rank { standing: Standing::Rank, .. } => "rank",
            Self::Rank { standing: Standing::Borda, .. } => "borda",
            Self::Rank { standing: Standing::Percentile, .. } => "prank",
        }
    }

    /// Which cells the value is compared with; none if the score depends on the value alone.
    pub fn pool(&self) -> Option<Pool> {
        match self {
            Self::None
            | Self::Levels(_)
            | Self::Tiers { .. }
            | Self::Goalposts { .. }
            | Self::Scaled { .. } => None,
            Self::MinMax { pool, .. }
            | Self::ZScore { pool, .. }
            | Self::PercentilePosts { pool, .. }
            | Self::DistanceToMax { pool }
            | Self::DistanceToTarget { pool, .. }
            | Self::FractionOfMax { pool }
            | Self::Rank { pool, .. } => Some(*pool),
            Self::DistanceToReference { .. } => Some(Pool::Period),
        }
    }

    /// Whether the worst value compared always scores 0 or less, whichever way is better.
    pub fn gives_the_worst_nothing(&self) -> bool {
        match self {
            Self::PercentilePosts { lower, upper, .. } => {
                [lower, upper].iter().all(|post| matches!(post, Post::Percentile(_)))
            }
            Self::MinMax { lower, .. } => *lower <= 0.0,
            Self::ZScore { mean, .. } => *mean <= 0.0,
            Self::DistanceToMax { .. }
            | Self::DistanceToReference { .. }
            | Self::DistanceToTarget { .. }
            | Self::Rank { standing: Standing::Borda | Standing::Percentile, .. } => true,
            Self::None
            | Self::Levels(_)
            | Self::Tiers { .. }
            | Self::Goalposts { .. }
            | Self::Scaled { .. }
            | Self::FractionOfMax { .. }
            | Self::Rank { standing: Standing::Rank, .. } => false,
        }
    }
}

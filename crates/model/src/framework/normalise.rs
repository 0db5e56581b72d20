//! Transforms and normalisations: how a value becomes a score.
//!
//! A leaf's value enters as a number: a count or number as it is, a ratio as its share, a rubric's level as its place
//! from 0, a flag as 0 or 1. The formulas are those of the OECD/JRC *Handbook on Constructing Composite Indicators*
//! (2008), sections 5 and 6.

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
    /// The transformed value; none where the transform is not defined.
    pub fn apply(self, value: f64) -> Option<f64> {
        match self {
            Self::Identity => Some(value),
            Self::Log => (value > 0.0).then(|| value.ln()),
            Self::Log1p => (value > -1.0).then(|| value.ln_1p()),
            Self::Sqrt => (value >= 0.0).then(|| value.sqrt()),
            Self::BoxCox(0.0) => Self::Log.apply(value),
            Self::BoxCox(lambda) => (value > 0.0).then(|| (value.powf(lambda) - 1.0) / lambda),
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

/// One step of a [`Normalise::Tiers`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Tier {
    /// Smallest value of the tier.
    pub at_least: f64,
    /// What a value of the tier is worth.
    pub score: f64,
}

/// How a (transformed) value becomes a score.
#[derive(Debug, Clone, PartialEq)]
pub enum Normalise {
    /// The value is the score.
    None,
    /// Each level, or flag, has its score: by place, lowest first (a flag: false, then true).
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
    /// (x − min)/(max − min)·(upper − lower) + lower over the reference set, after the direction is applied.
    MinMax {
        /// The score of the worst value.
        lower: f64,
        /// The score of the best value.
        upper: f64,
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
            Self::Goalposts { .. } => "goalposts",
            Self::MinMax { .. } => "minmax",
        }
    }
}

//! Treatment of outliers: when a column needs it, and what happens to it then.
//!
//! The limits are those of the OECD/JRC *Handbook on Constructing Composite Indicators* (2008) and of the JRC's practice.

use crate::equality::compare;

/// What a column must stay below, in one of the two figures, to pass.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Limits {
    /// Of the skewness G1, without its sign.
    pub skewness: f64,
    /// Of the kurtosis G2.
    pub kurtosis: f64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { skewness: 2.0, kurtosis: 3.5 }
    }
}

impl Limits {
    /// Whether a column with these figures passes.
    pub fn pass(&self, skewness: f64, kurtosis: f64) -> bool {
        compare(skewness.abs(), self.skewness).is_lt() || compare(kurtosis, self.kurtosis).is_lt()
    }
}

/// What happens to the original column where winsorising does not do.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub enum Fallback {
    /// Nothing: it stays winsorised.
    None,
    /// log(x − min + 0.01·(max − min)).
    #[default]
    Log,
    /// The same, or its mirror image where the tail lies below.
    LogEither,
    /// Box and Cox's transformation of x − min + 1 with this λ.
    BoxCox(f64),
}

/// How outliers are treated: while the column does not pass, its outermost values are drawn in to the next.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Treatment {
    /// What a column must stay below.
    pub limits: Limits,
    /// How many points are drawn in at most.
    pub points: usize,
    /// What happens where that does not do.
    pub fallback: Fallback,
}

impl Default for Treatment {
    fn default() -> Self {
        Self { limits: Limits::default(), points: 5, fallback: Fallback::default() }
    }
}

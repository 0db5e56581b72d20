//! Causes: what makes a node expensive, and what makes it cheaper.

use std::fmt;

use tenseven_model::framework::Pool;

/// What takes most of a node's work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cause {
    /// Its columns are kept and copied.
    Columns,
    /// Its value is read or computed from this many values.
    Reading {
        /// How many.
        values: usize,
    },
    /// All periods of an area are read, so that other periods can be filled in.
    Series,
    /// Missing values are filled in by this method, which looks at all areas of the period.
    Imputation {
        /// The method's name.
        method: &'static str,
    },
    /// Outliers are treated, drawing in up to this many points, one after the other.
    Treatment {
        /// How many.
        points: usize,
    },
    /// Its value is transformed or placed on a scale by this method, each cell alone.
    Scale {
        /// The method's name.
        method: &'static str,
    },
    /// Its normalisation compares it with others.
    Comparison {
        /// The method's name.
        method: &'static str,
        /// With which.
        pool: Pool,
    },
    /// It is put together from this many parts.
    Aggregation {
        /// The method's name.
        method: &'static str,
        /// How many.
        parts: usize,
    },
    /// Every area is compared with every other in this many parts.
    Pairs {
        /// How many.
        parts: usize,
    },
}

impl Cause {
    /// What makes the node cheaper.
    pub fn remedy(self) -> &'static str {
        match self {
            Self::Columns => "score fewer indicators",
            Self::Reading { .. } => "have its formula read fewer values",
            Self::Series => "fill in with a constant, or use max_age instead",
            Self::Imputation { .. } => "fill in with a constant",
            Self::Treatment { .. } => "draw in fewer points, or transform instead",
            Self::Scale { .. } => "score fewer indicators, or with fewer tiers",
            Self::Comparison { pool: Pool::AllPeriods, .. } => {
                "compare within a period instead of over all periods, or use goalposts at stated values"
            }
            Self::Comparison { pool: Pool::Period, .. } => "use goalposts at stated values, or minmax",
            Self::Aggregation { .. } => "give it fewer parts",
            Self::Pairs { .. } => "give it fewer parts, or use another method than copeland",
        }
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Columns => f.write_str("its columns are kept"),
            Self::Reading { values: 1 } => f.write_str("one value is read at each cell"),
            Self::Reading { values } => write!(f, "{values} values are read at each cell"),
            Self::Series => f.write_str("all periods of an area are read to fill in others"),
            Self::Imputation { method } => write!(f, "{method} looks at all areas of a period"),
            Self::Treatment { points } => {
                write!(f, "the treatment of outliers looks at all areas of a period up to {points} times")
            }
            Self::Scale { method } => write!(f, "{method} is computed at each cell"),
            Self::Comparison { method, pool: Pool::Period } => {
                write!(f, "{method} compares all areas of a period")
            }
            Self::Comparison { method, pool: Pool::AllPeriods } => {
                write!(f, "{method} compares all areas of all periods")
            }
            Self::Aggregation { method, parts } => write!(f, "{method} of {parts} parts at each cell"),
            Self::Pairs { parts } => write!(f, "copeland compares all pairs of areas in {parts} parts"),
        }
    }
}

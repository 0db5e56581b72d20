//! Scores: the result of the engine for a node, an area and a period.

use std::fmt;

use crate::{MissingReason, Period};

/// Why a node has no score.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Gap {
    /// Nothing was ever observed, or only longer ago than the framework carries values forward.
    NeverReported,
    /// The latest word on it is a missing value, with this reason.
    Reported(MissingReason),
    /// The node is a branch, and none of its children has a score.
    NoChildWithData,
    /// The node is a branch, and too few of its children have scores for the framework's minimum coverage.
    BelowMinCoverage,
    /// A relative normalisation has nothing to compare with: all values of the column are equal.
    ConstantColumn,
    /// The transform is not defined for the value, as the logarithm of a number below zero.
    OutsideTransform,
    /// The arithmetic left the range of finite numbers.
    NotFinite,
    /// What the value is to be divided by is missing, or not above zero.
    NoDenominator,
    /// A distance to a reference area, and that area has no value.
    NoReference,
    /// A distance that has no length: the reference, the target or the other post is no better than the worst value, or
    /// posts at percentiles are not apart.
    NoSpan,
    /// A method that is defined above zero met a value that is not, as a geometric mean over a 0.
    NotPositive,
    /// A comparison of pairs, and no other area has a value where this one has.
    NoPair,
    /// The framework treats the indicator as missing for this area, whatever was observed.
    TreatedAsMissing,
}

impl Gap {
    /// Whether the node does not apply, and so leaves the denominator of its parent.
    pub fn is_not_applicable(self) -> bool {
        matches!(self, Self::Reported(MissingReason::NotApplicable))
    }

    /// The name that files and messages use.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NeverReported => "never_reported",
            Self::Reported(reason) => reason.as_str(),
            Self::NoChildWithData => "no_child_with_data",
            Self::BelowMinCoverage => "below_min_coverage",
            Self::ConstantColumn => "constant_column",
            Self::OutsideTransform => "outside_transform",
            Self::NotFinite => "not_finite",
            Self::NoDenominator => "no_denominator",
            Self::NoReference => "no_reference",
            Self::NoSpan => "no_span",
            Self::NotPositive => "not_positive",
            Self::NoPair => "no_pair",
            Self::TreatedAsMissing => "treated_as_missing",
        }
    }
}

impl fmt::Display for Gap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// Where the value of a cell comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CellOrigin {
    /// Observed for this area and period.
    Observed,
    /// Observed for an earlier period and carried forward.
    Carried {
        /// The period that it was observed for.
        from: Period,
    },
    /// Added up from the area's local units.
    RolledUp {
        /// How many units have a value.
        units: u32,
    },
    /// Filled in with the constant that the framework states.
    Constant,
    /// Computed from other indicators.
    Computed,
    /// Filled in from other areas or other periods.
    Imputed(Imputation),
}

/// The origin of an imputed value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Imputation {
    /// The mean of all areas with a value in the period.
    Mean,
    /// Their median.
    Median,
    /// The mean of the area's own group in the period.
    GroupMean,
    /// Its median.
    GroupMedian,
    /// The area's own latest value, of this period.
    Latest {
        /// The period that it was observed for.
        from: Period,
    },
    /// The area's own nearest value on the side where there is one, of this period.
    Held {
        /// The period that it was observed for.
        from: Period,
    },
    /// What lies on the line between the area's own values of these periods.
    Interpolated {
        /// The period before.
        from: Period,
        /// The period after.
        to: Period,
    },
}

impl Imputation {
    /// The name that messages use.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Mean => "mean",
            Self::Median => "median",
            Self::GroupMean => "group-mean",
            Self::GroupMedian => "group-median",
            Self::Latest { .. } => "latest",
            Self::Held { .. } => "hold",
            Self::Interpolated { .. } => "linear",
        }
    }
}

/// A node's score, or why there is none.
pub type Outcome = Result<f64, Gap>;

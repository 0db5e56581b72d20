//! Imputation: what replaces a missing value.

use super::AreaSet;

/// What is taken of several numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Average {
    /// Their mean.
    #[default]
    Mean,
    /// Their median.
    Median,
}

impl Average {
    /// The name that frameworks and messages use.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Mean => "mean",
            Self::Median => "median",
        }
    }
}

/// The average of an area's own group in the same period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupAverage {
    /// What is taken of the group's numbers.
    pub average: Average,
    /// The groups, of which an area's own is the first that it belongs to. An area of none is not filled in.
    pub groups: Vec<AreaSet>,
}

/// What replaces a leaf's missing value. Only areas with at least one observation are filled
/// in from others; an observed value never changes.
#[derive(Debug, Clone, PartialEq)]
pub enum Impute {
    /// This number, in the scale of the value (see [`super::Normalise`]).
    Constant(f64),
    /// The average of all areas with a value in the same period.
    Average(Average),
    /// The average of the area's own group in the same period.
    Group(GroupAverage),
    /// The area's latest value, at most this many periods before.
    Latest {
        /// How many periods before at most.
        within: u32,
    },
    /// The area's latest value, however long before; before its first, that.
    Hold,
    /// What lies on the straight line in time between the area's values on both sides; beyond the first and the last,
    /// that value.
    Linear,
}

impl Impute {
    /// The name that frameworks and messages use.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Constant(_) => "constant",
            Self::Average(average) => average.as_str(),
            Self::Group(GroupAverage { average: Average::Mean, .. }) => "group-mean",
            Self::Group(GroupAverage { average: Average::Median, .. }) => "group-median",
            Self::Latest { .. } => "latest",
            Self::Hold => "hold",
            Self::Linear => "linear",
        }
    }
}

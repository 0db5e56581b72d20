//! The target report: the figures that the target itself asks for, over a group of areas.

use crate::{BandId, ClauseId, IndicatorId, LevelCode, NodeId};

/// What must hold for an area to be counted.
#[derive(Debug, Clone, PartialEq)]
pub enum Condition {
    /// The rubric's level is this one or a higher one.
    LevelAtLeast(LevelCode),
    /// The flag has this value.
    Flag(bool),
    /// The number, or the ratio's share, is at least this.
    AtLeast(f64),
    /// The number, or the ratio's share, is above this.
    Above(f64),
}

/// What a weighted mean is of.
#[derive(Debug, Clone, PartialEq)]
pub enum Averaged {
    /// The values of an indicator.
    Indicator(IndicatorId),
    /// The scores of a node, as they are published.
    Node(NodeId),
}

/// How a figure is made from the areas of a group that have data.
#[derive(Debug, Clone, PartialEq)]
pub enum Figure {
    /// The number of areas where the condition holds. For a rubric also the number at each level.
    Count {
        /// What is looked at.
        indicator: IndicatorId,
        /// What must hold.
        condition: Condition,
    },
    /// The sum of the values.
    Sum {
        /// What is added up.
        indicator: IndicatorId,
    },
    /// The plain mean of the values.
    Mean {
        /// What is averaged.
        indicator: IndicatorId,
    },
    /// Σ w·x / Σ w over the areas that have a weight above 0.
    WeightedMean {
        /// What is averaged.
        of: Averaged,
        /// The indicator whose value is an area's weight, as its population.
        weight_by: IndicatorId,
    },
    /// The sum of the numerators over the sum of the denominators.
    RatioOfSums {
        /// A ratio indicator.
        indicator: IndicatorId,
    },
    /// The share of areas, in percent, whose score is in this band or a higher one. Also the number in each band.
    BandShare {
        /// The node whose score is looked at.
        node: NodeId,
        /// The lowest band that counts.
        at_least: BandId,
    },
}

impl Figure {
    /// The name that frameworks and messages use.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Count { .. } => "count",
            Self::Sum { .. } => "sum",
            Self::Mean { .. } => "mean",
            Self::WeightedMean { .. } => "weighted-mean",
            Self::RatioOfSums { .. } => "ratio-of-sums",
            Self::BandShare { .. } => "band-share",
        }
    }

    /// The indicator that is looked at; none where it is a node.
    pub fn indicator(&self) -> Option<&IndicatorId> {
        match self {
            Self::Count { indicator, .. }
            | Self::Sum { indicator }
            | Self::Mean { indicator }
            | Self::WeightedMean { of: Averaged::Indicator(indicator), .. }
            | Self::RatioOfSums { indicator } => Some(indicator),
            Self::BandShare { .. } | Self::WeightedMean { of: Averaged::Node(_), .. } => None,
        }
    }

    /// The node whose scores are looked at; none where it is an indicator.
    pub fn node(&self) -> Option<&NodeId> {
        match self {
            Self::BandShare { node, .. } | Self::WeightedMean { of: Averaged::Node(node), .. } => Some(node),
            Self::Count { .. }
            | Self::Sum { .. }
            | Self::Mean { .. }
            | Self::WeightedMean { .. }
            | Self::RatioOfSums { .. } => None,
        }
    }

    /// The indicator whose values are the weights of areas; none where areas have no weights.
    pub fn weight_by(&self) -> Option<&IndicatorId> {
        match self {
            Self::WeightedMean { weight_by, .. } => Some(weight_by),
            Self::Count { .. }
            | Self::Sum { .. }
            | Self::Mean { .. }
            | Self::RatioOfSums { .. }
            | Self::BandShare { .. } => None,
        }
    }

    /// Every indicator whose values are read.
    pub fn indicators(&self) -> impl Iterator<Item = &IndicatorId> {
        self.indicator().into_iter().chain(self.weight_by())
    }
}

/// One figure of the report.
#[derive(Debug, Clone, PartialEq)]
pub struct Clause {
    /// Its id in the framework.
    pub id: ClauseId,
    /// Its title, for readers.
    pub title: String,
    /// What the figure counts, as `countries`.
    pub unit: String,
    /// How it is made.
    pub figure: Figure,
}

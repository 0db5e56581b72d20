//! Lags: how far back an expression looks, and how often.
//!
//! *Invariant:* the work grows with the text and [`LAG_MAX`], and no faster, however functions over time nest.

use std::collections::{BTreeMap, BTreeSet};

use super::{Expression, OverTime};
use crate::IndicatorId;

/// How many periods a formula looks back at most, what it reads of other formulas included.
pub const LAG_MAX: u32 = 240;

impl OverTime {
    /// The periods before that it looks at.
    fn lags(self, periods: u32) -> Vec<u32> {
        match self {
            Self::Lag => vec![periods],
            Self::Difference | Self::Growth => vec![0, periods],
            Self::MovingMean => (0..periods).collect(),
        }
    }

    /// How many periods it looks back.
    fn reach(self, periods: u32) -> u32 {
        if self == Self::MovingMean { periods.saturating_sub(1) } else { periods }
    }
}

impl Expression {
    /// The parts of which it is made.
    fn parts(&self) -> Vec<&Self> {
        match self {
            Self::Number(_) | Self::Indicator(_) | Self::Node(_) => Vec::new(),
            Self::Apply(_, value) | Self::Round(value, _) | Self::Over(_, value, _) => vec![value],
            Self::Combine(_, left, right) | Self::Compare(_, left, right) => vec![left, right],
            Self::Min(values) | Self::Max(values) | Self::Gather(_, values) => values.iter().collect(),
            Self::If(condition, then, otherwise) => vec![condition, then, otherwise],
        }
    }

    /// How many periods it looks back at most.
    pub fn reach(&self) -> u32 {
        let own = match self {
            Self::Over(over, _, periods) => over.reach(*periods),
            _ => 0,
        };
        let parts = self.parts().into_iter().map(Self::reach).max().unwrap_or_default();
        own.saturating_add(parts)
    }

    /// How many values are read to work it out: one that is read for several periods counts for each of them.
    pub fn read_count(&self) -> usize {
        match self {
            Self::Number(_) => 0,
            Self::Indicator(_) | Self::Node(_) => 1,
            Self::Over(over, value, periods) => {
                let times = match over {
                    OverTime::Lag => 1,
                    OverTime::Difference | OverTime::Growth => 2,
                    OverTime::MovingMean => usize::try_from(*periods).unwrap_or(usize::MAX),
                };
                value.read_count().saturating_mul(times)
            }
            _ => self.parts().into_iter().fold(0, |count, part| count.saturating_add(part.read_count())),
        }
    }

    /// Whether it reads a score of an earlier period.
    pub fn looks_back_at_nodes(&self) -> bool {
        match self {
            Self::Over(_, value, _) => !value.reads().1.is_empty(),
            _ => self.parts().into_iter().any(Self::looks_back_at_nodes),
        }
    }

    /// The indicators that it reads, each with how many periods before; of an expression that looks back [`LAG_MAX`] periods at most.
    pub fn lagged_reads(&self) -> BTreeMap<&IndicatorId, BTreeSet<u32>> {
        let mut reads = BTreeMap::new();
        self.add_lagged(&BTreeSet::from([0]), &mut reads);
        reads
    }

    fn add_lagged<'a>(&'a self, lags: &BTreeSet<u32>, reads: &mut BTreeMap<&'a IndicatorId, BTreeSet<u32>>) {
        match self {
            Self::Indicator(id) => reads.entry(id).or_default().extend(lags),
            Self::Over(over, value, periods) => {
                let more = over.lags(*periods);
                let lags = lags.iter().flat_map(|lag| more.iter().map(move |more| lag + more)).collect();
                value.add_lagged(&lags, reads);
            }
            _ => self.parts().into_iter().for_each(|part| part.add_lagged(lags, reads)),
        }
    }
}

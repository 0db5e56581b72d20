//! Findings: what is wrong with a framework, and where.

use std::fmt;

use crate::{BandId, ClauseId, CriterionId, GroupId, IndicatorId, NodeId};

/// The part of a framework that a finding is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// The framework as a whole.
    Framework,
    /// One of its groups of areas.
    Group(GroupId),
    /// One of its bands.
    Band(BandId),
    /// One of its criteria.
    Criterion(CriterionId),
    /// One of its indicators.
    Indicator(IndicatorId),
    /// One of its nodes.
    Node(NodeId),
    /// One of the clauses of its report.
    Clause(ClauseId),
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Framework => f.write_str("framework"),
            Self::Group(id) => write!(f, "group {id}"),
            Self::Band(id) => write!(f, "band {id}"),
            Self::Criterion(id) => write!(f, "criterion {id}"),
            Self::Indicator(id) => write!(f, "indicator {id}"),
            Self::Node(id) => write!(f, "node {id}"),
            Self::Clause(id) => write!(f, "report clause {id}"),
        }
    }
}

/// One thing that is wrong with a framework.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The part that is wrong.
    pub place: Place,
    /// The key in it that is wrong, as `weight`.
    pub key: &'static str,
    /// What is wrong, and what would be right.
    pub problem: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, {}: {}", self.place, self.key, self.problem)
    }
}

/// All that is wrong with a framework; never empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FrameworkError {
    /// The findings, in the order of the draft.
    pub findings: Vec<Finding>,
}

impl fmt::Display for FrameworkError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let findings: Vec<_> = self.findings.iter().map(ToString::to_string).collect();
        f.write_str(&findings.join("; "))
    }
}

impl std::error::Error for FrameworkError {}

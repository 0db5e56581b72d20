//! The ranks of countries and areas.

use std::sync::Arc;

use tenseven_engine::{Column, NodeScore, ranks};
use tenseven_model::{Alpha3, FrameworkRef, Gap, Period, RankSelection, framework::NodeIndex};
use tenseven_state::{AreaSelectionError, frameworks::FrameworkLookupError};

use super::{
    nodes::{self, UnknownNodes},
    scores::{WrongFrequency, check_frequency},
};
use crate::{Published, View, snapshot::NotScored};

/// The framework does not allow areas to be ranked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{framework} does not allow areas to be ranked; its scores are read beside their coverage")]
pub struct RankingDisabled {
    /// The framework.
    pub framework: FrameworkRef,
}

/// Why areas are not ranked.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum RanksError {
    /// The reference means no version.
    #[error(transparent)]
    Framework(#[from] FrameworkLookupError),
    /// The framework does not allow areas to be ranked.
    #[error(transparent)]
    Ranking(#[from] RankingDisabled),
    /// A period has the wrong length.
    #[error(transparent)]
    Frequency(#[from] WrongFrequency),
    /// The framework has no such nodes.
    #[error(transparent)]
    Nodes(#[from] UnknownNodes),
    /// The areas cannot be used.
    #[error(transparent)]
    Areas(#[from] AreaSelectionError),
    /// There are no scores by the version.
    #[error(transparent)]
    NotScored(#[from] NotScored),
}

/// An area and its rank.
pub struct RankedArea {
    /// The area.
    pub area: Alpha3,
    /// Its name; empty where the catalogue names none.
    pub area_name: String,
    /// The rank, from 1, or why there is none.
    pub rank: Result<u32, Gap>,
    /// The score of the node.
    pub score: NodeScore,
}

/// The ranks of a group of areas.
pub struct Ranking {
    /// The framework that the scores were made with.
    pub published: Arc<Published>,
    /// The index of the node in the framework.
    pub node: NodeIndex,
    /// The period.
    pub period: Period,
    /// The areas that have a rank, the best first, equal ones by code; then those that have none, by code.
    pub areas: Vec<RankedArea>,
}

impl View {
    /// The ranks of a group of areas, if the framework allows them.
    pub fn ranks(&self, selection: &RankSelection) -> Result<Ranking, RanksError> {
        let RankSelection { framework, node, period, areas } = selection;
        let published = self.state().version_of(framework)?;
        if !published.framework.draft().ranking {
            return Err(RankingDisabled { framework: published.framework.reference() }.into());
        }
        check_frequency(&published, "period", Some(*period))?;
        let node = nodes::one(&published.framework, node.as_ref())?;
        let members: Vec<Alpha3> = self.world().members(areas)?.into_iter().collect();
        let rows = self.board(&published)?.answers(*period, &members);
        let scores: Vec<NodeScore> = rows.into_iter().map(|row| row.nodes[node].clone()).collect();
        let column: Column = scores.iter().map(|score| score.outcome).collect();
        let ranked = ranks::competition(&column);
        let ranked_area = |(index, (area, score)): (usize, (Alpha3, NodeScore))| RankedArea {
            area,
            area_name: self.world().name(area).to_owned(),
            rank: column.get(index).and_then(|_| ranked[index].ok_or(Gap::NeverReported)),
            score,
        };
        let mut areas: Vec<_> = members.into_iter().zip(scores).enumerate().map(ranked_area).collect();
        areas.sort_by_key(|area| area.rank.unwrap_or(u32::MAX));
        Ok(Ranking { published, node, period: *period, areas })
    }
}

//! The selection of a watch of scores.

use std::{collections::BTreeSet, sync::Arc};

use tenseven_engine::{Board, NodeChange};
use tenseven_model::{Alpha3, FrameworkRef, Period, ScoreSelection, framework::NodeIndex};

use super::error::WatchScoresError;
use crate::{
    Published, World,
    query::{check_frequency, selected},
    snapshot::Snapshot,
};

/// What is watched: a version, with what is selected of its scores. Watches that have the same return the same changes.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct WatchedScores {
    framework: FrameworkRef,
    areas: Option<BTreeSet<Alpha3>>,
    from: Option<Period>,
    to: Option<Period>,
    /// By node.
    nodes: Vec<bool>,
}

impl WatchedScores {
    /// The version that is meant, and what is selected of it.
    pub(super) fn of(
        selection: &ScoreSelection,
        state: &Snapshot,
        world: &World,
    ) -> Result<(Arc<Published>, Self), WatchScoresError> {
        let ScoreSelection { framework, areas, from, to, nodes } = selection;
        let published = state.version_of(framework)?;
        check_frequency(&published, "period_from", *from)?;
        check_frequency(&published, "period_to", *to)?;
        let areas = if areas.is_empty() { None } else { Some(world.members(areas)?) };
        let mut taken = vec![false; published.framework.nodes().len()];
        for node in selected(&published.framework, nodes)? {
            taken[node] = true;
        }
        let framework = published.framework.reference();
        Ok((published, Self { framework, areas, from: *from, to: *to, nodes: taken }))
    }

    /// Whether a change is among what is selected.
    pub(super) fn takes(&self, change: &NodeChange) -> bool {
        self.nodes[change.node]
            && self.takes_period(change.period)
            && self.areas.as_ref().is_none_or(|areas| areas.contains(&change.area))
    }

    /// The nodes, in the framework's order.
    pub(super) fn nodes(&self) -> impl Iterator<Item = NodeIndex> + '_ {
        self.nodes.iter().enumerate().filter(|(_, taken)| **taken).map(|(node, _)| node)
    }

    /// The areas and periods with data, by area, then period.
    pub(super) fn rows(&self, board: &Board) -> BTreeSet<(Alpha3, Period)> {
        let periods = board.periods().filter(|period| self.takes_period(*period));
        let rows = periods.flat_map(|period| board.areas(period).map(move |area| (area, period)));
        rows.filter(|(area, _)| self.areas.as_ref().is_none_or(|areas| areas.contains(area))).collect()
    }

    fn takes_period(&self, period: Period) -> bool {
        self.from.is_none_or(|from| period >= from) && self.to.is_none_or(|to| period <= to)
    }
}

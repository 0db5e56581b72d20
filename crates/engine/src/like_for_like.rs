//! Like for like: how much of the change between two scores comes from what changed, and how much from what came or lapsed.
//!
//! *Invariant:* both sides are made by the framework's own aggregation from the leaves that have a score in both; the minimum coverage
//! is not asked for, as it is about what is left out.

use tenseven_model::{Alpha3, Period, framework::NodeIndex};

use crate::{Board, Slot};

/// What came and what lapsed between two scores of a node.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct CoverageChange {
    /// The leaves below that have a score now and had none then, in the framework's order.
    pub came: Vec<NodeIndex>,
    /// The leaves below that had one then and have none now.
    pub lapsed: Vec<NodeIndex>,
    /// The change among those that have a score in both; none where they make no score, or it is not made of the area alone.
    pub like_for_like: Option<f64>,
}

impl Board {
    /// By node: what came and lapsed between the scores of one area and period and of another; none where nothing did, or where one of
    /// the two has no score.
    pub fn coverage_changes(
        &self,
        then: (Period, Alpha3),
        now: (Period, Alpha3),
    ) -> Vec<Option<CoverageChange>> {
        let steps = self.plan.steps();
        let mut changes: Vec<Option<CoverageChange>> = vec![None; self.nodes.len()];
        let cells = self.heard_cell(then.0, then.1).zip(self.heard_cell(now.0, now.1));
        let Some((then, now)) = cells else { return changes };
        let score = |node: NodeIndex, cell: usize| self.nodes[node].at(cell).get();
        for leaf in &steps.leaves {
            let (was, is) = (score(leaf.node, then).is_ok(), score(leaf.node, now).is_ok());
            if was == is {
                continue;
            }
            for node in std::iter::successors(Some(leaf.node), |node| self.plan.framework().parent(*node)) {
                let change = changes[node].get_or_insert_default();
                (if is { &mut change.came } else { &mut change.lapsed }).push(leaf.node);
            }
        }
        let (alike_then, alike_now) = (self.alike(then, now), self.alike(now, then));
        for (node, change) in changes.iter_mut().enumerate() {
            if score(node, then).is_err() || score(node, now).is_err() {
                *change = None;
            } else if let Some(change) = change {
                let both = alike_then[node].zip(alike_now[node]);
                let both = both.and_then(|(then, now)| Some(now.get().ok()? - then.get().ok()?));
                change.like_for_like = both.filter(|change| change.is_finite());
            }
        }
        changes
    }

    /// By node: the score of a cell made from the leaves that have one at another cell as well; none where it is not made of the cell
    /// alone.
    fn alike(&self, cell: usize, other: usize) -> Vec<Option<Slot>> {
        let steps = self.plan.steps();
        let mut made: Vec<Option<Slot>> = vec![None; self.nodes.len()];
        for leaf in &steps.leaves {
            let column = &self.nodes[leaf.node];
            let is_in_both = !column.at(cell).is_gap() && !column.at(other).is_gap();
            made[leaf.node] = Some(if is_in_both { *column.at(cell) } else { Slot::NEVER_REPORTED });
        }
        for branch in &steps.branches {
            let stands_in = branch.impute.is_some() && {
                let alone = branch.without_standing_in(cell, |node| &self.nodes[node]);
                alone.is_gap() && !self.nodes[branch.node].at(cell).is_gap()
            };
            made[branch.node] = if stands_in { None } else { branch.score_of(|node| made[node]) };
        }
        made
    }
}

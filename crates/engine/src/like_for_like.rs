//! Like for like: how much of the change between two scores comes from what changed, and how much from what came or lapsed.
//!
//! *Invariant:* both sides are made by the framework's own aggregation from the leaves that neither came nor lapsed and have a score in
//! both, and rounded as they would be published; the minimum coverage is not asked for, as it is about what is left out.

use tenseven_model::{Alpha3, CellOrigin, Outcome, Period, framework::NodeIndex};

use crate::{Board, Slot, trace};

/// What came and what lapsed between two scores of a node.
///
/// A leaf has data where it has a score from a value that was reported, carried, added up from local units or computed. What stands in
/// for a value is no data.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct CoverageChange {
    /// The leaves below that have data now and had none then, in the framework's order.
    pub came: Vec<NodeIndex>,
    /// The leaves below that had data then and have none now.
    pub lapsed: Vec<NodeIndex>,
    /// The change among the others, between two scores that are rounded as they would be published; none where they make no score, or
    /// it is not made of the area alone.
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
        let mut is_alike = vec![true; self.nodes.len()];
        for (place, leaf) in steps.leaves.iter().enumerate() {
            let [was, is] =
                [then, now].map(|cell| score(leaf.node, cell).is_ok() && self.has_data(place, cell));
            is_alike[leaf.node] =
                was == is && score(leaf.node, then).is_ok() && score(leaf.node, now).is_ok();
            if was == is {
                continue;
            }
            let framework = self.plan.framework();
            for node in std::iter::successors(Some(leaf.node), |node| framework.counted_parent(*node)) {
                let change = changes[node].get_or_insert_default();
                (if is { &mut change.came } else { &mut change.lapsed }).push(leaf.node);
            }
        }
        if changes.iter().all(Option::is_none) {
            return changes;
        }
        let (alike_then, alike_now) = (self.alike(then, &is_alike), self.alike(now, &is_alike));
        for (node, change) in changes.iter_mut().enumerate() {
            if score(node, then).is_err() || score(node, now).is_err() {
                *change = None;
            } else if let Some(change) = change {
                let published = |made: &[Option<Slot>]| -> Option<f64> {
                    let score: Outcome = self.plan.framework().published_score(node, made[node]?.get());
                    score.ok()
                };
                let both = published(&alike_now).zip(published(&alike_then)).map(|(now, then)| now - then);
                change.like_for_like = both.filter(|change| change.is_finite());
            }
        }
        changes
    }

    /// Whether the value of a leaf is one that the area has for the period, and nothing that stands in for one.
    fn has_data(&self, leaf: usize, cell: usize) -> bool {
        trace::leaf_cell(self, leaf, cell).is_some_and(|leaf| {
            !leaf.is_filled_in && !matches!(leaf.origin, CellOrigin::Constant | CellOrigin::Imputed(_))
        })
    }

    /// By node: the score of a cell made from these leaves; none where it is not made of the cell alone.
    fn alike(&self, cell: usize, is_alike: &[bool]) -> Vec<Option<Slot>> {
        let steps = self.plan.steps();
        let mut made: Vec<Option<Slot>> = vec![None; self.nodes.len()];
        for leaf in &steps.leaves {
            let score = *self.nodes[leaf.node].at(cell);
            made[leaf.node] = Some(if is_alike[leaf.node] { score } else { Slot::NEVER_REPORTED });
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

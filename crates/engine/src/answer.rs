//! Answers of a board: the rows that it has, and what is answered for areas and periods that do not exist.

use std::collections::BTreeSet;

use tenseven_model::{Alpha3, Period};

use crate::{
    Board,
    row::{CriterionScore, NodeScore, Row},
    trace,
};

impl Board {
    /// The row of an area and period, if there is one.
    pub fn row(&self, period: Period, area: Alpha3) -> Option<Row> {
        let cell = self.heard_cell(period, area)?;
        Some(row_of(self, cell))
    }

    /// The rows of a period, in order of the areas' codes.
    pub fn rows(&self, period: Period) -> impl Iterator<Item = (Alpha3, Row)> + '_ {
        self.areas(period).filter_map(move |area| Some((area, self.row(period, area)?)))
    }

    /// The scores of any area and period: those of the row, or, where there is none, the reasons why there are none.
    pub fn answer(&self, period: Period, area: Alpha3) -> Row {
        self.row(period, area).unwrap_or_else(|| row_of(&self.void(period, BTreeSet::from([area])), 0))
    }

    /// The same for several areas, in the order asked for.
    pub fn answers(&self, period: Period, areas: &[Alpha3]) -> Vec<Row> {
        let missing: BTreeSet<_> =
            areas.iter().copied().filter(|area| !self.has_row(period, *area)).collect();
        let void = (!missing.is_empty()).then(|| self.void(period, missing));
        let answer = |area: &Alpha3| match (self.heard_cell(period, *area), &void) {
            (None, Some(void)) => row_of(void, void.axis.find(period, *area).unwrap_or_default()),
            (cell, _) => row_of(self, cell.unwrap_or_default()),
        };
        areas.iter().map(answer).collect()
    }
}

/// The row of a cell.
pub(crate) fn row_of(board: &Board, cell: usize) -> Row {
    let steps = board.plan.steps();
    let mut nodes: Vec<_> = (0..board.nodes.len())
        .map(|node| NodeScore::of_branch(board.published_score(node, cell), false))
        .collect();
    for (place, leaf) in steps.leaves.iter().enumerate() {
        let outcome = nodes[leaf.node].outcome;
        nodes[leaf.node] = NodeScore::of_leaf(outcome, trace::leaf_cell(board, place, cell));
    }
    for branch in steps.branches.iter().filter(|branch| branch.impute.is_some()) {
        let without = branch.without_standing_in(cell, |node| &board.nodes[node]);
        let stands_in = without.is_gap() && nodes[branch.node].outcome.is_ok();
        nodes[branch.node].imputed_nodes = u32::from(stands_in);
    }
    let coverage =
        |leaves: &Vec<usize>| leaves.iter().map(|leaf| nodes[steps.leaves[*leaf].node].coverage).sum();
    let criteria = board.criteria.iter().zip(&steps.criteria);
    let criteria = criteria
        .map(|(column, leaves)| {
            let precision = steps.framework.draft().precision;
            let outcome = column.at(cell).get().map(|score| precision.map_or(score, |to| to.round(score)));
            CriterionScore { outcome, coverage: coverage(leaves) }
        })
        .collect();
    for below in (1..nodes.len()).rev() {
        let (upper, lower) = nodes.split_at_mut(below);
        if let (Some(parent), Some(node)) = (steps.framework.counted_parent(below), lower.first()) {
            upper[parent].count_in(node);
        }
    }
    Row { nodes, criteria }
}

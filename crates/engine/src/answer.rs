//! Answers of a board: the rows that it has, and those that other areas and periods would have.

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

    /// The scores of any area and period: those of the row if there is one, otherwise those that the area would have.
    pub fn answer(&self, period: Period, area: Alpha3) -> Row {
        if let Some(cell) = self.axis.find(period, area) {
            return row_of(self, cell);
        }
        let alone = self.alone(period, Some(area));
        row_of(&alone, alone.axis.find(period, area).unwrap_or_default())
    }

    /// The scores of any areas for any period, in the order asked for, each with whether something is known of the area
    /// and period. What a period apart from the board needs is made once for all of them.
    pub fn answers(&self, period: Period, areas: &[Alpha3]) -> Vec<(Row, bool)> {
        let alone = self.axis.period(period).is_none().then(|| self.alone(period, None));
        let board = alone.as_ref().unwrap_or(self);
        let answer = |area: &Alpha3| match board.axis.find(period, *area) {
            Some(cell) => (row_of(board, cell), *board.heard.at(cell) > 0),
            None => (self.answer(period, *area), false),
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
        if let (Some(parent), Some(node)) = (steps.framework.parent(below), lower.first()) {
            upper[parent].count_in(node);
        }
    }
    Row { nodes, criteria }
}

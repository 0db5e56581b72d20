//! Rows: all scores of one area and period, each with what it rests on.
//!
//! *Invariant:* outcomes are read from columns; coverage and marks are counted from the leaves up, so that a parent's
//! are the sums of its children's. A leaf that does not apply is in no count.

use tenseven_model::{
    Alpha3, CellOrigin, Coverage, Gap, ObservationStatus, Outcome, Period, Revision, SourceId, Value,
};

use crate::{
    Panel, impute,
    plan::{LeafStep, Steps},
    resolve::{self, Word},
    score::PeriodBoard,
};

/// The value that a leaf was scored from.
#[derive(Debug, Clone, PartialEq)]
pub struct LeafCell {
    /// Where it comes from.
    pub origin: CellOrigin,
    /// How many local units it was added up from, be it now or when it was observed; 0 otherwise.
    pub units: u32,
    /// Who says so; none for a constant and for a sum of local units.
    pub source: Option<SourceId>,
    /// The quality of the value; none for a constant and for a sum of local units.
    pub status: Option<ObservationStatus>,
    /// The revision that accepted it; of several local units the newest, for a constant [`Revision::ZERO`].
    pub revision: Revision,
    /// What was observed; none for a constant.
    pub value: Option<Value>,
    /// The value as a number before any transform: a ratio as its share, a level as its place, a flag as 0 or 1.
    pub raw: f64,
}

/// The score of a node and what it rests on.
#[derive(Debug, Clone, PartialEq)]
pub struct NodeScore {
    /// The score, or why there is none.
    pub outcome: Outcome,
    /// How many of the leaves below (of the leaf itself) have a score.
    pub coverage: Coverage,
    /// Of the leaves with a score, how many are carried forward from an earlier period.
    pub carried: u32,
    /// Of the leaves with a score, how many are added up from local units; such a leaf can also be carried.
    pub rolled_up: u32,
    /// Of the leaves with a score, how many are filled in with a constant.
    pub imputed: u32,
    /// Of a leaf that has a value: the value. A value can be there without a score.
    pub leaf: Option<LeafCell>,
}

impl NodeScore {
    /// Whether some value below was not observed as such, for this area and period.
    pub fn is_filled(&self) -> bool {
        self.carried + self.rolled_up + self.imputed > 0
    }

    fn of_leaf(outcome: Outcome, leaf: Option<LeafCell>) -> Self {
        let with_data = u32::from(outcome.is_ok());
        let applicable = u32::from(!outcome.is_err_and(Gap::is_not_applicable));
        let mark = |holds: fn(&LeafCell) -> bool| u32::from(leaf.as_ref().is_some_and(holds)) * with_data;
        Self {
            outcome,
            coverage: Coverage { with_data, applicable },
            carried: mark(|leaf| matches!(leaf.origin, CellOrigin::Carried { .. })),
            rolled_up: mark(|leaf| leaf.units > 0),
            imputed: mark(|leaf| leaf.origin == CellOrigin::Constant),
            leaf,
        }
    }

    fn of_branch(outcome: Outcome) -> Self {
        Self { outcome, coverage: Coverage::default(), carried: 0, rolled_up: 0, imputed: 0, leaf: None }
    }

    fn count_in(&mut self, below: &Self) {
        self.coverage = self.coverage + below.coverage;
        self.carried += below.carried;
        self.rolled_up += below.rolled_up;
        self.imputed += below.imputed;
    }
}

/// The score by a criterion: the plain mean of the scores of the leaves that bear on it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CriterionScore {
    /// The score, or why there is none.
    pub outcome: Outcome,
    /// How many of the leaves that bear on it have a score.
    pub coverage: Coverage,
}

/// All scores of one area and period.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// By node, in the framework's order; the root first.
    pub nodes: Vec<NodeScore>,
    /// By criterion, in the framework's order.
    pub criteria: Vec<CriterionScore>,
}

/// The values that an area's leaves were scored from in a period, by leaf.
pub(crate) fn leaf_cells(
    steps: &Steps,
    panel: &Panel,
    period: Period,
    area: Alpha3,
) -> Vec<Option<LeafCell>> {
    let word = |leaf: &LeafStep| resolve::word(panel.series(&leaf.indicator, area)?, period, &leaf.rule);
    steps.leaves.iter().map(|leaf| leaf_cell(leaf, word(leaf), period)).collect()
}

/// The row at a place of the period's columns, given the values that the leaves were scored from.
pub(crate) fn row(steps: &Steps, board: &PeriodBoard, place: usize, cells: Vec<Option<LeafCell>>) -> Row {
    let mut nodes: Vec<_> =
        board.nodes.iter().map(|column| NodeScore::of_branch(column.get(place))).collect();
    for (leaf, cell) in steps.leaves.iter().zip(cells) {
        if let Some(node) = nodes.get_mut(leaf.node) {
            *node = NodeScore::of_leaf(node.outcome, cell);
        }
    }
    let coverage =
        |leaves: &Vec<usize>| leaves.iter().map(|leaf| nodes[steps.leaves[*leaf].node].coverage).sum();
    let criteria = board.criteria.iter().zip(&steps.criteria);
    let criteria = criteria
        .map(|(column, leaves)| CriterionScore { outcome: column.get(place), coverage: coverage(leaves) })
        .collect();
    for below in (1..nodes.len()).rev() {
        let (upper, lower) = nodes.split_at_mut(below);
        if let (Some(parent), Some(node)) = (steps.framework.parent(below), lower.first()) {
            upper[parent].count_in(node);
        }
    }
    Row { nodes, criteria }
}

fn leaf_cell(leaf: &LeafStep, word: Option<Word<'_>>, period: Period) -> Option<LeafCell> {
    match word {
        Some(word) => match word.number {
            Ok(raw) => Some(LeafCell {
                origin: word.origin(period),
                units: word.units,
                source: word.source.cloned(),
                status: word.status,
                revision: word.revision,
                value: Some(word.value.into_owned()),
                raw,
            }),
            Err(gap) if impute::is_unknown(gap) => constant_cell(leaf),
            Err(_) => None,
        },
        None => constant_cell(leaf),
    }
}

/// The constant that stands in where nothing is known of a leaf, if the framework states one.
pub(crate) fn constant_cell(leaf: &LeafStep) -> Option<LeafCell> {
    leaf.constant.map(|constant| LeafCell {
        origin: CellOrigin::Constant,
        units: 0,
        source: None,
        status: None,
        revision: Revision::ZERO,
        value: None,
        raw: constant,
    })
}

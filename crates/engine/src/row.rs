//! Rows: all scores of one area and period, each with what it rests on.
//!
//! *Invariant:* outcomes are read from columns; coverage and marks are counted from the leaves up, so that a parent's
//! are the sums of its children's. A leaf that does not apply is in no count.

use tenseven_model::{
    CellOrigin, Coverage, Gap, ObservationStatus, Outcome, Period, Revision, SourceId, Value,
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
    /// The value as a number, before it is divided or transformed: a ratio as its share, a level as its place, a flag
    /// as 0 or 1. What was filled in is on the scale of what it stands in for, after any division.
    pub raw: f64,
    /// Whether it, something that its formula looked at, or what it is divided by was observed for an earlier period.
    pub is_carried: bool,
    /// Whether a number that a formula writes stands in for something unknown, be it in what the value is divided by.
    pub is_filled_in: bool,
    /// What the value is divided by, and the period that this was observed for; none where nothing divides it.
    pub denominator: Option<(f64, Period)>,
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
    /// Of the leaves with a score, how many are filled in, be it with a constant, from other areas or from other
    /// periods.
    pub imputed: u32,
    /// How many of the branches below, the node itself included, have the average of the area's group for a score.
    pub imputed_nodes: u32,
    /// Of a leaf that has a value: the value. A value can be there without a score.
    pub leaf: Option<LeafCell>,
}

impl NodeScore {
    /// Whether some value below was not observed as such, for this area and period.
    pub fn is_filled(&self) -> bool {
        self.carried + self.rolled_up + self.imputed + self.imputed_nodes > 0
    }

    pub(crate) fn of_leaf(outcome: Outcome, leaf: Option<LeafCell>) -> Self {
        let with_data = u32::from(outcome.is_ok());
        let applicable = u32::from(!outcome.is_err_and(Gap::is_not_applicable));
        let mark =
            |holds: &dyn Fn(&LeafCell) -> bool| u32::from(leaf.as_ref().is_some_and(holds)) * with_data;
        let is_imputed = |leaf: &LeafCell| {
            leaf.is_filled_in || matches!(leaf.origin, CellOrigin::Constant | CellOrigin::Imputed(_))
        };
        Self {
            outcome,
            coverage: Coverage { with_data, applicable },
            carried: mark(&|leaf| leaf.is_carried),
            rolled_up: mark(&|leaf| leaf.units > 0),
            imputed: mark(&is_imputed),
            imputed_nodes: 0,
            leaf,
        }
    }

    pub(crate) fn of_branch(outcome: Outcome, stands_in: bool) -> Self {
        Self {
            outcome,
            coverage: Coverage::default(),
            carried: 0,
            rolled_up: 0,
            imputed: 0,
            imputed_nodes: u32::from(stands_in),
            leaf: None,
        }
    }

    /// Counts in what a node below rests on.
    pub(crate) fn count_in(&mut self, below: &Self) {
        self.coverage = self.coverage + below.coverage;
        self.carried += below.carried;
        self.rolled_up += below.rolled_up;
        self.imputed += below.imputed;
        self.imputed_nodes += below.imputed_nodes;
    }
}

/// The score by a criterion: the plain mean of the scores of the leaves that bear on it, where enough of them have data.
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

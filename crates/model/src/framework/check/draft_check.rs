//! What all checks share: the draft, its parts by their ids, and what was found so far.

use std::collections::{HashMap, HashSet};

use crate::{
    Indicator, IndicatorId, NodeId,
    framework::{Finding, FrameworkDraft, Place},
};

/// Most nodes and most indicators of a framework.
pub(super) const COUNT_MAX: usize = 10_000;

/// A draft that is being checked.
pub(super) struct Check<'a> {
    pub(super) draft: &'a FrameworkDraft,
    by_id: HashMap<&'a IndicatorId, &'a Indicator>,
    pub(super) node_ids: HashSet<&'a NodeId>,
    /// The indicators that are computed from a score.
    pub(super) reading_nodes: HashSet<&'a IndicatorId>,
    pub(super) findings: Vec<Finding>,
}

impl<'a> Check<'a> {
    pub(super) fn new(draft: &'a FrameworkDraft) -> Self {
        // Of those with one id the first counts; the others are findings.
        let by_id = draft.indicators.iter().rev().map(|indicator| (&indicator.id, indicator)).collect();
        let node_ids = draft.nodes.iter().map(|node| &node.id).collect();
        Self { draft, by_id, node_ids, reading_nodes: HashSet::new(), findings: Vec::new() }
    }

    pub(super) fn find(&mut self, place: Place, key: &'static str, problem: impl Into<String>) {
        self.findings.push(Finding { place, key, problem: problem.into() });
    }

    pub(super) fn indicator(&self, id: &IndicatorId) -> Option<&'a Indicator> {
        self.by_id.get(id).copied()
    }
}

//! Nodes, each by itself: its id, its weight, and what a branch asks for.

use std::collections::{HashMap, HashSet};

use super::draft_check::Check;
use crate::{
    NodeId,
    framework::{Aggregate, Branch, MinCoverage, Node, NodeBody, Place},
};

impl Check<'_> {
    pub(super) fn nodes(&mut self) {
        let branches: HashMap<&NodeId, &Branch> = self
            .draft
            .nodes
            .iter()
            .filter_map(|node| match &node.body {
                NodeBody::Branch(branch) => Some((&node.id, branch)),
                NodeBody::Leaf(_) => None,
            })
            .collect();
        let mut seen = HashSet::new();
        for node in &self.draft.nodes {
            let place = || Place::Node(node.id.clone());
            if !seen.insert(&node.id) {
                self.find(place(), "id", "occurs twice; give each node its own");
            }
            let above =
                node.parent.as_ref().and_then(|parent| branches.get(parent)).map(|above| above.aggregate);
            self.weight(node, above);
            match &node.body {
                NodeBody::Branch(branch) => self.branch(node, branch),
                NodeBody::Leaf(leaf) => self.leaf(node, leaf),
            }
        }
    }

    /// That a share that must have data is one.
    pub(super) fn is_share(&mut self, place: Place, min_coverage: MinCoverage) {
        if let MinCoverage::Share(share) = min_coverage
            && !(share > 0.0 && share <= 1.0)
        {
            self.find(place, "min_coverage", format!("{share} is no share above 0 and at most 1"));
        }
    }

    fn branch(&mut self, node: &Node, branch: &Branch) {
        let place = || Place::Node(node.id.clone());
        self.is_share(place(), branch.min_coverage);
        if let Aggregate::Power(number) | Aggregate::Linear(number) = branch.aggregate
            && !number.is_finite()
        {
            self.find(place(), "aggregate", format!("{number} is not finite"));
        }
        if let Some(impute) = &branch.impute {
            self.group_average(&place(), impute);
            if branch.aggregate == Aggregate::Copeland {
                self.find(place(), "impute", "an average of a group cannot be compared by outranking");
            }
        }
    }
}

//! Clashes: means that are not defined from 0 down, over scores of which some are 0 or less for certain; and a minimum
//! that more must reach than there are.

use std::collections::{HashMap, HashSet};

use super::draft_check::{COUNT_MAX, Check};
use crate::{
    NodeId,
    framework::{Aggregate, Branch, MinCoverage, Node, NodeBody, Over, Place, fit::gives_nothing},
};

/// The nodes of a draft, each with those below it.
struct Tree<'a> {
    below: HashMap<&'a NodeId, Vec<&'a Node>>,
    /// The nodes that some area scores 0 or less of for certain.
    nothing: HashMap<&'a NodeId, bool>,
}

impl Check<'_> {
    pub(super) fn clashes(&mut self) {
        let tree = Tree::of(&self.draft.nodes);
        // Several means above a leaf would repeat the same finding.
        let mut reported: HashSet<&NodeId> = HashSet::new();
        for node in &self.draft.nodes {
            let NodeBody::Branch(branch) = &node.body else { continue };
            self.enough(node, branch, &tree);
            if !needs_above_zero(branch.aggregate) {
                continue;
            }
            for input in tree.inputs(node, branch.over) {
                if tree.is_nothing(input) && reported.insert(&input.id) {
                    self.clash(node, branch, input);
                }
            }
        }
    }

    fn clash(&mut self, node: &Node, branch: &Branch, input: &Node) {
        let (key, method) = match &input.body {
            NodeBody::Leaf(leaf) => ("normalise", leaf.normalise.as_str()),
            NodeBody::Branch(branch) => ("aggregate", branch.aggregate.as_str()),
        };
        let problem = format!(
            "{method} gives the worst area 0 or less, of which no {} mean can be made for {}; give it a score above 0",
            branch.aggregate.as_str(),
            node.id
        );
        self.find(Place::Node(input.id.clone()), key, problem);
    }

    /// That what a branch asks for can be there.
    fn enough(&mut self, node: &Node, branch: &Branch, tree: &Tree<'_>) {
        let MinCoverage::Count(least) = branch.min_coverage else { return };
        let over = if branch.min_coverage_over == Over::Leaves { Over::Leaves } else { branch.over };
        let there = tree.inputs(node, over).len();
        if least as usize > there && there > 0 {
            let problem =
                format!("asks for {least} with data, and there are {there}; ask for no more than that");
            self.find(Place::Node(node.id.clone()), "min_coverage", problem);
        }
    }
}

impl<'a> Tree<'a> {
    fn of(nodes: &'a [Node]) -> Self {
        let mut below: HashMap<&NodeId, Vec<&Node>> = HashMap::new();
        for node in nodes {
            if let Some(parent) = &node.parent {
                below.entry(parent).or_default().push(node);
            }
        }
        let mut tree = Self { below, nothing: HashMap::new() };
        // From the roots down, so that what leads round in a circle is never reached; then back up.
        let mut ordered: Vec<&Node> = nodes.iter().filter(|node| node.parent.is_none()).collect();
        let mut next = 0;
        while let Some(node) = ordered.get(next) {
            ordered.extend(tree.below.get(&node.id).into_iter().flatten().copied());
            next += 1;
            if ordered.len() > nodes.len() {
                break;
            }
        }
        for node in ordered.into_iter().rev() {
            let nothing = tree.scores_nothing(node);
            tree.nothing.insert(&node.id, nothing);
        }
        tree
    }

    fn is_nothing(&self, node: &Node) -> bool {
        self.nothing.get(&node.id) == Some(&true)
    }

    /// Whether some area scores 0 or less of a node for certain, where that is known of all below it.
    fn scores_nothing(&self, node: &'a Node) -> bool {
        let branch = match &node.body {
            NodeBody::Leaf(leaf) => return gives_nothing(leaf),
            NodeBody::Branch(branch) => branch,
        };
        let inputs = self.inputs(node, branch.over);
        match branch.aggregate {
            Aggregate::Copeland => true,
            Aggregate::Min => inputs.iter().any(|input| self.is_nothing(input)),
            Aggregate::Linear(_) => false,
            _ => matches!(inputs.as_slice(), [only] if self.is_nothing(only)),
        }
    }

    /// What a node is made from.
    fn inputs(&self, node: &Node, over: Over) -> Vec<&'a Node> {
        let children =
            || self.below.get(&node.id).into_iter().flatten().copied().filter(|child| child.counts);
        if over == Over::Children {
            return children().collect();
        }
        let mut waiting: Vec<&Node> = children().rev().collect();
        let (mut leaves, mut looked_at) = (Vec::new(), 0);
        while let Some(node) = waiting.pop() {
            match &node.body {
                NodeBody::Leaf(_) => leaves.push(node),
                NodeBody::Branch(_) => {
                    let below = self.below.get(&node.id).into_iter().flatten().rev().copied();
                    waiting.extend(below.filter(|child| child.counts));
                }
            }
            looked_at += 1;
            // Nodes that lead round in a circle have no leaves to count.
            if looked_at > COUNT_MAX {
                return Vec::new();
            }
        }
        leaves
    }
}

fn needs_above_zero(aggregate: Aggregate) -> bool {
    match aggregate {
        Aggregate::Geometric | Aggregate::Harmonic => true,
        Aggregate::Power(exponent) => exponent < 0.0,
        _ => false,
    }
}

//! The tree: that nodes form one.

use std::collections::{HashMap, HashSet};

use super::draft_check::Check;
use crate::{
    NodeId,
    framework::{Node, NodeBody, Place},
};

impl Check<'_> {
    /// One root or those that are listed, every parent known, every branch with children, every node below the root.
    pub(super) fn tree(&mut self) {
        let by_id: HashMap<&NodeId, &Node> = self.draft.nodes.iter().map(|node| (&node.id, node)).collect();
        self.roots(&by_id);
        let ending = ending(&self.draft.nodes, &by_id);
        let parents: HashSet<&NodeId> =
            self.draft.nodes.iter().filter_map(|node| node.parent.as_ref()).collect();
        for node in &self.draft.nodes {
            let place = || Place::Node(node.id.clone());
            if matches!(node.body, NodeBody::Branch(_)) && !parents.contains(&node.id) {
                self.find(place(), "id", "is neither a parent of another node nor measured by an indicator");
            }
            let Some(parent) = &node.parent else {
                if !node.counts {
                    self.find(place(), "counts", "is about the node above, and there is none; leave it out");
                }
                continue;
            };
            match by_id.get(parent) {
                None => self.find(place(), "parent", format!("{parent} is no node of the framework")),
                Some(above) if matches!(above.body, NodeBody::Leaf(_)) => {
                    self.find(
                        place(),
                        "parent",
                        format!("{parent} is measured by an indicator and can have no children"),
                    );
                }
                Some(_) if !ending.contains(&node.id) => {
                    self.find(place(), "parent", "leads round in a circle and never to a root");
                }
                Some(_) => {}
            }
        }
    }
}

impl Check<'_> {
    /// That the nodes without a parent are those that the framework lists, or one.
    fn roots(&mut self, by_id: &HashMap<&NodeId, &Node>) {
        let listed = &self.draft.roots;
        let roots: Vec<_> = self.draft.nodes.iter().filter(|node| node.parent.is_none()).collect();
        if listed.is_empty() {
            if roots.len() != 1 {
                let ids: Vec<_> = roots.iter().map(|node| node.id.as_str()).collect();
                let problem = format!(
                    "exactly one node has no parent unless several are listed in roots, but {} have none: {:?}",
                    roots.len(),
                    ids.join(", ")
                );
                self.find(Place::Framework, "nodes", problem);
            }
            return;
        }
        let problem = |(place, id): (usize, &NodeId)| match by_id.get(id) {
            None => Some(format!("{id} is no node of the framework")),
            Some(Node { body: NodeBody::Leaf(_), .. }) => {
                Some(format!("{id} is measured by an indicator; list nodes that are made from others"))
            }
            Some(Node { parent: Some(parent), .. }) => {
                Some(format!("{id} has the parent {parent}; list nodes without one"))
            }
            Some(_) if listed[..place].contains(id) => Some(format!("{id} occurs twice; list it once")),
            Some(_) if listed.len() == 1 => Some("is for several; leave it out for one".to_owned()),
            Some(_) => None,
        };
        let problems: Vec<_> = listed.iter().enumerate().filter_map(problem).collect();
        for problem in problems {
            self.find(Place::Framework, "roots", problem);
        }
        for root in roots.into_iter().filter(|root| !self.draft.roots.contains(&root.id)) {
            let problem =
                "is missing, and roots does not list this node; name the node above, or list it there";
            self.find(Place::Node(root.id.clone()), "parent", problem);
        }
    }
}

/// The nodes from which the way up comes to an end. Each step is taken once, so that a deep tree costs no more than a flat one.
fn ending<'a>(nodes: &'a [Node], by_id: &HashMap<&'a NodeId, &'a Node>) -> HashSet<&'a NodeId> {
    let mut ends: HashMap<&NodeId, bool> = HashMap::new();
    for node in nodes {
        let mut way = Vec::new();
        let mut next = Some(node);
        let end = loop {
            let Some(node) = next else { break true };
            if let Some(end) = ends.get(&node.id) {
                break *end;
            }
            // Until the end is found, coming back here means a circle.
            ends.insert(&node.id, false);
            way.push(&node.id);
            next = node.parent.as_ref().and_then(|parent| by_id.get(parent).copied());
        };
        for id in way {
            ends.insert(id, end);
        }
    }
    ends.into_iter().filter_map(|(id, end)| end.then_some(id)).collect()
}

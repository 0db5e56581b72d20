//! The tree: that nodes form one.

use std::collections::{HashMap, HashSet};

use super::draft_check::Check;
use crate::{
    NodeId,
    framework::{Node, NodeBody, Place},
};

impl Check<'_> {
    /// Exactly one root, every parent known, every branch with children, every node below the root.
    pub(super) fn tree(&mut self) {
        let by_id: HashMap<&NodeId, &Node> = self.draft.nodes.iter().map(|node| (&node.id, node)).collect();
        let roots: Vec<_> = self.draft.nodes.iter().filter(|node| node.parent.is_none()).collect();
        if roots.len() != 1 {
            let ids: Vec<_> = roots.iter().map(|node| node.id.as_str()).collect();
            let problem = format!(
                "exactly one node has no parent, but {} have none: {:?}",
                roots.len(),
                ids.join(", ")
            );
            self.find(Place::Framework, "nodes", problem);
        }
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
                    self.find(place(), "parent", "leads round in a circle and never to the root");
                }
                Some(_) => {}
            }
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

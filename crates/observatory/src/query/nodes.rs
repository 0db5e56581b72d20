//! The nodes that a query names.

use std::collections::BTreeSet;

use tenseven_model::{Framework, NodeId, closest, framework::NodeIndex};

use crate::UnknownNode;

/// The framework has no such nodes; each with the field of the request that names it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", list(.0))]
pub struct UnknownNodes(pub Vec<(String, UnknownNode)>);

/// The indices of the nodes that are named, in the framework's order and each once; all where none is.
pub(crate) fn selected(framework: &Framework, nodes: &[NodeId]) -> Result<Vec<NodeIndex>, UnknownNodes> {
    if nodes.is_empty() {
        return Ok((0..framework.nodes().len()).collect());
    }
    let missing = nodes.iter().enumerate().filter(|(_, id)| framework.node(id).is_none());
    let missing: Vec<_> =
        missing.map(|(index, id)| (format!("nodes[{index}]"), unknown(framework, id))).collect();
    if !missing.is_empty() {
        return Err(UnknownNodes(missing));
    }
    Ok(nodes.iter().filter_map(|id| framework.node(id)).collect::<BTreeSet<_>>().into_iter().collect())
}

/// The index of the node that the field `node` names; the first root where it names none.
pub(super) fn one(framework: &Framework, node: Option<&NodeId>) -> Result<NodeIndex, UnknownNodes> {
    let Some(id) = node else { return Ok(0) };
    let refused = || UnknownNodes(vec![("node".to_owned(), unknown(framework, id))]);
    framework.node(id).ok_or_else(refused)
}

fn unknown(framework: &Framework, id: &NodeId) -> UnknownNode {
    let known = framework.nodes().iter().map(|node| node.id.as_str());
    UnknownNode {
        node: id.clone(),
        framework: framework.reference(),
        suggestion: closest(id.as_str(), known).map(str::to_owned),
    }
}

fn list(nodes: &[(String, UnknownNode)]) -> String {
    nodes.iter().map(|(_, unknown)| unknown.to_string()).collect::<Vec<_>>().join("; ")
}

//! Effective weights: how much each node counts in the whole.

use tenseven_model::{Framework, framework::NodeIndex};

use crate::number;

/// By node, in the framework's order: the product, from the root down, of each node's share among its siblings; 1 for
/// the root. The effective weights of all leaves add up to 1. Weights of a linear combination count without their sign.
pub fn effective(framework: &Framework) -> Vec<f64> {
    let mut effective = vec![1.0; framework.nodes().len()];
    for node in 0..effective.len() {
        let weight = |child: &NodeIndex| framework.nodes()[*child].weight.abs();
        let children = framework.children(node);
        let total = number::sum(&children.iter().map(weight).collect::<Vec<_>>());
        for child in children {
            effective[*child] = effective[node] * (weight(child) / total);
        }
    }
    effective
}

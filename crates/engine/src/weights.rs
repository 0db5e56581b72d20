//! Effective weights: how much each node counts in the whole.

use tenseven_model::{Framework, framework::NodeIndex};

use crate::number;

/// By node, in the framework's order: the product, from the root down, of each node's share among its siblings; 1 for
/// a root, and 0 for what is published without counting and for all below it. The effective weights of all leaves of a root add up to 1. Weights of a linear combination count without their sign.
pub fn effective(framework: &Framework) -> Vec<f64> {
    let mut effective = vec![1.0; framework.nodes().len()];
    for node in 0..effective.len() {
        let weight = |child: NodeIndex| framework.nodes()[child].weight.abs();
        let total = number::sum(&framework.counted_children(node).map(weight).collect::<Vec<_>>());
        for child in framework.children(node) {
            let counts = framework.nodes()[*child].counts;
            effective[*child] = if counts { effective[node] * (weight(*child) / total) } else { 0.0 };
        }
    }
    effective
}

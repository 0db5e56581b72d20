//! Weights: that each can be reckoned with, and that shares can be made of them.

use std::collections::{HashMap, HashSet};

use super::draft_check::Check;
use crate::{
    NodeId,
    framework::{Aggregate, Branch, Node, NodeBody, Over, Place},
};

/// The smallest and the largest weight, without its sign. Only proportions count, and beyond these products and sums of
/// weights leave the range of numbers.
const WEIGHTS: std::ops::RangeInclusive<f64> = 1e-100..=1e100;
/// The same for the product of the weights, or of their shares, on the way down to a leaf.
const PRODUCTS: std::ops::RangeInclusive<f64> = 1e-200..=1e200;

/// The nodes above a leaf, the nearest first, each with what the leaf counts there: by the weights as given on the
/// way, and by their shares among the siblings'.
type Way<'a> = Vec<(&'a Node, f64, f64)>;

impl<'a> Check<'a> {
    /// That the weight of a node can be reckoned with below `above`.
    pub(super) fn weight(&mut self, node: &Node, above: Option<Aggregate>) {
        let any_sign = matches!(above, Some(Aggregate::Linear(_)));
        let weight = node.weight;
        let problem = if !(weight.is_finite() && (weight > 0.0 || any_sign)) {
            format!("{weight} is not above 0")
        } else if weight != 0.0 && !WEIGHTS.contains(&weight.abs()) {
            let [least, most] = [WEIGHTS.start(), WEIGHTS.end()];
            format!(
                "{weight:e} is too far from 1; only proportions count, so write weights between {least:e} and {most:e}"
            )
        } else {
            return;
        };
        self.find(Place::Node(node.id.clone()), "weight", problem);
    }

    /// That the shares of what a branch is made from can be worked out, be it from leaves far below.
    pub(super) fn weights_below(&mut self) {
        let by_id: HashMap<&NodeId, &Node> = self.draft.nodes.iter().map(|node| (&node.id, node)).collect();
        let mut totals: HashMap<&NodeId, f64> = HashMap::new();
        let parents: HashSet<&NodeId> =
            self.draft.nodes.iter().filter_map(|node| node.parent.as_ref()).collect();
        for node in self.draft.nodes.iter().filter(|node| node.counts) {
            if let Some(parent) = &node.parent {
                *totals.entry(parent).or_default() += node.weight.abs();
            }
        }
        for node in &self.draft.nodes {
            if parents.contains(&node.id) && !totals.contains_key(&node.id) {
                let problem = "none of its children counts, and nothing is made of them; let one count";
                self.find(Place::Node(node.id.clone()), "aggregate", problem);
            }
            if totals.get(&node.id) == Some(&0.0) {
                let problem =
                    "all its children have the weight 0, and nothing is made of them; give one another";
                self.find(Place::Node(node.id.clone()), "aggregate", problem);
            }
            let way = self.way_up(node, &by_id, &totals);
            self.no_shares_of_less_than_nothing(node, &way);
            if matches!(node.body, NodeBody::Leaf(_)) {
                self.products(node, &way);
            }
        }
    }

    fn way_up(
        &self,
        from: &'a Node,
        by_id: &HashMap<&'a NodeId, &'a Node>,
        totals: &HashMap<&NodeId, f64>,
    ) -> Way<'a> {
        let (mut way, mut node, mut plain, mut share) = (Vec::new(), from, 1.0, 1.0);
        while way.len() < self.draft.nodes.len() {
            let parent = node.parent.as_ref().filter(|_| node.counts);
            let Some((id, above)) = parent.and_then(|id| by_id.get_key_value(id)) else {
                break;
            };
            plain = times(plain, node.weight);
            share = times(share, node.weight / totals.get(*id).copied().unwrap_or(1.0));
            way.push((*above, plain, share));
            node = *above;
        }
        way
    }

    fn no_shares_of_less_than_nothing(&mut self, node: &Node, way: &Way<'_>) {
        if !(node.weight.is_finite() && node.weight <= 0.0) {
            return;
        }
        if let Some((above, ..)) = way.iter().find(|(above, ..)| over_leaves(above) == Some(true)) {
            let problem = format!(
                "{} is not above 0, and {} takes shares of the leaves below it; make that one over children",
                node.weight, above.id
            );
            self.find(Place::Node(node.id.clone()), "weight", problem);
        }
    }

    /// That a leaf counts for something wherever it is looked at from above.
    fn products(&mut self, leaf: &Node, way: &Way<'_>) {
        let mut counted = way.iter().filter_map(|(above, plain, share)| {
            let takes_shares = over_leaves(above)?;
            Some((above, if takes_shares { *share } else { *plain }))
        });
        let is_off = |product: f64| product != 0.0 && !PRODUCTS.contains(&product.abs());
        let off = counted.find(|(_, product)| is_off(*product));
        // A weight that is invalid by itself is reported already.
        let is_wrong = |node: &Node| node.weight != 0.0 && !WEIGHTS.contains(&node.weight.abs());
        if let Some((above, product)) = off
            && !is_wrong(leaf)
            && !way.iter().any(|(node, ..)| is_wrong(node))
        {
            let problem = format!(
                "counts {product:e} among the leaves below {}, by the weights on the way down to it, which is too \
                 far from 1; bring those weights nearer to each other, or make {} over children",
                above.id, above.id
            );
            self.find(Place::Node(leaf.id.clone()), "weight", problem);
        }
    }
}

/// The product, which is 0 only if a factor is: a product that underflows stays distinct from 0.
fn times(one: f64, other: f64) -> f64 {
    let product = one * other;
    if product == 0.0 && one != 0.0 && other != 0.0 { f64::MIN_POSITIVE } else { product }
}

/// Whether a branch that is made from the leaves below it takes shares of them; none of others.
fn over_leaves(node: &Node) -> Option<bool> {
    match &node.body {
        NodeBody::Branch(Branch { over: Over::Leaves, aggregate, .. }) => {
            Some(!aggregate.takes_weights_as_they_stand())
        }
        NodeBody::Branch(_) | NodeBody::Leaf(_) => None,
    }
}

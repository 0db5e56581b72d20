//! How much each node counts.

use tenseven_engine::weights;
use tenseven_model::framework::{MinCoverage, Normalise};

use crate::fixture::*;

/// Of the root's 1 : 3, the second branch has three quarters, its leaves 2 : 1 of that.
#[test]
fn a_leaf_counts_for_the_product_of_its_shares() {
    let framework = draft()
        .branch("one", "overall", 1.0, mean(MinCoverage::One))
        .leaf("a", "one", NUMBER, Normalise::None)
        .branch("other", "overall", 3.0, mean(MinCoverage::One))
        .leaf("b", "other", NUMBER, Normalise::None)
        .with(|node, _, _| node.weight = 2.0)
        .leaf("c", "other", NUMBER, Normalise::None)
        .check()
        .unwrap();
    let effective = weights::effective(&framework);
    let of = |id: &str| effective[framework.node(&id.parse().unwrap()).unwrap()];
    let found: Vec<f64> = ["overall", "one", "a", "other", "b", "c"].map(of).into();
    assert_eq!(found, [1.0, 0.25, 0.25, 0.75, 0.5, 0.25]);
}

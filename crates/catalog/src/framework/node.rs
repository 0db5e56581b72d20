//! Nodes: the branches of the tree, and the parent and weight of a node.

use tenseven_model::{
    NodeId,
    framework::{Aggregate, Branch, MinCoverage, Node, NodeBody, Over},
};

use super::{
    impute::group_average,
    names::{Known, Names},
    precision::precision,
    schema::{AGGREGATE, AGGREGATES, MIN_COVERAGE, NODE_IMPUTE, NODE_IMPUTES, OVERS},
    table::Table,
};

/// Where a node stands: its parent, its weight among the parent's children, and whether it is one of what the parent is made from.
pub(super) struct Standing {
    pub(super) parent: Option<NodeId>,
    pub(super) weight: f64,
    pub(super) counts: bool,
}

pub(super) fn standing(part: &Table<'_>, names: &Names<'_>) -> Standing {
    let known = part.word("parent").filter(|parent| names.nodes.check(part, "parent", *parent));
    let branch = known.filter(|parent| !names.leaves.contains(parent.text));
    if let (Some(leaf), None) = (known, branch) {
        let problem =
            format!("{} is measured by an indicator and can have no children; name a node", leaf.text);
        part.find("parent", problem);
    }
    let counts = part.flag("counts").unwrap_or(true);
    if !counts {
        part.refuse("weight", "is about the node above, and with counts = false this is no part of it");
    }
    Standing {
        parent: branch.and_then(|parent| part.parse_word("parent", parent)),
        weight: part.number("weight").unwrap_or(1.0),
        counts,
    }
}

/// The branch that a part of `nodes` describes; none without an id.
pub(super) fn branch(part: &Table<'_>, names: &Names<'_>, known: &Known<'_>) -> Option<Node> {
    let name = part.words("name", "\"Human mobility\"");
    let Standing { parent, weight, counts } = standing(part, names);
    let body = NodeBody::Branch(aggregate(part, names, known));
    let precision = precision(part);
    Some(Node { id: part.parsed("id")?, name, parent, weight, counts, precision, body })
}

fn aggregate(part: &Table<'_>, names: &Names<'_>, known: &Known<'_>) -> Branch {
    let Some(table) = part.table("aggregate", AGGREGATE) else { return Branch::default() };
    let (min_coverage, min_coverage_over) = min_coverage(&table);
    Branch {
        aggregate: method(&table),
        over: table.choice("over", OVERS).unwrap_or_default(),
        min_coverage,
        min_coverage_over,
        impute: table.table("impute", NODE_IMPUTE).map(|impute| {
            impute.require("method", "\"group-mean\"");
            let average = impute.choice("method", NODE_IMPUTES).unwrap_or_default();
            group_average(&impute, average, &names.groups, known)
        }),
    }
}

/// The method with its number; a number that the method does not take is refused.
fn method(table: &Table<'_>) -> Aggregate {
    let method = table.choice("method", AGGREGATES).unwrap_or_default();
    let (exponent, constant) = match method {
        Aggregate::Power(_) => (true, false),
        Aggregate::Linear(_) => (false, true),
        _ => (false, false),
    };
    if exponent {
        table.require("exponent", "2");
    }
    for (key, is_taken, taker) in [("exponent", exponent, "power"), ("constant", constant, "linear")] {
        if table.has(key) && !is_taken {
            table.find(key, format!("is only for method = \"{taker}\", not for {}", method.as_str()));
        }
    }
    match method {
        Aggregate::Power(one) => Aggregate::Power(table.number("exponent").unwrap_or(one)),
        Aggregate::Linear(zero) => Aggregate::Linear(table.number("constant").unwrap_or(zero)),
        other => other,
    }
}

/// How much is needed, and of what.
fn min_coverage(table: &Table<'_>) -> (MinCoverage, Over) {
    let Some(inner) = table.table("min_coverage", MIN_COVERAGE) else { return Default::default() };
    (needed(table, &inner), inner.choice("over", OVERS).unwrap_or_default())
}

/// The share or count of the table `min_coverage`, which stands in `table`.
pub(super) fn needed(table: &Table<'_>, inner: &Table<'_>) -> MinCoverage {
    let wanted = "write either { share = 0.5 } or { count = 2 }";
    let needed = match (inner.has("share"), inner.has("count")) {
        (true, false) => inner.number("share").map(MinCoverage::Share),
        (false, true) => inner.count("count").map(MinCoverage::Count),
        (true, true) => {
            table.find("min_coverage", format!("has both a share and a count; {wanted}"));
            None
        }
        (false, false) => {
            table.find("min_coverage", format!("has neither a share nor a count; {wanted}"));
            None
        }
    };
    needed.unwrap_or_default()
}

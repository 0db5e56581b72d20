//! Nodes: the branches of the tree, and where a node stands in it.

use std::{collections::HashMap, iter};

use tenseven_model::{
    NodeId,
    framework::{Branch, MinCoverage, Node, NodeBody},
};

use super::{
    names::Names,
    schema::{AGGREGATE, AGGREGATES, MIN_COVERAGE, OVERS},
    stages::Stages,
    table::Table,
};

/// Most nodes above an indicator.
const DEPTH_MAX: usize = 64;

/// Where a node stands: its parent and its weight among the parent's children.
pub(super) struct Standing {
    pub(super) parent: Option<NodeId>,
    pub(super) weight: f64,
}

pub(super) fn standing(part: &Table<'_>, names: &Names<'_>) -> Standing {
    let known = part.word("parent").filter(|parent| names.nodes.check(part, "parent", *parent));
    Standing {
        parent: known.and_then(|parent| part.parse_word("parent", parent)),
        weight: part.number("weight").unwrap_or(1.0),
    }
}

/// The branch that a part of `nodes` describes; none without an id.
pub(super) fn branch(part: &Table<'_>, names: &Names<'_>) -> Option<Node> {
    let name = part.words("name", "\"Human mobility\"");
    let Standing { parent, weight } = standing(part, names);
    let body = NodeBody::Branch(aggregate(part));
    Some(Node { id: part.parsed("id")?, name, parent, weight, body })
}

fn aggregate(part: &Table<'_>) -> Branch {
    let Some(table) = part.table("aggregate", AGGREGATE) else { return Branch::default() };
    Branch {
        aggregate: table.choice("method", AGGREGATES).unwrap_or_default(),
        over: table.choice("over", OVERS).unwrap_or_default(),
        min_coverage: min_coverage(&table).unwrap_or_default(),
    }
}

fn min_coverage(table: &Table<'_>) -> Option<MinCoverage> {
    let wanted = "write either { share = 0.5 } or { count = 2 }";
    let inner = table.table("min_coverage", MIN_COVERAGE)?;
    match (inner.has("share"), inner.has("count")) {
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
    }
}

/// What the branches say of the stages of the leaves below them.
pub(super) struct Inheritance<'a> {
    by_node: HashMap<&'a str, (Option<&'a str>, Stages<'a>)>,
}

impl<'a> Inheritance<'a> {
    pub(super) fn of(parts: &[Table<'a>]) -> Self {
        let node = |part: &Table<'a>| {
            let stages = Stages::read(part);
            Some((part.text_unchecked("id")?, (part.text_unchecked("parent"), stages)))
        };
        Self { by_node: parts.iter().filter_map(node).collect() }
    }

    /// The stages of the nodes above a part, the nearest first. Too many nodes are a finding.
    pub(super) fn above(&self, part: &Table<'a>) -> Vec<&Stages<'a>> {
        let up = |(parent, _): &&(Option<&'a str>, Stages<'a>)| self.by_node.get(parent.as_ref()?);
        let first = part.text_unchecked("parent").and_then(|node| self.by_node.get(node));
        let chain: Vec<_> = iter::successors(first, up).take(DEPTH_MAX + 1).collect();
        if chain.len() > DEPTH_MAX {
            let problem = format!(
                "has more than {DEPTH_MAX} nodes above it, or they lead round in a circle; make the tree flatter"
            );
            part.find("parent", problem);
        }
        chain.into_iter().map(|(_, stages)| stages).collect()
    }
}

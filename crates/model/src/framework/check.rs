//! What makes a draft a framework.

mod clashes;
mod components;
mod formulas;
mod groups;
mod leaves;
mod weights;

use std::collections::{HashMap, HashSet};

use super::{
    Aggregate, AreaSet, Branch, Denominator, Figure, Finding, FrameworkDraft, FrameworkError, GroupAverage,
    Impute, Leaf, MinCoverage, Node, NodeBody, Over, Place, Reference, Transform,
    fit::{self, figure_fits},
};
use crate::{Indicator, IndicatorKind, NodeId};

/// Most nodes and most indicators of a framework.
const COUNT_MAX: usize = 10_000;

struct Check<'a> {
    draft: &'a FrameworkDraft,
    by_id: HashMap<&'a crate::IndicatorId, &'a Indicator>,
    node_ids: HashSet<&'a NodeId>,
    /// The indicators that are computed from a score.
    reading_nodes: HashSet<&'a crate::IndicatorId>,
    findings: Vec<Finding>,
}

/// Succeeds if nothing is wrong with the draft.
pub(super) fn findings(draft: &FrameworkDraft) -> Result<(), FrameworkError> {
    // Of those with one id the first counts; the others are findings.
    let by_id = draft.indicators.iter().rev().map(|indicator| (&indicator.id, indicator)).collect();
    let node_ids = draft.nodes.iter().map(|node| &node.id).collect();
    let mut check = Check { draft, by_id, node_ids, reading_nodes: HashSet::new(), findings: Vec::new() };
    check.sizes();
    check.groups();
    check.bands();
    check.criteria();
    check.indicators();
    check.formulas();
    check.nodes();
    check.tree();
    check.weights_below();
    check.clashes();
    check.report();
    if check.findings.is_empty() { Ok(()) } else { Err(FrameworkError { findings: check.findings }) }
}

impl<'a> Check<'a> {
    fn find(&mut self, place: Place, key: &'static str, problem: impl Into<String>) {
        self.findings.push(Finding { place, key, problem: problem.into() });
    }

    fn indicator(&self, id: &crate::IndicatorId) -> Option<&'a Indicator> {
        self.by_id.get(id).copied()
    }

    fn sizes(&mut self) {
        if self.draft.title.trim().is_empty() {
            self.find(Place::Framework, "title", "is empty; say in a few words what is measured");
        }
        for (key, count) in [("nodes", self.draft.nodes.len()), ("indicators", self.draft.indicators.len())] {
            if count > COUNT_MAX {
                self.find(
                    Place::Framework,
                    key,
                    format!("there are {count}; at most {COUNT_MAX} are allowed"),
                );
            }
        }
    }

    fn bands(&mut self) {
        let bands = &self.draft.bands;
        for (place, band) in bands.iter().enumerate() {
            if bands[..place].iter().any(|earlier| earlier.id == band.id) {
                self.find(Place::Band(band.id.clone()), "id", "stands twice; give each band its own");
            }
            if !band.from.is_finite() || place > 0 && bands[place - 1].from >= band.from {
                let problem =
                    format!("{} does not lie above the band before; list the bands lowest first", band.from);
                self.find(Place::Band(band.id.clone()), "from", problem);
            }
        }
    }

    fn criteria(&mut self) {
        let criteria = &self.draft.criteria;
        for (place, criterion) in criteria.iter().enumerate() {
            if criteria[..place].iter().any(|earlier| earlier.id == criterion.id) {
                self.find(
                    Place::Criterion(criterion.id.clone()),
                    "id",
                    "stands twice; give each criterion its own",
                );
            }
        }
    }

    fn indicators(&mut self) {
        let criteria: HashSet<_> = self.draft.criteria.iter().map(|criterion| &criterion.id).collect();
        let mut seen = HashSet::new();
        for indicator in &self.draft.indicators {
            let place = || Place::Indicator(indicator.id.clone());
            if !seen.insert(&indicator.id) {
                self.find(place(), "id", "stands twice; give each indicator its own");
            }
            for criterion in &indicator.criteria {
                if !criteria.contains(criterion) {
                    self.find(place(), "criteria", format!("{criterion} is no criterion of the framework"));
                }
            }
            if let IndicatorKind::Number { min: Some(min), max: Some(max) } = indicator.kind
                && min > max
            {
                self.find(place(), "min", format!("{min} is above max, {max}"));
            }
            if indicator.roll_up.is_some() && indicator.kind != IndicatorKind::Count {
                self.find(place(), "roll_up", "only counts can be added up from local units");
            }
            if let Some(whole) = &indicator.breakdown_of {
                match self.indicator(whole) {
                    None => self.find(
                        place(),
                        "breakdown_of",
                        format!("{whole} is no indicator of the framework"),
                    ),
                    Some(whole) if whole.breakdown_of.is_some() => {
                        self.find(
                            place(),
                            "breakdown_of",
                            format!("{} is itself a breakdown; name the whole", whole.id),
                        );
                    }
                    Some(_) => {}
                }
            }
        }
    }

    fn nodes(&mut self) {
        let branches: HashMap<&NodeId, &Branch> = self
            .draft
            .nodes
            .iter()
            .filter_map(|node| match &node.body {
                NodeBody::Branch(branch) => Some((&node.id, branch)),
                NodeBody::Leaf(_) => None,
            })
            .collect();
        let mut seen = HashSet::new();
        for node in &self.draft.nodes {
            let place = || Place::Node(node.id.clone());
            if !seen.insert(&node.id) {
                self.find(place(), "id", "stands twice; give each node its own");
            }
            let above =
                node.parent.as_ref().and_then(|parent| branches.get(parent)).map(|above| above.aggregate);
            self.weight(node, above);
            match &node.body {
                NodeBody::Branch(branch) => self.branch(node, branch),
                NodeBody::Leaf(leaf) => self.leaf(node, leaf),
            }
        }
    }

    fn branch(&mut self, node: &Node, branch: &Branch) {
        let place = || Place::Node(node.id.clone());
        if let MinCoverage::Share(share) = branch.min_coverage
            && !(share > 0.0 && share <= 1.0)
        {
            self.find(place(), "min_coverage", format!("{share} is no share above 0 and at most 1"));
        }
        if let Aggregate::Power(number) | Aggregate::Linear(number) = branch.aggregate
            && !number.is_finite()
        {
            self.find(place(), "aggregate", format!("{number} is not finite"));
        }
        if let Some(impute) = &branch.impute {
            self.group_average(&place(), impute);
            if branch.aggregate == Aggregate::Copeland {
                self.find(place(), "impute", "an average of a group has no place among outranked areas");
            }
        }
    }

    /// Exactly one root, every parent known, every branch with children, every node below the root.
    fn tree(&mut self) {
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
            let Some(parent) = &node.parent else { continue };
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

    fn report(&mut self) {
        let mut seen = HashSet::new();
        for clause in &self.draft.report {
            let place = || Place::Clause(clause.id.clone());
            if !seen.insert(&clause.id) {
                self.find(place(), "id", "stands twice; give each clause its own");
            }
            if let Figure::BandShare { node, at_least } = &clause.figure {
                if !self.node_ids.contains(node) {
                    self.find(place(), "node", format!("{node} is no node of the framework"));
                }
                if !self.draft.bands.iter().any(|band| band.id == *at_least) {
                    self.find(place(), "at_least_band", format!("{at_least} is no band of the framework"));
                }
            }
            let Some(id) = clause.figure.indicator() else {
                continue;
            };
            match self.indicator(id) {
                None => self.find(place(), "indicator", format!("{id} is no indicator of the framework")),
                Some(indicator) => {
                    if let Err(problem) = figure_fits(&clause.figure, indicator) {
                        self.find(place(), "figure", problem);
                    }
                    if self.reads_nodes(indicator) {
                        let problem = format!("{id} is computed from a score; report the node by its bands");
                        self.find(place(), "indicator", problem);
                    }
                }
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

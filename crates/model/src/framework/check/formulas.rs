//! Formulas: that what they name is there, and that nothing is computed from itself.

use std::collections::{HashMap, HashSet};

use super::{Check, NodeBody, Place};
use crate::{Indicator, IndicatorId, IndicatorKind, NodeId};

/// Most indicators that are computed.
const FORMULAS_MAX: usize = 1_000;
/// How deep indicators that are computed from computed ones nest at most.
const DEPTH_MAX: usize = 64;

impl<'a> Check<'a> {
    pub(super) fn formulas(&mut self) {
        let computed: Vec<&Indicator> =
            self.draft.indicators.iter().filter(|indicator| indicator.formula.is_some()).collect();
        if computed.len() > FORMULAS_MAX {
            let problem = format!("{} are computed; at most {FORMULAS_MAX} are allowed", computed.len());
            self.find(Place::Framework, "indicators", problem);
            return;
        }
        for indicator in &computed {
            self.formula(indicator);
        }
        let before = self.findings.len();
        for indicator in &computed {
            self.circle(indicator);
        }
        if self.findings.len() == before {
            self.circles_through_nodes();
        }
    }

    fn formula(&mut self, indicator: &'a Indicator) {
        let Some(formula) = &indicator.formula else { return };
        let place = || Place::Indicator(indicator.id.clone());
        let (indicators, nodes) = formula.expression.reads();
        if !matches!(indicator.kind, IndicatorKind::Number { .. }) {
            let kind = indicator.kind.as_str();
            self.find(place(), "kind", format!("is {kind}, but what is computed is a number"));
        }
        if indicators.is_empty() && nodes.is_empty() {
            self.find(place(), "formula", "reads nothing; name an indicator as [id] or a score as node[id]");
        }
        for id in indicators {
            if self.indicator(id).is_none() {
                self.find(place(), "formula", format!("[{id}] is no indicator of the framework"));
            }
        }
        for id in nodes {
            if !self.node_ids.contains(id) {
                self.find(place(), "formula", format!("node[{id}] is no node of the framework"));
            }
        }
        if indicator.roll_up.is_some() {
            self.find(
                place(),
                "roll_up",
                "is for what is observed; let the indicators that it reads be added up",
            );
        }
        if indicator.breakdown_of.is_some() {
            self.find(place(), "breakdown_of", "is for what is observed, and this is computed");
        }
    }

    /// That an indicator is not computed from itself, and not from too many one after the other.
    fn circle(&mut self, indicator: &'a Indicator) {
        let mut way: Vec<(&IndicatorId, Vec<&IndicatorId>)> =
            vec![(&indicator.id, self.read_by(&indicator.id))];
        let mut done = HashSet::new();
        while let Some((_, next)) = way.last_mut() {
            let Some(read) = next.pop() else {
                if let Some((id, _)) = way.pop() {
                    done.insert(id);
                }
                continue;
            };
            let problem = if *read == indicator.id {
                let steps: Vec<_> = way.iter().map(|(id, _)| id.as_str()).chain([read.as_str()]).collect();
                format!("is computed from itself: {}", steps.join(" from "))
            } else if way.iter().any(|(id, _)| *id == read) || done.contains(read) {
                continue;
            } else if way.len() > DEPTH_MAX {
                format!("is computed from computed indicators more than {DEPTH_MAX} deep; make it flatter")
            } else {
                way.push((read, self.read_by(read)));
                continue;
            };
            self.find(Place::Indicator(indicator.id.clone()), "formula", problem);
            return;
        }
    }

    fn read_by(&self, id: &IndicatorId) -> Vec<&'a IndicatorId> {
        let formula = self.indicator(id).and_then(|indicator| indicator.formula.as_ref());
        formula.map_or_else(Vec::new, |formula| formula.expression.reads().0)
    }

    /// The nodes that an indicator reads, be it through other indicators.
    fn nodes_read_by(&self, indicator: &Indicator) -> Vec<&'a NodeId> {
        let (mut nodes, mut seen) = (Vec::new(), HashSet::new());
        let mut waiting: Vec<_> = self.indicator(&indicator.id).into_iter().collect();
        while let Some(indicator) = waiting.pop() {
            let Some(formula) = &indicator.formula else { continue };
            if seen.insert(&indicator.id) {
                let (read, scores) = formula.expression.reads();
                nodes.extend(scores);
                waiting.extend(read.into_iter().filter_map(|id| self.indicator(id)));
            }
        }
        nodes
    }

    /// Whether an indicator is computed from a score, be it through other indicators.
    pub(super) fn reads_nodes(&self, indicator: &Indicator) -> bool {
        !self.nodes_read_by(indicator).is_empty()
    }

    /// That no score depends on itself through the formulas of the leaves below it.
    fn circles_through_nodes(&mut self) {
        let mut looks_at: HashMap<&'a NodeId, Vec<&'a NodeId>> = HashMap::new();
        let mut reading = Vec::new();
        for node in &self.draft.nodes {
            if let Some(parent) = &node.parent {
                looks_at.entry(parent).or_default().push(&node.id);
            }
            if let NodeBody::Leaf(leaf) = &node.body
                && let Some(indicator) = self.indicator(&leaf.indicator)
            {
                let read = self.nodes_read_by(indicator);
                if !read.is_empty() {
                    reading.push((&node.id, indicator));
                    looks_at.entry(&node.id).or_default().extend(read);
                }
            }
        }
        for (leaf, indicator) in reading {
            if reaches(&looks_at, leaf) {
                let problem = format!("reads a score that {leaf} itself is a part of; read another node");
                self.find(Place::Indicator(indicator.id.clone()), "formula", problem);
                // The others of the same circle would say the same.
                return;
            }
        }
    }
}

/// Whether a node looks at itself, be it through others.
fn reaches(looks_at: &HashMap<&NodeId, Vec<&NodeId>>, from: &NodeId) -> bool {
    let mut seen = HashSet::new();
    let mut waiting: Vec<&NodeId> = looks_at.get(from).into_iter().flatten().copied().collect();
    while let Some(node) = waiting.pop() {
        if node == from {
            return true;
        }
        if seen.insert(node) {
            waiting.extend(looks_at.get(node).into_iter().flatten().copied());
        }
    }
    false
}

//! Formulas: that what they name is there, and that nothing is computed from itself.
//!
//! *Invariant:* the work is linear in the length of the text: the dependencies are computed once ([`Graph`]), for any
//! formulas read of each other.

use std::collections::{BTreeSet, HashMap, HashSet};

use super::{components::Components, draft_check::Check};
use crate::formula::LAG_MAX;
use crate::{
    Indicator, IndicatorId, IndicatorKind, NodeId,
    framework::{NodeBody, Place},
};

/// Most indicators that are computed.
const FORMULAS_MAX: usize = 1_000;
/// How deep indicators that are computed from computed ones nest at most.
const DEPTH_MAX: usize = 64;
/// Most values that formulas of leaves, denominators and report clauses read, with those that they reach.
const READS_MAX: usize = 50_000;
/// The maximum number of cycles that are reported, and of steps in each.
const WAYS_MAX: usize = 20;
const WAY_MAX: usize = 20;

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
        let graph = Graph::new(computed);
        self.reading_nodes = graph.reading_nodes();
        self.circles(&graph);
        self.look_backs(&graph);
        self.readings(&graph);
        if self.findings.len() == before {
            self.circles_through_nodes(&graph);
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
        if formula.expression.looks_back_at_nodes() {
            let problem = "reads the score of an earlier period; look back at indicators, and write node[id] outside of lag, difference, growth and moving_mean";
            self.find(place(), "formula", problem);
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

    /// That nothing is computed from itself, nor from too many one after the other.
    fn circles(&mut self, graph: &Graph<'a>) {
        let mut ways_reported = 0;
        for (vertex, indicator) in graph.computed.iter().enumerate() {
            let problem = if graph.components.is_round(vertex, &graph.reads) {
                // Ways can be as many as formulas and as long; the first show what the others are like.
                ways_reported += 1;
                let way = if ways_reported <= WAYS_MAX {
                    graph.components.way_round(vertex, &graph.reads).filter(|way| way.len() < WAY_MAX)
                } else {
                    None
                };
                let steps = way.map(|way| {
                    let round = std::iter::once(vertex).chain(way).chain([vertex]);
                    round.map(|step| graph.computed[step].id.as_str()).collect::<Vec<_>>().join(" from ")
                });
                match steps {
                    Some(steps) => format!("is computed from itself: {steps}"),
                    None => "is computed from itself through other indicators".to_owned(),
                }
            } else if graph.levels[vertex] > DEPTH_MAX + 1 {
                format!("is computed from computed indicators more than {DEPTH_MAX} deep; make it flatter")
            } else {
                continue;
            };
            self.find(Place::Indicator(indicator.id.clone()), "formula", problem);
        }
    }

    /// That nothing looks back too far, nor through another formula at a score.
    fn look_backs(&mut self, graph: &Graph<'a>) {
        for (vertex, indicator) in graph.computed.iter().enumerate() {
            let place = || Place::Indicator(indicator.id.clone());
            let reach = graph.reaches[vertex];
            if reach > LAG_MAX {
                let problem = format!(
                    "looks back {reach} periods, what it reads of other formulas included; at most {LAG_MAX} are allowed"
                );
                self.find(place(), "formula", problem);
                continue;
            }
            let lagged = indicator.formula.iter().flat_map(|formula| formula.expression.lagged_reads());
            let is_back = |(id, lags): &(&IndicatorId, BTreeSet<u32>)| {
                lags.last().is_some_and(|lag| *lag > 0) && self.reading_nodes.contains(id)
            };
            let ids: Vec<_> = lagged.filter(is_back).map(|(id, _)| id).collect();
            for id in ids {
                let problem = format!(
                    "looks back at [{id}], which is computed from a score, and scores are read of the same period alone; look back at what that is made from"
                );
                self.find(place(), "formula", problem);
            }
        }
    }

    /// That what is scored or reported does not read more than can be worked out, be it through other indicators.
    fn readings(&mut self, graph: &Graph<'a>) {
        let leaves = self.draft.nodes.iter().filter_map(|node| match &node.body {
            NodeBody::Leaf(leaf) => Some(leaf),
            NodeBody::Branch(_) => None,
        });
        let divided = leaves.clone().filter_map(|leaf| Some(&leaf.denominator.as_ref()?.indicator));
        let reported = self.draft.report.iter().flat_map(|clause| clause.figure.indicators());
        let wanted = leaves.map(|leaf| &leaf.indicator).chain(divided).chain(reported);
        let mut count = 0;
        for vertex in wanted.filter_map(|id| graph.places.get(id)) {
            count += graph.reads_below(*vertex, READS_MAX - count);
            if count >= READS_MAX {
                let problem = format!(
                    "the formulas of what is scored and reported read {READS_MAX} values or more, those that they reach through others included; score fewer that are computed, or compute them from fewer"
                );
                self.find(Place::Framework, "indicators", problem);
                return;
            }
        }
    }

    /// Whether an indicator is computed from a score, be it through other indicators.
    pub(super) fn reads_nodes(&self, indicator: &Indicator) -> bool {
        self.reading_nodes.contains(&indicator.id)
    }

    /// That no score depends on itself through the formulas of the leaves below it.
    fn circles_through_nodes(&mut self, graph: &Graph<'a>) {
        let first = graph.computed.len();
        let places: HashMap<&NodeId, usize> =
            self.draft.nodes.iter().enumerate().map(|(place, node)| (&node.id, first + place)).collect();
        let mut looks_at = graph.reads.clone();
        for (looks_at, nodes) in looks_at.iter_mut().zip(&graph.nodes) {
            looks_at.extend(nodes.iter().filter_map(|node| places.get(node)));
        }
        looks_at.resize(first + self.draft.nodes.len(), Vec::new());
        let mut reading = Vec::new();
        for (place, node) in self.draft.nodes.iter().enumerate() {
            let parent = node.parent.as_ref().filter(|_| node.counts);
            if let Some(parent) = parent.and_then(|parent| places.get(parent)) {
                looks_at[*parent].push(first + place);
            }
            if let NodeBody::Leaf(leaf) = &node.body
                && let Some(vertex) = graph.places.get(&leaf.indicator)
                && self.reading_nodes.contains(&leaf.indicator)
            {
                looks_at[first + place].push(*vertex);
                reading.push((first + place, &node.id, &leaf.indicator));
            }
        }
        let components = Components::new(&looks_at);
        let round = reading.into_iter().find(|(vertex, ..)| components.is_round(*vertex, &looks_at));
        // The others of the same cycle would repeat the finding.
        if let Some((_, leaf, indicator)) = round {
            let problem = format!("reads a score that {leaf} itself is a part of; read another node");
            self.find(Place::Indicator(indicator.clone()), "formula", problem);
        }
    }
}

/// What is computed, and what from.
struct Graph<'a> {
    computed: Vec<&'a Indicator>,
    /// By indicator: its place among those.
    places: HashMap<&'a IndicatorId, usize>,
    /// By place: the places of the computed indicators that it reads, each once.
    reads: Vec<Vec<usize>>,
    /// By place: the scores that it reads itself.
    nodes: Vec<Vec<&'a NodeId>>,
    /// By place: how many values its formula reads.
    counts: Vec<usize>,
    components: Components,
    /// By index: how many periods its formula looks back, with those of the formulas that it reads.
    reaches: Vec<u32>,
    /// By index: the length of the longest chain of computed indicators down to an observed one, itself included.
    levels: Vec<usize>,
}

impl<'a> Graph<'a> {
    fn new(computed: Vec<&'a Indicator>) -> Self {
        let places: HashMap<_, _> =
            computed.iter().enumerate().rev().map(|(place, indicator)| (&indicator.id, place)).collect();
        let (mut reads, mut nodes, mut counts, mut observes) = (vec![], vec![], vec![], vec![]);
        for indicator in &computed {
            let read = indicator.formula.as_ref().map(|formula| formula.expression.reads());
            let (indicators, scores) = read.unwrap_or_default();
            counts.push(indicator.formula.as_ref().map_or(0, |formula| formula.expression.read_count()));
            observes.push(indicators.iter().any(|id| !places.contains_key(id)));
            let mut below: Vec<_> = indicators.iter().filter_map(|id| places.get(id).copied()).collect();
            below.sort_unstable();
            below.dedup();
            reads.push(below);
            nodes.push(scores);
        }
        let components = Components::new(&reads);
        let mut levels = vec![0; computed.len()];
        for vertex in components.bottom_up() {
            let below = reads[vertex].iter().map(|read| levels[*read]).max().unwrap_or_default();
            levels[vertex] = below.max(usize::from(observes[vertex])) + 1;
        }
        let mut reaches = vec![0_u32; computed.len()];
        for vertex in components.bottom_up() {
            let own = computed[vertex].formula.as_ref().map_or(0, |formula| formula.expression.reach());
            let below = reads[vertex].iter().map(|read| reaches[*read]).max().unwrap_or_default();
            reaches[vertex] = own.saturating_add(below);
        }
        Self { computed, places, reads, nodes, counts, components, reaches, levels }
    }

    /// The indicators that are computed from a score, be it through others.
    fn reading_nodes(&self) -> HashSet<&'a IndicatorId> {
        let mut reading = vec![false; self.computed.len()];
        for vertex in self.components.bottom_up() {
            reading[vertex] =
                !self.nodes[vertex].is_empty() || self.reads[vertex].iter().any(|read| reading[*read]);
        }
        let reading = self.computed.iter().zip(reading).filter(|(_, reading)| *reading);
        reading.map(|(indicator, _)| &indicator.id).collect()
    }

    /// How many values are read at most by a formula and all that it reaches, counted up to `max`: what is reached is worked out for no more
    /// periods than the formula looks back to, itself apart.
    fn reads_below(&self, first: usize, max: usize) -> usize {
        let (mut seen, mut waiting, mut count) = (HashSet::from([first]), vec![first], 0_usize);
        while let Some(vertex) = waiting.pop() {
            let back = self.reaches[first].saturating_sub(self.reaches[vertex]);
            let times = usize::try_from(back).unwrap_or(usize::MAX).saturating_add(1);
            count = self.counts[vertex].saturating_mul(times).saturating_add(count);
            if count >= max {
                return max;
            }
            waiting.extend(self.reads[vertex].iter().filter(|read| seen.insert(**read)));
        }
        count
    }
}

//! The plan: a framework, worked out once so that scoring only follows it.
//!
//! *Invariant:* a plan holds no observation and never changes; steps stand so that all inputs of one come before it.

use std::{collections::HashMap, sync::Arc};

use foldhash::fast::RandomState;
use tenseven_model::{
    AreaCode, Framework, IndicatorId, ObservationKey,
    framework::{NodeBody, NodeIndex, Reference},
};

use crate::{
    bearing::{Bearing, Bearings, bearings},
    branch::BranchStep,
    leaf::LeafStep,
    reading::{Choice, Reading},
};

/// How a framework is scored. Cloning is cheap.
#[derive(Debug, Clone)]
pub struct Plan(Arc<Steps>);

/// One thing to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step {
    /// Score the leaf at this place.
    Leaf(usize),
    /// Score the branch at this place.
    Branch(usize),
    /// Score the criterion at this place.
    Criterion(usize),
}

/// A leaf that an indicator's observations bear on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Reader {
    /// The leaf's place.
    pub(crate) leaf: usize,
    /// The last period after its own that an observation is read for, carried or looked back at.
    pub(crate) reach: u32,
    /// Whether observations of local units count.
    pub(crate) add_units: bool,
}

/// What a plan has worked out.
#[derive(Debug)]
pub(crate) struct Steps {
    pub(crate) framework: Arc<Framework>,
    /// In framework order.
    pub(crate) leaves: Vec<LeafStep>,
    /// Bottom up.
    pub(crate) branches: Vec<BranchStep>,
    /// By criterion, in framework order: the places in `leaves` of those that bear on it.
    pub(crate) criteria: Vec<Vec<usize>>,
    /// Each after all that it looks at.
    pub(crate) order: Vec<Step>,
    /// By node: the places in `order` of the steps that look at it.
    pub(crate) lookers: Vec<Vec<usize>>,
    /// By leaf: its place in `order`.
    pub(crate) leaf_places: Vec<usize>,
    /// How the report reads the indicators that it names.
    pub(crate) reported: HashMap<IndicatorId, Reading>,
    /// What makes areas and periods exist.
    pub(crate) bearings: Bearings,
    readers: HashMap<IndicatorId, Vec<Reader>, RandomState>,
}

impl Plan {
    /// The plan for a framework.
    pub fn new(framework: Arc<Framework>) -> Self {
        let leaves: Vec<_> =
            framework.leaves().iter().filter_map(|node| LeafStep::new(&framework, *node)).collect();
        let mut branches = Vec::new();
        for node in (0..framework.nodes().len()).rev() {
            if let NodeBody::Branch(branch) = &framework.nodes()[node].body {
                branches.push(BranchStep::new(&framework, node, branches.len(), branch));
            }
        }
        let criteria = criteria(&framework, &leaves);
        let mut steps = Steps {
            reported: reported(&framework),
            readers: readers(&leaves),
            bearings: bearings(&leaves),
            order: Vec::new(),
            lookers: vec![Vec::new(); framework.nodes().len()],
            leaf_places: vec![0; leaves.len()],
            framework,
            leaves,
            branches,
            criteria,
        };
        steps.put_in_order();
        Self(Arc::new(steps))
    }

    /// The framework that it scores.
    pub fn framework(&self) -> &Arc<Framework> {
        &self.0.framework
    }

    pub(crate) fn steps(&self) -> &Steps {
        &self.0
    }

    /// Whether both are one and the same.
    pub(crate) fn is(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl Steps {
    /// The leaves that observations of an indicator bear on.
    pub(crate) fn readers(&self, indicator: &IndicatorId) -> &[Reader] {
        self.readers.get(indicator).map_or(&[], Vec::as_slice)
    }

    /// The indicators whose observations bear on a leaf, in no stated order.
    pub(crate) fn indicators(&self) -> impl Iterator<Item = &IndicatorId> {
        self.readers.keys()
    }

    /// The bearing of a key; none if it makes no area and period exist.
    pub(crate) fn bearing(&self, key: &ObservationKey) -> Option<Bearing> {
        let bearing = self.bearings.get(&key.indicator)?;
        let is_counted = bearing.add_units || !matches!(key.area, AreaCode::Local(..));
        let is_scored = key.period.frequency() == self.framework.draft().frequency;
        (is_counted && is_scored).then_some(*bearing)
    }

    /// Whether which areas anything is known of bears on the scores of others.
    pub(crate) fn asks_who_is_heard(&self) -> bool {
        self.framework.draft().reference == Reference::All
            || self.leaves.iter().any(LeafStep::is_filled_by_others)
    }

    /// Puts leaves and branches behind all that they look at, and criteria last.
    fn put_in_order(&mut self) {
        let count = self.framework.nodes().len();
        let mut looks_at: Vec<Vec<NodeIndex>> = vec![Vec::new(); count];
        let mut step_of = vec![None; count];
        for (place, leaf) in self.leaves.iter().enumerate() {
            step_of[leaf.node] = Some(Step::Leaf(place));
            let readings = [Some(&leaf.reading), leaf.denominator.as_ref().map(|(reading, _)| reading)];
            let nodes = readings.into_iter().flatten().flat_map(Reading::nodes);
            looks_at[leaf.node] = nodes.map(|(_, node)| *node).collect();
        }
        for (place, branch) in self.branches.iter().enumerate() {
            step_of[branch.node] = Some(Step::Branch(place));
            looks_at[branch.node] = branch.looks_at().collect();
        }
        for node in bottom_up(&looks_at) {
            let Some(step) = step_of[node] else { continue };
            let place = self.order.len();
            self.order.push(step);
            if let Step::Leaf(leaf) = step {
                self.leaf_places[leaf] = place;
            }
            for below in &looks_at[node] {
                self.lookers[*below].push(place);
            }
        }
        for (criterion, leaves) in self.criteria.iter().enumerate() {
            for leaf in leaves {
                self.lookers[self.leaves[*leaf].node].push(self.order.len());
            }
            self.order.push(Step::Criterion(criterion));
        }
        for lookers in &mut self.lookers {
            lookers.sort_unstable();
            lookers.dedup();
        }
    }
}

/// All nodes, each after those that it looks at. A framework has no circle.
fn bottom_up(looks_at: &[Vec<NodeIndex>]) -> Vec<NodeIndex> {
    let mut ordered = Vec::with_capacity(looks_at.len());
    let mut begun = vec![false; looks_at.len()];
    for node in (0..looks_at.len()).rev() {
        let mut way = vec![(node, 0)];
        if std::mem::replace(&mut begun[node], true) {
            continue;
        }
        while let Some((node, next)) = way.pop() {
            match looks_at[node].get(next) {
                None => ordered.push(node),
                Some(below) => {
                    way.push((node, next + 1));
                    if !std::mem::replace(&mut begun[*below], true) {
                        way.push((*below, 0));
                    }
                }
            }
        }
    }
    ordered
}

fn criteria(framework: &Framework, leaves: &[LeafStep]) -> Vec<Vec<usize>> {
    let mut criteria = Vec::new();
    for criterion in &framework.draft().criteria {
        let bears_on = |leaf: &LeafStep| {
            let indicator = framework.indicator(&leaf.indicator);
            indicator.is_some_and(|indicator| indicator.criteria.contains(&criterion.id))
        };
        let places = leaves.iter().enumerate();
        criteria.push(places.filter(|(_, leaf)| bears_on(leaf)).map(|(place, _)| place).collect());
    }
    criteria
}

fn readers(leaves: &[LeafStep]) -> HashMap<IndicatorId, Vec<Reader>, RandomState> {
    let mut readers: HashMap<_, Vec<_>, _> = HashMap::default();
    for (place, leaf) in leaves.iter().enumerate() {
        let denominator = leaf.denominator.as_ref().map(|(reading, _)| reading);
        for reading in std::iter::once(&leaf.reading).chain(denominator) {
            for source in reading.sources() {
                readers.entry(source.indicator.clone()).or_default().push(Reader {
                    leaf: place,
                    reach: source.reach(),
                    add_units: source.rule.add_units,
                });
            }
        }
    }
    readers
}

/// How the report reads each indicator: as its first leaf does, or, of one that no leaf is made from, without precedence
/// and without carrying forward.
fn reported(framework: &Framework) -> HashMap<IndicatorId, Reading> {
    let ids = framework.draft().report.iter().flat_map(|clause| clause.figure.indicators());
    let mut reported = HashMap::new();
    for id in ids {
        let mut leaves = framework.leaves().iter().filter_map(|node| framework.leaf(*node));
        let leaf = leaves.find(|leaf| leaf.indicator == *id);
        let choice = leaf.map_or(Choice { sources: &[], max_age: 0 }, |leaf| Choice {
            sources: &leaf.sources,
            max_age: leaf.max_age,
        });
        if let Some(reading) = Reading::new(framework, id, choice) {
            reported.insert(id.clone(), reading);
        }
    }
    reported
}

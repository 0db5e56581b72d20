//! The plan: a framework, worked out once so that scoring only follows it.
//!
//! *Invariant:* a plan holds no observation and never changes; branches stand so that all inputs of one come before it.

use std::{collections::HashMap, sync::Arc};

use tenseven_model::{
    Alpha3, Framework, IndicatorId, Period, SourceId,
    framework::{
        Aggregate, Branch, Impute, Leaf, MinCoverage, NodeBody, NodeIndex, Over, Pool, Transform, Treatment,
    },
    indicator::{Indicator, RollUp},
};

use crate::{
    Column, Panel, impute, normalise::Basis, resolve, score::Axis, scoring::Scoring, transform, treat,
};

/// How a framework is scored. Cloning is cheap.
#[derive(Debug, Clone)]
pub struct Plan(Arc<Steps>);

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
    leaves_of: HashMap<IndicatorId, Vec<usize>>,
}

/// How a leaf is scored.
#[derive(Debug)]
pub(crate) struct LeafStep {
    pub(crate) node: NodeIndex,
    pub(crate) indicator: IndicatorId,
    pub(crate) rule: resolve::Rule,
    pub(crate) constant: Option<f64>,
    treatment: Option<Treatment>,
    transform: Transform,
    pool: Option<Pool>,
    scoring: Scoring,
}

/// How a branch is scored.
#[derive(Debug)]
pub(crate) struct BranchStep {
    pub(crate) node: NodeIndex,
    /// What it is made from, in framework order, with weights.
    pub(crate) inputs: Vec<(NodeIndex, f64)>,
    pub(crate) aggregate: Aggregate,
    pub(crate) at_least: MinCoverage,
}

impl Plan {
    /// The plan for a framework.
    pub fn new(framework: Arc<Framework>) -> Self {
        let leaves: Vec<_> =
            framework.leaves().iter().filter_map(|node| LeafStep::new(&framework, *node)).collect();
        let branches = (0..framework.nodes().len())
            .rev()
            .filter_map(|node| match &framework.nodes()[node].body {
                NodeBody::Branch(branch) => Some(BranchStep::new(&framework, node, branch)),
                NodeBody::Leaf(_) => None,
            })
            .collect();
        let bears_on = |leaf: &LeafStep, criterion| {
            framework
                .indicator(&leaf.indicator)
                .is_some_and(|indicator| indicator.criteria.contains(criterion))
        };
        let criteria = framework
            .draft()
            .criteria
            .iter()
            .map(|criterion| {
                let places = leaves.iter().enumerate();
                places.filter(|(_, leaf)| bears_on(leaf, &criterion.id)).map(|(place, _)| place).collect()
            })
            .collect();
        let mut leaves_of: HashMap<_, Vec<_>> = HashMap::new();
        for (place, leaf) in leaves.iter().enumerate() {
            leaves_of.entry(leaf.indicator.clone()).or_default().push(place);
        }
        Self(Arc::new(Steps { framework, leaves, branches, criteria, leaves_of }))
    }

    /// The framework that it scores.
    pub fn framework(&self) -> &Arc<Framework> {
        &self.0.framework
    }

    /// Whether observations of this indicator bear on any score of the framework.
    pub fn scores_indicator(&self, indicator: &IndicatorId) -> bool {
        self.0.leaves_of.contains_key(indicator)
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
    /// The places in `leaves` of those that are made from an indicator.
    pub(crate) fn leaves_of(&self, indicator: &IndicatorId) -> &[usize] {
        self.leaves_of.get(indicator).map_or(&[], Vec::as_slice)
    }

    /// Whether some leaf or branch looks at all areas together, so that no area can be scored alone.
    pub(crate) fn needs_all_areas(&self) -> bool {
        self.leaves.iter().any(|leaf| !leaf.is_by_area())
            || self.branches.iter().any(|branch| !branch.aggregate.is_by_area())
    }

    /// The periods of a board, earliest first: those that some leaf has a word for, observed or carried, up to the
    /// latest that any leaf was observed for.
    pub(crate) fn periods(&self, panel: &Panel) -> Vec<Period> {
        let frequency = self.framework.draft().frequency;
        let observed: Vec<Vec<Period>> = self
            .leaves
            .iter()
            .map(|leaf| panel.periods(&leaf.indicator, frequency, leaf.rule.add_units))
            .collect();
        let Some(latest) = observed.iter().filter_map(|periods| periods.last()).max().copied() else {
            return Vec::new();
        };
        let mut periods = Vec::new();
        for (leaf, observed) in self.leaves.iter().zip(&observed) {
            for (place, period) in observed.iter().enumerate() {
                let next = observed.get(place + 1);
                let reach = std::iter::successors(Some(*period), |period| period.later(1));
                let is_carried_to = |to: &Period| {
                    *to <= latest
                        && next.is_none_or(|next| to < next)
                        && period.periods_until(*to).is_some_and(|age| age <= leaf.rule.max_age)
                };
                periods.extend(reach.take_while(is_carried_to));
            }
        }
        periods.sort_unstable();
        periods.dedup();
        periods
    }
}

/// How the word on an indicator is found: as the leaf says, or, of an indicator that no leaf is made from, without
/// precedence and without carrying forward.
pub(crate) fn rule(indicator: &Indicator, leaf: Option<&Leaf>) -> resolve::Rule {
    let (sources, max_age): (&[SourceId], u32) =
        leaf.map_or((&[], 0), |leaf| (leaf.sources.as_slice(), leaf.max_age));
    resolve::Rule {
        sources: sources.to_vec(),
        max_age,
        add_units: indicator.roll_up == Some(RollUp::Sum),
        kind: indicator.kind.clone(),
    }
}

impl LeafStep {
    fn new(framework: &Framework, node: NodeIndex) -> Option<Self> {
        let leaf = framework.leaf(node)?;
        let indicator = framework.indicator(&leaf.indicator)?;
        Some(Self {
            node,
            indicator: leaf.indicator.clone(),
            rule: rule(indicator, Some(leaf)),
            constant: match leaf.impute {
                Some(Impute::Constant(constant)) => Some(constant),
                _ => None,
            },
            treatment: leaf.treat,
            transform: leaf.transform,
            pool: leaf.normalise.pool(),
            scoring: Scoring::new(leaf),
        })
    }

    /// Which cells a relative normalisation compares; none if the score depends on the cell alone.
    pub(crate) fn pool(&self) -> Option<Pool> {
        self.pool
    }

    /// Whether a place is prepared from its own word alone, and not together with the other areas of the period.
    pub(crate) fn is_by_area(&self) -> bool {
        self.treatment.is_none()
    }

    /// Imputes, treats and transforms a resolved column; one over all areas, unless it is prepared by area.
    pub(crate) fn prepare(&self, column: &mut Column) {
        if let Some(constant) = self.constant {
            impute::constant(column, constant);
        }
        if let Some(treatment) = &self.treatment {
            treat::treat(column, treatment);
        }
        transform::apply(column, self.transform);
    }

    /// Whether there is a word of an area, observed for a period or carried to it.
    pub(crate) fn has_word(&self, panel: &Panel, period: Period, area: Alpha3) -> bool {
        let series = panel.series(&self.indicator, area);
        series.is_some_and(|series| series.latest(period, self.rule.max_age, self.rule.add_units).is_some())
    }

    /// What a relative normalisation takes from prepared columns; none where nothing is compared.
    pub(crate) fn basis<'a>(&self, columns: impl Iterator<Item = &'a Column>, axis: &Axis) -> Option<Basis> {
        self.scoring.basis(columns, axis)
    }

    /// Turns a prepared column into scores.
    pub(crate) fn score(&self, column: &mut Column, basis: Option<&Basis>) {
        self.scoring.score(column, basis);
    }
}

impl BranchStep {
    fn new(framework: &Framework, node: NodeIndex, branch: &Branch) -> Self {
        let inputs = match branch.over {
            Over::Children => framework
                .children(node)
                .iter()
                .map(|child| (*child, framework.nodes()[*child].weight))
                .collect(),
            Over::Leaves => leaf_weights(framework, node, branch.aggregate),
        };
        Self { node, inputs, aggregate: branch.aggregate, at_least: branch.min_coverage }
    }
}

/// The leaves below a node, in framework order, each with the product of the weights on the way down to it. For a
/// mean each weight is its share among its siblings (the leaf's effective weight); for a sum it is taken as it
/// stands, so that a sum over leaves is the sum of the sums below.
fn leaf_weights(framework: &Framework, root: NodeIndex, aggregate: Aggregate) -> Vec<(NodeIndex, f64)> {
    let mut leaves = Vec::new();
    let mut waiting = vec![(root, 1.0)];
    while let Some((node, weight)) = waiting.pop() {
        if framework.leaf(node).is_some() {
            leaves.push((node, weight));
            continue;
        }
        let children = framework.children(node);
        let total: f64 = if aggregate.takes_weights_as_they_stand() {
            1.0
        } else {
            children.iter().map(|child| framework.nodes()[*child].weight).sum()
        };
        let share = |child: &NodeIndex| (*child, weight * (framework.nodes()[*child].weight / total));
        waiting.extend(children.iter().rev().map(share));
    }
    if aggregate == Aggregate::Arithmetic {
        // A mean asks for proportions only. Set against the smallest, equal weights are exactly 1, so that a mean of
        // equal scores is that score and does not fall short of a band by a rounding.
        let smallest = leaves.iter().map(|(_, weight)| *weight).fold(f64::INFINITY, f64::min);
        for (_, weight) in &mut leaves {
            *weight /= smallest;
        }
    }
    leaves
}

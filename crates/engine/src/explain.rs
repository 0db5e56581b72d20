//! Explanations: the way of a score back to what was observed, stage by stage, and what each node adds to the whole.
//!
//! *Invariant:* an explanation is made from the same observations by the same stages as the score; what the nodes add to
//! a branch adds up to its score, and what the leaves (and the branches that are not made from what lies below them) add
//! to a root adds up to the root's, but for rounding.

use std::collections::{BTreeSet, HashMap};

use tenseven_model::{
    Alpha3, CellOrigin, IndicatorId, Outcome, Period,
    framework::{Aggregate, AreaSet, NodeIndex, Transform},
};

use crate::{
    Board, LeafCell, NodeScore, Slot,
    answer::row_of,
    axis::Ruling,
    branch::BranchStep,
    contribution::{Contributions, contributions, of_pairs},
    descent::Sums,
    geography::is_member,
    leaf::LeafStep,
    normalise::Basis,
    number,
    others::{OTHER_VALUES_MAX, Others, Room},
    reads::{Read, Reads},
    resolve, transform, treat,
};

/// How the scores of an area and period came about.
#[derive(Debug, Clone, PartialEq)]
pub struct Explanation {
    /// Which area.
    pub area: Alpha3,
    /// Which period.
    pub period: Period,
    /// By node, in the framework's order; the root first.
    pub nodes: Vec<NodeExplanation>,
}

/// How the score of a node came about.
#[derive(Debug, Clone, PartialEq)]
pub struct NodeExplanation {
    /// The score and what it rests on.
    pub score: NodeScore,
    /// The score before it is rounded to the decimals that it is published with, which is what the nodes above are made from and what
    /// contributions add up to; none without a score, and where it is published with all that it has.
    pub unrounded: Option<f64>,
    /// What the node, or what lies below it, adds to the score of the node above; none for the root, for a node that is published
    /// without counting, and where there is
    /// nothing to add or to be added to.
    pub contribution: Option<f64>,
    /// What the node, or what lies below it, adds to the root's score; none where it does not count, where there is nothing to add or to
    /// be added to, and where it leaves the range of finite numbers.
    pub to_root: Option<f64>,
    /// What it is made from.
    pub made: Made,
}

/// What a node is made from.
#[derive(Debug, Clone, PartialEq)]
pub enum Made {
    /// A leaf: from observations.
    Leaf(Box<LeafStages>),
    /// A branch: from other nodes.
    Branch(BranchParts),
}

/// The stages of a leaf, in order. A stage that the framework does not ask for is none.
#[derive(Debug, Clone, PartialEq)]
pub struct LeafStages {
    /// What is said of the period itself, by indicator: of one, or of all that a formula reads.
    pub read: Vec<(IndicatorId, Outcome)>,
    /// Everything that it was made from, down to the keys of observations: for the value, for the denominator, and of other
    /// periods that stand in.
    pub reads: Vec<Read>,
    /// The set of areas because of which it does not apply, if the framework says so.
    pub excluded_by: Option<AreaSet>,
    /// The set of areas because of which it is treated as missing, if the framework says so and it applies.
    pub unknown_for: Option<AreaSet>,
    /// The value: what was read, or what the formula makes of it.
    pub resolved: Outcome,
    /// After division by the denominator.
    pub denominated: Option<Outcome>,
    /// After something stood in for it, or not.
    pub imputed: Option<Outcome>,
    /// After the treatment of outliers, and what was done to the column.
    pub treated: Option<(Outcome, treat::Report)>,
    /// After the transform.
    pub transformed: Option<Outcome>,
    /// What the value was divided by, if it was.
    pub denominator: Option<Outcome>,
    /// The areas that stand in for it, if others do.
    pub stand_ins: Option<Others>,
    /// What a relative normalisation compared it with; none where that left the range of finite numbers.
    pub basis: Option<Basis>,
    /// The numbers that it was compared with, before the direction is applied; nothing where the normalisation compares nothing.
    pub pool: Others,
    /// Of a rank: how many of those are worse, and how many equal, itself included.
    pub standing: Option<[usize; 2]>,
    /// The score.
    pub normalised: Outcome,
}

/// The parts of a branch.
#[derive(Debug, Clone, PartialEq)]
pub struct BranchParts {
    /// How they are put together.
    pub aggregate: Aggregate,
    /// The nodes that are put together, with their weights and what each adds.
    pub parts: Vec<(NodeIndex, f64, f64)>,
    /// Whether the average of the area's group stands in for all of them.
    pub stands_in: bool,
    /// What none of them adds: the constant of a linear combination, or the whole score where the average of the area's
    /// group stands in.
    pub own: f64,
    /// The members of the group whose average stands in, or the areas that it is compared with pair by pair.
    pub others: Others,
}

impl Explanation {
    /// By node: the share that its weight has among those parts of the nearest branch made from it that have scores; where
    /// weights count as they stand, the weight. None where it has no score, where the branch has none or its group stands
    /// in, and where weights do not count.
    pub fn effective_weights(&self) -> Vec<Option<f64>> {
        let mut effective = vec![None; self.nodes.len()];
        let is_scored = |node: NodeIndex| self.nodes[node].score.outcome.is_ok();
        for (place, node) in self.nodes.iter().enumerate() {
            let Made::Branch(BranchParts { aggregate, parts, stands_in, own: _, others: _ }) = &node.made
            else {
                continue;
            };
            let known = parts.iter().filter(|(part, ..)| is_scored(*part));
            let total = number::sum(&known.clone().map(|(_, weight, _)| *weight).collect::<Vec<_>>());
            let share = |weight: f64| match aggregate {
                Aggregate::Median | Aggregate::Min | Aggregate::Max => None,
                _ if *stands_in || !is_scored(place) => None,
                one if one.takes_weights_as_they_stand() => Some(weight),
                _ => Some(weight / total),
            };
            // Parents stand before what lies below them, so that the nearest branch has the last word.
            known.for_each(|(part, weight, _)| effective[*part] = share(*weight));
        }
        effective
    }
}

impl Board {
    /// How the scores of any area and period came about, or why there are none. At most [`OTHER_VALUES_MAX`] values of others are
    /// listed.
    pub fn explain(&self, period: Period, area: Alpha3) -> Explanation {
        let nodes: Vec<NodeIndex> = (0..self.nodes.len()).collect();
        self.explain_nodes(period, area, &nodes, OTHER_VALUES_MAX)
    }

    /// The same, but others are looked for, listed and counted for these nodes alone, in this order: so many of their values at most,
    /// for all nodes together.
    pub fn explain_nodes(
        &self,
        period: Period,
        area: Alpha3,
        nodes: &[NodeIndex],
        values_max: usize,
    ) -> Explanation {
        let Some(cell) = self.heard_cell(period, area) else {
            return self.void(period, BTreeSet::from([area])).explain_cell(0, period, area);
        };
        let mut explanation = self.explain_cell(cell, period, area);
        self.list_others(&mut explanation.nodes, cell, nodes, &mut Room::for_values(values_max));
        explanation
    }

    /// Lists others, as far as there is room.
    fn list_others(
        &self,
        explained: &mut [NodeExplanation],
        cell: usize,
        nodes: &[NodeIndex],
        room: &mut Room,
    ) {
        let steps = self.plan.steps();
        let leaves: HashMap<_, _> =
            steps.leaves.iter().enumerate().map(|(place, leaf)| (leaf.node, (place, leaf))).collect();
        let branches: HashMap<_, _> = steps.branches.iter().map(|branch| (branch.node, branch)).collect();
        for node in nodes {
            let Some(NodeExplanation { score, made, .. }) = explained.get_mut(*node) else { continue };
            match made {
                Made::Leaf(stages) => {
                    let Some((place, step)) = leaves.get(node) else { continue };
                    if stages.basis.is_some() {
                        stages.pool = self.pool(step, *place, cell, room);
                    }
                    let origin = score.leaf.as_ref().map(|leaf| leaf.origin);
                    if matches!(origin, Some(CellOrigin::Imputed(_))) {
                        stages.stand_ins = self.stand_ins(step, *place, cell, room);
                    }
                }
                Made::Branch(parts) => {
                    let Some(branch) = branches.get(node).filter(|_| score.outcome.is_ok()) else { continue };
                    if parts.stands_in {
                        parts.others = self.group_members(branch, cell, room);
                    } else if branch.aggregate == Aggregate::Copeland {
                        parts.others = self.rivals(branch, cell, room);
                    }
                }
            }
        }
    }

    fn explain_cell(&self, cell: usize, period: Period, area: Alpha3) -> Explanation {
        let steps = self.plan.steps();
        let scores = row_of(self, cell).nodes;
        let mut made: Vec<Option<Made>> = scores.iter().map(|_| None).collect();
        for (place, leaf) in steps.leaves.iter().enumerate() {
            made[leaf.node] =
                Some(Made::Leaf(Box::new(self.stages(leaf, place, cell, scores[leaf.node].leaf.as_ref()))));
        }
        for branch in &steps.branches {
            let stands_in = branch.impute.is_some()
                && branch.without_standing_in(cell, |node| &self.nodes[node]).is_gap();
            made[branch.node] = Some(Made::Branch(self.parts(branch, cell, stands_in)));
        }
        let framework = self.plan.framework();
        let unrounded = |node: NodeIndex| {
            self.nodes[node].at(cell).get().ok().filter(|_| framework.precision(node).is_some())
        };
        let mut nodes: Vec<_> = scores
            .into_iter()
            .zip(made)
            .enumerate()
            .filter_map(|(node, (score, made))| {
                let unrounded = unrounded(node);
                Some(NodeExplanation { score, unrounded, contribution: None, to_root: None, made: made? })
            })
            .collect();
        let scores: Vec<Outcome> = self.nodes.iter().map(|column| column.at(cell).get()).collect();
        self.add_up(&mut nodes, &scores);
        Explanation { area, period, nodes }
    }

    /// What each part adds to a branch.
    fn parts(&self, branch: &BranchStep, cell: usize, stands_in: bool) -> BranchParts {
        let outcome = |node: NodeIndex| self.nodes[node].at(cell).get();
        let score = outcome(branch.node);
        let weighed: Vec<_> = branch.inputs.iter().map(|(node, weight)| (*weight, outcome(*node))).collect();
        let Contributions { constant, parts } = match score {
            Err(_) => Contributions { constant: 0.0, parts: vec![0.0; weighed.len()] },
            Ok(score) if stands_in => Contributions { constant: score, parts: vec![0.0; weighed.len()] },
            Ok(_) if branch.aggregate == Aggregate::Copeland => {
                let (pairs, others) = self.pairs(branch, cell);
                of_pairs(&pairs, cell % self.axis.areas.len(), others.into_iter())
            }
            Ok(score) => contributions(&weighed, branch.aggregate, score),
        };
        let parts = branch.inputs.iter().zip(parts).map(|((node, weight), part)| (*node, *weight, part));
        BranchParts {
            aggregate: branch.aggregate,
            parts: parts.collect(),
            stands_in,
            own: constant,
            others: Others::default(),
        }
    }

    /// Finds what each node adds to the node above it and to the root.
    fn add_up(&self, nodes: &mut [NodeExplanation], scores: &[Outcome]) {
        let mut sums = Sums {
            to_parent: vec![0.0; nodes.len()],
            held: vec![0.0; nodes.len()],
            passed: vec![0.0; nodes.len()],
        };
        let framework = self.plan.framework();
        for root in framework.roots() {
            sums.held[root] = scores[root].unwrap_or_default();
        }
        for node in 0..nodes.len() {
            if let (Made::Branch(made), Ok(score)) = (&nodes[node].made, scores[node]) {
                sums.hand_down(framework, (node, score), &made.parts, scores);
            }
        }
        // By node: the root that it is a part of.
        let mut roots: Vec<Option<NodeIndex>> = vec![None; nodes.len()];
        for (node, explained) in nodes.iter_mut().enumerate() {
            let is_scored = |node: NodeIndex| scores[node].is_ok();
            let parent = framework.counted_parent(node);
            let has_parent = parent.is_some_and(is_scored);
            let is_root = framework.parent(node).is_none();
            roots[node] = if is_root { Some(node) } else { parent.and_then(|parent| roots[parent]) };
            let to_root = sums.held[node] + sums.passed[node];
            // What lies below a node without a score can add to one above that is made from leaves.
            let adds = is_scored(node) || sums.to_parent[node] != 0.0;
            explained.contribution = (adds && has_parent).then_some(sums.to_parent[node]);
            // What opposes itself can be so many times as large as the score that no number says it.
            let is_part = adds && roots[node].is_some_and(is_scored);
            explained.to_root = (is_part && to_root.is_finite()).then_some(to_root);
        }
    }

    /// The stages of a leaf.
    fn stages(&self, step: &LeafStep, leaf: usize, cell: usize, known: Option<&LeafCell>) -> LeafStages {
        let areas = self.axis.areas.len();
        let (place, area) = (cell % areas, self.axis.areas[cell % areas]);
        let period = self.axis.periods[cell / areas];
        let node = |node: NodeIndex| -> Outcome { self.published_score(node, cell) };
        let own = step.own(&self.panel, area);
        let read = step.reading.sources().iter().map(|source| {
            let series = self.panel.series(&source.indicator, area);
            let number = series.and_then(|series| resolve::number_at(series, period, &source.rule));
            (source.indicator.clone(), number.unwrap_or(Slot::NEVER_REPORTED.get()))
        });
        let mut slots: Vec<Slot> = self.base[leaf].read(self.axis.cells(cell / areas)).into_owned();
        step.fill_period(&mut slots, &self.axis, leaf);
        let filled = slots[place].get();
        let treated = step.treatment.as_ref().map(|treatment| {
            let report = treat::treat(&mut slots, treatment);
            (slots[place].get(), report)
        });
        let mut last = [slots[place]];
        transform::apply(&mut last, step.transform);
        let basis = self.bases[leaf].at(cell / areas);
        let is_in = |set: &&AreaSet| is_member(self.plan.framework(), &self.geography, set, area);
        let stages = LeafStages {
            read: read.collect(),
            reads: Reads { panel: &self.panel, area, node: &node }.of_leaf(step, period, known),
            excluded_by: step.not_applicable.iter().find(is_in).cloned(),
            unknown_for: step
                .unknown_for
                .iter()
                .find(is_in)
                .filter(|_| self.axis.ruling(leaf, place) == Ruling::Missing)
                .cloned(),
            resolved: own.value.at(period, &node),
            denominated: step.denominator.as_ref().map(|_| own.said(period, &node)),
            imputed: step.impute.as_ref().map(|_| filled),
            treated,
            transformed: (step.transform != Transform::Identity).then(|| last[0].get()),
            denominator: own.denominator.as_ref().map(|(whole, _)| whole.at(period, &node)),
            stand_ins: None,
            basis: basis.filter(|basis| basis.is_told()).cloned(),
            pool: Others::default(),
            standing: basis.and_then(|basis| step.standing(basis, last[0].get().ok()?)),
            normalised: self.nodes[step.node].at(cell).get(),
        };
        if self.is_void { stages.without_values() } else { stages }
    }
}

impl LeafStages {
    /// The stages of a leaf in an area and period that do not exist: none has a value.
    fn without_values(self) -> Self {
        let none = self.normalised;
        Self {
            resolved: none,
            denominated: self.denominated.map(|_| none),
            imputed: self.imputed.map(|_| none),
            treated: None,
            denominator: self.denominator.map(|_| none),
            standing: None,
            transformed: self.transformed.map(|_| none),
            basis: None,
            ..self
        }
    }
}

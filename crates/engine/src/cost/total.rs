//! The cost of a framework: the sum of what its nodes cost, and which cost most.

use std::{cmp::Reverse, collections::BTreeMap};

use tenseven_model::{Framework, IndicatorId, framework::NodeIndex};

use super::{
    Cause, aggregation, columns, leaves,
    size::{BoardSize, Touched},
    stage::{self, Stage},
};
use crate::{
    Plan,
    plan::{Step, Steps},
};

/// What a framework costs on a board of a certain size.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cost {
    /// The size of the board.
    pub size: BoardSize,
    /// Bytes that a board takes at most, with something known of every cell. While a change is scored, the chunks of columns
    /// that it touches are there twice.
    pub bytes: u64,
    /// Work after the change of one observation of the indicator that takes most, for a period and area that the board
    /// has.
    pub change: u64,
    /// That indicator; none where nothing is observed.
    pub dearest_indicator: Option<IndicatorId>,
    /// Work of scoring everything, as at the start, and when the first observation of a period arrives.
    pub rebuild: u64,
    /// What each node and each criterion costs, in the order in which they are scored.
    pub parts: Vec<PartCost>,
}

/// A part of a framework that has scores.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// A node.
    Node(NodeIndex),
    /// The criterion at this index.
    Criterion(usize),
}

impl Part {
    /// Its name in messages, as "node crisis".
    pub fn name(self, framework: &Framework) -> String {
        let draft = framework.draft();
        match self {
            Self::Node(node) => draft.nodes.get(node).map(|node| format!("node {}", node.id)),
            Self::Criterion(index) => draft.criteria.get(index).map(|one| format!("criterion {}", one.id)),
        }
        .unwrap_or_default()
    }
}

/// What a part costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PartCost {
    /// Which.
    pub part: Part,
    /// Bytes that it takes at most.
    pub bytes: u64,
    /// Work after the change of [`Cost::dearest_indicator`].
    pub change: u64,
    /// What takes most of that.
    pub change_cause: Cause,
    /// Work of scoring all cells.
    pub rebuild: u64,
    /// What takes most of that.
    pub rebuild_cause: Cause,
}

impl Cost {
    /// What the framework of a plan costs on a board of this size.
    pub fn of(plan: &Plan, size: BoardSize) -> Self {
        let steps = plan.steps();
        let stages: Vec<_> = steps.order.iter().map(|step| stages(steps, *step, size)).collect();
        let change = dearest(steps, &stages, size);
        let mut cost = Self {
            size,
            bytes: columns::of_board(size),
            change: rounded(change.total),
            dearest_indicator: change.indicator,
            rebuild: 0,
            parts: Vec::with_capacity(stages.len()),
        };
        let mut rebuild = 0.0;
        for (index, (step, stages)) in steps.order.iter().zip(&stages).enumerate() {
            let (changed, change_cause) = change.steps.get(&index).copied().unwrap_or((0.0, Cause::Columns));
            let (all, rebuild_cause, _) = stage::work(stages, Touched::all(size), size);
            rebuild += all;
            let bytes = bytes(steps, *step, size);
            cost.bytes = cost.bytes.saturating_add(bytes);
            let (change, rebuild) = (rounded(changed), rounded(all));
            cost.parts.push(PartCost {
                part: part(steps, *step),
                bytes,
                change,
                change_cause,
                rebuild,
                rebuild_cause,
            });
        }
        cost.rebuild = rounded(rebuild);
        cost
    }

    /// The parts that cost most by a figure, the dearest first.
    pub fn dearest(&self, by: impl Fn(&PartCost) -> u64, count: usize) -> Vec<PartCost> {
        let mut parts = self.parts.clone();
        parts.sort_by_key(|part| Reverse(by(part)));
        parts.truncate(count);
        parts
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "work is not negative; what is too large stays the largest"
)]
fn rounded(work: f64) -> u64 {
    work.ceil() as u64
}

fn part(steps: &Steps, step: Step) -> Part {
    match step {
        Step::Leaf(leaf) => Part::Node(steps.leaves[leaf].node),
        Step::Branch(branch) => Part::Node(steps.branches[branch].node),
        Step::Criterion(criterion) => Part::Criterion(criterion),
    }
}

fn bytes(steps: &Steps, step: Step, size: BoardSize) -> u64 {
    match step {
        Step::Leaf(leaf) => {
            let step = &steps.leaves[leaf];
            steps.framework.leaf(step.node).map_or(0, |leaf| columns::of_leaf(step, leaf, size))
        }
        Step::Branch(branch) => columns::of_branch(&steps.branches[branch], size),
        Step::Criterion(criterion) => columns::of_criterion(steps.criteria[criterion].len(), size),
    }
}

fn stages(steps: &Steps, step: Step, size: BoardSize) -> Vec<Stage> {
    let (mut stages, columns) = match step {
        Step::Leaf(leaf) => {
            let step = &steps.leaves[leaf];
            let stages = steps.framework.leaf(step.node).map(|leaf| leaves::stages(step, leaf, size));
            (stages.unwrap_or_default(), columns::columns_of_leaf(step))
        }
        Step::Branch(branch) => (aggregation::stages(&steps.branches[branch], size), 1),
        Step::Criterion(criterion) => {
            let at_least = steps.framework.draft().criteria[criterion].min_coverage;
            (aggregation::criterion(steps.criteria[criterion].len(), at_least, size), 1)
        }
    };
    stages.push(columns::copying(columns, size));
    stages
}

/// What a change costs.
struct Change {
    total: f64,
    indicator: Option<IndicatorId>,
    /// The steps that are taken again, by their index, with what each costs and what takes most of that.
    steps: BTreeMap<usize, (f64, Cause)>,
}

/// The change of one observation that costs most.
fn dearest(steps: &Steps, stages: &[Vec<Stage>], size: BoardSize) -> Change {
    let mut dearest = Change { total: 0.0, indicator: None, steps: BTreeMap::new() };
    for indicator in steps.indicators() {
        let changed = change(steps, stages, indicator, size);
        let total: f64 = changed.values().map(|(work, _)| work).sum();
        // The first by id of those that cost the same, so that the answer is always the same.
        let is_first = || dearest.indicator.as_ref().is_none_or(|known| indicator < known);
        let order = total.total_cmp(&dearest.total);
        if order.is_gt() || order.is_eq() && is_first() {
            dearest = Change { total, indicator: Some(indicator.clone()), steps: changed };
        }
    }
    dearest
}

/// What each step that is taken again costs after the change of one observation of an indicator.
fn change(
    steps: &Steps,
    stages: &[Vec<Stage>],
    indicator: &IndicatorId,
    size: BoardSize,
) -> BTreeMap<usize, (f64, Cause)> {
    let mut touched: BTreeMap<usize, Touched> = BTreeMap::new();
    let touch = |touched: &mut BTreeMap<usize, Touched>, step: usize, more: Touched| {
        touched.entry(step).and_modify(|known| *known = known.or(more)).or_insert(more);
    };
    for reader in steps.readers(indicator) {
        let leaf = &steps.leaves[reader.leaf];
        let read = usize::try_from(reader.reach).map_or(usize::MAX, |age| age.saturating_add(1));
        let is_over_time = leaf.is_over_time() && !leaf.reads_nodes();
        let periods = if is_over_time { size.periods } else { read.min(size.periods) };
        touch(&mut touched, steps.leaf_places[reader.leaf], Touched::one_area(periods));
    }
    let mut changed = BTreeMap::new();
    // A step comes after all that it looks at, so what looks at this one is still to come.
    while let Some((index, here)) = touched.pop_first() {
        let (work, cause, after) = stage::work(&stages[index], here, size);
        changed.insert(index, (work, cause));
        let node = match part(steps, steps.order[index]) {
            Part::Node(node) => node,
            Part::Criterion(_) => continue,
        };
        for looker in &steps.lookers[node] {
            touch(&mut touched, *looker, after);
        }
    }
    changed
}

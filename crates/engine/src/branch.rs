//! How a branch is scored: which columns it is made from, and how.
//!
//! *Invariant:* a branch is made period by period; within one, place by place, unless it compares areas with each other
//! or lets an area's group stand in for it.

use std::ops::Range;

use smallvec::SmallVec;
use tenseven_model::{
    Framework, Gap,
    framework::{Aggregate, AreaSet, Branch, GroupAverage, MinCoverage, NodeIndex, Over},
};

use crate::{
    Column, Slot,
    aggregate::{Input, aggregate_into, copeland_into, cover},
    axis::Axis,
    impute::average_of,
};

/// What is put together; few enough to need no allocation, as a rule.
type Inputs<'a> = SmallVec<[Input<'a>; 12]>;

/// How a branch is scored.
#[derive(Debug)]
pub(crate) struct BranchStep {
    pub(crate) node: NodeIndex,
    /// Its own place among the plan's branches.
    place: usize,
    /// What it is made from, in framework order, with weights.
    pub(crate) inputs: Vec<(NodeIndex, f64)>,
    /// What coverage is counted over, where that is something else.
    pub(crate) covered: Option<Vec<NodeIndex>>,
    pub(crate) aggregate: Aggregate,
    pub(crate) at_least: MinCoverage,
    pub(crate) impute: Option<GroupAverage>,
}

impl BranchStep {
    pub(crate) fn new(framework: &Framework, node: NodeIndex, place: usize, branch: &Branch) -> Self {
        let children = || {
            let children = framework.children(node).iter();
            children.map(|child| (*child, framework.nodes()[*child].weight)).collect()
        };
        let leaves = || leaf_weights(framework, node, branch.aggregate);
        let inputs: Vec<_> = if branch.over == Over::Children { children() } else { leaves() };
        let covers_more = branch.min_coverage_over == Over::Leaves && branch.over == Over::Children;
        Self {
            node,
            place,
            inputs,
            covered: covers_more.then(|| leaves().into_iter().map(|(leaf, _)| leaf).collect()),
            aggregate: branch.aggregate,
            at_least: branch.min_coverage,
            impute: branch.impute.clone(),
        }
    }

    /// The groups of which an area's own stands in for it.
    pub(crate) fn groups(&self) -> &[AreaSet] {
        self.impute.as_ref().map_or(&[], |impute| &impute.groups)
    }

    /// Whether a place is made from the same place of its inputs alone, and not together with the other areas of the
    /// period.
    pub(crate) fn is_by_cell(&self) -> bool {
        self.aggregate.is_by_area() && self.impute.is_none()
    }

    /// Every node that it looks at.
    pub(crate) fn looks_at(&self) -> impl Iterator<Item = NodeIndex> {
        let inputs = self.inputs.iter().map(|(node, _)| *node);
        inputs.chain(self.covered.iter().flatten().copied())
    }

    /// Scores the cells from `first` on into `made`; of a branch that is not made cell by cell, those of whole periods.
    /// `column` gives the column of a node.
    pub(crate) fn score<'a>(
        &self,
        made: &mut [Slot],
        first: usize,
        axis: &Axis,
        column: impl Fn(NodeIndex) -> &'a Column,
    ) {
        if self.is_by_cell() {
            let range = first..first + made.len();
            aggregate_into(&self.inputs_at(&range, &column), made, self.aggregate);
            if self.at_least != MinCoverage::One {
                cover(&self.covered_at(&range, &column), made, self.at_least);
            }
            return;
        }
        let areas = axis.areas.len().max(1);
        for (period, made) in made.chunks_mut(areas).enumerate() {
            let from = first + period * areas;
            let range = from..from + made.len();
            let (inputs, covered) = (self.inputs_at(&range, &column), self.covered_at(&range, &column));
            if self.aggregate == Aggregate::Copeland {
                let is_compared = |place| axis.compared.holds(place);
                copeland_into(&inputs, &covered, made, &is_compared, self.at_least);
            } else {
                aggregate_into(&inputs, made, self.aggregate);
                cover(&covered, made, self.at_least);
            }
            self.stand_in(made, &axis.branch_groups[self.place]);
        }
    }

    /// What is put together at some cells.
    #[inline]
    fn inputs_at<'a>(&self, cells: &Range<usize>, column: impl Fn(NodeIndex) -> &'a Column) -> Inputs<'a> {
        let mut inputs = Inputs::new();
        for (node, weight) in &self.inputs {
            inputs.push(Input { column: &column(*node)[cells.clone()], weight: *weight });
        }
        inputs
    }

    /// What coverage is counted over at some cells.
    fn covered_at<'a>(&self, cells: &Range<usize>, column: impl Fn(NodeIndex) -> &'a Column) -> Inputs<'a> {
        let Some(nodes) = &self.covered else { return self.inputs_at(cells, column) };
        nodes.iter().map(|node| Input { column: &column(*node)[cells.clone()], weight: 1.0 }).collect()
    }

    /// The score of a cell before any group stands in for it.
    pub(crate) fn without_standing_in<'a>(
        &self,
        cell: usize,
        column: impl Fn(NodeIndex) -> &'a Column,
    ) -> Slot {
        let mut made = [Slot::NEVER_REPORTED];
        let cells = cell..cell + 1;
        aggregate_into(&self.inputs_at(&cells, &column), &mut made, self.aggregate);
        cover(&self.covered_at(&cells, &column), &mut made, self.at_least);
        made[0]
    }

    /// Lets the average of its group stand in for each area of a period that something, but too little, is known of.
    fn stand_in(&self, made: &mut [Slot], groups: &[Option<usize>]) {
        let Some(impute) = &self.impute else { return };
        let averages: Vec<_> = (0..impute.groups.len())
            .map(|group| {
                let members = made.iter().zip(groups).filter(|(_, own)| **own == Some(group));
                let scores: Vec<_> = members.filter_map(|(slot, _)| slot.get().ok()).collect();
                average_of(impute.average, &scores)
            })
            .collect();
        for (slot, group) in made.iter_mut().zip(groups) {
            let average = group.and_then(|group| averages[group]);
            if let (Err(gap), Some(average)) = (slot.get(), average)
                && is_too_little(gap)
            {
                *slot = Slot::number(average);
            }
        }
    }
}

/// Whether a node has no score because too little is known.
pub(crate) fn is_too_little(gap: Gap) -> bool {
    matches!(gap, Gap::NoChildWithData | Gap::BelowMinCoverage)
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

//! How a branch is scored: which columns it is made from, and how.
//!
//! *Invariant:* a branch is made period by period; within one, place by place, unless it compares areas with each other
//! or lets an area's group stand in for it.

use std::{borrow::Cow, ops::Range};

use smallvec::SmallVec;
use tenseven_model::{
    Framework, Gap, Precision,
    framework::{Aggregate, AreaSet, Branch, GroupAverage, MinCoverage, NodeIndex, Over},
};

use crate::{
    Slot,
    aggregate::{Input, Weights, aggregate_into, copeland_into, cover},
    axis::Axis,
    chunked::{Chunked, blank_until},
    impute::average_of,
    number::{self, Share, whole_weights},
};

/// What is put together; few enough to need no allocation, as a rule.
type Inputs<'a> = SmallVec<[Input<'a>; 12]>;

/// How a branch is scored.
#[derive(Debug)]
pub(crate) struct BranchStep {
    pub(crate) node: NodeIndex,
    /// Its own place among the plan's branches.
    pub(crate) place: usize,
    /// What it is made from, in framework order, with weights.
    pub(crate) inputs: Vec<(NodeIndex, f64)>,
    /// The same weights, as they are summed.
    weights: Weights,
    /// By input: with which decimals it is published.
    precisions: Vec<Option<Precision>>,
    /// What coverage is counted over, where that is something else.
    pub(crate) covered: Option<Vec<NodeIndex>>,
    pub(crate) aggregate: Aggregate,
    pub(crate) at_least: MinCoverage,
    pub(crate) impute: Option<GroupAverage>,
}

impl BranchStep {
    pub(crate) fn new(framework: &Framework, node: NodeIndex, place: usize, branch: &Branch) -> Self {
        let children = || {
            let children = framework.counted_children(node);
            children.map(|child| (child, framework.nodes()[child].weight)).collect()
        };
        let leaves = || leaf_weights(framework, node, branch.aggregate);
        let inputs: Vec<_> = if branch.over == Over::Children { children() } else { leaves() };
        let weights = Weights::new(inputs.iter().map(|(_, weight)| *weight).collect(), branch.aggregate);
        let covers_more = branch.min_coverage_over == Over::Leaves && branch.over == Over::Children;
        Self {
            node,
            place,
            precisions: inputs.iter().map(|(node, _)| framework.precision(*node)).collect(),
            inputs,
            weights,
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

    /// Scores the cells from `first` on, which are in one chunk, into `made`: of a branch that is made cell by cell.
    /// `column` gives the column of a node.
    pub(crate) fn score_cells<'a>(
        &self,
        made: &mut [Slot],
        first: usize,
        column: impl Fn(NodeIndex) -> &'a Chunked<Slot>,
    ) {
        let range = first..first + made.len();
        self.aggregate(&self.inputs_at(&range, &column), made);
        if self.at_least != MinCoverage::One {
            cover(&self.covered_at(&range, &column), made, self.at_least);
        }
    }

    /// Scores a whole period, whose first cell is `first`, into `made`: of any other branch.
    pub(crate) fn score_period<'a>(
        &self,
        made: &mut [Slot],
        first: usize,
        axis: &Axis,
        column: impl Fn(NodeIndex) -> &'a Chunked<Slot>,
    ) {
        let range = first..first + made.len();
        let read = |node: &NodeIndex| column(*node).read(range.clone());
        let is_copeland = self.aggregate == Aggregate::Copeland;
        let columns: Vec<_> = if is_copeland {
            self.published_inputs(&range, &column)
        } else {
            self.inputs.iter().map(|(node, _)| read(node)).collect()
        };
        let others: Option<Vec<_>> = self.covered.as_ref().map(|nodes| nodes.iter().map(read).collect());
        let weighed = inputs(&columns, &self.weights.weights);
        let covered = match &others {
            Some(columns) => inputs(columns, std::iter::repeat(&1.0)),
            None => weighed.clone(),
        };
        if is_copeland {
            let is_compared = |place| axis.compared.holds(place);
            copeland_into(&weighed, &covered, made, &is_compared, self.at_least);
        } else {
            self.aggregate(&weighed, made);
            cover(&covered, made, self.at_least);
        }
        self.stand_in(made, &axis.branch_groups[self.place]);
    }

    /// Where the blank chunks end from which it makes the same score for all cells, from a cell on; none if some chunk
    /// that it looks at there is not blank.
    pub(crate) fn blank_until<'a>(
        &self,
        cell: usize,
        column: impl Fn(NodeIndex) -> &'a Chunked<Slot>,
    ) -> Option<usize> {
        blank_until(self.looks_at().map(column), cell)
    }

    fn aggregate(&self, inputs: &[Input<'_>], made: &mut [Slot]) {
        aggregate_into(inputs, made, self.aggregate, self.weights.divisor);
    }

    /// What is put together at some cells of one chunk.
    #[inline]
    fn inputs_at<'a>(
        &self,
        cells: &Range<usize>,
        column: impl Fn(NodeIndex) -> &'a Chunked<Slot>,
    ) -> Inputs<'a> {
        let mut inputs = Inputs::new();
        for ((node, _), weight) in self.inputs.iter().zip(&self.weights.weights) {
            inputs.push(Input { column: column(*node).part(cells.clone()), weight: *weight });
        }
        inputs
    }

    /// By input: the scores at some cells as they are published, which is how areas are compared with each other.
    pub(crate) fn published_inputs<'a>(
        &self,
        cells: &Range<usize>,
        column: impl Fn(NodeIndex) -> &'a Chunked<Slot>,
    ) -> Vec<Cow<'a, [Slot]>> {
        let published = |((node, _), precision): (&(NodeIndex, f64), &Option<Precision>)| {
            let mut slots = column(*node).read(cells.clone());
            if let Some(to) = precision {
                for slot in slots.to_mut() {
                    *slot = slot.map(|score| to.round(score));
                }
            }
            slots
        };
        self.inputs.iter().zip(&self.precisions).map(published).collect()
    }

    /// What coverage is counted over at some cells of one chunk.
    fn covered_at<'a>(
        &self,
        cells: &Range<usize>,
        column: impl Fn(NodeIndex) -> &'a Chunked<Slot>,
    ) -> Inputs<'a> {
        let Some(nodes) = &self.covered else { return self.inputs_at(cells, column) };
        nodes.iter().map(|node| Input { column: column(*node).part(cells.clone()), weight: 1.0 }).collect()
    }

    /// The score of a cell before any group stands in for it.
    pub(crate) fn without_standing_in<'a>(
        &self,
        cell: usize,
        column: impl Fn(NodeIndex) -> &'a Chunked<Slot>,
    ) -> Slot {
        let mut made = [Slot::NEVER_REPORTED];
        let cells = cell..cell + 1;
        self.aggregate(&self.inputs_at(&cells, &column), &mut made);
        cover(&self.covered_at(&cells, &column), &mut made, self.at_least);
        made[0]
    }

    /// What it makes of one score of each input, whatever is known; none if it compares areas, or an input is not there.
    pub(crate) fn score_of(&self, input: impl Fn(NodeIndex) -> Option<Slot>) -> Option<Slot> {
        if !self.aggregate.is_by_area() {
            return None;
        }
        let scores = self.inputs.iter().map(|(node, _)| input(*node)).collect::<Option<Vec<_>>>()?;
        let weighed = scores.iter().zip(&self.weights.weights);
        let weighed: Inputs<'_> = weighed
            .map(|(score, weight)| Input { column: std::slice::from_ref(score), weight: *weight })
            .collect();
        let mut made = [Slot::NEVER_REPORTED];
        self.aggregate(&weighed, &mut made);
        Some(made[0])
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

/// Columns, or parts of them, with their weights.
fn inputs<'a>(columns: &'a [Cow<'_, [Slot]>], weights: impl IntoIterator<Item = &'a f64>) -> Inputs<'a> {
    let weighed = columns.iter().zip(weights);
    weighed.map(|(column, weight)| Input { column, weight: *weight }).collect()
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
    let mut waiting = vec![(root, Share::WHOLE)];
    while let Some((node, share)) = waiting.pop() {
        if framework.leaf(node).is_some() {
            leaves.push((node, share));
            continue;
        }
        let children: Vec<NodeIndex> = framework.counted_children(node).collect();
        let weights: Vec<f64> = children.iter().map(|child| framework.nodes()[*child].weight).collect();
        let as_they_stand = aggregate.takes_weights_as_they_stand();
        let (weights, unit) = whole_weights(&weights, as_they_stand).unwrap_or((weights, 1.0));
        let total = if as_they_stand { unit } else { number::sum(&weights) };
        let below = children.iter().zip(weights).map(|(child, weight)| (*child, share.of(weight, total)));
        waiting.extend(below.rev());
    }
    let shares: Vec<Share> = leaves.iter().map(|(_, share)| *share).collect();
    // A mean asks for proportions only, and whole numbers in the same proportions leave nothing to round.
    let whole = if aggregate == Aggregate::Arithmetic { Share::in_proportion(&shares) } else { None };
    let weights = whole.unwrap_or_else(|| shares.into_iter().map(Share::number).collect());
    leaves.into_iter().zip(weights).map(|((leaf, _), weight)| (leaf, weight)).collect()
}

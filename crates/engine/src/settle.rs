//! Settling: following changes from the leaves up, whether one cell changed or everything is new.
//!
//! *Invariant:* a board from scratch and one brought up to date are made by the same steps here. A step is taken again
//! for the cells that changed below it, and for no others; where a cell comes out as it was, nothing above it is touched.

use std::{ops::Range, sync::Arc};

use smallvec::SmallVec;
use tenseven_model::{
    Outcome,
    framework::{Aggregate, NodeIndex, Pool},
};

use crate::{
    Board, Column, Slot,
    aggregate::{Input, aggregate_into},
    bases::Bases,
    branch::BranchStep,
    leaf::LeafStep,
    normalise::Basis,
    plan::{Step, Steps},
    spans::Spans,
};

/// A column of a board.
#[derive(Debug, Clone, Copy)]
enum Which {
    Prepared(usize),
    Node(NodeIndex),
    Criterion(usize),
}

impl Board {
    /// Does all that is to be done, and all that follows from it.
    pub(crate) fn settle(&mut self, steps: &Steps) {
        let len = self.axis.len();
        while let Some((place, spans)) = self.pending.pop() {
            let (node, changed) = self.take(steps, steps.order[place], spans.in_order(len));
            let Some(node) = node.filter(|_| !changed.is_none()) else { continue };
            for looker in &steps.lookers[node] {
                self.pending.add_all(*looker, &changed);
            }
        }
    }

    /// Takes a step for these cells; gives the node that it scores, and the cells of it that changed.
    pub(crate) fn take(&mut self, steps: &Steps, step: Step, spans: Spans) -> (Option<NodeIndex>, Spans) {
        match step {
            Step::Leaf(leaf) => {
                let step = &steps.leaves[leaf];
                (Some(step.node), self.leaf(step, leaf, spans))
            }
            Step::Branch(branch) => {
                let step = &steps.branches[branch];
                (Some(step.node), self.branch(step, spans))
            }
            Step::Criterion(criterion) => (None, self.criterion(steps, criterion, &spans)),
        }
    }

    /// Prepares and scores a leaf again; gives the cells of its node that changed.
    fn leaf(&mut self, step: &LeafStep, leaf: usize, spans: Spans) -> Spans {
        let spans = if step.reads_nodes() { self.read_again(step, leaf, &spans) } else { spans };
        if spans.is_none() {
            return spans;
        }
        let spans = self.prepare(step, leaf, spans);
        let spans = self.compare(step, leaf, spans);
        self.score(step, leaf, &spans)
    }

    /// Scores prepared cells of a leaf; gives the cells of its node that changed.
    pub(crate) fn score(&mut self, step: &LeafStep, leaf: usize, spans: &Spans) -> Spans {
        let mut changed = Spans::default();
        for range in spans.ranges() {
            self.put(Which::Node(step.node), range.clone(), &mut changed, |board, made| {
                board.score_leaf(step, leaf, range.start, made);
            });
        }
        changed
    }

    /// Reads what the formula of a leaf makes of scores; gives the cells that changed.
    fn read_again(&mut self, step: &LeafStep, leaf: usize, spans: &Spans) -> Spans {
        let mut changed = Spans::default();
        let axis = Arc::clone(&self.axis);
        let panel = self.panel.clone();
        for cell in spans.ranges().iter().cloned().flatten() {
            let (period, area) = (cell / axis.areas.len(), cell % axis.areas.len());
            let own = step.own(&panel, axis.areas[area]);
            let node = |node: NodeIndex| -> Outcome { self.published_score(node, cell) };
            let slot = own.at(axis.periods[period], &node);
            if self.put_base(leaf, cell, slot) {
                changed.add(cell..cell + 1);
            }
        }
        // What is new has to be prepared even where nothing was read.
        if self.is_new { Spans::whole(axis.len()) } else { changed }
    }

    /// Puts what an area's own observations give; says whether it is another than before.
    pub(crate) fn put_base(&mut self, leaf: usize, cell: usize, slot: Slot) -> bool {
        let before = self.base[leaf][cell];
        if before.same_bits(slot) {
            return false;
        }
        let (was, is) = (is_heard(before), is_heard(slot));
        if was != is {
            let heard = &mut Arc::make_mut(&mut self.heard)[cell];
            *heard = if is { *heard + 1 } else { heard.saturating_sub(1) };
        }
        Arc::make_mut(&mut self.base[leaf])[cell] = slot;
        true
    }

    /// Prepares cells of a leaf again where prepared numbers are kept; gives the cells that changed.
    pub(crate) fn prepare(&mut self, step: &LeafStep, leaf: usize, spans: Spans) -> Spans {
        if self.prepared[leaf].is_none() {
            return spans;
        }
        let (areas, len) = (self.axis.areas.len(), self.axis.len());
        let mut changed = Spans::default();
        if step.is_by_cell() {
            for range in spans.ranges() {
                self.put(Which::Prepared(leaf), range.clone(), &mut changed, |board, made| {
                    made.copy_from_slice(&board.base[leaf][range.clone()]);
                    step.prepare_cells(made, &board.axis.excluded[leaf], range.start);
                });
            }
        } else {
            for range in spans.by_period(areas).in_order(len).ranges() {
                for first in range.clone().step_by(areas) {
                    let cells = first..first + areas;
                    self.put(Which::Prepared(leaf), cells.clone(), &mut changed, |board, made| {
                        made.copy_from_slice(&board.base[leaf][cells]);
                        step.prepare_period(made, &board.axis, leaf);
                    });
                }
            }
        }
        changed.in_order(len)
    }

    /// What scores of a leaf are made from: prepared numbers, or what is prepared as it is.
    pub(crate) fn prepared(&self, leaf: usize) -> &Column {
        self.prepared[leaf].as_ref().unwrap_or(&self.base[leaf])
    }

    /// Finds again what a leaf is compared with; gives the cells whose scores can be others.
    pub(crate) fn compare(&mut self, step: &LeafStep, leaf: usize, mut spans: Spans) -> Spans {
        if step.pool().is_none() {
            return spans;
        }
        let axis = Arc::clone(&self.axis);
        let slots = self.prepared[leaf].as_ref().unwrap_or(&self.base[leaf]);
        match (step.pool(), &mut self.bases[leaf]) {
            (Some(Pool::AllPeriods), Bases::Pooled(_)) if self.is_alone => spans,
            (Some(Pool::AllPeriods), Bases::Pooled(known)) => {
                let basis = step.basis(slots, &axis);
                if same(basis.as_ref(), known.as_ref()) {
                    return spans;
                }
                *known = basis;
                Spans::whole(axis.len())
            }
            (Some(Pool::Period), Bases::ByPeriod(known)) => {
                let areas = axis.areas.len();
                for range in spans.clone().by_period(areas).in_order(axis.len()).ranges() {
                    for first in range.clone().step_by(areas) {
                        let cells = first..first + areas;
                        let basis = step.basis(&slots[cells.clone()], &axis);
                        if !same(basis.as_ref(), known[first / areas].as_ref()) {
                            Arc::make_mut(known)[first / areas] = basis;
                            spans.add(cells);
                        }
                    }
                }
                spans.in_order(axis.len())
            }
            _ => spans,
        }
    }

    /// Scores the cells of a leaf from `first` on into `made`.
    fn score_leaf(&self, step: &LeafStep, leaf: usize, first: usize, made: &mut [Slot]) {
        let slots = &self.prepared(leaf)[first..first + made.len()];
        if self.prepared[leaf].is_none() && !step.is_plain() {
            let mut slots = slots.to_vec();
            step.prepare_cells(&mut slots, &self.axis.excluded[leaf], first);
            step.score_into(&slots, made, None);
            return;
        }
        match &self.bases[leaf] {
            Bases::None => step.score_into(slots, made, None),
            Bases::Pooled(basis) => step.score_into(slots, made, basis.as_ref()),
            Bases::ByPeriod(_) => {
                let areas = self.axis.areas.len();
                let mut from = first;
                while from < first + made.len() {
                    let to = (from / areas * areas + areas).min(first + made.len());
                    let here = from - first..to - first;
                    step.score_into(&slots[here.clone()], &mut made[here], self.bases[leaf].at(from / areas));
                    from = to;
                }
            }
        }
    }

    /// Scores cells of a branch again; gives those that changed.
    pub(crate) fn branch(&mut self, step: &BranchStep, spans: Spans) -> Spans {
        let spans = if step.is_by_cell() {
            spans
        } else {
            spans.by_period(self.axis.areas.len()).in_order(self.axis.len())
        };
        let mut changed = Spans::default();
        for range in spans.ranges() {
            self.put(Which::Node(step.node), range.clone(), &mut changed, |board, made| {
                let below = |node: NodeIndex| board.nodes[node].as_ref();
                step.score(made, range.start, &board.axis, below);
            });
        }
        changed
    }

    /// Makes the plain mean of the leaves that bear on a criterion again.
    pub(crate) fn criterion(&mut self, steps: &Steps, criterion: usize, spans: &Spans) -> Spans {
        let mut changed = Spans::default();
        for range in spans.ranges() {
            self.put(Which::Criterion(criterion), range.clone(), &mut changed, |board, made| {
                let leaves = steps.criteria[criterion].iter();
                let column = |leaf: &usize| &board.nodes[steps.leaves[*leaf].node][range.clone()];
                let inputs: SmallVec<[_; 16]> =
                    leaves.map(|leaf| Input { column: column(leaf), weight: 1.0 }).collect();
                aggregate_into(&inputs, made, Aggregate::Arithmetic, 1.0);
            });
        }
        changed
    }

    /// Makes a range of a column again. One cell that comes out as it was is no change; several are, as a whole.
    fn put(
        &mut self,
        which: Which,
        range: Range<usize>,
        changed: &mut Spans,
        make: impl FnOnce(&Self, &mut [Slot]),
    ) {
        if range.len() == 1 {
            let before = self.column(which)[range.start];
            let mut after = [before];
            make(self, &mut after);
            if after[0].same_bits(before) {
                return;
            }
            Arc::make_mut(self.column(which))[range.start] = after[0];
        } else {
            let hole = Arc::clone(&self.hole);
            let mut column = std::mem::replace(self.column(which), hole);
            make(self, &mut Arc::make_mut(&mut column)[range.clone()]);
            *self.column(which) = column;
        }
        changed.add(range);
    }

    fn column(&mut self, which: Which) -> &mut Arc<Column> {
        match which {
            Which::Node(node) => &mut self.nodes[node],
            Which::Criterion(criterion) => &mut self.criteria[criterion],
            Which::Prepared(leaf) => self.prepared[leaf].as_mut().unwrap_or(&mut self.base[leaf]),
        }
    }
}

/// Whether a word was heard, be it that the value is missing.
pub(crate) fn is_heard(slot: Slot) -> bool {
    !slot.same_bits(Slot::NEVER_REPORTED)
}

fn same(one: Option<&Basis>, other: Option<&Basis>) -> bool {
    match (one, other) {
        (Some(one), Some(other)) => one.same_bits(other),
        (one, other) => one.is_none() && other.is_none(),
    }
}

//! Settling: following changes from the leaves up, whether one cell changed or everything is new.
//!
//! *Invariant:* a board from scratch and one brought up to date are made by the same steps here. A step is taken again
//! for the cells that changed below it, and for no others; where a cell comes out as it was, nothing above it is touched.

use std::sync::Arc;

use smallvec::SmallVec;
use tenseven_model::{
    Outcome,
    framework::{Aggregate, NodeIndex, Pool},
};

use crate::{
    Board, Slot,
    aggregate::{Input, aggregate_into, cover},
    bases::Bases,
    branch::BranchStep,
    chunked::{self, CHUNK, Chunked, Element as _, chunk_end, parts},
    leaf::LeafStep,
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
                (Some(step.node), self.branch(step, &spans))
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
        let blank_until = |board: &Self, cell: usize| {
            if !board.axis.rulings[leaf].is_empty() && board.prepared[leaf].is_none() {
                return None;
            }
            let end = board.prepared(leaf).blank_until(cell)?;
            let areas = board.axis.areas.len();
            let is_by_period = matches!(board.bases[leaf], Bases::ByPeriod(_));
            Some(if is_by_period { end.min((cell / areas + 1) * areas) } else { end })
        };
        let make = |board: &Self, first: usize, made: &mut [Slot]| board.score_leaf(step, leaf, first, made);
        self.put_cells(Which::Node(step.node), spans, blank_until, make)
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
            let exists = !step.asks_existence() || *self.heard.at(cell) > 0;
            let slot = if exists { own.at(axis.periods[period], &node) } else { Slot::NEVER_REPORTED };
            if self.put_base(leaf, cell, slot) {
                changed.add(cell..cell + 1);
            }
        }
        // What is new has to be prepared even where nothing was read.
        if self.is_new { Spans::whole(axis.len()) } else { changed }
    }

    /// Puts what an area's own observations give; says whether it is another than before.
    pub(crate) fn put_base(&mut self, leaf: usize, cell: usize, slot: Slot) -> bool {
        self.base[leaf].set(cell, slot)
    }

    /// Prepares cells of a leaf again where prepared numbers are kept; gives the cells that changed.
    pub(crate) fn prepare(&mut self, step: &LeafStep, leaf: usize, spans: Spans) -> Spans {
        if self.prepared[leaf].is_none() {
            return spans;
        }
        let which = Which::Prepared(leaf);
        if !step.is_by_cell() {
            return self.put_periods(which, &spans, |board, first, made| {
                made.copy_from_slice(&board.base[leaf].read(first..first + made.len()));
                step.prepare_period(made, &board.axis, leaf);
            });
        }
        let blank_until = |board: &Self, cell: usize| {
            let is_everywhere = board.axis.rulings[leaf].is_empty();
            board.base[leaf].blank_until(cell).filter(|_| is_everywhere)
        };
        self.put_cells(which, &spans, blank_until, |board, first, made| {
            made.copy_from_slice(board.base[leaf].part(first..first + made.len()));
            step.prepare_cells(made, &board.axis.rulings[leaf], first);
        })
    }

    /// What scores of a leaf are made from: prepared numbers, or what is prepared as it is.
    pub(crate) fn prepared(&self, leaf: usize) -> &Chunked<Slot> {
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
            (Some(Pool::AllPeriods), Bases::Pooled(known)) => {
                let basis = step.pooled_basis(slots, &axis);
                if basis.is_same(known) {
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
                        let basis = step.basis(&slots.read(cells.clone()), &axis);
                        if known.set(first / areas, basis) {
                            spans.add(cells);
                        }
                    }
                }
                spans.in_order(axis.len())
            }
            _ => spans,
        }
    }

    /// Scores the cells of a leaf from `first` on, which are in one chunk, into `made`.
    fn score_leaf(&self, step: &LeafStep, leaf: usize, first: usize, made: &mut [Slot]) {
        let slots = self.prepared(leaf).part(first..first + made.len());
        if self.prepared[leaf].is_none() && !step.is_plain() {
            let mut slots = slots.to_vec();
            step.prepare_cells(&mut slots, &self.axis.rulings[leaf], first);
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
    pub(crate) fn branch(&mut self, step: &BranchStep, spans: &Spans) -> Spans {
        let which = Which::Node(step.node);
        if !step.is_by_cell() {
            return self.put_periods(which, spans, |board, first, made| {
                step.score_period(made, first, &board.axis, |node| &board.nodes[node]);
            });
        }
        let blank_until = |board: &Self, cell: usize| step.blank_until(cell, |node| &board.nodes[node]);
        self.put_cells(which, spans, blank_until, |board, first, made| {
            step.score_cells(made, first, |node| &board.nodes[node]);
        })
    }

    /// Makes the plain mean of the leaves that bear on a criterion again, where enough of them have data.
    pub(crate) fn criterion(&mut self, steps: &Steps, criterion: usize, spans: &Spans) -> Spans {
        let node = |leaf: &usize| steps.leaves[*leaf].node;
        let leaves = &steps.criteria[criterion];
        let at_least = steps.framework.draft().criteria[criterion].min_coverage;
        let blank_until = |board: &Self, cell: usize| {
            chunked::blank_until(leaves.iter().map(|leaf| &board.nodes[node(leaf)]), cell)
        };
        self.put_cells(Which::Criterion(criterion), spans, blank_until, |board, first, made| {
            let column = |leaf: &usize| board.nodes[node(leaf)].part(first..first + made.len());
            let inputs: SmallVec<[_; 16]> =
                leaves.iter().map(|leaf| Input { column: column(leaf), weight: 1.0 }).collect();
            aggregate_into(&inputs, made, Aggregate::Arithmetic, 1.0);
            cover(&inputs, made, at_least);
        })
    }

    /// Makes cells of a column again, each from the same cell of others; gives those that changed. Where all of those
    /// are blank from a cell on, `blank_until` says how far, and one cell is made for as many.
    fn put_cells(
        &mut self,
        which: Which,
        spans: &Spans,
        blank_until: impl Fn(&Self, usize) -> Option<usize>,
        score: impl Fn(&Self, usize, &mut [Slot]),
    ) -> Spans {
        let mut changed = Spans::default();
        let mut column = std::mem::take(self.column(which));
        let mut room: SmallVec<[Slot; CHUNK]> = SmallVec::new();
        for range in spans.ranges() {
            let mut from = range.start;
            while from < range.end {
                let blank = if range.len() > 1 { blank_until(self, from) } else { None };
                let to = blank.unwrap_or_else(|| chunk_end(from)).min(range.end);
                let is_other = if blank.is_some() {
                    let mut one = [Slot::NEVER_REPORTED];
                    score(self, from, &mut one);
                    column.fill(from..to, &one[0])
                } else if self.is_new {
                    column.write(from..to, |slots| score(self, from, slots));
                    true
                } else {
                    room.resize(to - from, Slot::NEVER_REPORTED);
                    score(self, from, &mut room);
                    column.set_part(from, &room)
                };
                // What is new has to be looked at even where it is as it was before it was made.
                if is_other || self.is_new {
                    changed.add(from..to);
                }
                from = to;
            }
        }
        *self.column(which) = column;
        changed
    }

    /// Makes whole periods of a column again, each from the same period of others; gives the cells that changed.
    fn put_periods(
        &mut self,
        which: Which,
        spans: &Spans,
        score: impl Fn(&Self, usize, &mut [Slot]),
    ) -> Spans {
        let (areas, len) = (self.axis.areas.len(), self.axis.len());
        let mut changed = Spans::default();
        let mut room = vec![Slot::NEVER_REPORTED; areas];
        for range in spans.by_period(areas).in_order(len).ranges() {
            for first in range.clone().step_by(areas) {
                score(self, first, &mut room);
                for part in parts(first..first + areas) {
                    let made = &room[part.start - first..part.end - first];
                    let is_other = self.column(which).set_part(part.start, made);
                    if is_other || self.is_new {
                        changed.add(part);
                    }
                }
            }
        }
        changed
    }

    fn column(&mut self, which: Which) -> &mut Chunked<Slot> {
        match which {
            Which::Node(node) => &mut self.nodes[node],
            Which::Criterion(criterion) => &mut self.criteria[criterion],
            Which::Prepared(leaf) => self.prepared[leaf].as_mut().unwrap_or(&mut self.base[leaf]),
        }
    }
}

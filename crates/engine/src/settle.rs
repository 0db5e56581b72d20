//! Settling: following changes from the leaves up, whether one cell changed or everything is new.
//!
//! *Invariant:* a board from scratch and one brought up to date are made by the same steps here. A step is taken again
//! for the cells that changed below it, and for no others; where a cell comes out as it was, nothing above it is touched.

use std::{collections::BTreeMap, ops::Range, sync::Arc};

use tenseven_model::{
    Outcome,
    framework::{Aggregate, MinCoverage, NodeIndex, Pool},
};

use crate::{
    Board, Column, Slot,
    aggregate::{Input, aggregate_into, cover},
    leaf::LeafStep,
    normalise::Basis,
    plan::{Plan, Step},
    spans::Spans,
};

/// What is to be done: by place in the plan's order, the cells that changed below.
#[derive(Debug, Default)]
pub(crate) struct Pending(BTreeMap<usize, Spans>);

impl Pending {
    /// Everything.
    pub(crate) fn everything(plan: &Plan, len: usize) -> Self {
        Self((0..plan.steps().order.len()).map(|place| (place, Spans::whole(len))).collect())
    }

    pub(crate) fn add(&mut self, place: usize, range: Range<usize>) {
        self.0.entry(place).or_default().add(range);
    }
}

/// What a leaf's normalisation compares with.
#[derive(Debug, Clone, Default)]
pub(crate) enum Bases {
    /// Nothing.
    #[default]
    None,
    /// The same in all periods.
    Pooled(Option<Basis>),
    /// Something of its own in each period.
    ByPeriod(Arc<Vec<Option<Basis>>>),
}

impl Bases {
    /// What is compared with in the period at a place.
    pub(crate) fn at(&self, period: usize) -> Option<&Basis> {
        match self {
            Self::None => None,
            Self::Pooled(basis) => basis.as_ref(),
            Self::ByPeriod(bases) => bases.get(period)?.as_ref(),
        }
    }
}

impl Board {
    /// Does all that is to be done, and all that follows from it.
    pub(crate) fn settle(&mut self, mut pending: Pending) {
        let plan = self.plan.clone();
        let steps = plan.steps();
        let len = self.axis.len();
        while let Some((place, spans)) = pending.0.pop_first() {
            let spans = spans.in_order(len);
            let changed = match steps.order[place] {
                Step::Leaf(leaf) => self.leaf(&steps.leaves[leaf], leaf, spans),
                Step::Branch(branch) => self.branch(&plan, branch, spans),
                Step::Criterion(criterion) => {
                    self.criterion(&plan, criterion, &spans);
                    continue;
                }
            };
            if changed.is_none() {
                continue;
            }
            let node = match steps.order[place] {
                Step::Leaf(leaf) => steps.leaves[leaf].node,
                Step::Branch(branch) => steps.branches[branch].node,
                Step::Criterion(_) => continue,
            };
            for looker in &steps.lookers[node] {
                pending.0.entry(*looker).or_default().add_all(&changed);
            }
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
        let mut column = std::mem::replace(&mut self.nodes[step.node], Arc::clone(&self.hole));
        let mut changed = Spans::default();
        for range in spans.ranges() {
            put(&mut column, range.clone(), &mut changed, |made| {
                self.score_leaf(step, leaf, range.start, made)
            });
        }
        self.nodes[step.node] = column;
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
            let node = |node: NodeIndex| -> Outcome { self.nodes[node].get(cell) };
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
    fn prepare(&mut self, step: &LeafStep, leaf: usize, spans: Spans) -> Spans {
        let Some(kept) = &mut self.prepared[leaf] else { return spans };
        let axis = Arc::clone(&self.axis);
        let base = &self.base[leaf];
        let mut column = std::mem::replace(kept, Arc::clone(&self.hole));
        let mut changed = Spans::default();
        if step.is_by_cell() {
            for range in spans.ranges() {
                put(&mut column, range.clone(), &mut changed, |made| {
                    made.copy_from_slice(&base[range.clone()]);
                    step.prepare_cells(made, &axis.excluded[leaf], range.start);
                });
            }
        } else {
            let areas = axis.areas.len();
            for range in spans.by_period(areas).in_order(axis.len()).ranges() {
                for first in range.clone().step_by(areas) {
                    put(&mut column, first..first + areas, &mut changed, |made| {
                        made.copy_from_slice(&base[first..first + areas]);
                        step.prepare_period(made, &axis, leaf);
                    });
                }
            }
        }
        *kept = column;
        changed.in_order(axis.len())
    }

    /// What scores of a leaf are made from: prepared numbers, or what is prepared as it is.
    pub(crate) fn prepared(&self, leaf: usize) -> &Column {
        self.prepared[leaf].as_ref().unwrap_or(&self.base[leaf])
    }

    /// Finds again what a leaf is compared with; gives the cells whose scores can be others.
    fn compare(&mut self, step: &LeafStep, leaf: usize, mut spans: Spans) -> Spans {
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
        let slots = self.prepared(leaf);
        made.copy_from_slice(&slots[first..first + made.len()]);
        if self.prepared[leaf].is_none() && !step.is_plain() {
            step.prepare_cells(made, &self.axis.excluded[leaf], first);
        }
        match &self.bases[leaf] {
            Bases::None => step.score(made, None),
            Bases::Pooled(basis) => step.score(made, basis.as_ref()),
            Bases::ByPeriod(bases) => {
                let areas = self.axis.areas.len();
                let mut from = first;
                let mut rest = made;
                while !rest.is_empty() {
                    let here = (areas - from % areas).min(rest.len());
                    let (now, later) = rest.split_at_mut(here);
                    step.score(now, bases[from / areas].as_ref());
                    (from, rest) = (from + here, later);
                }
            }
        }
    }

    /// Scores cells of a branch again; gives those that changed.
    fn branch(&mut self, plan: &Plan, branch: usize, spans: Spans) -> Spans {
        let step = &plan.steps().branches[branch];
        let axis = Arc::clone(&self.axis);
        let spans =
            if step.is_by_cell() { spans } else { spans.by_period(axis.areas.len()).in_order(axis.len()) };
        let mut column = std::mem::replace(&mut self.nodes[step.node], Arc::clone(&self.hole));
        let mut changed = Spans::default();
        for range in spans.ranges() {
            let below = |node: NodeIndex| self.nodes[node].as_ref();
            put(&mut column, range.clone(), &mut changed, |made| {
                step.score(made, range.start, &axis, branch, below);
            });
        }
        self.nodes[step.node] = column;
        changed
    }

    /// Makes the plain mean of the leaves that bear on a criterion again.
    fn criterion(&mut self, plan: &Plan, criterion: usize, spans: &Spans) {
        let steps = plan.steps();
        let mut column = std::mem::replace(&mut self.criteria[criterion], Arc::clone(&self.hole));
        for range in spans.ranges() {
            let inputs: Vec<_> = steps.criteria[criterion]
                .iter()
                .map(|leaf| &self.nodes[steps.leaves[*leaf].node][range.clone()])
                .map(|column| Input { column, weight: 1.0 })
                .collect();
            let mut ignored = Spans::default();
            put(&mut column, range.clone(), &mut ignored, |made| {
                aggregate_into(&inputs, made, Aggregate::Arithmetic);
                cover(&inputs, made, MinCoverage::One);
            });
        }
        self.criteria[criterion] = column;
    }
}

/// Whether a word was heard, be it that the value is missing.
pub(crate) fn is_heard(slot: Slot) -> bool {
    !slot.same_bits(Slot::NEVER_REPORTED)
}

/// Makes a range of a column again. One cell that comes out as it was is no change; several are, as a whole.
fn put(column: &mut Arc<Column>, range: Range<usize>, changed: &mut Spans, make: impl FnOnce(&mut [Slot])) {
    if range.len() == 1 {
        let before = column[range.start];
        let mut made = [before];
        make(&mut made);
        if made[0].same_bits(before) {
            return;
        }
        Arc::make_mut(column)[range.start] = made[0];
    } else {
        make(&mut Arc::make_mut(column)[range.clone()]);
    }
    changed.add(range);
}

fn same(one: Option<&Basis>, other: Option<&Basis>) -> bool {
    match (one, other) {
        (Some(one), Some(other)) => one.same_bits(other),
        (one, other) => one.is_none() && other.is_none(),
    }
}

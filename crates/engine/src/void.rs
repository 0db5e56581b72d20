//! The void: the answer for areas and periods that do not exist.
//!
//! *Invariant:* no node has a score, whatever stands in for others, and every leaf was never reported, is treated as missing or does not apply.

use std::{collections::BTreeSet, sync::Arc};

use tenseven_model::{Alpha3, Period};

use crate::{
    Board, Slot,
    chunked::{Chunked, ZEROS},
    plan::Step,
    spans::Spans,
};

impl Board {
    /// A board of one period of which nothing exists.
    pub(crate) fn void(&self, period: Period, areas: BTreeSet<Alpha3>) -> Self {
        let steps = self.plan.steps();
        let areas = areas.into_iter().collect();
        let axis = steps.axis_over(&self.geography, (vec![period], areas), &BTreeSet::new());
        let heard = Chunked::blank(axis.len(), &ZEROS);
        let base = steps.leaves.iter().map(|_| Chunked::blank(axis.len(), Slot::never_reported())).collect();
        let mut board =
            Self::blank(&self.plan, (&self.panel, &self.geography), (Arc::new(axis), heard), base);
        board.is_void = true;
        for step in &steps.order {
            match *step {
                Step::Leaf(leaf) => {
                    let axis = Arc::clone(&board.axis);
                    for (cell, ruling) in axis.rulings[leaf].iter().enumerate() {
                        if let Some(slot) = ruling.slot() {
                            board.nodes[steps.leaves[leaf].node].set(cell, slot);
                        }
                    }
                }
                Step::Branch(branch) => {
                    let branch = &steps.branches[branch];
                    for cell in 0..board.axis.len() {
                        let slot = branch.without_standing_in(cell, |node| &board.nodes[node]);
                        board.nodes[branch.node].set(cell, slot);
                    }
                }
                Step::Criterion(criterion) => {
                    board.criterion(steps, criterion, &Spans::whole(board.axis.len()));
                }
            }
        }
        board
    }
}

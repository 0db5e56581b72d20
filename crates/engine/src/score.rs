//! Scoring from scratch: every period and area.
//!
//! *Invariant:* a score depends on the panel, the geography and the plan alone.

use std::sync::Arc;

use tenseven_model::framework::Pool;

use crate::{
    Board, Geography, Panel, Plan, Slot,
    axis::Axis,
    bases::Bases,
    chunked::{Chunked, Draft},
    existence,
    leaf::{LeafStep, no_node},
    pending::Pending,
    plan::{Step, Steps},
    spans::Spans,
};

impl Plan {
    /// The scores of all areas and periods.
    pub fn score(&self, panel: &Panel, geography: &Geography) -> Board {
        let axis = Arc::new(self.steps().axis(panel, geography));
        let heard = existence::count(self.steps(), panel, &axis);
        let own = |leaf| own_column(leaf, panel, (&axis, &heard));
        let base = self.steps().leaves.iter().map(own).collect();
        let mut board = Board::blank(self, (panel, geography), (axis, heard), base);
        board.settle_everything();
        board
    }

    /// The same scores, with word of how far it is; none once `goes_on` says that nobody wants them any more.
    pub fn score_while(
        &self,
        panel: &Panel,
        geography: &Geography,
        goes_on: &mut dyn FnMut(Progress) -> bool,
    ) -> Option<Board> {
        let axis = Arc::new(self.steps().axis(panel, geography));
        let mut watch = Watch::new(self.steps(), axis.len(), goes_on);
        let heard = existence::count(self.steps(), panel, &axis);
        let mut base = Vec::with_capacity(self.steps().leaf_count());
        for leaf in &self.steps().leaves {
            base.push(own_column(leaf, panel, (&axis, &heard)));
            if !watch.more(axis.len()) {
                return None;
            }
        }
        let mut board = Board::blank(self, (panel, geography), (axis, heard), base);
        board.settle_everything_while(&mut |cells| watch.more(cells)).then_some(board)
    }
}

/// About how many cells are scored at a time where all are: long enough a run of each column that a processor reads
/// ahead, short enough that a branch finds its inputs in the cache.
const TILE_CELLS: usize = 2048;

/// How far scoring from scratch is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Cells worked on. A cell is a leaf, an area and a period; each is read, prepared and scored.
    pub done: u64,
    /// Cells to be worked on.
    pub of: u64,
}

/// Counts the cells that were worked on.
struct Watch<'a> {
    progress: Progress,
    goes_on: &'a mut dyn FnMut(Progress) -> bool,
}

impl<'a> Watch<'a> {
    fn new(steps: &Steps, cells: usize, goes_on: &'a mut dyn FnMut(Progress) -> bool) -> Self {
        let of = (steps.leaf_count() * cells) as u64 * 3;
        Self { progress: Progress { done: 0, of }, goes_on }
    }

    /// Adds cells that were worked on, and asks whether to go on.
    fn more(&mut self, cells: usize) -> bool {
        let Progress { done, of } = self.progress;
        self.progress.done = (done + cells as u64).min(of);
        (self.goes_on)(self.progress)
    }
}

impl Board {
    /// Normalises and aggregates everything again, in place.
    pub fn settle_everything(&mut self) {
        self.settle_everything_while(&mut |_| true);
    }

    /// The same as long as `goes_on`, which is told the cells of leaves that were worked on; says whether all is done.
    pub(crate) fn settle_everything_while(&mut self, goes_on: &mut dyn FnMut(usize) -> bool) -> bool {
        let plan = self.plan.clone();
        let steps = plan.steps();
        let cells = self.axis.len();
        let whole = Spans::whole(cells);
        self.pending = Pending::default();
        self.pending.reserve(steps.order.len());
        self.is_new = true;
        if steps.leaves.iter().any(LeafStep::reads_nodes) {
            for step in &steps.order {
                self.take(steps, *step, whole.clone());
                if !goes_on(if matches!(step, Step::Leaf(_)) { 2 * cells } else { 0 }) {
                    return false;
                }
            }
        } else {
            for (leaf, step) in steps.leaves.iter().enumerate() {
                let spans = self.prepare(step, leaf, whole.clone());
                self.compare(step, leaf, spans);
                if !goes_on(cells) {
                    return false;
                }
            }
            if !self.score_tile_by_tile(steps, goes_on) {
                return false;
            }
        }
        self.is_new = false;
        true
    }

    /// Scores all cells, so many periods at a time that what one step makes is still near when the next looks at it.
    fn score_tile_by_tile(&mut self, steps: &Steps, goes_on: &mut dyn FnMut(usize) -> bool) -> bool {
        let (areas, len) = (self.axis.areas.len().max(1), self.axis.len());
        let tile = (TILE_CELLS / areas).max(1) * areas;
        for first in (0..len).step_by(tile) {
            let spans = Spans::One(first..(first + tile).min(len));
            for step in &steps.order {
                match *step {
                    Step::Leaf(leaf) => self.score(&steps.leaves[leaf], leaf, &spans),
                    Step::Branch(branch) => self.branch(&steps.branches[branch], &spans),
                    Step::Criterion(criterion) => self.criterion(steps, criterion, &spans),
                };
            }
            if !goes_on(steps.leaves.len() * tile.min(len - first)) {
                return false;
            }
        }
        true
    }

    /// A board whose scores are still to be made. `base` is, by leaf, what the areas' own observations give.
    pub(crate) fn blank(
        plan: &Plan,
        (panel, geography): (&Panel, &Geography),
        (axis, heard): (Arc<Axis>, Chunked<u16>),
        base: Vec<Chunked<Slot>>,
    ) -> Self {
        let steps = plan.steps();
        let unknown = || Chunked::blank(axis.len(), Slot::never_reported());
        let keeps = |leaf: &LeafStep| leaf.keeps_prepared().then(unknown);
        let bases = |leaf: &LeafStep| match leaf.pool() {
            None => Bases::None,
            Some(Pool::AllPeriods) => Bases::Pooled(None),
            Some(Pool::Period) => Bases::by_period(axis.periods.len()),
        };
        Self {
            prepared: steps.leaves.iter().map(keeps).collect(),
            bases: steps.leaves.iter().map(bases).collect(),
            nodes: steps.framework.nodes().iter().map(|_| unknown()).collect(),
            criteria: steps.criteria.iter().map(|_| unknown()).collect(),
            pending: Pending::default(),
            heard,
            plan: plan.clone(),
            panel: panel.clone(),
            geography: geography.clone(),
            axis,
            base,
            is_new: false,
            is_void: false,
        }
    }
}

/// What the areas' own observations give for a leaf; what a formula reads of scores is not looked at.
fn own_column(leaf: &LeafStep, panel: &Panel, (axis, heard): (&Axis, &Chunked<u16>)) -> Chunked<Slot> {
    if leaf.reads_nodes() {
        return Chunked::blank(axis.len(), Slot::never_reported());
    }
    let mut column = Draft::new(axis.len(), Slot::never_reported());
    for (place, area) in axis.areas.iter().enumerate() {
        if !leaf.reading.knows(panel, *area) && !leaf.asks_existence() {
            continue;
        }
        own_cells(leaf, panel, (axis, heard, place), |period, slot| {
            column.put(axis.cell(period, place), slot);
        });
    }
    column.finish()
}

/// What an area's own observations give for every period of the axis.
pub(crate) fn own_cells(
    leaf: &LeafStep,
    panel: &Panel,
    (axis, heard, place): (&Axis, &Chunked<u16>, usize),
    mut put: impl FnMut(usize, Slot),
) {
    let own = leaf.own(panel, axis.areas[place]);
    for (index, period) in axis.periods.iter().enumerate() {
        let exists = !leaf.asks_existence() || *heard.at(axis.cell(index, place)) > 0;
        put(index, if exists { own.at(*period, &no_node) } else { Slot::NEVER_REPORTED });
    }
}

impl Steps {
    /// How many leaves there are.
    pub(crate) fn leaf_count(&self) -> usize {
        self.leaves.len()
    }
}

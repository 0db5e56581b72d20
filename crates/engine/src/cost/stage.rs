//! Stages: what is done at the cells of a node, one after the other.

use super::{
    Cause,
    size::{BoardSize, Reach, Touched},
};
use crate::{Slot, chunked::Chunked};

/// One stage of a node.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stage {
    pub(super) cause: Cause,
    pub(super) reach: Reach,
    /// Work at each cell that is touched.
    pub(super) each_cell: f64,
    /// Work at each period that is touched.
    pub(super) each_period: f64,
    /// Work at each page of chunks that is touched.
    pub(super) each_page: f64,
    /// Work wherever anything is touched.
    pub(super) once: f64,
}

impl Stage {
    /// A stage that looks at each cell alone.
    pub(super) fn each_cell(cause: Cause, each_cell: f64) -> Self {
        Self { cause, reach: Reach::Cell, each_cell, each_period: 0.0, each_page: 0.0, once: 0.0 }
    }

    /// A stage that looks at all areas of a period together.
    pub(super) fn each_period(cause: Cause, each_period: f64) -> Self {
        Self { cause, reach: Reach::Period, each_cell: 0.0, each_period, each_page: 0.0, once: 0.0 }
    }

    /// A stage that looks at all cells together.
    pub(super) fn once(cause: Cause, once: f64) -> Self {
        Self { cause, reach: Reach::Board, each_cell: 0.0, each_period: 0.0, each_page: 0.0, once }
    }

    fn work(&self, touched: Touched, size: BoardSize) -> f64 {
        let pages = Chunked::<Slot>::page_count(size.cells(), touched.periods, size.areas);
        self.each_cell * touched.cells(size)
            + self.each_period * touched.periods as f64
            + self.each_page * pages as f64
            + self.once
    }
}

/// The work of stages where some cells are touched: the total, the stage that takes most, and the cells that can be
/// others afterwards.
pub(super) fn work(stages: &[Stage], mut touched: Touched, size: BoardSize) -> (f64, Cause, Touched) {
    let (mut total, mut most, mut cause) = (0.0, 0.0, Cause::Columns);
    for stage in stages {
        touched = touched.widened(stage.reach, size);
        let work = stage.work(touched, size);
        total += work;
        if work > most {
            (most, cause) = (work, stage.cause);
        }
    }
    (total, cause, touched)
}

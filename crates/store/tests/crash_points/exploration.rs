//! How thoroughly a run and its recoveries are explored.

use crate::{
    choices::{Decision, PowerCut},
    content::PAGE,
    disk::SimulatedDisk,
    faults::{Faults, Selector},
    volume::Volume,
};

/// How many crashes of one process are tried.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Effort {
    /// Crash points; sampled if there are more.
    pub(crate) points: usize,
    /// Most states of a crash point that are all tried.
    pub(crate) exhaustive: usize,
    /// States drawn where there are more; with 0 only two are tried.
    pub(crate) samples: usize,
    /// States of a crash point whose recovery is crashed in turn: the killed one, the one with nothing unsynced kept,
    /// and sampled ones.
    pub(crate) nested: usize,
}

/// How thoroughly to explore.
#[derive(Debug, Clone)]
pub(crate) struct Exploration {
    pub(crate) seed: u64,
    /// The run itself, its recovery, the recovery after that, and so on.
    pub(crate) levels: Vec<Effort>,
    /// What is on the disk before the run.
    pub(crate) start: Volume,
    /// Syncs that do nothing, in the run and, if selected by label, in recoveries.
    pub(crate) skipped: Vec<Selector>,
}

impl Exploration {
    /// Explores every crash point of the run, and of recoveries a sample, `depth` crashes in a row.
    pub(crate) fn new(seed: u64, depth: usize) -> Self {
        let run = Effort { points: usize::MAX, exhaustive: 256, samples: 24, nested: 4 };
        let recovery = Effort { points: 12, exhaustive: 32, samples: 6, nested: 2 };
        let levels = [run].into_iter().chain(std::iter::repeat(recovery)).take(depth).collect();
        Self { seed, levels, start: Volume::new(), skipped: Vec::new() }
    }

    pub(crate) fn skipping(mut self, selector: Selector) -> Self {
        self.skipped.push(selector);
        self
    }

    /// Starts from what is on a disk, without its marks, and as if all of it were durable.
    pub(crate) fn starting_from<M>(mut self, disk: &SimulatedDisk<M>) -> Self {
        let volume = disk.volume();
        let cut = PowerCut::new(&volume, PAGE);
        let kept: Vec<usize> = cut.decisions.iter().map(Decision::last).collect();
        self.start = cut.outcome(&kept);
        self
    }

    /// The disk before the run.
    pub(crate) fn disk<M>(&self) -> SimulatedDisk<M> {
        let mut faults = Faults::default();
        self.skipped.iter().for_each(|selector| faults.skip(selector.clone()));
        SimulatedDisk::with(self.start.clone(), faults)
    }
}

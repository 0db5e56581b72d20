//! How thoroughly the journal is explored.

use std::{collections::BTreeSet, time::Instant};

use super::process::{Disk, Mark};
use crate::{
    exploration::{Effort, Exploration},
    explorer::{explore, unneeded_syncs},
};

/// In seconds, even without optimisation: every crash point of a run, and samples of what follows, three crashes deep.
pub(super) fn short() -> Exploration {
    let run = Effort { points: usize::MAX, exhaustive: 32, samples: 4, nested: 3 };
    let recovery = Effort { points: 3, exhaustive: 4, samples: 1, nested: 2 };
    Exploration { levels: vec![run, recovery, recovery], ..Exploration::new(11, 3) }
}

/// In minutes: all states of most crash points.
pub(super) fn long() -> Exploration {
    let run = Effort { points: usize::MAX, exhaustive: 1_024, samples: 64, nested: 8 };
    let recovery = Effort { points: 16, exhaustive: 64, samples: 12, nested: 3 };
    Exploration { levels: vec![run, recovery, recovery], ..Exploration::new(12, 3) }
}

/// Two crashes deep, to look for what a missing sync breaks.
pub(super) fn without_a_sync() -> Exploration {
    let run = Effort { points: usize::MAX, exhaustive: 32, samples: 4, nested: 2 };
    let recovery = Effort { points: usize::MAX, exhaustive: 4, samples: 2, nested: 0 };
    Exploration { levels: vec![run, recovery], ..Exploration::new(13, 2) }
}

/// Fails with the crashes that lead to a state that `check` refuses. `claim` is printed with what was explored.
pub(super) fn survives<R, C>(claim: &str, run: R, check: C, exploration: &Exploration)
where
    R: Fn(&Disk),
    C: Fn(&Disk, &[Mark]) -> Result<(), String>,
{
    let start = Instant::now();
    let summary = explore(run, check, exploration).unwrap_or_else(|failure| panic!("{failure}"));
    let seconds = start.elapsed().as_secs_f64();
    println!("{claim}: {} crash points, {} states, {seconds:.1} s", summary.points, summary.states);
}

/// Fails if the exploration passes without one of the syncs of the run and its recoveries, by label.
pub(super) fn needs_every_sync<R, C>(run: R, check: C, exploration: &Exploration, expected: &[&str])
where
    R: Fn(&Disk),
    C: Fn(&Disk, &[Mark]) -> Result<(), String>,
{
    let start = Instant::now();
    let all = explore(&run, &check, exploration).unwrap_or_else(|failure| panic!("{failure}")).syncs;
    let expected: BTreeSet<String> = expected.iter().map(|label| (*label).to_owned()).collect();
    assert_eq!(all, expected);
    let unneeded = unneeded_syncs(run, check, exploration).unwrap_or_else(|failure| panic!("{failure}"));
    assert_eq!(unneeded, Vec::<String>::new(), "these can be left out");
    println!("{} syncs, each needed, {:.1} s", all.len(), start.elapsed().as_secs_f64());
}

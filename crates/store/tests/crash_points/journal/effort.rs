//! How thoroughly the journal is explored.

use std::time::Instant;

use super::{
    appending::SYNCS,
    process::{Disk, Mark},
};
use crate::{
    exploration::{Effort, Exploration},
    explorer::explore,
    faults::Selector,
};

/// In seconds, even without optimisation: every crash point of a run, and samples of what follows, three crashes deep.
pub(super) fn short() -> Exploration {
    let run = Effort { points: usize::MAX, exhaustive: 64, samples: 2, nested: 2 };
    let recovery = Effort { points: 3, exhaustive: 2, samples: 0, nested: 2 };
    Exploration { levels: vec![run, recovery, recovery], ..Exploration::new(11, 3) }
}

/// In minutes: all states of most crash points, and more of what follows.
pub(super) fn long() -> Exploration {
    let run = Effort { points: usize::MAX, exhaustive: 256, samples: 24, nested: 4 };
    let second = Effort { points: 12, exhaustive: 16, samples: 4, nested: 2 };
    let third = Effort { points: 6, exhaustive: 8, samples: 0, nested: 0 };
    Exploration { levels: vec![run, second, third], ..Exploration::new(12, 3) }
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

/// Explores a run, and fails if the exploration passes without one of the syncs that are named by label. Other syncs must be some
/// of those of creating and appending, which are shown to be needed there.
pub(super) fn needs_every_sync<R, C>(
    claim: &str,
    (run, check): (R, C),
    exploration: &Exploration,
    needed: &[&str],
) where
    R: Fn(&Disk),
    C: Fn(&Disk, &[Mark]) -> Result<(), String>,
{
    let start = Instant::now();
    let summary = explore(&run, &check, exploration).unwrap_or_else(|failure| panic!("{failure}"));
    for sync in &summary.syncs {
        let known = sync.replace("log-2", "log-1");
        assert!(needed.contains(&&**sync) || SYNCS.contains(&&*known), "{sync} is not known");
    }
    let is_unneeded = |label: &&&str| {
        assert!(summary.syncs.contains(**label), "{label} is not there");
        let without = exploration.clone().skipping(Selector::Label((**label).to_owned()));
        explore(&run, &check, &without).is_ok()
    };
    let unneeded: Vec<&&str> = needed.iter().filter(is_unneeded).collect();
    assert!(unneeded.is_empty(), "these can be left out: {unneeded:?}");
    let (seconds, syncs) = (start.elapsed().as_secs_f64(), needed.len());
    let (points, states) = (summary.points, summary.states);
    println!("{claim}: {points} crash points, {states} states, {syncs} syncs, each needed, {seconds:.1} s");
}

/// Leaves out the syncs of a run one by one, and returns which of them the exploration passes without.
pub(super) fn unneeded_one_by_one<R, C>(run: R, check: C, exploration: &Exploration) -> Vec<String>
where
    R: Fn(&Disk),
    C: Fn(&Disk, &[Mark]) -> Result<(), String>,
{
    let disk = exploration.disk();
    run(&disk);
    let is_unneeded =
        |nth: &usize| explore(&run, &check, &exploration.clone().skipping(Selector::Nth(*nth))).is_ok();
    let syncs = disk.syncs();
    (0..syncs.len()).filter(is_unneeded).map(|nth| format!("{nth} {}", syncs[nth])).collect()
}

//! How thoroughly the journal is explored.

use std::{collections::BTreeSet, time::Instant};

use super::process::{Disk, Mark};
use crate::{
    exploration::{Effort, Exploration},
    explorer::explore,
    faults::Selector,
};

/// In seconds, even without optimisation: every crash point of a run, and samples of what follows, three crashes deep.
pub(super) fn short() -> Exploration {
    let run = Effort { points: usize::MAX, exhaustive: 8, samples: 2, nested: 2 };
    let recovery = Effort { points: 3, exhaustive: 2, samples: 1, nested: 1 };
    Exploration { levels: vec![run, recovery, recovery], ..Exploration::new(11, 3) }
}

/// In minutes: all states of most crash points.
pub(super) fn long() -> Exploration {
    let run = Effort { points: usize::MAX, exhaustive: 1_024, samples: 64, nested: 8 };
    let recovery = Effort { points: 16, exhaustive: 64, samples: 12, nested: 3 };
    Exploration { levels: vec![run, recovery, recovery], ..Exploration::new(12, 3) }
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

/// Fails if the exploration passes without one of the syncs of the run and its recoveries. They are named by label.
pub(super) fn needs_every_sync<R, C>(
    claim: &str,
    (run, check): (R, C),
    exploration: &Exploration,
    expected: &[&str],
) where
    R: Fn(&Disk),
    C: Fn(&Disk, &[Mark]) -> Result<(), String>,
{
    let start = Instant::now();
    let summary = explore(&run, &check, exploration).unwrap_or_else(|failure| panic!("{failure}"));
    let expected: BTreeSet<String> = expected.iter().map(|label| (*label).to_owned()).collect();
    assert_eq!(summary.syncs, expected);
    let survives_without = |label: &&String| {
        let without = exploration.clone().skipping(Selector::Label((*label).clone()));
        let survives = explore(&run, &check, &without).is_ok();
        println!(
            "  {claim} without {label}: {}, {:.1} s",
            if survives { "survives" } else { "fails" },
            start.elapsed().as_secs_f64()
        );
        survives
    };
    let unneeded: Vec<&String> = expected.iter().filter(survives_without).collect();
    assert!(unneeded.is_empty(), "these can be left out: {unneeded:?}");
    let (seconds, syncs) = (start.elapsed().as_secs_f64(), expected.len());
    println!(
        "{claim}: {} crash points, {} states, {syncs} syncs, each needed, {seconds:.1} s",
        summary.points, summary.states
    );
}

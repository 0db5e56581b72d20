//! Operations that fail: a full disk passes, a disk that fails ends the process's appends.

use std::time::Instant;

use rustix::io::Errno;
use tenseven_store::{AppendError, DiskJournal};

use super::{
    appending::check,
    effort::long,
    process::{Disk, Process},
    samples::Kind,
};
use crate::{
    exploration::{Effort, Exploration},
    explorer::explore,
    faults::Selector,
};

/// Commits in the current segment, in a new one, and in one made of a spare.
const COMMITS: [&[Kind]; 5] =
    [&[Kind::Short], &[Kind::Sectors, Kind::Short], &[Kind::Pages], &[Kind::Pages], &[Kind::Short]];

/// Appends while one operation fails, the `nth` after the journal was opened; returns whether there was one.
fn append_with_failure(disk: &Disk, nth: usize, error: Errno) -> Result<bool, String> {
    let process = Process::start(disk, &[]);
    let mut journal = process.open()?;
    let opened = disk.operations().len();
    disk.fail(Selector::Nth(opened + nth), error);
    for kinds in COMMITS {
        match process.try_append(&journal, kinds) {
            Ok(_) => {}
            Err(AppendError::DiskFull { .. }) if error == Errno::NOSPC => {
                process.verify(&journal)?;
                process.append(&journal, &[Kind::Short])?;
            }
            Err(AppendError::Storage { .. }) if error == Errno::IO => {
                journal = reopened(&process, journal)?;
            }
            Err(other) => return Err(format!("{error} led to {other:?}")),
        }
        process.verify(&journal)?;
    }
    drop(journal);
    Ok(disk.operations().len() > opened + nth)
}

/// The journal after its process failed: it refuses appends and answers reads, and another process opens it.
fn reopened(process: &Process<'_>, journal: DiskJournal) -> Result<DiskJournal, String> {
    process.verify(&journal)?;
    let refused = process.try_append(&journal, &[Kind::Short]);
    if !matches!(refused, Err(AppendError::Poisoned)) {
        return Err(format!("after a failed write, an append is {refused:?}"));
    }
    drop(journal);
    let journal = process.open()?;
    process.append(&journal, &[Kind::Short])?;
    Ok(journal)
}

/// Fails each operation in turn, and crashes each of these runs.
fn every_operation_fails(error: Errno, exploration: &Exploration) {
    let start = Instant::now();
    let prepared = Disk::new();
    Process::start(&prepared, &[]).open().unwrap();
    let exploration = exploration.clone().starting_from(&prepared);
    let (mut nth, mut points, mut states) = (0, 0, 0);
    loop {
        let is_there = append_with_failure(&exploration.disk(), nth, error);
        if !is_there.unwrap_or_else(|message| panic!("operation {nth}, {error}: {message}")) {
            break;
        }
        let run = |disk: &Disk| {
            append_with_failure(disk, nth, error).unwrap();
        };
        let summary = explore(run, check, &Exploration { seed: nth as u64, ..exploration.clone() })
            .unwrap_or_else(|failure| panic!("operation {nth}, {error}: {failure}"));
        (nth, points, states) = (nth + 1, points + summary.points, states + summary.states);
    }
    let seconds = start.elapsed().as_secs_f64();
    println!("{nth} operations fail with {error}: {points} crash points, {states} states, {seconds:.1} s");
}

/// A few crashes of each run.
fn few() -> Exploration {
    let run = Effort { points: 3, exhaustive: 4, samples: 1, nested: 1 };
    let recovery = Effort { points: 1, exhaustive: 1, samples: 0, nested: 0 };
    Exploration { levels: vec![run, recovery], ..Exploration::new(14, 2) }
}

#[test]
fn a_full_disk_refuses_appends_until_there_is_room() {
    every_operation_fails(Errno::NOSPC, &few());
}

#[test]
fn a_disk_that_fails_ends_appends_until_the_journal_is_opened_again() {
    every_operation_fails(Errno::IO, &few());
}

#[test]
#[ignore = "the long form, minutes"]
fn long_failures_lose_nothing_in_any_crash() {
    let levels = vec![Effort { points: 16, exhaustive: 16, samples: 2, nested: 2 }, long().levels[2]];
    for error in [Errno::NOSPC, Errno::IO] {
        every_operation_fails(error, &Exploration { levels: levels.clone(), ..few() });
    }
}

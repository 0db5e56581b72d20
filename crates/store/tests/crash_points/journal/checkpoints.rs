//! Checkpoints: written, replaced, removed.

use std::io::Read as _;

use rustix::io::Errno;
use tenseven_model::Revision;
use tenseven_store::{Checkpoints as _, DiskJournal, Head, Journal as _};

use super::{
    effort::{long, needs_every_sync, short, survives},
    process::{Disk, Mark, Process},
    samples::Kind,
};
use crate::{exploration::Exploration, explorer::explore, faults::Selector};

/// More than a page.
const LENGTH: usize = 5_000;

/// Writes a checkpoint at the journal's head.
fn write(process: &Process<'_>, journal: &DiskJournal, content: u8) -> Result<(), String> {
    let at = journal.head();
    let revision = at.revision.number();
    process.disk.mark(Mark::CheckpointBegun { revision, content });
    let written = journal.write_checkpoint(at, &mut |to| to.write_all(&[content; LENGTH]));
    written.map_err(|error| format!("no checkpoint can be written: {error:?}"))?;
    process.disk.mark(Mark::Checkpoint { revision, content });
    Ok(())
}

fn remove(process: &Process<'_>, journal: &DiskJournal, revision: u64) {
    process.disk.mark(Mark::CheckpointRemoved { revision });
    journal.remove_checkpoint(Revision::new(revision)).unwrap();
}

/// The contents of the checkpoint of a revision that may be found; none means that it is absent.
fn possible(marks: &[Mark], of: u64) -> Vec<Option<u8>> {
    let mut possible = vec![None];
    for mark in marks {
        match mark {
            Mark::CheckpointBegun { revision, content } if *revision == of => possible.push(Some(*content)),
            Mark::Checkpoint { revision, content } if *revision == of => possible = vec![Some(*content)],
            Mark::CheckpointRemoved { revision } if *revision == of => possible.push(None),
            _ => {}
        }
    }
    possible
}

fn verify(process: &Process<'_>, journal: &DiskJournal) -> Result<(), String> {
    let listed = journal.checkpoints().map_err(|error| format!("they are not listed: {error:?}"))?;
    for revision in 1..=journal.head().revision.number() {
        let info = listed.iter().find(|info| info.head.revision.number() == revision);
        let found = info.map(|info| content(journal, info.head)).transpose()?;
        let possible = possible(&process.marks(), revision);
        if !possible.contains(&found) {
            return Err(format!("checkpoint {revision} is {found:?}, not one of {possible:?}"));
        }
    }
    Ok(())
}

/// What a checkpoint is filled with.
fn content(journal: &DiskJournal, at: Head) -> Result<u8, String> {
    let damaged = |error: &dyn std::fmt::Debug| format!("checkpoint {at} is damaged: {error:?}");
    let (info, mut from) = journal.read_checkpoint(at.revision).map_err(|error| damaged(&error))?;
    let mut bytes = Vec::new();
    from.read_to_end(&mut bytes).map_err(|error| damaged(&error))?;
    let is_whole = bytes.len() == LENGTH && info.head == at && bytes.iter().all(|byte| *byte == bytes[0]);
    if is_whole { Ok(bytes[0]) } else { Err(format!("checkpoint {at} has other bytes")) }
}

fn run(disk: &Disk) {
    let process = Process::start(disk, &[]);
    let journal = process.open().unwrap();
    process.append(&journal, &[Kind::Short]).unwrap();
    write(&process, &journal, 1).unwrap();
    process.append(&journal, &[Kind::Short]).unwrap();
    write(&process, &journal, 2).unwrap();
    write(&process, &journal, 3).unwrap();
    remove(&process, &journal, 1);
}

fn check(disk: &Disk, acknowledged: &[Mark]) -> Result<(), String> {
    let process = Process::start(disk, acknowledged);
    process.read()?;
    let journal = process.open()?;
    verify(&process, &journal)?;
    process.append(&journal, &[Kind::Short])?;
    write(&process, &journal, u8::try_from(acknowledged.len()).unwrap())?;
    verify(&process, &journal)
}

/// A journal that is there.
fn created() -> Exploration {
    let disk = Disk::new();
    Process::start(&disk, &[]).open().unwrap();
    short().starting_from(&disk)
}

#[test]
fn checkpoints_are_whole_after_every_crash_and_need_every_sync() {
    needs_every_sync(
        "checkpoints",
        (run, check),
        &created(),
        &[
            "sync directory srv/data",
            "sync directory srv/data/checkpoints",
            "sync file srv/data/checkpoints/unfinished",
            "sync file srv/data/log-1/*.segment",
        ],
    );
}

#[test]
#[ignore = "the long form, minutes"]
fn long_checkpoints_are_whole_after_every_crash() {
    survives("checkpoints", run, check, &Exploration { start: created().start, ..long() });
}

/// Each operation in turn fails, and the checkpoint is written again.
#[test]
fn a_checkpoint_that_failed_is_whole_once_it_is_written() {
    let exploration = created();
    let exploration = Exploration { levels: exploration.levels[..1].to_vec(), ..exploration };
    for nth in 0..10 {
        let run = |disk: &Disk| {
            let process = Process::start(disk, &[]);
            let journal = process.open().unwrap();
            process.append(&journal, &[Kind::Short]).unwrap();
            disk.fail(Selector::Nth(disk.operations().len() + nth), Errno::IO);
            if write(&process, &journal, 1).is_err() {
                write(&process, &journal, 2).unwrap();
            }
        };
        explore(run, check, &exploration).unwrap_or_else(|failure| panic!("operation {nth}: {failure}"));
    }
}

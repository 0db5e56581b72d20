//! Create, open, append, go on in new segments, close.

use tenseven_store::Journal as _;

use super::{
    effort::{long, needs_every_sync, short, survives},
    process::{Disk, Mark, Process},
    samples::Kind,
};
/// Opens the journal for reading and for writing, compares, and appends.
pub(super) fn check(disk: &Disk, acknowledged: &[Mark]) -> Result<(), String> {
    let process = Process::start(disk, acknowledged);
    let read = process.read()?;
    let journal = process.open()?;
    let head = journal.head();
    if read.unwrap_or_default() != head {
        return Err(format!("opened for reading it shows {read:?}, opened for writing {head}"));
    }
    let kinds: &[Kind] = match acknowledged.len() % 3 {
        0 => &[Kind::Short],
        1 => &[Kind::Pages],
        _ => &[Kind::Short, Kind::Sectors],
    };
    process.append(&journal, kinds)?;
    process.verify(&journal).map(drop)
}

/// Creates a journal and fills three segments; only the last is made of a spare.
fn fill(disk: &Disk) {
    let process = Process::start(disk, &[]);
    let journal = process.open().unwrap();
    let commits: [&[Kind]; 7] = [
        &[Kind::Short],
        &[Kind::Short, Kind::Short, Kind::Short],
        &[Kind::Sectors],
        &[Kind::Zeros],
        &[Kind::Sectors, Kind::Sectors, Kind::Sectors],
        &[Kind::Pages],
        &[Kind::Short],
    ];
    for kinds in commits {
        process.append(&journal, kinds).unwrap();
    }
}

const SYNCS: [&str; 8] = [
    "sync directory /",
    "sync directory srv",
    "sync directory srv/data",
    "sync directory srv/data/log-1",
    "sync file srv/data/journal.unfinished",
    "sync file srv/data/log-1/*.segment",
    "sync file srv/data/log-1/next.unfinished",
    "sync file srv/data/log-1/spare.unfinished",
];

#[test]
fn what_was_appended_survives_every_crash_and_needs_every_sync() {
    needs_every_sync("create and append", (fill, check), &short(), &SYNCS);
}

#[test]
#[ignore = "the long form, minutes"]
fn long_what_was_appended_survives_every_crash() {
    survives("create and append", fill, check, &long());
}

//! Compaction: the old log or the new one, whole.

use std::path::Path;

use tenseven_model::Revision;
use tenseven_store::{DiskJournal, Journal as _, file_system::FileSystem as _};

use super::{
    backups::filled,
    effort::{long, needs_every_sync, short, survives},
    process::{DIRECTORY, Disk, Mark, Process, mark_all},
    samples::Kind,
};
use crate::exploration::Exploration;

/// Up to where versions are given up; the journal has two more entries.
const HORIZON: Revision = Revision::new(3);

fn compact(process: &Process<'_>, journal: &DiskJournal) -> Result<(), String> {
    let failed = |error: &dyn std::fmt::Debug| format!("it cannot be compacted: {error:?}");
    let mut builder = journal.rewrite(HORIZON, &process.options()).map_err(|error| failed(&error))?;
    for record in journal.records_after(Revision::ZERO) {
        let record = record.map_err(|error| failed(&error))?;
        let added = if record.revision() <= HORIZON {
            let mut entry = record.entry().map_err(|error| failed(&error))?;
            if let tenseven_model::event::Event::Observations(versions) = &mut entry.event {
                versions.truncate(1);
            }
            builder.add_compacted(&entry, &record)
        } else {
            builder.add(&record)
        };
        added.map_err(|error| failed(&error))?;
    }
    builder.finish().map_err(|error| failed(&error))?;
    process.disk.mark(Mark::Finished);
    Ok(())
}

fn check(disk: &Disk, acknowledged: &[Mark]) -> Result<(), String> {
    let process = Process::start(disk, acknowledged);
    process.read()?;
    let journal = process.open()?;
    let is_compacted = journal.horizon() == HORIZON;
    if !is_compacted && (acknowledged.contains(&Mark::Finished) || journal.horizon() != Revision::ZERO) {
        return Err(format!("it is compacted up to {}", journal.horizon()));
    }
    let names = disk.list(Path::new(DIRECTORY)).unwrap();
    let logs = names.iter().filter(|entry| entry.name.starts_with("log-")).count();
    if logs != 1 {
        return Err(format!("{logs} logs are left"));
    }
    process.append(&journal, &[Kind::Short])?;
    if !is_compacted {
        compact(&process, &journal)?;
        drop(journal);
        return process.open().map(drop);
    }
    process.verify(&journal).map(drop)
}

fn run(disk: &Disk, marks: &[Mark]) {
    mark_all(disk, marks);
    let process = Process::start(disk, &[]);
    let journal = process.open().unwrap();
    compact(&process, &journal).unwrap();
    drop(journal);
    let journal = process.open().unwrap();
    process.append(&journal, &[Kind::Short]).unwrap();
}

#[test]
fn compaction_leaves_one_log_whole_after_every_crash_and_needs_every_sync() {
    let (disk, marks) = filled();
    let exploration = short().starting_from(&disk);
    needs_every_sync(
        "compaction",
        (|disk: &Disk| run(disk, &marks), check),
        &exploration,
        &[
            "sync directory srv/data",
            "sync directory srv/data/log-2",
            "sync file srv/data/journal.unfinished",
            "sync file srv/data/log-2/*.segment",
            "sync file srv/data/log-2/next.unfinished",
        ],
    );
}

#[test]
#[ignore = "the long form, minutes"]
fn long_compaction_leaves_one_log_whole_after_every_crash() {
    let (disk, marks) = filled();
    let exploration = Exploration { start: short().starting_from(&disk).start, ..long() };
    survives("compaction", |disk: &Disk| run(disk, &marks), check, &exploration);
}

#[test]
fn a_journal_appends_while_its_log_is_rewritten_and_after_that_was_given_up() {
    let (disk, marks) = filled();
    let process = Process::start(&disk, &marks);
    let journal = process.open().unwrap();
    // The second one goes on in a new segment, and makes a spare for the third.
    let append = || process.append(&journal, &[Kind::Sectors, Kind::Sectors, Kind::Sectors]).unwrap();
    append();
    append();
    let builder = journal.rewrite(HORIZON, &process.options()).unwrap();
    append();
    drop(builder);
    append();
    process.verify(&journal).unwrap();
}

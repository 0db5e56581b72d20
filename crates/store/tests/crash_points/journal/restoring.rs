//! Restores: interrupted, repeated, finished in a new history.

use tenseven_store::{BackupReader, DiskJournal, Journal as _, JournalBuilder, OpenError};

use super::{
    appending::SYNCS,
    backups::{BACKUP, filled, finish},
    effort::{long, needs_every_sync, short, survives},
    process::{DIRECTORY, Disk, Mark, Process, mark_all},
    samples::Kind,
};
use crate::exploration::{Effort, Exploration};

fn restore(process: &Process<'_>) -> Result<(), String> {
    finish_restore(process, begin_restore(process, usize::MAX)?)
}

/// Begins a restore of at most `count` records.
fn begin_restore(process: &Process<'_>, count: usize) -> Result<JournalBuilder, String> {
    let failed = |error: &dyn std::fmt::Debug| format!("it cannot be restored: {error:?}");
    let mut backup = BackupReader::open(&*process.files(), BACKUP).map_err(|error| failed(&error))?;
    let header = backup.header().clone();
    let builder = JournalBuilder::restore(
        std::path::Path::new(DIRECTORY),
        &process.options(),
        header.horizon,
        header.lineage,
    );
    let mut builder = builder.map_err(|error| failed(&error))?;
    for record in backup.by_ref().take(count) {
        builder.add(&record.map_err(|error| failed(&error))?).map_err(|error| failed(&error))?;
    }
    Ok(builder)
}

fn finish_restore(process: &Process<'_>, mut builder: JournalBuilder) -> Result<(), String> {
    let failed = |error: &dyn std::fmt::Debug| format!("it cannot be restored: {error:?}");
    builder.begin_history().map_err(|error| failed(&error))?;
    let head = builder.finish().map_err(|error| failed(&error))?;
    process.disk.mark(Mark::Head(head));
    process.disk.mark(Mark::Finished);
    Ok(())
}

fn check(disk: &Disk, acknowledged: &[Mark]) -> Result<(), String> {
    let process = Process::start(disk, acknowledged);
    let before = disk.operations().len();
    let opened = DiskJournal::open_read_only(DIRECTORY, process.options(), &mut |_| ()).map(drop);
    match opened {
        Ok(()) if disk.operations().len() == before => {}
        Err(OpenError::Unfinished(_)) if !acknowledged.contains(&Mark::Finished) => {
            // Nor does it open for writing.
            match process.try_open() {
                Err(OpenError::Unfinished(_)) if disk.operations().len() == before => restore(&process)?,
                other => return Err(format!("a restore that was interrupted opens as {other:?}")),
            }
        }
        // It was interrupted before it had marked the directory.
        Err(OpenError::Absent(_)) if !acknowledged.contains(&Mark::Finished) => restore(&process)?,
        other => return Err(format!("the restored journal opens as {other:?}")),
    }
    let journal = process.open()?;
    let histories = journal.lineage().histories().len();
    if histories != 2 {
        return Err(format!("{histories} histories"));
    }
    process.append(&journal, &[Kind::Short])?;
    process.verify(&journal).map(drop)
}

/// A disk with a backup and nothing else, and the marks of what it holds.
fn backed_up() -> (Exploration, Vec<Mark>) {
    let (disk, mut marks) = filled();
    let process = Process::start(&disk, &[]);
    let journal = process.try_open().unwrap();
    finish(&process, &journal).unwrap();
    drop(journal);
    remove_all(&disk, "/srv");
    marks.retain(|mark| matches!(mark, Mark::Submitted { .. }));
    (short().starting_from(&disk), marks)
}

fn remove_all(disk: &Disk, path: &str) {
    use tenseven_store::file_system::FileSystem as _;
    for entry in disk.list(path.as_ref()).unwrap() {
        let path = format!("{path}/{}", entry.name);
        if entry.is_directory {
            remove_all(disk, &path);
        } else {
            disk.remove_file(path.as_ref()).unwrap();
        }
    }
    disk.remove_directory(path.as_ref()).unwrap();
}

#[test]
fn restores_survive_every_crash_and_need_every_sync() {
    let (exploration, marks) = backed_up();
    let run = |disk: &Disk| {
        mark_all(disk, &marks);
        restore(&Process::start(disk, &[])).unwrap();
    };
    needs_every_sync("restore", (run, check), &exploration, &SYNCS);
}

#[test]
#[ignore = "the long form, minutes"]
fn long_restores_survive_every_crash() {
    let (exploration, marks) = backed_up();
    let run = |disk: &Disk| {
        mark_all(disk, &marks);
        restore(&Process::start(disk, &[])).unwrap();
    };
    survives("restore", run, check, &Exploration { start: exploration.start, ..long() });
}

/// One that is given up is removed, and the directory can be restored into after any crash.
#[test]
fn a_restore_that_is_given_up_is_in_nobodys_way() {
    let (exploration, marks) = backed_up();
    let run = |disk: &Disk| {
        mark_all(disk, &marks);
        let process = Process::start(disk, &[]);
        drop(begin_restore(&process, 2).unwrap());
        let mut builder = begin_restore(&process, 2).unwrap();
        builder.begin_history().unwrap();
        drop(builder);
    };
    // What is removed comes back in any combination.
    let all = Effort { points: usize::MAX, exhaustive: 2_048, samples: 2, nested: 0 };
    let exploration = Exploration { levels: vec![all], ..exploration };
    survives("restore, given up", run, check, &exploration);
}

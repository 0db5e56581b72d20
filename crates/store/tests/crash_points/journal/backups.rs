//! Backups: written, cut short and continued, finished.

use std::path::Path;

use tenseven_model::Revision;
use tenseven_store::{
    BackupHeader, BackupReader, BackupWriter, DiskJournal, Head, Journal as _,
    file_system::{Access, FileSystem as _},
};

use super::{
    effort::{long, needs_every_sync, short, survives},
    process::{Disk, Mark, Process},
    samples::Kind,
};
use crate::exploration::Exploration;

pub(super) const BACKUP: &str = "/backups/full";

/// Writes a backup, or what it lacks, up to a number of records.
fn write(process: &Process<'_>, journal: &DiskJournal, count: usize) -> Result<BackupWriter, String> {
    let failed = |error: &dyn std::fmt::Debug| format!("no backup can be written: {error:?}");
    let header =
        BackupHeader { horizon: journal.horizon(), after: Head::default(), lineage: journal.lineage() };
    let mut writer = BackupWriter::open(process.files(), BACKUP, header).map_err(|error| failed(&error))?;
    for record in journal.records_after(writer.head().revision).take(count) {
        writer.add(&record.map_err(|error| failed(&error))?).map_err(|error| failed(&error))?;
    }
    Ok(writer)
}

pub(super) fn finish(process: &Process<'_>, journal: &DiskJournal) -> Result<(), String> {
    let finished = write(process, journal, usize::MAX)?.finish();
    let head = finished.map_err(|error| format!("the backup cannot be finished: {error:?}"))?;
    process.disk.mark(Mark::Finished);
    if head == journal.head() { Ok(()) } else { Err(format!("the backup has the head {head}")) }
}

/// Reads the backup and compares it with the journal.
fn verify(process: &Process<'_>, journal: &DiskJournal) -> Result<(), String> {
    let failed = |error: &dyn std::fmt::Debug| format!("the backup is not whole: {error:?}");
    let mut reader = BackupReader::open(&*process.files(), BACKUP).map_err(|error| failed(&error))?;
    for (expected, found) in journal.records_after(Revision::ZERO).zip(reader.by_ref()) {
        if expected.map_err(|error| failed(&error))? != found.map_err(|error| failed(&error))? {
            return Err("the backup has other records".to_owned());
        }
    }
    match reader.next() {
        None if reader.head() == journal.head() => Ok(()),
        more => Err(format!("the backup has {} and {more:?}", reader.head())),
    }
}

fn run(disk: &Disk) {
    let process = Process::start(disk, &[]);
    let journal = process.open().unwrap();
    drop(write(&process, &journal, 1).unwrap());
    drop(write(&process, &journal, 2).unwrap());
    finish(&process, &journal).unwrap();
}

fn check(disk: &Disk, acknowledged: &[Mark]) -> Result<(), String> {
    let process = Process::start(disk, acknowledged);
    let journal = process.try_open().map_err(|error| format!("it does not open: {error:?}"))?;
    if disk.open(Path::new(BACKUP), Access::Read).is_ok() {
        return verify(&process, &journal);
    }
    if acknowledged.contains(&Mark::Finished) {
        return Err("the backup is gone".to_owned());
    }
    finish(&process, &journal)?;
    verify(&process, &journal)
}

/// A disk with a journal and a directory for backups, and the marks of what the journal holds.
pub(super) fn filled() -> (Disk, Vec<Mark>) {
    let disk = Disk::new();
    let process = Process::start(&disk, &[]);
    let journal = process.open().unwrap();
    for kinds in [&[Kind::Short, Kind::Sectors][..], &[Kind::Zeros], &[Kind::Pages], &[Kind::Short]] {
        process.append(&journal, kinds).unwrap();
    }
    disk.create_directory(Path::new("/backups")).unwrap();
    let marks = process.marks();
    (disk, marks)
}

#[test]
fn backups_are_whole_after_every_crash_and_need_every_sync() {
    let exploration = short().starting_from(&filled().0);
    needs_every_sync("backup", (run, check), &exploration, &[]);
}

#[test]
#[ignore = "the long form, minutes"]
fn long_backups_are_whole_after_every_crash() {
    survives(
        "backup",
        run,
        check,
        &Exploration { start: short().starting_from(&filled().0).start, ..long() },
    );
}

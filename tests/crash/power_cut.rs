//! What a power cut, a full disk and a broken disk leave of a journal.
//!
//! A journal is on an ext4 file system in an image file on a loop device. Power is cut by killing the writer
//! and copying the image as the block layer has it: what only the page cache had is lost. The copy is mounted and
//! the journal in it opened again. Acknowledgements leave the writer through a pipe, so they survive.
//!
//! Needs the superuser, loop devices and `mkfs.ext4`; without them these tests fail with that reason.

mod entries;
mod unsynced;
mod writer;

use std::{
    io::ErrorKind::{ReadOnlyFilesystem, StorageFull},
    path::Path,
    time::Duration,
};

use anyhow::{Context as _, Result, bail, ensure};
use tenseven_model::Revision;
use tenseven_store::{AppendError, DiskJournal, Journal, JournalOptions, OpenError};

use crate::disk::{Disk, FileSystem, Image};

use self::{
    entries::{GROUP_MAX, entry},
    writer::{Sync, Writer},
};

/// The number of an I/O error, which has no kind.
const EIO: i32 = 5;
/// Room for a journal of some seconds.
const IMAGE_BYTES: u64 = 1 << 30;

fn ext4(commit_seconds: u32) -> FileSystem {
    FileSystem::Ext4 { commit_seconds }
}

fn open(path: &Path) -> Result<DiskJournal, OpenError> {
    DiskJournal::open(path, JournalOptions::default())
}

/// Lets a writer run for a while, cuts the power, and returns the disk as it was then with the last revision that
/// was acknowledged.
fn cut_after(disk: Disk, sync: Sync, running: Duration) -> Result<(Disk, u64)> {
    let writer = Writer::start(&disk.journal(), sync)?;
    std::thread::sleep(running);
    let acknowledged = writer.kill()?;
    Ok((disk.cut()?, acknowledged))
}

/// Reads the whole journal back: everything acknowledged is there, at most one append more, and all of it is what
/// was written.
fn check(disk: &Disk, acknowledged: u64) -> Result<u64> {
    let journal = open(&disk.journal()).context("the journal does not open again")?;
    let head = journal.head().revision.number();
    ensure!(
        head >= acknowledged,
        "revision {acknowledged} was acknowledged, and {head} is the last one there"
    );
    ensure!(head <= acknowledged + GROUP_MAX, "revision {head} is there, long after {acknowledged}");
    let mut read = 0;
    for found in journal.read_after(Revision::ZERO) {
        let found = found.context("an entry cannot be read")?;
        read += 1;
        ensure!(found == entry(read), "revision {read} is not what was written");
    }
    ensure!(read == head, "{read} entries at head {head}");
    Ok(head)
}

/// One journal, cut again and again; returns the revisions that it reached.
fn survive(cuts: impl Iterator<Item = (Duration, u32)>) -> Result<Vec<u64>> {
    let mut disk = Disk::format(Image::new(IMAGE_BYTES)?, ext4(5))?;
    let (mut heads, mut last) = (Vec::new(), 0);
    for (running, commit_seconds) in cuts {
        disk = disk.remount(ext4(commit_seconds))?;
        let (cut, acknowledged) = cut_after(disk, Sync::Own, running)?;
        disk = cut;
        last = check(&disk, acknowledged.max(last))
            .with_context(|| format!("after {running:?}, commit every {commit_seconds} s"))?;
        heads.push(last);
    }
    Ok(heads)
}

#[test]
fn what_was_acknowledged_survives_every_power_cut() -> Result<()> {
    let cuts = [(300, 5), (1_700, 1), (40, 5), (2_600, 5), (900, 1)];
    let heads = survive(cuts.into_iter().map(|(millis, commit)| (Duration::from_millis(millis), commit)))?;
    println!("revisions after each cut: {heads:?}");
    ensure!(heads.last() > heads.first(), "nothing was written: {heads:?}");
    Ok(())
}

#[test]
#[ignore = "takes minutes; the long form of the one above"]
fn what_was_acknowledged_survives_a_hundred_power_cuts() -> Result<()> {
    for journal in 0..20u64 {
        let cut = |round: u64| {
            let millis = (journal * 577 + round * 1_009) % 3_700;
            (Duration::from_millis(millis), if round.is_multiple_of(2) { 5 } else { 1 })
        };
        println!("journal {journal}: {:?}", survive((0..5).map(cut))?);
    }
    Ok(())
}

#[test]
fn without_own_sync_the_same_cut_loses_what_was_acknowledged() -> Result<()> {
    let mut lost = Vec::new();
    for millis in [700, 1_500] {
        let disk = Disk::format(Image::new(IMAGE_BYTES)?, ext4(5))?;
        let (disk, acknowledged) = cut_after(disk, Sync::Nobody, Duration::from_millis(millis))?;
        ensure!(acknowledged > 0, "nothing was acknowledged in {millis} ms");
        lost.extend(check(&disk, acknowledged).err().map(|error| format!("{error:#}")));
    }
    println!("lost: {lost:#?}");
    ensure!(!lost.is_empty(), "nothing was lost, so this rig would not notice a loss");
    Ok(())
}

#[test]
fn a_cut_while_a_journal_is_made_leaves_one_that_opens() -> Result<()> {
    for millis in [0, 3, 6, 10, 15, 25, 40] {
        let disk = Disk::format(Image::new(64 << 20)?, ext4(1))?;
        let (disk, acknowledged) = cut_after(disk, Sync::Own, Duration::from_millis(millis))?;
        let head = check(&disk, acknowledged).with_context(|| format!("cut after {millis} ms"))?;
        println!("cut after {millis} ms: acknowledged {acknowledged}, there {head}");
    }
    Ok(())
}

#[test]
fn another_process_keeps_its_journal() -> Result<()> {
    let disk = Disk::format(Image::new(IMAGE_BYTES)?, ext4(5))?;
    let writer = Writer::start(&disk.journal(), Sync::Own)?;
    writer.wait_for_first()?;
    let refused = open(&disk.journal());
    ensure!(matches!(refused, Err(OpenError::Locked { .. })), "{refused:?}");
    let acknowledged = writer.kill()?;
    check(&disk, acknowledged)?;
    Ok(())
}

#[test]
fn a_full_disk_refuses_an_append_and_takes_it_once_there_is_room() -> Result<()> {
    let disk = Disk::format(Image::new(64 << 20)?, ext4(5))?;
    let filler = disk.path().join("filler");
    std::fs::write(&filler, vec![1; 20 << 20])?;
    let journal = open(&disk.journal())?;
    let refused = fill(&journal);
    ensure!(matches!(refused, AppendError::DiskFull { .. }), "{refused:?}");
    let head = journal.head().revision;
    std::fs::remove_file(filler)?;
    journal.append(head, &[entry(head.next().number())])?;
    drop(journal);
    ensure!(check(&disk, head.number() + 1)? == head.number() + 1);
    Ok(())
}

#[test]
fn after_a_write_that_failed_late_nothing_is_appended_and_all_is_read() -> Result<()> {
    let disk = Disk::format(Image::that_breaks_after(40 << 20)?, ext4(5))?;
    let journal = open(&disk.journal())?;
    let failed = fill(&journal);
    // The file system has room, but the device below it has none when the pages are written. The first to meet that can be the data
    // (no space) or the file system's own journal (an I/O error, after which it is read-only).
    let (AppendError::DiskFull { source, .. } | AppendError::Storage { source, .. }) = &failed else {
        bail!("{failed:?}");
    };
    let expected =
        [StorageFull, ReadOnlyFilesystem].contains(&source.kind()) || source.raw_os_error() == Some(EIO);
    ensure!(expected, "{failed:?}");
    let head = journal.head().revision;
    let refused = journal.append(head, &[entry(head.next().number())]);
    ensure!(refused.is_err(), "an append was accepted after one that failed: {refused:?}");
    for (revision, read) in (1..).zip(journal.read_after(Revision::ZERO)) {
        ensure!(read? == entry(revision), "revision {revision} is another");
        if revision == head.number() {
            return Ok(());
        }
    }
    bail!("the entries up to {head} were not read");
}

/// Appends until that fails.
fn fill(journal: &dyn Journal) -> AppendError {
    loop {
        let head = journal.head().revision;
        if let Err(error) = journal.append(head, &[entry(head.next().number())]) {
            return error;
        }
    }
}

//! Backups: a copy of the log that is whole or not there, and any damage of which shows.

use std::{fs, path::Path, sync::Arc};

use proptest::prelude::*;
use tempfile::TempDir;
use tenseven_model::Revision;
use tenseven_store::{
    BackupError, BackupHeader, BackupReader, BackupWriter, DiskJournal, Head, Journal, JournalBuilder,
    JournalOptions, MemoryJournal, Record, file_system::DiskFileSystem, read_frames, write_frame,
};

use crate::samples::{batch, long, open, records, repetitive};

fn journal(lengths: &[usize]) -> MemoryJournal {
    let journal = MemoryJournal::new();
    for (revision, length) in (1..).zip(lengths) {
        let entry = if length % 2 == 0 { long(revision, *length) } else { repetitive(revision, *length) };
        journal.append(Revision::new(revision - 1), &[entry]).unwrap();
    }
    journal
}

fn header(journal: &dyn Journal, after: Head) -> BackupHeader {
    BackupHeader { horizon: journal.horizon(), after, lineage: journal.lineage() }
}

/// Writes at most `at_most` records of a backup; returns its head if it is whole then.
fn back_up(journal: &dyn Journal, path: &Path, after: Head, at_most: usize) -> Option<Head> {
    let mut writer = BackupWriter::open(Arc::new(DiskFileSystem), path, header(journal, after)).unwrap();
    for record in journal.records_after(writer.head().revision).take(at_most) {
        writer.add(&record.unwrap()).unwrap();
    }
    (writer.head() == journal.head()).then(|| writer.finish().unwrap())
}

fn read(path: &Path) -> Result<Vec<Record>, BackupError> {
    BackupReader::open(&DiskFileSystem, path)?.collect()
}

/// The journal made of backups, each of which continues the one before.
fn restored(path: &Path, backups: &[&Path]) -> DiskJournal {
    let first = BackupReader::open(&DiskFileSystem, backups[0]).unwrap();
    let BackupHeader { horizon, lineage, .. } = first.header().clone();
    let options = JournalOptions::default();
    let mut builder = JournalBuilder::restore(path, &options, horizon, lineage).unwrap();
    for backup in backups {
        for record in BackupReader::open(&DiskFileSystem, backup).unwrap() {
            builder.add(&record.unwrap()).unwrap();
        }
    }
    builder.finish().unwrap();
    open(path).unwrap()
}

#[test]
fn a_full_backup_and_the_one_after_it_make_the_journal_again() {
    let folder = TempDir::new().unwrap();
    let [full, next, copy] = ["full", "next", "copy"].map(|name| folder.path().join(name));
    let journal = journal(&[10, 3_001, 200]);
    let first = back_up(&journal, &full, Head::default(), 9).unwrap();
    assert_eq!(first, journal.head());
    journal.append(Revision::new(3), &[batch(4, 3), batch(5, 0)]).unwrap();
    assert_eq!(back_up(&journal, &next, first, 9).unwrap(), journal.head());
    let reader = BackupReader::open(&DiskFileSystem, &next).unwrap();
    assert_eq!(*reader.header(), header(&journal, first));
    assert_eq!(reader.map(|record| record.unwrap().revision().number()).collect::<Vec<_>>(), [4, 5]);
    let copy = restored(&copy, &[&full, &next]);
    assert_eq!((copy.head(), copy.lineage()), (journal.head(), journal.lineage()));
    assert_eq!(records(&copy), records(&journal));
}

#[test]
fn an_empty_journal_has_a_backup() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("backup");
    assert_eq!(back_up(&MemoryJournal::new(), &path, Head::default(), 9), Some(Head::default()));
    assert_eq!(read(&path).unwrap(), []);
}

#[test]
fn takes_only_the_record_that_follows() {
    let folder = TempDir::new().unwrap();
    let (journal, other) = (journal(&[10, 11, 12]), journal(&[11, 11, 12]));
    let (ours, theirs) = (records(&journal), records(&other));
    let path = folder.path().join("backup");
    let mut writer =
        BackupWriter::open(Arc::new(DiskFileSystem), &path, header(&journal, Head::default())).unwrap();
    writer.add(&ours[0]).unwrap();
    for wrong in [&ours[0], &ours[2], &theirs[1]] {
        assert!(matches!(writer.add(wrong), Err(BackupError::Record(_) | BackupError::Read(_))));
    }
    assert_eq!(writer.head().revision, Revision::new(1));
    writer.add(&ours[1]).unwrap();
}

#[test]
fn refuses_a_file_that_is_there_and_one_that_is_no_backup() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("letter.txt");
    let text =
        "dear reader, this is not a backup at all, though it is long enough to be one of an empty journal";
    fs::write(&path, text).unwrap();
    let files = Arc::new(DiskFileSystem);
    let journal = MemoryJournal::new();
    let refused = BackupWriter::open(files.clone(), &path, header(&journal, Head::default()));
    assert!(matches!(refused, Err(BackupError::Exists(_))), "{refused:?}");
    let refused = BackupWriter::open(files, folder.path(), header(&journal, Head::default()));
    assert!(matches!(refused, Err(BackupError::Exists(_))), "{refused:?}");
    let refused = BackupReader::open(&DiskFileSystem, &path);
    assert!(matches!(refused, Err(BackupError::Foreign(_))), "{refused:?}");
    fs::write(&path, "short").unwrap();
    assert!(matches!(BackupReader::open(&DiskFileSystem, &path), Err(BackupError::Foreign(_))));
    assert_eq!(fs::read(&path).unwrap(), b"short");
}

#[test]
fn a_later_format_is_named() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("backup");
    back_up(&journal(&[4]), &path, Head::default(), 9).unwrap();
    let mut bytes = fs::read(&path).unwrap();
    bytes[16] = 2;
    fs::write(&path, bytes).unwrap();
    let refused = BackupReader::open(&DiskFileSystem, &path);
    assert!(matches!(refused, Err(BackupError::NewerFormat { found: 2, known: 1, .. })), "{refused:?}");
}

#[test]
fn a_backup_of_a_journal_that_was_compacted_or_restored_meanwhile_starts_again() {
    let folder = TempDir::new().unwrap();
    let journal = journal(&[5, 6]);
    let path = folder.path().join("backup");
    assert_eq!(back_up(&journal, &path, Head::default(), 1), None);
    let same = header(&journal, Head::default());
    let others = [
        BackupHeader { horizon: Revision::new(2), ..same.clone() },
        BackupHeader {
            lineage: MemoryJournal::with_history("67e55044-10b1-426f-9247-bb680e5fe0c8".parse().unwrap())
                .lineage(),
            ..same.clone()
        },
    ];
    let continued = BackupWriter::open(Arc::new(DiskFileSystem), &path, same).unwrap();
    assert_eq!(continued.head().revision, Revision::new(1));
    drop(continued);
    for other in others {
        let begun = BackupWriter::open(Arc::new(DiskFileSystem), &path, other).unwrap();
        assert_eq!(begun.head(), Head::default());
    }
}

#[test]
fn a_backup_that_lacked_nothing_but_its_name_is_continued() {
    let folder = TempDir::new().unwrap();
    let (path, journal) = (folder.path().join("backup"), journal(&[5, 600]));
    back_up(&journal, &path, Head::default(), 9).unwrap();
    fs::rename(&path, folder.path().join("backup.partial")).unwrap();
    back_up(&journal, &path, Head::default(), 9).unwrap();
    assert_eq!(read(&path).unwrap(), records(&journal));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn a_restored_journal_has_the_same_records_however_often_the_backup_was_cut_short(
        lengths in proptest::collection::vec(1_usize..4_000, 0..12), at_most in 1_usize..6, missing in 0_u64..60
    ) {
        let (folder, journal) = (TempDir::new().unwrap(), journal(&lengths));
        let path = folder.path().join("backup");
        let mut missing = [missing, missing / 2, 0].into_iter();
        while back_up(&journal, &path, Head::default(), at_most).is_none() {
            // The last bytes may be missing after a crash.
            let missing = missing.next().unwrap_or(0);
            let partial = folder.path().join("backup.partial");
            let length = fs::metadata(&partial).unwrap().len();
            let file = fs::File::options().write(true).open(&partial).unwrap();
            file.set_len(length.saturating_sub(missing)).unwrap();
        }
        let copy = restored(&folder.path().join("copy"), &[&path]);
        prop_assert_eq!(copy.head(), journal.head());
        prop_assert_eq!(records(&copy), records(&journal));
    }

    #[test]
    fn is_continued_after_any_cut_and_any_flipped_bit(
        cut: prop::sample::Index, flipped: Option<prop::sample::Index>, bit in 0_u8..8
    ) {
        let (folder, journal) = (TempDir::new().unwrap(), journal(&[40, 1, 300]));
        let (path, partial) = (folder.path().join("backup"), folder.path().join("backup.partial"));
        back_up(&journal, &path, Head::default(), 9).unwrap();
        let whole = fs::read(&path).unwrap();
        let mut bytes = whole[..=cut.index(whole.len())].to_vec();
        if let Some(flipped) = flipped {
            let at = flipped.index(bytes.len());
            bytes[at] ^= 1 << bit;
        }
        fs::remove_file(&path).unwrap();
        fs::write(&partial, &bytes).unwrap();
        back_up(&journal, &path, Head::default(), 9).unwrap();
        prop_assert_eq!(fs::read(&path).unwrap(), whole);
        prop_assert!(!partial.exists());
    }

    #[test]
    fn any_flipped_bit_any_cut_and_anything_more_is_found(
        at: prop::sample::Index, bit in 0_u8..8, cut: prop::sample::Index, more in 0_u8..2
    ) {
        let (folder, journal) = (TempDir::new().unwrap(), journal(&[40, 1, 300]));
        let path = folder.path().join("backup");
        back_up(&journal, &path, Head::default(), 9).unwrap();
        let whole = fs::read(&path).unwrap();
        let mut bytes = whole.clone();
        let at = at.index(bytes.len());
        bytes[at] ^= 1 << bit;
        for damaged in [&bytes, &whole[..cut.index(whole.len())], &[&whole[..], &[more]].concat()] {
            fs::write(&path, damaged).unwrap();
            prop_assert!(read(&path).is_err(), "bit {bit} of byte {at}");
        }
    }

    #[test]
    fn frames_are_read_back_and_any_flipped_bit_shows(
        lengths in proptest::collection::vec(0_usize..900, 1..5), at: prop::sample::Index, bit in 0_u8..8
    ) {
        let (records, mut frames) = (records(&journal(&lengths)), Vec::new());
        for record in &records {
            write_frame(&mut frames, record);
        }
        let read = |bytes: &[u8]| {
            let frames = read_frames(bytes.to_vec().into(), Path::new("test"));
            frames.collect::<Result<Vec<_>, _>>()
        };
        prop_assert_eq!(&read(&frames).unwrap(), &records);
        let at = at.index(frames.len());
        prop_assert!(at == 0 || read(&frames[..at]).map_or(true, |read| read.len() < records.len()));
        frames[at] ^= 1 << bit;
        prop_assert!(read(&frames).is_err());
    }
}

#[test]
fn a_file_is_written_by_one_backup_at_a_time() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("backup");
    let journal = journal(&[4, 5]);
    let open = || BackupWriter::open(Arc::new(DiskFileSystem), &path, header(&journal, Head::default()));
    let mut first = open().unwrap();
    for record in journal.records_after(Revision::ZERO) {
        let second = open();
        assert!(matches!(second, Err(BackupError::InUse(_))), "{second:?}");
        first.add(&record.unwrap()).unwrap();
    }
    drop(first);
    let continued = open().unwrap();
    continued.finish().unwrap();
    assert!(matches!(open(), Err(BackupError::Exists(_))));
    assert!(!path.with_added_extension("partial").exists());
}

#[test]
fn of_several_backups_that_start_at_once_one_is_written_whole() {
    let journal = journal(&[40; 20]);
    for _ in 0..50 {
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("backup");
        let finished: usize = std::thread::scope(|scope| {
            let write = || {
                let header = header(&journal, Head::default());
                let Ok(mut writer) = BackupWriter::open(Arc::new(DiskFileSystem), &path, header) else {
                    return false;
                };
                for record in journal.records_after(writer.head().revision) {
                    writer.add(&record.unwrap()).unwrap();
                }
                writer.finish().is_ok()
            };
            let threads: Vec<_> = (0..4).map(|_| scope.spawn(write)).collect();
            threads.into_iter().map(|thread| usize::from(thread.join().unwrap())).sum()
        });
        assert_eq!(finished, 1);
        let mut reader = BackupReader::open(&DiskFileSystem, &path).unwrap();
        assert!(reader.by_ref().all(|record| record.is_ok()));
        assert_eq!(reader.head(), journal.head());
    }
}

#[test]
fn a_link_to_nothing_under_the_name_of_an_unfinished_backup_is_refused() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("backup");
    std::os::unix::fs::symlink("/nowhere", path.with_added_extension("partial")).unwrap();
    let journal = journal(&[4]);
    let refused = BackupWriter::open(Arc::new(DiskFileSystem), &path, header(&journal, Head::default()));
    assert!(matches!(refused, Err(BackupError::Io { action: "make", .. })), "{refused:?}");
}

#[test]
fn a_file_that_got_the_name_of_the_backup_meanwhile_is_kept() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("backup");
    let journal = journal(&[4]);
    let open = || BackupWriter::open(Arc::new(DiskFileSystem), &path, header(&journal, Head::default()));
    let mut writer = open().unwrap();
    journal.records_after(Revision::ZERO).for_each(|record| writer.add(&record.unwrap()).unwrap());
    fs::write(&path, "precious").unwrap();
    assert!(matches!(writer.finish(), Err(BackupError::Exists(_))));
    assert_eq!(fs::read(&path).unwrap(), b"precious");
    fs::remove_file(&path).unwrap();
    assert_eq!(open().unwrap().finish().unwrap(), journal.head(), "it is continued where it was");
}

//! The state after a failed write.

use std::{io::ErrorKind, path::Path};

use tempfile::TempDir;

use super::*;
use crate::{
    JournalOptions, OpenError,
    conformance::samples::{batch, long},
    log::TestFiles,
};

fn open(path: &Path, files: &TestFiles) -> Result<DiskJournal, OpenError> {
    let options = JournalOptions::default().on(Arc::new(files.clone())).segment_length_min(8_192);
    DiskJournal::open(path, options)
}

fn revisions(journal: &DiskJournal) -> Vec<u64> {
    journal.read_after(Revision::ZERO).map(|entry| entry.unwrap().revision.number()).collect()
}

#[test]
fn after_a_failed_write_or_sync_it_takes_nothing_and_shows_only_what_was_acknowledged() {
    for operation in ["write", "sync"] {
        let (directory, files) = (TempDir::new().unwrap(), TestFiles::new());
        let journal = open(directory.path(), &files).unwrap();
        journal.append(Revision::ZERO, &[batch(1, 3)]).unwrap();
        files.fail(operation, "1.segment", ErrorKind::Other);
        let failed = journal.append(Revision::new(1), &[long(2, 2_000)]);
        assert!(matches!(failed, Err(AppendError::Storage { .. })), "{failed:?}");
        assert_eq!(journal.head().revision, Revision::new(1));

        // The disk works again, and the journal still takes nothing: it cannot know what is kept.
        files.mend();
        let refused = journal.append(Revision::new(1), &[long(2, 2_000)]);
        assert!(matches!(refused, Err(AppendError::Poisoned)), "{refused:?}");
        assert!(journal.rewrite(Revision::ZERO, &JournalOptions::default()).is_err());
        assert_eq!(revisions(&journal), [1]);

        drop(journal);
        let journal = open(directory.path(), &files).unwrap();
        let head = journal.head().revision;
        assert!((1..=2).contains(&head.number()), "{head}");
        let next = [batch(head.number() + 1, 1)];
        assert_eq!(journal.append(head, &next).unwrap().revision, head.next());
    }
}

#[test]
fn a_full_disk_refuses_appends_and_nothing_else_until_there_is_room() {
    let (directory, files) = (TempDir::new().unwrap(), TestFiles::new());
    let journal = open(directory.path(), &files).unwrap();
    journal.append(Revision::ZERO, &[batch(1, 3)]).unwrap();
    files.fail("allocate", "next.unfinished", ErrorKind::StorageFull);
    for _ in 0..3 {
        let refused = journal.append(Revision::new(1), &[long(2, 9_000)]);
        assert!(matches!(refused, Err(AppendError::DiskFull { .. })), "{refused:?}");
        assert_eq!(revisions(&journal), [1]);
    }
    // What there is room for is taken.
    journal.append(Revision::new(1), &[batch(2, 1)]).unwrap();
    drop(journal);
    let journal = open(directory.path(), &files).unwrap();
    assert_eq!(revisions(&journal), [1, 2]);
    files.mend();
    journal.append(Revision::new(2), &[long(3, 9_000)]).unwrap();
    drop(journal);
    assert_eq!(revisions(&open(directory.path(), &files).unwrap()), [1, 2, 3]);
}

#[test]
fn a_note_that_cannot_be_written_is_done_without() {
    let (directory, files) = (TempDir::new().unwrap(), TestFiles::new());
    files.fail("create", "acknowledged", ErrorKind::PermissionDenied);
    let journal = open(directory.path(), &files).unwrap();
    journal.append(Revision::ZERO, &[batch(1, 3)]).unwrap();
    drop(journal);
    assert_eq!(revisions(&open(directory.path(), &files).unwrap()), [1]);
}

#[test]
fn a_compaction_that_could_not_be_published_leaves_a_journal_that_is_whole() {
    for operation in ["create", "sync", "rename", "sync_directory"] {
        let (directory, files) = (TempDir::new().unwrap(), TestFiles::new());
        let journal = open(directory.path(), &files).unwrap();
        let head = journal.append(Revision::ZERO, &[batch(1, 3), batch(2, 3)]).unwrap();
        let options = JournalOptions::default().on(Arc::new(files.clone()));
        let mut builder = journal.rewrite(Revision::ZERO, &options).unwrap();
        for record in journal.records_after(Revision::ZERO) {
            builder.add(&record.unwrap()).unwrap();
        }
        let root = directory.path().to_owned();
        files.ask(move |asked, path| {
            let is_manifest =
                path.starts_with(&root) && path.components().count() <= root.components().count() + 1;
            if asked == operation && is_manifest && !path.ends_with("acknowledged") {
                return Err(io::Error::from(ErrorKind::Other));
            }
            Ok(())
        });
        assert!(builder.finish().is_err(), "{operation}");
        files.mend();
        // Which log is the current one is not known.
        let refused = journal.append(Revision::new(2), &[batch(3, 1)]);
        assert!(matches!(refused, Err(AppendError::Poisoned)), "{refused:?}");
        drop(journal);
        for revision in 3..5 {
            let journal = open(directory.path(), &files).unwrap();
            assert!(revision != 3 || journal.head() == head, "{operation}");
            journal.append(Revision::new(revision - 1), &[batch(revision, 1)]).unwrap();
        }
    }
}

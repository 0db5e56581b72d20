//! Opening a journal on disk after a kill.

use std::{fs::File, os::unix::fs::FileExt as _, path::PathBuf};

use tenseven_model::Revision;
use tenseven_store::{DiskJournal, Journal as _, OpenError};

use crate::{
    damage::all_bytes,
    samples::{batch, copy, entries, long, on_disk, short_segments},
};

const HEAD: u64 = 5;

/// The files of a journal as a process that was killed leaves them.
fn killed(directory: &tempfile::TempDir) -> PathBuf {
    let journal = on_disk(directory);
    for revision in 1..=HEAD {
        journal.append(Revision::new(revision - 1), &[batch(revision, 40)]).unwrap();
    }
    let path = directory.path().join("killed");
    copy(journal.path(), &path);
    path
}

fn open(path: &PathBuf) -> Result<DiskJournal, OpenError> {
    DiskJournal::open(path, short_segments())
}

#[test]
fn a_kill_loses_nothing_that_was_acknowledged() {
    let directory = tempfile::tempdir().unwrap();
    let journal = open(&killed(&directory)).unwrap();
    assert_eq!(entries(&journal), (1..=HEAD).map(|revision| batch(revision, 40)).collect::<Vec<_>>());
}

#[test]
fn a_commit_that_was_being_written_is_void_however_often_it_is_opened() {
    let directory = tempfile::tempdir().unwrap();
    let path = killed(&directory);
    let journal = open(&path).unwrap();
    let end = journal.append(Revision::new(HEAD), &[long(6, 3_000)]).unwrap();
    let position = journal.record(end.revision).unwrap().position().clone();
    drop(journal);
    // Before it was acknowledged: a sector is missing, and the note is that of the commit before.
    let file = File::options().write(true).open(&position.segment).unwrap();
    file.write_all_at(&[0; 512], (position.offset + 1_000) / 512 * 512).unwrap();
    std::fs::remove_file(path.join("acknowledged")).unwrap();
    for revision in HEAD + 1..HEAD + 4 {
        let log = path.join("log-1");
        let before = all_bytes(&log);
        let read = DiskJournal::open_read_only(&path, short_segments(), &mut |_| ()).unwrap();
        assert_eq!(read.head().revision.number(), revision - 1);
        drop(read);
        assert!(all_bytes(&log) == before);
        let journal = open(&path).unwrap();
        assert_eq!(journal.head().revision.number(), revision - 1);
        journal.append(journal.head().revision, &[batch(revision, 1)]).unwrap();
    }
    assert_eq!(open(&path).unwrap().head().revision.number(), HEAD + 3);
}

#[test]
fn a_commit_that_was_acknowledged_is_missed_even_if_it_looks_interrupted() {
    let directory = tempfile::tempdir().unwrap();
    let path = killed(&directory);
    let journal = open(&path).unwrap();
    journal.append(Revision::new(HEAD), &[long(6, 3_000)]).unwrap();
    let position = journal.record(Revision::new(6)).unwrap().position().clone();
    drop(journal);
    let file = File::options().write(true).open(&position.segment).unwrap();
    file.write_all_at(&[0; 512], (position.offset + 1_000) / 512 * 512).unwrap();
    let error = open(&path).unwrap_err();
    let is_shortened = matches!(&error, OpenError::Shortened { head, acknowledged, .. }
        if head.number() == HEAD && acknowledged.number() == 6);
    assert!(is_shortened, "{error:?}");
}

#[test]
fn what_an_interrupted_operation_left_is_removed() {
    let directory = tempfile::tempdir().unwrap();
    let path = killed(&directory);
    for name in ["next.unfinished", "spare.unfinished"] {
        std::fs::write(path.join("log-1").join(name), [0; 4_096]).unwrap();
    }
    std::fs::write(path.join("restoring"), "").unwrap();
    std::fs::create_dir(path.join("log-2")).unwrap();
    std::fs::write(path.join("log-2/0000000001.segment"), [1; 4_096]).unwrap();
    drop(open(&path).unwrap());
    assert!(!path.join("log-2").exists() && !path.join("restoring").exists());
    for name in ["next.unfinished", "spare.unfinished"] {
        assert!(!path.join("log-1").join(name).exists(), "{name}");
    }
}

//! Opening and re-opening a journal on disk.

use std::{
    fs,
    os::unix::fs::{PermissionsExt as _, symlink},
};

use tenseven_model::Revision;
use tenseven_store::{AppendError, Checkpoints as _, DiskJournal, Journal as _, JournalOptions, OpenError};

use crate::samples::{batch, copy, entries, long, on_disk, open, repetitive, segment};

#[test]
fn what_was_appended_is_there_after_every_re_opening() {
    let directory = tempfile::tempdir().unwrap();
    let mut appended = Vec::new();
    for round in 0..6 {
        let journal = on_disk(&directory);
        let head = journal.head().revision;
        assert_eq!(head.number(), appended.len() as u64);
        assert_eq!(entries(&journal), appended, "round {round}");
        let next = [
            batch(head.number() + 1, 3),
            long(head.number() + 2, 70_000 * round),
            batch(head.number() + 3, 700),
        ];
        journal.append(head, &next).unwrap();
        appended.extend(next);
    }
}

#[test]
fn the_directory_is_made_for_this_user_only() {
    let directory = tempfile::tempdir().unwrap();
    let journal = open(directory.path().join("a/b")).unwrap();
    for made in ["a", "a/b"] {
        let mode = fs::metadata(directory.path().join(made)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o700, "{made}");
    }
    assert_eq!(journal.path(), directory.path().join("a/b"));
}

#[test]
fn an_empty_directory_and_a_link_to_one_are_taken() {
    let directory = tempfile::tempdir().unwrap();
    fs::create_dir(directory.path().join("empty")).unwrap();
    symlink("empty", directory.path().join("link")).unwrap();
    open(directory.path().join("link")).unwrap().append(Revision::ZERO, &[batch(1, 1)]).unwrap();
    assert_eq!(open(directory.path().join("empty")).unwrap().head().revision, Revision::new(1));
}

#[test]
fn refuses_a_journal_that_is_open_and_names_it() {
    let directory = tempfile::tempdir().unwrap();
    let journal = on_disk(&directory);
    let error = open(journal.path()).unwrap_err();
    assert!(matches!(error, OpenError::Locked { .. }), "{error:?}");
    assert!(error.to_string().contains(&journal.path().display().to_string()), "{error}");
    let owner = format!("in use by process {} ", std::process::id());
    assert!(error.to_string().contains(&owner), "{error}");
}

#[test]
fn reports_only_that_a_journal_is_in_use_if_it_is_not_known_by_whom() {
    let directory = tempfile::tempdir().unwrap();
    let journal = on_disk(&directory);
    let mut gone = std::process::Command::new("true").spawn().unwrap();
    gone.wait().unwrap();
    let host = rustix::system::uname().nodename().to_string_lossy().into_owned();
    for note in [Some(format!("{}\ntrue\n{host}\n", gone.id())), Some("?".to_owned()), None] {
        let file = journal.path().join("owner");
        note.map_or_else(|| fs::remove_file(&file), |note| fs::write(&file, note)).unwrap();
        let error = open(journal.path()).unwrap_err();
        assert!(error.to_string().contains("is in use; stop it"), "{error}");
    }
}

#[test]
fn a_note_that_a_killed_process_left_keeps_nobody_out() {
    let directory = tempfile::tempdir().unwrap();
    let path = on_disk(&directory).path().to_owned();
    assert!(!path.join("owner").exists());
    fs::write(path.join("owner"), "1\ninit\nelsewhere\n").unwrap();
    let journal = on_disk(&directory);
    let note = fs::read_to_string(path.join("owner")).unwrap();
    assert!(note.starts_with(&format!("{}\n", std::process::id())), "{note}");
    drop(journal);
}

#[test]
fn reports_the_disk_space_of_its_files() {
    let directory = tempfile::tempdir().unwrap();
    let journal = on_disk(&directory);
    let head = journal.append(Revision::ZERO, &[long(1, 1_000_000)]).unwrap();
    let before = journal.disk_bytes().unwrap();
    assert!(before > 1_000_000, "{before} bytes");
    journal.write_checkpoint(head, &mut |to| to.write_all(&vec![1; 500_000])).unwrap();
    assert!(journal.disk_bytes().unwrap() >= before + 500_000);
}

#[test]
fn texts_that_repeat_take_little_room() {
    let directory = tempfile::tempdir().unwrap();
    let journal = on_disk(&directory);
    journal.append(Revision::ZERO, &[repetitive(1, 10_000_000)]).unwrap();
    assert!(fs::metadata(segment(journal.path(), 1, 1)).unwrap().len() <= 1024 * 1024);
    assert_eq!(journal.read(Revision::new(1)).unwrap(), repetitive(1, 10_000_000));
}

#[test]
fn a_journal_is_free_as_soon_as_it_is_dropped() {
    let directory = tempfile::tempdir().unwrap();
    for revision in 0..30 {
        let journal = on_disk(&directory);
        journal.append(Revision::new(revision), &[long(revision + 1, 200_000)]).unwrap();
    }
}

#[test]
fn a_reader_reads_on_after_the_drop_of_its_journal_and_keeps_nobody_out() {
    let directory = tempfile::tempdir().unwrap();
    let journal = on_disk(&directory);
    journal.append(Revision::ZERO, &[batch(1, 5), batch(2, 5)]).unwrap();
    let mut reader = journal.read_after(Revision::ZERO);
    drop(journal);
    assert_eq!(reader.next().unwrap().unwrap(), batch(1, 5));
    let journal = on_disk(&directory);
    journal.append(Revision::new(2), &[batch(3, 5)]).unwrap();
    assert_eq!(reader.next().unwrap().unwrap(), batch(2, 5));
    assert!(reader.next().is_none());
}

#[test]
fn reading_alone_changes_no_byte_and_takes_no_append() {
    let directory = tempfile::tempdir().unwrap();
    let journal = on_disk(&directory);
    journal.append(Revision::ZERO, &[batch(1, 5), long(2, 9_000)]).unwrap();
    let path = journal.path().to_owned();
    drop(journal);
    let before = directory.path().join("before");
    copy(&path, &before);
    let read = || DiskJournal::open_read_only(&path, JournalOptions::default(), &mut |_| ());
    // Two may read at once, and nobody may write meanwhile.
    let (journal, other) = (read().unwrap(), read().unwrap());
    assert!(matches!(open(&path), Err(OpenError::Locked { .. })));
    assert_eq!(entries(&journal), [batch(1, 5), long(2, 9_000)]);
    assert_eq!(journal.revision_of(batch(2, 0).submission).unwrap(), Some(Revision::new(2)));
    let refused = journal.append(Revision::new(2), &[batch(3, 1)]);
    assert!(matches!(refused, Err(AppendError::ReadOnly)), "{refused:?}");
    drop((journal, other));
    assert_eq!(crate::damage::all_bytes(&path), crate::damage::all_bytes(&before));
}

#[test]
fn reading_alone_makes_no_journal() {
    let directory = tempfile::tempdir().unwrap();
    for path in [directory.path().to_owned(), directory.path().join("absent")] {
        let refused = DiskJournal::open_read_only(&path, JournalOptions::default(), &mut |_| ());
        assert!(matches!(refused, Err(OpenError::Absent(_))), "{refused:?}");
    }
    assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 0);
}

#[test]
fn a_journal_of_an_earlier_format_is_refused_with_the_remedy() {
    let directory = tempfile::tempdir().unwrap();
    for name in ["conf", "db"] {
        fs::write(directory.path().join(name), "sled").unwrap();
    }
    let error = open(directory.path()).unwrap_err();
    assert!(matches!(error, OpenError::Prerelease(_)), "{error:?}");
}

#[test]
fn refuses_a_file_and_a_directory_below_a_file() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("file");
    fs::write(&file, "text").unwrap();
    for path in [file.clone(), file.join("below")] {
        let error = open(&path).unwrap_err();
        assert!(matches!(&error, OpenError::NotDirectory(found) if *found == path), "{error:?}");
    }
    assert_eq!(fs::read_to_string(&file).unwrap(), "text");
}

#[test]
fn refuses_a_directory_that_holds_other_things_and_leaves_them() {
    let directory = tempfile::tempdir().unwrap();
    fs::write(directory.path().join("db"), "someone's database").unwrap();
    let error = open(directory.path()).unwrap_err();
    assert!(matches!(&error, OpenError::Foreign { found, .. } if found == "db"), "{error:?}");
    assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 1);
}

#[test]
fn names_the_missing_permission() {
    // Not even the superuser may make a directory there.
    let error = open("/sys/tenseven-journal").unwrap_err();
    assert!(matches!(error, OpenError::Permission { .. }), "{error:?}");
    assert!(error.to_string().contains("/sys/tenseven-journal"), "{error}");
}

#[test]
fn a_small_cache_reads_back_everything() {
    let directory = tempfile::tempdir().unwrap();
    let options = JournalOptions::default().cache_bytes(0);
    let path = directory.path().join("journal");
    let journal = DiskJournal::open(&path, options.clone()).unwrap();
    for revision in 0..40 {
        journal.append(Revision::new(revision), &[long(revision + 1, 300_000)]).unwrap();
    }
    drop(journal);
    let journal = DiskJournal::open(&path, options).unwrap();
    for (revision, entry) in (1..).zip(journal.read_after(Revision::ZERO)) {
        assert_eq!(entry.unwrap(), long(revision, 300_000));
    }
}

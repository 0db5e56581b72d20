//! Opening and re-opening a journal on disk.

use std::{
    fs,
    os::unix::fs::{PermissionsExt as _, symlink},
};

use tenseven_model::Revision;
use tenseven_store::{Journal, JournalOptions, OpenError, SledJournal};

use crate::samples::{batch, long, on_disk, repetitive};

fn open(path: impl AsRef<std::path::Path>) -> Result<SledJournal, OpenError> {
    SledJournal::open(path, JournalOptions::default())
}

#[test]
fn what_was_appended_is_there_after_every_re_opening() {
    let directory = tempfile::tempdir().unwrap();
    let mut entries = Vec::new();
    for round in 0..6 {
        let journal = on_disk(&directory);
        let head = journal.head().revision;
        assert_eq!(head.number(), entries.len() as u64);
        let read: Vec<_> = journal.read_after(Revision::ZERO).map(Result::unwrap).collect();
        assert_eq!(read, entries, "round {round}");
        let next = [
            batch(head.number() + 1, 3),
            long(head.number() + 2, 70_000 * round),
            batch(head.number() + 3, 700),
        ];
        journal.append(head, &next).unwrap();
        entries.extend(next);
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
fn says_only_that_a_journal_is_in_use_if_it_is_not_known_by_whom() {
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
fn tells_the_room_that_its_files_take() {
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
    assert!(fs::metadata(journal.path().join("db")).unwrap().len() < 2_000_000);
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
fn a_reader_keeps_the_journal_open_and_reads_on_after_its_drop() {
    let directory = tempfile::tempdir().unwrap();
    let journal = on_disk(&directory);
    journal.append(Revision::ZERO, &[batch(1, 5), batch(2, 5)]).unwrap();
    let path = journal.path().to_owned();
    let mut reader = journal.read_after(Revision::ZERO);
    drop(journal);
    assert_eq!(reader.next().unwrap().unwrap(), batch(1, 5));
    assert!(matches!(open(&path), Err(OpenError::Locked { .. })));
    drop(reader);
    assert_eq!(open(&path).unwrap().head().revision, Revision::new(2));
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
fn says_what_permission_is_missing() {
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
    let journal = SledJournal::open(&path, options).unwrap();
    for revision in 0..40 {
        journal.append(Revision::new(revision), &[long(revision + 1, 300_000)]).unwrap();
    }
    drop(journal);
    let journal = SledJournal::open(&path, options).unwrap();
    for (revision, entry) in (1..).zip(journal.read_after(Revision::ZERO)) {
        assert_eq!(entry.unwrap(), long(revision, 300_000));
    }
}

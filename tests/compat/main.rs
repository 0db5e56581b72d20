//! Journals that earlier releases wrote are read for ever.
//!
//! `format-N.pack.zst` is the directory of a journal of format N, packed (see `pack`), written by the release that had
//! that format with the entries of `entries`, in three appends of four, the journal being opened for each. They must
//! never be written again. When a new format comes, the one of the format before it is written once, with the release
//! that has it: `cargo test -p tenseven-tests --test compat -- --ignored`.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests: what does not hold fails them"
)]

mod entries;
mod pack;

use std::{
    io::Read as _,
    path::{Path, PathBuf},
};

use tenseven_model::Revision;
use tenseven_store::{
    Content, Entry, Journal, JournalOptions, MemoryJournal, OpenError, SledJournal, read_format_1,
};

fn golden(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("compat").join(name)
}

fn unpacked(name: &str) -> tempfile::TempDir {
    let directory = tempfile::tempdir().unwrap();
    pack::unpack(&std::fs::read(golden(name)).unwrap(), directory.path()).unwrap();
    directory
}

#[test]
fn reads_every_entry_of_a_journal_of_format_1() {
    let directory = unpacked("format-1.pack.zst");
    let journal = read_format_1(directory.path(), JournalOptions::default()).unwrap();
    assert_eq!(journal.head().number(), entries::COUNT);
    let read: Vec<_> = journal.read_after(Revision::ZERO).map(Result::unwrap).collect();
    let expected: Vec<_> = (1..=entries::COUNT).map(entries::entry).collect();
    assert!(read == expected, "an entry is not what was written");
}

#[test]
fn reads_every_entry_of_a_journal_of_format_2() {
    let directory = unpacked("format-2.pack.zst");
    let journal = SledJournal::open(directory.path(), JournalOptions::default()).unwrap();
    let expected: Vec<_> = (1..=entries::COUNT).map(versioned).collect();
    let read: Vec<_> = journal.read_after(Revision::ZERO).map(Result::unwrap).collect();
    assert!(read == expected, "an entry is not what was written");
    assert_eq!(journal.head().to_string(), HEAD_OF_FORMAT_2);
    let (info, mut content) = journal.read_checkpoint(Revision::new(8)).unwrap();
    let mut bytes = Vec::new();
    content.read_to_end(&mut bytes).unwrap();
    assert_eq!((info.bytes, bytes), (100_000, vec![8; 100_000]));
}

#[test]
fn writes_the_entries_of_format_2_as_the_release_did_that_had_it_first() {
    let journal = MemoryJournal::new();
    let entries: Vec<_> = (1..=entries::COUNT).map(versioned).collect();
    journal.append(Revision::ZERO, &entries).unwrap();
    // The head's hash stands for every byte of every record.
    assert_eq!(journal.head().to_string(), HEAD_OF_FORMAT_2);
}

/// The head of the golden journal of format 2.
const HEAD_OF_FORMAT_2: &str = "12 (676ea264259e192cd79ba51f8d9f9addf917f32d9c10708aec10af26990be17b)";

/// The entry of a revision as format 2 knows it: every third observation replaces one of the revision before.
fn versioned(revision: u64) -> Entry {
    let mut entry = entries::entry(revision);
    if let Content::Observations(versions) = &mut entry.content {
        versions
            .iter_mut()
            .step_by(3)
            .for_each(|version| version.previous = Some(Revision::new(revision - 1)));
    }
    entry
}

#[test]
#[ignore = "writes the golden journal of this release's format, which is there already"]
fn writes_the_golden_journal() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("journal");
    let revisions: Vec<_> = (1..=entries::COUNT).collect();
    for some in revisions.chunks(4) {
        let journal = SledJournal::open(&path, JournalOptions::default()).unwrap();
        let some: Vec<_> = some.iter().map(|revision| versioned(*revision)).collect();
        let head = journal.append(journal.head().revision, &some).unwrap();
        if head.revision.number() == 8 {
            journal.write_checkpoint(head, &mut |to| to.write_all(&vec![8; 100_000])).unwrap();
        }
    }
    let golden = golden("format-2.pack.zst");
    assert!(!golden.exists(), "{} is there already, and stays as it is", golden.display());
    std::fs::write(golden, pack::pack(&path).unwrap()).unwrap();
}

#[test]
fn refuses_to_write_to_a_journal_of_format_1_and_tells_the_remedy() {
    let directory = unpacked("format-1.pack.zst");
    let error = SledJournal::open(directory.path(), JournalOptions::default()).unwrap_err();
    assert!(matches!(error, OpenError::OlderFormat { found: 1, known: 2, .. }), "{error:?}");
    let remedy = format!("tenseven migrate {} NEW", directory.path().display());
    assert!(error.to_string().contains(&remedy), "{error}");
    // It was left as it is.
    assert_eq!(read_format_1(directory.path(), JournalOptions::default()).unwrap().head().number(), 12);
}

#[test]
fn migrates_a_journal_of_format_1_and_leaves_it_as_it_is() {
    let old = unpacked("format-1.pack.zst");
    let new = tempfile::tempdir().unwrap();
    let data = new.path().join("journal");
    let migrated = std::process::Command::new(tenseven_tests::binary::path())
        .arg("migrate")
        .args([old.path(), &data])
        .status()
        .unwrap();
    assert!(migrated.success());
    let journal = SledJournal::open(&data, JournalOptions::default()).unwrap();
    let mut newest = std::collections::HashMap::new();
    for (revision, read) in (1..).zip(journal.read_after(Revision::ZERO)) {
        let mut expected = entries::entry(revision);
        if let Content::Observations(versions) = &mut expected.content {
            // Each names the version before it, which format 1 did not say.
            for version in versions.iter_mut() {
                version.previous = newest.get(version.key()).copied();
            }
            newest.extend(versions.iter().map(|one| (one.key().clone(), Revision::new(revision))));
        }
        assert!(read.unwrap() == expected, "revision {revision} is not what was written");
    }
    assert_eq!(journal.head().revision.number(), entries::COUNT);
    assert_eq!(read_format_1(old.path(), JournalOptions::default()).unwrap().head().number(), entries::COUNT);
}

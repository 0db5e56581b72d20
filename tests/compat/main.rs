//! Journals that earlier releases wrote are read for ever.
//!
//! `format-N.pack.zst` is the directory of a journal of format N, packed (see `pack`), written by the release that had
//! that format with the entries of `entries`; the last one was made with
//! `cargo test -p tenseven-tests --test compat -- --ignored`. They must never be written again.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests: what does not hold fails them"
)]

mod entries;
mod pack;

use std::path::{Path, PathBuf};

use tenseven_model::Revision;
use tenseven_store::{JournalOptions, OpenError, SledJournal, read_format_1};

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
fn refuses_to_write_to_a_journal_of_format_1_and_tells_the_remedy() {
    let directory = unpacked("format-1.pack.zst");
    let error = SledJournal::open(directory.path(), JournalOptions::default()).unwrap_err();
    assert!(matches!(error, OpenError::OlderFormat { found: 1, known: 2, .. }), "{error:?}");
    let remedy = format!("tenseven migrate {} NEW", directory.path().display());
    assert!(error.to_string().contains(&remedy), "{error}");
    // It was left as it is.
    assert_eq!(read_format_1(directory.path(), JournalOptions::default()).unwrap().head().number(), 12);
}

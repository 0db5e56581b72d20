//! No page leaves the log, whatever the lengths of entries: sled never syncs a page that does.

use std::fs;

use proptest::prelude::*;
use tenseven_model::Revision;
use tenseven_store::{Entry, Journal, record_length};

use crate::samples::{long, on_disk};

/// Appends entries of these lengths, some at a time, and counts the pages outside the log.
fn pages_outside_the_log(lengths: &[usize], at_once: usize) -> usize {
    let directory = tempfile::tempdir().unwrap();
    let journal = on_disk(&directory);
    let entries: Vec<Entry> = (1..).zip(lengths).map(|(revision, length)| long(revision, *length)).collect();
    for some in entries.chunks(at_once) {
        journal.append(journal.head().revision, some).unwrap();
    }
    let read: Vec<_> = journal.read_after(Revision::ZERO).map(Result::unwrap).collect();
    assert!(read == entries, "entries were not read back as written");
    drop(journal);
    fs::read_dir(directory.path().join("journal/blobs")).unwrap().count()
}

/// Longest part of a record.
const PART: usize = 6_144 - 18;

/// Bytes of a record beside a text of about this length.
fn overhead(length: usize) -> usize {
    record_length(&long(1, length)) - length
}

#[test]
fn entries_of_one_full_part_each() {
    let length = PART - overhead(PART);
    for at_once in [1, 7, 17, 40, 400] {
        assert_eq!(pages_outside_the_log(&[length; 400], at_once), 0, "{at_once} at once");
    }
}

#[test]
fn entries_of_many_full_parts() {
    assert_eq!(pages_outside_the_log(&[40 * PART; 100], 1), 0);
    assert_eq!(pages_outside_the_log(&[33 * PART; 60], 2), 0);
}

#[test]
fn entries_just_around_a_part_and_a_page() {
    for length in
        [PART, PART + 1, 2 * PART - overhead(2 * PART), 17 * PART, 131_072 - 200, 131_072, 131_073, 1_000_000]
    {
        assert_eq!(pages_outside_the_log(&[length; 20], 3), 0, "{length} bytes");
    }
}

#[test]
fn one_entry_of_many_segments() {
    assert_eq!(pages_outside_the_log(&[20_000_000, 1, 3_000_000], 1), 0);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]
    #[test]
    fn entries_of_any_length(
        lengths in proptest::collection::vec(prop_oneof![0..300usize, 5_000..7_000usize, 0..200_000usize], 1..60),
        at_once in 1usize..20,
    ) {
        prop_assert_eq!(pages_outside_the_log(&lengths, at_once), 0);
    }
}

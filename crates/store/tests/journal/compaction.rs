//! Journals that gave superseded versions up.

use tenseven_model::Revision;
use tenseven_store::{
    AppendError, ChainHash, Content, Entry, Head, Journal, JournalOptions, MemoryJournal, OpenError, Record,
    SledJournal,
};

use crate::samples::{batch, long, on_disk};

/// What both kinds of journals can do for compaction.
trait Compactable: Journal {
    fn compacted(&self, expected: Head, entries: &[(Entry, ChainHash)]) -> Result<Head, AppendError>;
}

impl Compactable for MemoryJournal {
    fn compacted(&self, expected: Head, entries: &[(Entry, ChainHash)]) -> Result<Head, AppendError> {
        self.append_compacted(expected, entries)
    }
}

impl Compactable for SledJournal {
    fn compacted(&self, expected: Head, entries: &[(Entry, ChainHash)]) -> Result<Head, AppendError> {
        self.append_compacted(expected, entries)
    }
}

const HORIZON: Revision = Revision::new(3);

fn records(journal: &dyn Journal, after: u64) -> Vec<Record> {
    journal.records_after(Revision::new(after)).map(Result::unwrap).collect()
}

/// A journal of five entries, with the chain hash of each.
fn original() -> (MemoryJournal, Vec<(Entry, ChainHash)>) {
    let journal = MemoryJournal::new();
    let entries = [batch(1, 9), long(2, 50), batch(3, 4), batch(4, 9), batch(5, 1)];
    let chained = entries.map(|entry| {
        let head = journal.append(journal.head().revision, std::slice::from_ref(&entry)).unwrap();
        (entry, head.chain)
    });
    (journal, chained.to_vec())
}

/// The entry with only its first observations.
fn thinned(entry: &Entry, count: usize) -> Entry {
    let mut entry = entry.clone();
    if let Content::Observations(versions) = &mut entry.content {
        versions.truncate(count);
    }
    entry
}

/// Fills `journal` with what is left of the original up to the horizon, and all that follows.
fn compact(journal: &dyn Compactable) -> (MemoryJournal, Vec<Entry>) {
    let (original, chained) = original();
    let kept: Vec<_> = chained.iter().take(3).map(|(entry, chain)| (thinned(entry, 2), *chain)).collect();
    let head = journal.compacted(Head::default(), &kept).unwrap();
    assert_eq!(head, Head { revision: HORIZON, chain: chained[2].1 });
    journal.append_records(head, &records(&original, 3)).unwrap();
    let expected = kept.iter().map(|(entry, _)| entry.clone()).chain([batch(4, 9), batch(5, 1)]).collect();
    (original, expected)
}

fn has_the_head_of_the_journal_that_it_was_made_of(journal: &dyn Compactable) {
    let (original, expected) = compact(journal);
    assert_eq!((journal.head(), journal.horizon()), (original.head(), HORIZON));
    let read: Vec<_> = journal.read_after(Revision::ZERO).map(Result::unwrap).collect();
    assert_eq!(read, expected);
}

fn an_entry_of_which_nothing_was_left_out_keeps_its_bytes(journal: &dyn Compactable) {
    let (original, _) = compact(journal);
    let (ours, theirs) = (records(journal, 0), records(&original, 0));
    let same: Vec<_> = ours.iter().zip(&theirs).map(|(ours, theirs)| ours == theirs).collect();
    assert_eq!(same, [false, true, false, true, true]);
}

fn takes_what_follows_as_any_journal_does(journal: &dyn Compactable) {
    let (original, _) = compact(journal);
    let appended = journal.append(Revision::new(5), &[batch(6, 3)]).unwrap();
    assert_eq!(appended, original.append(Revision::new(5), &[batch(6, 3)]).unwrap());
}

fn a_version_that_was_given_up_is_not_found(journal: &dyn Compactable) {
    let (original, _) = compact(journal);
    let Content::Observations(versions) = batch(1, 9).content else { panic!("no batch") };
    let found = |journal: &dyn Journal, place: usize| {
        journal.find(Revision::new(1), versions[place].key()).unwrap().is_some()
    };
    assert_eq!([found(journal, 1), found(journal, 2), found(&original, 2)], [true, false, true]);
}

fn its_records_are_taken_up_to_the_horizon_of_another_and_no_further(journal: &dyn Compactable) {
    compact(journal);
    let copied = records(journal, 0);
    let copy = MemoryJournal::create_compacted(HORIZON);
    assert_eq!(copy.append_records(Head::default(), &copied).unwrap(), journal.head());
    let refused = MemoryJournal::create_compacted(Revision::new(2)).append_records(Head::default(), &copied);
    let expected = matches!(&refused, Err(AppendError::BeyondHorizon { revision, horizon })
        if *revision == HORIZON && horizon.number() == 2);
    assert!(expected, "{refused:?}");
}

fn refuses_compacted_entries_behind_its_horizon(journal: &dyn Compactable) {
    let entries: Vec<_> = (1..=4).map(|revision| (batch(revision, 1), ChainHash([1; 32]))).collect();
    let refused = journal.compacted(Head::default(), &entries);
    assert!(matches!(refused, Err(AppendError::BeyondHorizon { .. })), "{refused:?}");
    assert_eq!(journal.head(), Head::default());
}

macro_rules! suite {
    ($($claim:ident)*) => {
        mod in_memory {
            use super::*;
            $(#[test] fn $claim() { super::$claim(&MemoryJournal::create_compacted(HORIZON)); })*
        }
        mod on_a_disk {
            use super::*;
            $(#[test] fn $claim() {
                let directory = tempfile::tempdir().unwrap();
                let path = directory.path().join("journal");
                super::$claim(&SledJournal::create_compacted(path, JournalOptions::default(), HORIZON).unwrap());
            })*
        }
    };
}

suite! {
    has_the_head_of_the_journal_that_it_was_made_of
    an_entry_of_which_nothing_was_left_out_keeps_its_bytes
    takes_what_follows_as_any_journal_does
    a_version_that_was_given_up_is_not_found
    its_records_are_taken_up_to_the_horizon_of_another_and_no_further
    refuses_compacted_entries_behind_its_horizon
}

#[test]
fn remembers_its_horizon_and_its_head() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("journal");
    let journal = SledJournal::create_compacted(&path, JournalOptions::default(), HORIZON).unwrap();
    let (_, expected) = compact(&journal);
    let head = journal.head();
    drop(journal);
    let journal = on_disk(&directory);
    assert_eq!((journal.head(), journal.horizon()), (head, HORIZON));
    let read: Vec<_> = journal.read_after(Revision::ZERO).map(Result::unwrap).collect();
    assert_eq!(read, expected);
}

#[test]
fn refuses_to_make_a_compacted_journal_of_one_with_entries() {
    let directory = tempfile::tempdir().unwrap();
    let journal = on_disk(&directory);
    journal.append(Revision::ZERO, &[batch(1, 1)]).unwrap();
    let path = journal.path().to_owned();
    drop(journal);
    let refused = SledJournal::create_compacted(&path, JournalOptions::default(), HORIZON);
    assert!(matches!(&refused, Err(OpenError::NotEmpty { head, .. }) if head.number() == 1), "{refused:?}");
    assert_eq!(on_disk(&directory).horizon(), Revision::ZERO);
}

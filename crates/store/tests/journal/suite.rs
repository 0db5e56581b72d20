//! What every journal does.

use std::{sync::Barrier, thread};

use tenseven_model::Revision;
use tenseven_store::{AppendError, ENTRY_LENGTH_MAX, Entry, Journal, MemoryJournal};

use crate::samples::{batch, long, on_disk};

fn read(journal: &dyn Journal, after: u64) -> Vec<Entry> {
    journal.read_after(Revision::new(after)).map(Result::unwrap).collect()
}

fn an_empty_journal_is_at_revision_zero_and_holds_nothing(journal: &dyn Journal) {
    assert_eq!(journal.head().revision, Revision::ZERO);
    assert_eq!(read(journal, 0), []);
}

fn gives_back_what_was_appended_in_order(journal: &dyn Journal) {
    let entries = [batch(1, 1), batch(2, 0), long(3, 100_000), batch(4, 2_000), long(5, 0)];
    assert_eq!(journal.append(Revision::ZERO, &entries[..2]).unwrap().revision, Revision::new(2));
    assert_eq!(journal.append(Revision::new(2), &entries[2..]).unwrap().revision, Revision::new(5));
    assert_eq!(journal.head().revision, Revision::new(5));
    for after in 0..=5 {
        assert_eq!(read(journal, after), entries[usize::try_from(after).unwrap()..], "after {after}");
    }
}

fn nothing_follows_the_head(journal: &dyn Journal) {
    journal.append(Revision::ZERO, &[batch(1, 1)]).unwrap();
    for after in [1, 2, u64::MAX - 1, u64::MAX] {
        assert_eq!(read(journal, after), [], "after {after}");
    }
}

fn appending_nothing_changes_nothing(journal: &dyn Journal) {
    assert_eq!(journal.append(Revision::ZERO, &[]).unwrap().revision, Revision::ZERO);
    assert!(matches!(journal.append(Revision::new(1), &[]), Err(AppendError::HeadMoved { .. })));
}

fn refuses_an_append_that_expects_another_head(journal: &dyn Journal) {
    journal.append(Revision::ZERO, &[batch(1, 1)]).unwrap();
    for expected in [0, 2] {
        let refused = journal.append(Revision::new(expected), &[batch(expected + 1, 1)]);
        let error = refused.unwrap_err();
        assert!(
            matches!(error, AppendError::HeadMoved { expected: e, head } if e.number() == expected && head.number() == 1),
            "{error:?}"
        );
    }
    assert_eq!(read(journal, 0), [batch(1, 1)]);
}

fn refuses_entries_with_a_gap_whole(journal: &dyn Journal) {
    for entries in [vec![batch(2, 1)], vec![batch(1, 1), batch(3, 1)], vec![batch(1, 1), batch(1, 1)]] {
        let error = journal.append(Revision::ZERO, &entries).unwrap_err();
        assert!(matches!(error, AppendError::NotContiguous { .. }), "{error:?}");
        assert_eq!(journal.head().revision, Revision::ZERO);
    }
    assert_eq!(read(journal, 0), []);
}

fn refuses_an_entry_that_is_too_long_and_takes_the_next(journal: &dyn Journal) {
    let error = journal.append(Revision::ZERO, &[batch(1, 1), long(2, ENTRY_LENGTH_MAX)]).unwrap_err();
    assert!(
        matches!(error, AppendError::EntryTooLong { revision, .. } if revision.number() == 2),
        "{error:?}"
    );
    assert_eq!(journal.head().revision, Revision::ZERO);
    journal.append(Revision::ZERO, &[batch(1, 1)]).unwrap();
    assert_eq!(read(journal, 0), [batch(1, 1)]);
}

fn refuses_entries_that_are_too_long_together(journal: &dyn Journal) {
    let third = ENTRY_LENGTH_MAX / 3 * 2 + 1_000;
    let error =
        journal.append(Revision::ZERO, &[long(1, third), long(2, third), long(3, third)]).unwrap_err();
    assert!(matches!(error, AppendError::AppendTooLong { .. }), "{error:?}");
    assert_eq!(journal.head().revision, Revision::ZERO);
}

fn a_reader_sees_the_head_of_when_it_started(journal: &dyn Journal) {
    journal.append(Revision::ZERO, &[batch(1, 1), batch(2, 1)]).unwrap();
    let mut reader = journal.read_after(Revision::ZERO);
    assert_eq!(reader.next().unwrap().unwrap(), batch(1, 1));
    journal.append(Revision::new(2), &[batch(3, 1)]).unwrap();
    assert_eq!(reader.next().unwrap().unwrap(), batch(2, 1));
    assert!(reader.next().is_none(), "an entry that came later was read");
    assert!(reader.next().is_none());
}

fn of_appends_that_expect_the_same_head_one_wins(journal: &dyn Journal) {
    let start = Barrier::new(4);
    let won: usize = thread::scope(|scope| {
        let racers: Vec<_> = (0..4)
            .map(|racer| {
                let start = &start;
                scope.spawn(move || {
                    start.wait();
                    journal.append(Revision::ZERO, &[batch(1, racer)]).is_ok()
                })
            })
            .collect();
        racers.into_iter().map(|racer| usize::from(racer.join().unwrap())).sum()
    });
    assert_eq!((won, journal.head().revision, read(journal, 0).len()), (1, Revision::new(1), 1));
}

fn readers_go_on_while_entries_are_appended(journal: &dyn Journal) {
    const COUNT: u64 = 200;
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while journal.head().revision < Revision::new(COUNT) {
                    let (head, read) = (journal.head().revision.number(), read(journal, 0));
                    assert!(read.len() as u64 >= head, "{} entries at head {head}", read.len());
                    for (place, entry) in read.iter().enumerate() {
                        assert_eq!(entry.revision.number(), place as u64 + 1);
                    }
                }
            });
        }
        for revision in 1..=COUNT {
            let entry = batch(revision, usize::try_from(revision % 7).unwrap() * 60);
            journal.append(Revision::new(revision - 1), &[entry]).unwrap();
        }
    });
}

macro_rules! suite {
    ($($claim:ident)*) => {
        mod in_memory {
            use super::*;
            $(#[test] fn $claim() { super::$claim(&MemoryJournal::new()); })*
        }
        mod on_a_disk {
            use super::*;
            $(#[test] fn $claim() {
                let directory = tempfile::tempdir().unwrap();
                super::$claim(&on_disk(&directory));
            })*
        }
    };
}

suite! {
    an_empty_journal_is_at_revision_zero_and_holds_nothing
    gives_back_what_was_appended_in_order
    nothing_follows_the_head
    appending_nothing_changes_nothing
    refuses_an_append_that_expects_another_head
    refuses_entries_with_a_gap_whole
    refuses_an_entry_that_is_too_long_and_takes_the_next
    refuses_entries_that_are_too_long_together
    a_reader_sees_the_head_of_when_it_started
    of_appends_that_expect_the_same_head_one_wins
    readers_go_on_while_entries_are_appended
}

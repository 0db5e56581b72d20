//! Appending: order, limits, one writer at a time.

use std::{sync::Barrier, thread};

use tenseven_model::{Revision, event::Event};

use super::{
    list,
    reading::{entries, records},
    samples::{batch, long, repetitive},
};
use crate::{AppendError, ChainHash, ENTRY_LENGTH_MAX, Entry, Head, Journal as _, MemoryJournal, Storage};

list! {
    an_empty_journal_is_at_revision_zero_and_holds_nothing
    gives_back_what_was_appended_in_order
    entries_that_are_appended_together_make_the_bytes_that_they_make_alone
    appending_nothing_changes_nothing
    refuses_an_append_that_expects_another_head
    refuses_entries_with_a_gap_whole
    refuses_an_entry_that_is_too_long_and_takes_the_next
    refuses_entries_that_are_too_long_together
    refuses_a_version_that_replaces_none_before_it
    of_appends_that_expect_the_same_head_one_wins
    every_head_is_chained_to_the_one_before
    journals_with_the_same_entries_have_the_same_head
    takes_many_appends_of_many_lengths
}

fn an_empty_journal_is_at_revision_zero_and_holds_nothing(journal: &dyn Storage) {
    assert_eq!(journal.head(), Head::default());
    assert_eq!(journal.horizon(), Revision::ZERO);
    assert_eq!(entries(journal, 0), []);
    let lineage = journal.lineage();
    assert!(lineage.histories().len() == 1 && lineage.histories()[0].after == Revision::ZERO, "{lineage:?}");
}

fn gives_back_what_was_appended_in_order(journal: &dyn Storage) {
    let appended = [batch(1, 1), batch(2, 0), long(3, 100_000), batch(4, 2_000), long(5, 0)];
    assert_eq!(journal.append(Revision::ZERO, &appended[..2]).unwrap().revision, Revision::new(2));
    assert_eq!(journal.append(Revision::new(2), &appended[2..]).unwrap().revision, Revision::new(5));
    assert_eq!(journal.head().revision, Revision::new(5));
    for after in 0..=5 {
        assert_eq!(entries(journal, after), appended[usize::try_from(after).unwrap()..], "after {after}");
    }
}

fn entries_that_are_appended_together_make_the_bytes_that_they_make_alone(journal: &dyn Storage) {
    // Enough entries that they are prepared on several threads.
    let together: Vec<Entry> = (1..=9).map(|revision| batch(revision, 2_000)).collect();
    journal.append(Revision::ZERO, &together).unwrap();
    let alone = MemoryJournal::new();
    for entry in &together {
        alone.append(alone.head().revision, std::slice::from_ref(entry)).unwrap();
    }
    assert!(records(journal, 0) == records(&alone, 0), "the records are others");
    let mut wrong: Vec<Entry> = (10..=18).map(|revision| batch(revision, 2_000)).collect();
    for index in [4, 8] {
        let Event::Observations(versions) = &mut wrong[index].event else { panic!("a batch") };
        versions[7].previous = Some(Revision::new(99));
    }
    let refused = journal.append(Revision::new(9), &wrong).unwrap_err();
    assert!(matches!(refused, AppendError::Previous { revision, index: 7, .. } if revision.number() == 14));
    assert_eq!(journal.head().revision, Revision::new(9));
}

fn appending_nothing_changes_nothing(journal: &dyn Storage) {
    assert_eq!(journal.append(Revision::ZERO, &[]).unwrap(), Head::default());
    assert!(matches!(journal.append(Revision::new(1), &[]), Err(AppendError::HeadMoved { .. })));
    let head = journal.append(Revision::ZERO, &[batch(1, 1)]).unwrap();
    assert_eq!(journal.append(Revision::new(1), &[]).unwrap(), head);
}

fn refuses_an_append_that_expects_another_head(journal: &dyn Storage) {
    journal.append(Revision::ZERO, &[batch(1, 1)]).unwrap();
    for wrong in [0, 2] {
        let error = journal.append(Revision::new(wrong), &[batch(wrong + 1, 1)]).unwrap_err();
        let is_expected = matches!(&error, AppendError::HeadMoved { expected, head }
            if expected.number() == wrong && head.number() == 1);
        assert!(is_expected, "{error:?}");
    }
    assert_eq!(entries(journal, 0), [batch(1, 1)]);
}

fn refuses_entries_with_a_gap_whole(journal: &dyn Storage) {
    for gap in [vec![batch(2, 1)], vec![batch(1, 1), batch(3, 1)], vec![batch(1, 1), batch(1, 1)]] {
        let error = journal.append(Revision::ZERO, &gap).unwrap_err();
        assert!(matches!(error, AppendError::NotContiguous { .. }), "{error:?}");
        assert_eq!(journal.head().revision, Revision::ZERO);
    }
    assert_eq!(entries(journal, 0), []);
}

fn refuses_an_entry_that_is_too_long_and_takes_the_next(journal: &dyn Storage) {
    let error = journal.append(Revision::ZERO, &[batch(1, 1), long(2, ENTRY_LENGTH_MAX)]).unwrap_err();
    let is_expected = matches!(error, AppendError::EntryTooLong { revision, .. } if revision.number() == 2);
    assert!(is_expected, "{error:?}");
    assert_eq!(journal.head().revision, Revision::ZERO);
    journal.append(Revision::ZERO, &[batch(1, 1)]).unwrap();
    assert_eq!(entries(journal, 0), [batch(1, 1)]);
}

fn refuses_entries_that_are_too_long_together(journal: &dyn Storage) {
    let third = ENTRY_LENGTH_MAX / 3 * 2 + 1_000;
    let together = [long(1, third), long(2, third), long(3, third)];
    let error = journal.append(Revision::ZERO, &together).unwrap_err();
    assert!(matches!(error, AppendError::AppendTooLong { .. }), "{error:?}");
    assert_eq!(journal.head().revision, Revision::ZERO);
}

fn refuses_a_version_that_replaces_none_before_it(journal: &dyn Storage) {
    for previous in [0, 1, 2] {
        let mut entry = batch(1, 2);
        let Event::Observations(versions) = &mut entry.event else { panic!("no batch") };
        versions[1].previous = Some(Revision::new(previous));
        let refused = journal.append(Revision::ZERO, &[entry]);
        assert!(matches!(refused, Err(AppendError::Previous { index: 1, .. })), "{refused:?}");
    }
    assert_eq!(journal.head(), Head::default());
}

fn of_appends_that_expect_the_same_head_one_wins(journal: &dyn Storage) {
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
    assert_eq!((won, journal.head().revision, entries(journal, 0).len()), (1, Revision::new(1), 1));
}

fn every_head_is_chained_to_the_one_before(journal: &dyn Storage) {
    let mut chains = vec![journal.head().chain];
    assert_eq!(chains, [ChainHash::ZERO]);
    for revision in 1..=3 {
        // The same content again and again: only the position in the journal differs.
        let entry = Entry { revision: Revision::new(revision), ..batch(1, 1) };
        let head = journal.append(Revision::new(revision - 1), &[entry]).unwrap();
        assert_eq!(head, journal.head());
        assert!(!chains.contains(&head.chain), "{head} came before");
        chains.push(head.chain);
    }
}

fn journals_with_the_same_entries_have_the_same_head(journal: &dyn Storage) {
    let all = [batch(1, 4), repetitive(2, 30_000), batch(3, 0)];
    let at_once = MemoryJournal::new();
    at_once.append(Revision::ZERO, &all).unwrap();
    for entry in all {
        journal.append(journal.head().revision, &[entry]).unwrap();
    }
    assert_eq!(journal.head(), at_once.head());
}

fn takes_many_appends_of_many_lengths(journal: &dyn Storage) {
    let lengths = [0, 1, 400, 3_900, 3_950, 4_000, 4_096, 9_000, 70_000, 5, 5, 5];
    let mut appended = Vec::new();
    for (round, length) in lengths.into_iter().cycle().take(60).enumerate() {
        let first = appended.len() as u64 + 1;
        let next: Vec<Entry> = (first..).take(round % 4 + 1).map(|revision| long(revision, length)).collect();
        journal.append(journal.head().revision, &next).unwrap();
        appended.extend(next);
    }
    assert!(entries(journal, 0) == appended, "something else was read");
}

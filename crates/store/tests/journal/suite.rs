//! What every journal does.

use std::{
    io::Read as _,
    sync::{Barrier, mpsc::channel},
    thread,
    time::Duration,
};

use tenseven_model::Revision;
use tenseven_store::{
    AppendError, ChainHash, CheckpointError, CheckpointInfo, Content, ENTRY_LENGTH_MAX, Entry, EntryFault,
    Head, Journal, MemoryJournal, ReadError, Record,
};

use crate::samples::{batch, long, on_disk, repetitive};

fn read(journal: &dyn Journal, after: u64) -> Vec<Entry> {
    journal.read_after(Revision::new(after)).map(Result::unwrap).collect()
}

fn records(journal: &dyn Journal, after: u64) -> Vec<Record> {
    journal.records_after(Revision::new(after)).map(Result::unwrap).collect()
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

fn entries_that_are_appended_together_make_the_bytes_that_they_make_alone(journal: &dyn Journal) {
    // So many that they are prepared on several threads.
    let entries: Vec<Entry> = (1..=9).map(|revision| batch(revision, 2_000)).collect();
    journal.append(Revision::ZERO, &entries).unwrap();
    let alone = MemoryJournal::new();
    for entry in &entries {
        alone.append(alone.head().revision, std::slice::from_ref(entry)).unwrap();
    }
    assert_eq!(records(journal, 0), records(&alone, 0));
    let mut wrong: Vec<Entry> = (10..=18).map(|revision| batch(revision, 2_000)).collect();
    for place in [4, 8] {
        let Content::Observations(versions) = &mut wrong[place].content else { panic!("a batch") };
        versions[7].previous = Some(Revision::new(99));
    }
    let refused = journal.append(Revision::new(9), &wrong).unwrap_err();
    assert!(matches!(refused, AppendError::Previous { revision, place: 7, .. } if revision.number() == 14));
    assert_eq!(journal.head().revision, Revision::new(9));
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

fn every_head_is_chained_to_the_one_before(journal: &dyn Journal) {
    let mut chains = vec![journal.head().chain];
    assert_eq!(chains, [ChainHash::ZERO]);
    for revision in 1..=3 {
        // The same content again and again: only the place in the journal differs.
        let entry = Entry { revision: Revision::new(revision), ..batch(1, 1) };
        let head = journal.append(Revision::new(revision - 1), &[entry]).unwrap();
        assert_eq!(head, journal.head());
        assert!(!chains.contains(&head.chain), "{head} came before");
        chains.push(head.chain);
    }
}

fn journals_with_the_same_entries_have_the_same_head(journal: &dyn Journal) {
    let entries = [batch(1, 4), repetitive(2, 30_000), batch(3, 0)];
    let at_once = MemoryJournal::new();
    at_once.append(Revision::ZERO, &entries).unwrap();
    for entry in entries {
        journal.append(journal.head().revision, &[entry]).unwrap();
    }
    assert_eq!(journal.head(), at_once.head());
}

fn any_revision_is_read_and_no_other(journal: &dyn Journal) {
    let entries = [batch(1, 5), long(2, 20_000), repetitive(3, 20_000)];
    journal.append(Revision::ZERO, &entries).unwrap();
    for revision in [3, 1, 2] {
        let read = journal.read(Revision::new(revision)).unwrap();
        assert_eq!(read, entries[usize::try_from(revision).unwrap() - 1]);
    }
    for absent in [0, 4, u64::MAX] {
        let refused = journal.read(Revision::new(absent));
        assert!(matches!(&refused, Err(ReadError::Absent { head, .. }) if head.number() == 3), "{refused:?}");
    }
}

fn one_version_is_found_by_its_key(journal: &dyn Journal) {
    let (mut second, framework) = (batch(2, 700), long(3, 10));
    let Content::Observations(versions) = &mut second.content else { panic!("no batch") };
    versions[650].previous = Some(Revision::new(1));
    let wanted = versions[650].clone();
    journal.append(Revision::ZERO, &[batch(1, 3), second, framework]).unwrap();
    let find = |revision| journal.find(Revision::new(revision), wanted.key());
    assert_eq!(find(2).unwrap().as_ref(), Some(&wanted));
    assert_eq!((find(1).unwrap(), find(3).unwrap()), (None, None));
    assert!(matches!(find(4), Err(ReadError::Absent { .. })));
}

fn refuses_a_version_that_replaces_none_before_it(journal: &dyn Journal) {
    for previous in [0, 1, 2] {
        let mut entry = batch(1, 2);
        let Content::Observations(versions) = &mut entry.content else { panic!("no batch") };
        versions[1].previous = Some(Revision::new(previous));
        let refused = journal.append(Revision::ZERO, &[entry]);
        assert!(matches!(refused, Err(AppendError::Previous { place: 1, .. })), "{refused:?}");
    }
    assert_eq!(journal.head(), Head::default());
}

fn one_who_waits_is_woken_by_an_append(journal: &dyn Journal) {
    const LONG: Duration = Duration::from_mins(1);
    let (sender, woken) = channel();
    thread::scope(|scope| {
        scope.spawn(|| sender.send(journal.wait_after(Revision::new(1), LONG)).unwrap());
        journal.append(Revision::ZERO, &[batch(1, 1)]).unwrap();
        // By now it waits; the first append was not what it waits for.
        assert!(woken.recv_timeout(Duration::from_millis(100)).is_err());
        journal.append(Revision::new(1), &[batch(2, 1)]).unwrap();
        assert_eq!(woken.recv_timeout(LONG / 3), Ok(journal.head()));
    });
    // What is there already is not waited for.
    assert_eq!(journal.wait_after(Revision::ZERO, LONG), journal.head());
    assert_eq!(journal.wait_after(Revision::new(2), Duration::from_millis(1)), journal.head());
}

fn records_make_the_same_journal_elsewhere(journal: &dyn Journal) {
    let entries = [batch(1, 5), repetitive(2, 20_000), batch(3, 700), long(4, 10)];
    let other = MemoryJournal::new();
    other.append(Revision::ZERO, &entries).unwrap();
    let copied = records(&other, 0);
    let first = journal.append_records(Head::default(), &copied[..1]).unwrap();
    assert_eq!(journal.append_records(first, &copied[1..]).unwrap(), other.head());
    assert_eq!(journal.append_records(other.head(), &[]).unwrap(), other.head());
    assert_eq!(read(journal, 0), entries);
    assert_eq!((records(journal, 0), records(journal, 2)), (copied.clone(), copied[2..].to_vec()));
}

fn refuses_records_that_do_not_follow(journal: &dyn Journal) {
    let (other, another) = (MemoryJournal::new(), MemoryJournal::new());
    other.append(Revision::ZERO, &[batch(1, 1), batch(2, 1), batch(3, 1)]).unwrap();
    another.append(Revision::ZERO, &[batch(1, 2), batch(2, 1)]).unwrap();
    let copied = records(&other, 0);
    let head = journal.append_records(Head::default(), &copied[..1]).unwrap();

    let refused = journal.append_records(head, &copied[2..]);
    assert!(matches!(refused, Err(AppendError::NotContiguous { place: 0, .. })), "{refused:?}");
    let refused = journal.append_records(head, &records(&another, 1));
    let link = matches!(&refused, Err(AppendError::Record { fault: EntryFault::Link { .. }, .. }));
    assert!(link, "{refused:?}");
    let misnamed = Record { revision: Revision::new(2), ..copied[2].clone() };
    let refused = journal.append_records(head, &[misnamed]);
    let misplaced = matches!(&refused, Err(AppendError::Record { fault: EntryFault::Misplaced(_), .. }));
    assert!(misplaced, "{refused:?}");
    let refused = journal.append_records(head, &[Record { bytes: vec![9; 40], ..copied[1].clone() }]);
    assert!(matches!(&refused, Err(AppendError::Record { fault: EntryFault::Record(_), .. })), "{refused:?}");
    let mut edited = copied[1].clone();
    let value = edited.bytes.windows(8).position(|bytes| bytes == 2.0_f64.to_le_bytes()).unwrap();
    edited.bytes[value] ^= 1;
    let refused = journal.append_records(head, &[edited, copied[2].clone()]);
    assert!(
        matches!(&refused, Err(AppendError::Record { revision, fault: EntryFault::Link { .. } })
        if revision.number() == 3),
        "{refused:?}"
    );
    let elsewhere = Head { chain: ChainHash([1; 32]), ..head };
    let refused = journal.append_records(elsewhere, &copied[1..]);
    assert!(matches!(refused, Err(AppendError::OtherHistory { .. })), "{refused:?}");
    assert_eq!((journal.head(), read(journal, 0)), (head, vec![batch(1, 1)]));
}

fn content_of(journal: &dyn Journal, revision: u64) -> (CheckpointInfo, Vec<u8>) {
    let (info, mut content) = journal.read_checkpoint(Revision::new(revision)).unwrap();
    let mut bytes = Vec::new();
    content.read_to_end(&mut bytes).unwrap();
    (info, bytes)
}

fn checkpoints_are_read_back_and_listed_oldest_first(journal: &dyn Journal) {
    assert_eq!(journal.checkpoints().unwrap(), []);
    let mut heads = vec![Head::default()];
    for revision in 1..=3 {
        heads.push(journal.append(Revision::new(revision - 1), &[batch(revision, 2)]).unwrap());
    }
    for (place, length) in [(2, 0), (0, 10), (3, 300_000), (1, 65_536)] {
        let content = vec![u8::try_from(place).unwrap(); length];
        let written = journal.write_checkpoint(heads[place], &mut |to| to.write_all(&content)).unwrap();
        assert_eq!(written, CheckpointInfo { head: heads[place], bytes: length as u64 });
        assert_eq!(content_of(journal, place as u64), (written, content));
    }
    let listed: Vec<_> = journal.checkpoints().unwrap().iter().map(|info| info.head).collect();
    assert_eq!(listed, heads);
    journal.remove_checkpoint(Revision::new(1)).unwrap();
    assert_eq!(journal.checkpoints().unwrap().len(), 3);
    for absent in [1, 9] {
        let missing = journal.read_checkpoint(Revision::new(absent)).map(|(info, _)| info);
        assert!(matches!(missing, Err(CheckpointError::Absent(_))), "{missing:?}");
        let missing = journal.remove_checkpoint(Revision::new(absent));
        assert!(matches!(missing, Err(CheckpointError::Absent(_))), "{missing:?}");
    }
}

fn a_checkpoint_replaces_one_of_the_same_revision_only_once_it_is_whole(journal: &dyn Journal) {
    let head = journal.append(Revision::ZERO, &[batch(1, 1)]).unwrap();
    journal.write_checkpoint(head, &mut |to| to.write_all(b"first")).unwrap();
    let failed = journal.write_checkpoint(head, &mut |to| {
        to.write_all(&vec![1; 100_000])?;
        Err(std::io::Error::other("told to fail"))
    });
    assert!(matches!(failed, Err(CheckpointError::Content { .. })), "{failed:?}");
    assert_eq!(content_of(journal, 1).1, b"first");
    journal.write_checkpoint(head, &mut |to| to.write_all(b"second")).unwrap();
    assert_eq!(content_of(journal, 1).1, b"second");
    assert_eq!(journal.checkpoints().unwrap().len(), 1);
}

fn refuses_a_checkpoint_of_another_history(journal: &dyn Journal) {
    let head = journal.append(Revision::ZERO, &[batch(1, 1)]).unwrap();
    journal.append(Revision::new(1), &[batch(2, 1)]).unwrap();
    let ahead = Head { revision: Revision::new(3), ..head };
    for at in
        [Head { chain: ChainHash([1; 32]), ..head }, Head { chain: head.chain, ..Head::default() }, ahead]
    {
        let refused = journal.write_checkpoint(at, &mut |_| Ok(()));
        assert!(matches!(refused, Err(CheckpointError::Foreign { .. })), "{refused:?}");
    }
    assert_eq!(journal.checkpoints().unwrap(), []);
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
    entries_that_are_appended_together_make_the_bytes_that_they_make_alone
    nothing_follows_the_head
    appending_nothing_changes_nothing
    refuses_an_append_that_expects_another_head
    refuses_entries_with_a_gap_whole
    refuses_an_entry_that_is_too_long_and_takes_the_next
    refuses_entries_that_are_too_long_together
    a_reader_sees_the_head_of_when_it_started
    of_appends_that_expect_the_same_head_one_wins
    readers_go_on_while_entries_are_appended
    every_head_is_chained_to_the_one_before
    journals_with_the_same_entries_have_the_same_head
    any_revision_is_read_and_no_other
    one_version_is_found_by_its_key
    refuses_a_version_that_replaces_none_before_it
    one_who_waits_is_woken_by_an_append
    records_make_the_same_journal_elsewhere
    refuses_records_that_do_not_follow
    checkpoints_are_read_back_and_listed_oldest_first
    a_checkpoint_replaces_one_of_the_same_revision_only_once_it_is_whole
    refuses_a_checkpoint_of_another_history
}

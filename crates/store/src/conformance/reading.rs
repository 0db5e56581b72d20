//! Reading: single entries, walks, and both while entries are appended.

use std::thread;

use tenseven_model::Revision;

use super::{
    list,
    samples::{batch, long, repetitive},
};
use crate::{Entry, Journal, ReadError, Record, Storage};

list! {
    nothing_follows_the_head
    any_revision_is_read_and_no_other
    a_reader_sees_the_head_of_when_it_started
    readers_go_on_while_entries_are_appended
    the_chain_of_all_records_leads_to_the_head
    a_record_knows_its_stamp_and_its_answer
}

/// The entries after a revision.
pub(super) fn entries(journal: &dyn Journal, after: u64) -> Vec<Entry> {
    journal.read_after(Revision::new(after)).map(Result::unwrap).collect()
}

/// The records after a revision.
pub(super) fn records(journal: &dyn Journal, after: u64) -> Vec<Record> {
    journal.records_after(Revision::new(after)).map(Result::unwrap).collect()
}

fn nothing_follows_the_head(journal: &dyn Storage) {
    journal.append(Revision::ZERO, &[batch(1, 1)]).unwrap();
    for after in [1, 2, u64::MAX - 1, u64::MAX] {
        assert_eq!(entries(journal, after), [], "after {after}");
    }
}

fn any_revision_is_read_and_no_other(journal: &dyn Storage) {
    let appended = [batch(1, 5), long(2, 20_000), repetitive(3, 20_000)];
    journal.append(Revision::ZERO, &appended).unwrap();
    for revision in [3, 1, 2] {
        let read = journal.read(Revision::new(revision)).unwrap();
        assert_eq!(read, appended[usize::try_from(revision).unwrap() - 1]);
    }
    for absent in [0, 4, u64::MAX].map(Revision::new) {
        let refused = [journal.read(absent).map(drop), journal.stamp(absent).map(drop)];
        for refused in refused {
            let is_expected = matches!(&refused, Err(ReadError::Absent { revision, head })
                if *revision == absent && head.number() == 3);
            assert!(is_expected, "{refused:?}");
        }
    }
}

fn a_reader_sees_the_head_of_when_it_started(journal: &dyn Storage) {
    journal.append(Revision::ZERO, &[batch(1, 1), batch(2, 1)]).unwrap();
    let mut reader = journal.read_after(Revision::ZERO);
    assert_eq!(reader.next().unwrap().unwrap(), batch(1, 1));
    journal.append(Revision::new(2), &[batch(3, 1)]).unwrap();
    assert_eq!(reader.next().unwrap().unwrap(), batch(2, 1));
    assert!(reader.next().is_none(), "an entry that came later was read");
    assert!(reader.next().is_none());
}

fn readers_go_on_while_entries_are_appended(journal: &dyn Storage) {
    const COUNT: u64 = 200;
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while journal.head().revision < Revision::new(COUNT) {
                    let (head, read) = (journal.head().revision.number(), entries(journal, 0));
                    assert!(read.len() as u64 >= head, "{} entries at head {head}", read.len());
                    for (index, entry) in read.iter().enumerate() {
                        assert_eq!(entry.revision.number(), index as u64 + 1);
                    }
                    let last = journal.stamp(Revision::new(head)).map(|stamp| stamp.revision.number());
                    assert!(head == 0 || last.unwrap() == head);
                }
            });
        }
        for revision in 1..=COUNT {
            let entry = batch(revision, usize::try_from(revision % 7).unwrap() * 60);
            journal.append(Revision::new(revision - 1), &[entry]).unwrap();
        }
    });
}

fn the_chain_of_all_records_leads_to_the_head(journal: &dyn Storage) {
    journal.append(Revision::ZERO, &[batch(1, 3), long(2, 9_000), repetitive(3, 9_000)]).unwrap();
    let mut chain = crate::ChainHash::ZERO;
    for record in records(journal, 0) {
        chain = record.chain(chain, journal.horizon()).unwrap();
        assert!(record.has_chain(chain));
    }
    assert_eq!(chain, journal.head().chain);
    let third = journal.record(Revision::new(3)).unwrap();
    assert!(third.chain(crate::ChainHash::ZERO, journal.horizon()).is_err(), "it follows the second only");
}

fn a_record_knows_its_stamp_and_its_answer(journal: &dyn Storage) {
    let entry = batch(1, 3);
    journal.append(Revision::ZERO, std::slice::from_ref(&entry)).unwrap();
    let record = journal.record(Revision::new(1)).unwrap();
    assert_eq!((record.stamp(), record.revision()), (entry.stamp(), entry.revision));
    assert_eq!(journal.stamp(Revision::new(1)).unwrap(), entry.stamp());
    assert_eq!(record.answer().unwrap(), (entry.digest, entry.outcome));
    assert_eq!(journal.record(Revision::new(1)).unwrap().answer().unwrap().1, entry.outcome);
}

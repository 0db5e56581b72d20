//! Lookups: observations by key, revisions by submission and by time.

use tenseven_model::{ObservationKey, Revision, SubmissionId, Timestamp, event::Event};

use super::{
    list,
    samples::{batch, long},
};
use crate::{Entry, ReadError, Storage};

list! {
    one_version_is_found_by_its_key
    many_versions_are_found_in_the_order_of_their_keys
    a_submission_is_found_and_one_that_was_never_sent_is_not
    a_submission_that_was_appended_twice_is_found_at_its_first_revision
    the_revision_at_a_time_is_the_last_one_accepted_by_then
    many_submissions_are_all_found
}

fn one_version_is_found_by_its_key(journal: &dyn Storage) {
    let (mut second, framework) = (batch(2, 700), long(3, 10));
    let Event::Observations(versions) = &mut second.event else { panic!("no batch") };
    versions[650].previous = Some(Revision::new(1));
    let wanted = versions[650].clone();
    journal.append(Revision::ZERO, &[batch(1, 3), second, framework]).unwrap();
    let find = |revision| journal.find(Revision::new(revision), wanted.key());
    assert_eq!(find(2).unwrap().as_ref(), Some(&wanted));
    assert_eq!((find(1).unwrap(), find(3).unwrap()), (None, None));
    assert!(matches!(find(4), Err(ReadError::Absent { .. })));
}

fn many_versions_are_found_in_the_order_of_their_keys(journal: &dyn Storage) {
    let entry = batch(1, 300);
    journal.append(Revision::ZERO, std::slice::from_ref(&entry)).unwrap();
    let versions = entry.event.versions();
    let absent = ObservationKey { source: "undesa".parse().unwrap(), ..versions[0].key().clone() };
    let keys = [versions[299].key(), &absent, versions[5].key(), versions[299].key()];
    let found = journal.find_all(Revision::new(1), &keys).unwrap();
    let expected = [Some(&versions[299]), None, Some(&versions[5]), Some(&versions[299])];
    assert_eq!(found.iter().map(Option::as_ref).collect::<Vec<_>>(), expected);
}

fn a_submission_is_found_and_one_that_was_never_sent_is_not(journal: &dyn Storage) {
    let [first, second] = [batch(1, 1), batch(2, 1)];
    journal.append(Revision::ZERO, std::slice::from_ref(&first)).unwrap();
    assert_eq!(journal.revision_of(first.submission).unwrap(), Some(Revision::new(1)));
    assert_eq!(journal.revision_of(second.submission).unwrap(), None);
    journal.append(Revision::new(1), std::slice::from_ref(&second)).unwrap();
    assert_eq!(journal.revision_of(second.submission).unwrap(), Some(Revision::new(2)));
}

fn a_submission_that_was_appended_twice_is_found_at_its_first_revision(journal: &dyn Storage) {
    let again = Entry { submission: batch(1, 1).submission, ..batch(3, 1) };
    let once_more = Entry { submission: batch(1, 1).submission, ..batch(4, 1) };
    let submission = again.submission;
    journal.append(Revision::ZERO, &[batch(1, 1), batch(2, 1), again, once_more]).unwrap();
    assert_eq!(journal.revision_of(submission).unwrap(), Some(Revision::new(1)));
}

fn the_revision_at_a_time_is_the_last_one_accepted_by_then(journal: &dyn Storage) {
    let at = |revision: u64, time| Entry { committed_at: Timestamp::from_micros(time), ..batch(revision, 1) };
    let found = |time| journal.revision_at(Timestamp::from_micros(time)).unwrap().number();
    assert_eq!(found(0), 0);
    journal.append(Revision::ZERO, &[at(1, 10), at(2, 20), at(3, 20), at(4, 30)]).unwrap();
    let times = [i64::MIN, 9, 10, 19, 20, 29, 30, i64::MAX];
    assert_eq!(times.map(found), [0, 0, 1, 1, 3, 3, 4, 4]);
}

fn many_submissions_are_all_found(journal: &dyn Storage) {
    const COUNT: u64 = 700;
    let all: Vec<Entry> = (1..=COUNT).map(|revision| long(revision, 1)).collect();
    for some in all.chunks(150) {
        journal.append(journal.head().revision, some).unwrap();
    }
    for entry in &all {
        assert_eq!(journal.revision_of(entry.submission).unwrap(), Some(entry.revision));
    }
    let never = SubmissionId::from_bytes([0xee; 16]).unwrap();
    assert_eq!(journal.revision_of(never).unwrap(), None);
}

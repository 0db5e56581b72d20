//! What a failed write leaves behind.

use std::sync::Arc;

use tenseven_model::{ContentDigest, SubmissionId, Timestamp};

use super::*;
use crate::{Content, FrameworkSource, Outcome};

fn entry(revision: u64) -> Entry {
    Entry {
        revision: Revision::new(revision),
        committed_at: Timestamp::from_micros(0),
        submission: SubmissionId::from_bytes([7; 16]).unwrap(),
        digest: ContentDigest([0; 32]),
        outcome: Outcome::default(),
        content: Content::Framework(FrameworkSource { text: "x".repeat(20_000) }),
    }
}

fn revisions(journal: &SledJournal) -> Vec<u64> {
    journal.read_after(Revision::ZERO).map(|entry| entry.unwrap().revision.number()).collect()
}

#[test]
fn after_a_failed_sync_it_takes_nothing_and_shows_only_what_was_acknowledged() {
    let directory = tempfile::tempdir().unwrap();
    let mut journal = SledJournal::open(directory.path().join("journal"), JournalOptions::default()).unwrap();
    journal.append(Revision::ZERO, &[entry(1)]).unwrap();

    let writable = Arc::get_mut(&mut journal.source.engine).unwrap();
    let log = writable.break_sync();
    let failed = journal.append(Revision::new(1), &[entry(2)]);
    assert!(matches!(failed, Err(AppendError::Storage(_))), "{failed:?}");
    assert_eq!(journal.head().revision, Revision::new(1));

    // The disk works again, and the journal still takes nothing: it cannot know what is kept.
    Arc::get_mut(&mut journal.source.engine).unwrap().mend_sync(log);
    let refused = journal.append(Revision::new(1), &[entry(2)]);
    assert!(matches!(refused, Err(AppendError::Poisoned)), "{refused:?}");
    assert_eq!(revisions(&journal), [1]);

    let path = journal.path().to_owned();
    drop(journal);
    let journal = SledJournal::open(path, JournalOptions::default()).unwrap();
    let head = journal.head().revision;
    assert!((1..=2).contains(&head.number()), "{head}");
    assert_eq!(journal.append(head, &[entry(head.number() + 1)]).unwrap().revision, head.next());
}

#[test]
fn a_page_outside_the_log_is_never_acknowledged() {
    let directory = tempfile::tempdir().unwrap();
    let journal = SledJournal::open(directory.path().join("journal"), JournalOptions::default()).unwrap();
    std::fs::write(journal.path().join("blobs/1234"), "a page").unwrap();
    let failed = journal.append(Revision::ZERO, &[entry(1)]);
    assert!(matches!(failed, Err(AppendError::Storage(crate::StorageError::OutsideLog))), "{failed:?}");
    assert_eq!(journal.head().revision, Revision::ZERO);
}

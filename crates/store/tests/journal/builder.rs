//! Journals that are made of others: restores, and compactions that replace the log.

use std::fs;

use tenseven_model::{Lineage, Revision, event::Event};
use tenseven_store::{
    AppendError, BuildError, DiskJournal, Entry, EntryFault, Head, Journal, JournalBuilder, JournalOptions,
    MemoryJournal, OpenError, ReadError, Record,
};

use crate::samples::{batch, entries, long, on_disk, open, records, short_segments};

const HORIZON: Revision = Revision::new(3);

/// A journal of five entries.
fn original() -> MemoryJournal {
    let journal = MemoryJournal::new();
    journal
        .append(Revision::ZERO, &[batch(1, 9), long(2, 50), batch(3, 4), batch(4, 9), batch(5, 1)])
        .unwrap();
    journal
}

fn restoring(path: &std::path::Path, journal: &dyn Journal) -> Result<JournalBuilder, BuildError> {
    JournalBuilder::restore(path, &short_segments(), journal.horizon(), journal.lineage())
}

fn add_all(builder: &mut JournalBuilder, records: &[Record]) {
    for record in records {
        builder.add(record).unwrap();
    }
}

/// The entry with only its first observations.
fn thinned(entry: &Entry, count: usize) -> Entry {
    let mut entry = entry.clone();
    if let Event::Observations(versions) = &mut entry.event {
        versions.truncate(count);
    }
    entry
}

/// Adds what is left of a journal up to the horizon, and all that follows; what is to be read then.
fn compact(builder: &mut JournalBuilder, records: &[Record]) -> Vec<Entry> {
    let left = records.iter().map(|record| {
        let entry = record.entry().unwrap();
        if record.revision() > HORIZON {
            builder.add(record).unwrap();
            return entry;
        }
        let left = thinned(&entry, 2);
        builder.add_compacted(&left, record).unwrap();
        left
    });
    left.collect()
}

#[test]
fn a_restored_journal_has_the_same_records_and_head() {
    let directory = tempfile::tempdir().unwrap();
    let (path, original) = (directory.path().join("a/journal"), original());
    let mut builder = restoring(&path, &original).unwrap();
    add_all(&mut builder, &records(&original));
    assert_eq!(builder.finish().unwrap(), original.head());
    let journal = open(&path).unwrap();
    assert_eq!((journal.head(), journal.lineage()), (original.head(), original.lineage()));
    assert_eq!(records(&journal), records(&original));
    let next = [batch(6, 3)];
    assert_eq!(
        journal.append(Revision::new(5), &next).unwrap(),
        original.append(Revision::new(5), &next).unwrap()
    );
}

#[test]
fn restores_into_an_empty_directory_and_a_mount_point() {
    let directory = tempfile::tempdir().unwrap();
    for (name, lost) in [("empty", None), ("mount", Some("lost+found"))] {
        let path = directory.path().join(name);
        fs::create_dir(&path).unwrap();
        if let Some(lost) = lost {
            fs::create_dir(path.join(lost)).unwrap();
        }
        let mut builder = restoring(&path, &original()).unwrap();
        add_all(&mut builder, &records(&original()));
        builder.finish().unwrap();
        assert_eq!(open(&path).unwrap().head(), original().head());
        assert!(!path.join("restoring").exists());
        assert!(lost.is_none_or(|lost| path.join(lost).is_dir()));
    }
}

#[test]
fn refuses_to_restore_where_something_is() {
    let directory = tempfile::tempdir().unwrap();
    let journal = on_disk(&directory);
    let path = journal.path().to_owned();
    let refused = restoring(&path, &original());
    assert!(matches!(refused, Err(BuildError::Open(OpenError::Locked { .. }))), "{refused:?}");
    drop(journal);
    let refused = restoring(&path, &original());
    assert!(matches!(refused, Err(BuildError::Open(OpenError::NotEmpty(_)))), "{refused:?}");
    fs::write(directory.path().join("notes.txt"), "mine").unwrap();
    let refused = restoring(directory.path(), &original());
    assert!(matches!(refused, Err(BuildError::Open(OpenError::Foreign { .. }))), "{refused:?}");
}

#[test]
fn a_restore_that_did_not_reach_its_end_is_refused_and_repeated() {
    let directory = tempfile::tempdir().unwrap();
    let (path, original) = (directory.path().join("journal"), original());
    for count in [0, 2, 5] {
        let mut builder = restoring(&path, &original).unwrap();
        let locked = open(&path);
        assert!(matches!(locked, Err(OpenError::Locked { .. })), "{locked:?}");
        add_all(&mut builder, &records(&original)[..count]);
        // What a kill would leave at this moment.
        let left = directory.path().join(format!("left-{count}"));
        let copied = std::process::Command::new("cp").arg("-a").args([&path, &left]).status().unwrap();
        assert!(copied.success());
        drop(builder);
        assert_eq!(fs::read_dir(&path).unwrap().count(), 0, "a restore that is given up leaves nothing");
        for refused in
            [open(&left), DiskJournal::open_read_only(&left, JournalOptions::default(), &mut |_| ())]
        {
            assert!(matches!(refused, Err(OpenError::Unfinished(_))), "{count}: {refused:?}");
        }
        let mut builder = restoring(&left, &original).unwrap();
        add_all(&mut builder, &records(&original));
        builder.finish().unwrap();
        assert_eq!(open(&left).unwrap().head(), original.head());
    }
}

#[test]
fn takes_only_the_record_that_follows() {
    let directory = tempfile::tempdir().unwrap();
    let other = MemoryJournal::new();
    other.append(Revision::ZERO, &[batch(1, 2), batch(2, 1)]).unwrap();
    let (ours, theirs) = (records(&original()), records(&other));
    let mut builder = restoring(&directory.path().join("journal"), &original()).unwrap();
    builder.add(&ours[0]).unwrap();
    for gap in [&ours[0], &ours[2]] {
        let refused = builder.add(gap);
        assert!(matches!(refused, Err(BuildError::Append(AppendError::NotContiguous { .. }))), "{refused:?}");
    }
    let refused = builder.add(&theirs[1]);
    let link = matches!(&refused, Err(BuildError::Read(ReadError::Corrupt(found)))
        if matches!(found.fault, EntryFault::Link));
    assert!(link, "{refused:?}");
    builder.add(&ours[1]).unwrap();
    assert_eq!(builder.head().revision, Revision::new(2));
}

#[test]
fn after_a_restore_revisions_continue_in_a_new_history() {
    let directory = tempfile::tempdir().unwrap();
    let (path, original) = (directory.path().join("journal"), original());
    let first = original.lineage().current();
    let mut builder = restoring(&path, &original).unwrap();
    add_all(&mut builder, &records(&original)[..4]);
    let second = builder.begin_history().unwrap();
    builder.finish().unwrap();
    for _ in 0..2 {
        let lineage = open(&path).unwrap().lineage();
        assert_eq!(lineage.current(), second);
        assert_eq!(lineage.history_of(Revision::new(4)), first);
        assert_eq!(lineage.history_of(Revision::new(5)), second);
        assert!(lineage.check(first, Revision::new(5)).is_err());
        assert!(lineage.check(first, Revision::new(4)).is_ok());
    }
    let journal = open(&path).unwrap();
    journal.append(Revision::new(4), &[long(5, 20_000), batch(6, 2)]).unwrap();
    // Restored once more, to a point in time before the second history began.
    let again = directory.path().join("again");
    let mut builder = restoring(&again, &journal).unwrap();
    add_all(&mut builder, &records(&journal)[..2]);
    let third = builder.begin_history().unwrap();
    builder.finish().unwrap();
    let lineage = open(&again).unwrap().lineage();
    let histories: Vec<_> =
        lineage.histories().iter().map(|history| (history.id, history.after.number())).collect();
    assert_eq!(histories, [(first, 0), (third, 2)]);
}

#[test]
fn a_restore_of_nothing_is_an_empty_journal_with_a_history_of_its_own() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("journal");
    let mut builder = restoring(&path, &MemoryJournal::new()).unwrap();
    let history = builder.begin_history().unwrap();
    assert_eq!(builder.finish().unwrap(), Head::default());
    let journal = open(&path).unwrap();
    assert_eq!((journal.head(), journal.lineage().current()), (Head::default(), history));
    journal.append(Revision::ZERO, &[batch(1, 1)]).unwrap();
}

#[test]
fn more_histories_than_a_segment_names_leave_the_newest() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("journal");
    let mut builder = restoring(&path, &original()).unwrap();
    let mut begun = Vec::new();
    for record in records(&original()) {
        builder.add(&record).unwrap();
        begun.extend((0..40).map(|_| builder.begin_history().unwrap()));
    }
    builder.finish().unwrap();
    let lineage: Lineage = open(&path).unwrap().lineage();
    let kept: Vec<_> = lineage.histories().iter().map(|history| history.id).collect();
    assert_eq!(kept, begun[begun.len() - kept.len()..]);
    assert_eq!(kept.len(), 160);
}

#[test]
fn a_compacted_journal_has_the_head_of_the_one_that_it_was_made_of() {
    let directory = tempfile::tempdir().unwrap();
    let (path, original) = (directory.path().join("journal"), original());
    let mut builder =
        JournalBuilder::restore(&path, &JournalOptions::default(), HORIZON, original.lineage()).unwrap();
    let expected = compact(&mut builder, &records(&original));
    builder.finish().unwrap();
    for _ in 0..2 {
        let journal = open(&path).unwrap();
        assert_eq!((journal.head(), journal.horizon()), (original.head(), HORIZON));
        assert_eq!(entries(&journal), expected);
        let same: Vec<_> =
            records(&journal).iter().zip(records(&original)).map(|(ours, theirs)| *ours == theirs).collect();
        assert_eq!(same, [false, true, false, true, true], "what is whole keeps its bytes");
        let versions = batch(1, 9);
        let found = |index: usize| {
            let key = versions.event.versions()[index].key();
            journal.find(Revision::new(1), key).unwrap().is_some()
        };
        assert_eq!([found(1), found(2)], [true, false]);
    }
    let next = [batch(6, 3)];
    let appended = open(&path).unwrap().append(Revision::new(5), &next).unwrap();
    assert_eq!(appended, original.append(Revision::new(5), &next).unwrap());
}

#[test]
fn compacted_records_are_taken_up_to_the_horizon_and_no_further() {
    let directory = tempfile::tempdir().unwrap();
    let (path, original) = (directory.path().join("journal"), original());
    let mut builder =
        JournalBuilder::restore(&path, &JournalOptions::default(), HORIZON, original.lineage()).unwrap();
    compact(&mut builder, &records(&original)[..3]);
    let fourth = &records(&original)[3];
    let refused = builder.add_compacted(&thinned(&fourth.entry().unwrap(), 2), fourth);
    assert!(matches!(refused, Err(BuildError::Append(AppendError::BeyondHorizon { .. }))), "{refused:?}");
    builder.finish().unwrap();
    let compacted = records(&open(&path).unwrap());
    let copy = directory.path().join("copy");
    let mut builder =
        JournalBuilder::restore(&copy, &JournalOptions::default(), Revision::new(2), original.lineage())
            .unwrap();
    add_all(&mut builder, &compacted[..2]);
    let refused = builder.add(&compacted[2]);
    let is_corrupt = matches!(&refused, Err(BuildError::Read(ReadError::Corrupt(found)))
        if matches!(found.fault, EntryFault::Compacted { .. }));
    assert!(is_corrupt, "{refused:?}");
}

#[test]
fn a_compaction_replaces_the_log_once_it_is_finished() {
    let directory = tempfile::tempdir().unwrap();
    let journal = on_disk(&directory);
    let path = journal.path().to_owned();
    journal.append(Revision::ZERO, &entries(&original())).unwrap();
    let before = (journal.head(), journal.lineage());
    // An attempt that is given up changes nothing.
    let mut builder = journal.rewrite(HORIZON, &short_segments()).unwrap();
    compact(&mut builder, &records(&journal)[..4]);
    drop(builder);
    drop(journal);
    let journal = open(&path).unwrap();
    assert_eq!((journal.head(), journal.horizon()), (before.0, Revision::ZERO));
    assert_eq!(entries(&journal), entries(&original()));
    assert!(!path.join("log-2").exists(), "what an attempt left is removed");

    let mut builder = journal.rewrite(HORIZON, &short_segments()).unwrap();
    let expected = compact(&mut builder, &records(&journal));
    assert_eq!(builder.finish().unwrap(), before.0);
    assert_eq!(entries(&journal), entries(&original()), "readers go on with the log that they began with");
    drop(journal);
    let journal = open(&path).unwrap();
    assert_eq!((journal.head(), journal.lineage(), journal.horizon()), (before.0, before.1, HORIZON));
    assert_eq!(entries(&journal), expected);
    assert!(!path.join("log-1").exists());
    assert_eq!(journal.revision_of(batch(4, 0).submission).unwrap(), Some(Revision::new(4)));
}

#[test]
fn a_journal_whose_log_was_replaced_takes_nothing_more() {
    let directory = tempfile::tempdir().unwrap();
    let journal = on_disk(&directory);
    let path = journal.path().to_owned();
    journal.append(Revision::ZERO, &entries(&original())).unwrap();
    let mut builder = journal.rewrite(HORIZON, &short_segments()).unwrap();
    compact(&mut builder, &records(&journal));
    builder.finish().unwrap();
    let refused = journal.append(Revision::new(5), &[batch(6, 1)]);
    assert!(matches!(refused, Err(AppendError::Poisoned)), "{refused:?}");
    drop(journal);
    assert_eq!(open(&path).unwrap().head(), original().head());
}

#[test]
fn a_compaction_that_lacks_what_was_appended_meanwhile_is_refused() {
    let directory = tempfile::tempdir().unwrap();
    let journal = on_disk(&directory);
    let path = journal.path().to_owned();
    journal.append(Revision::ZERO, &entries(&original())).unwrap();
    let mut builder = journal.rewrite(HORIZON, &short_segments()).unwrap();
    compact(&mut builder, &records(&journal));
    let head = journal.append(Revision::new(5), &[batch(6, 1)]).unwrap();
    let refused = builder.finish();
    assert!(matches!(&refused, Err(BuildError::Append(AppendError::HeadMoved { .. }))), "{refused:?}");
    journal.append(Revision::new(6), &[batch(7, 1)]).unwrap();
    drop(journal);
    let journal = open(&path).unwrap();
    assert_eq!(journal.head().revision, head.revision.next());
    assert_eq!(journal.horizon(), Revision::ZERO);
}

#[test]
fn an_earlier_compaction_cannot_finish_once_another_began() {
    let directory = tempfile::tempdir().unwrap();
    let journal = on_disk(&directory);
    let path = journal.path().to_owned();
    journal.append(Revision::ZERO, &entries(&original())).unwrap();
    let mut first = journal.rewrite(HORIZON, &short_segments()).unwrap();
    compact(&mut first, &records(&journal));
    let second = journal.rewrite(HORIZON, &short_segments()).unwrap();
    let refused = first.finish();
    assert!(matches!(refused, Err(BuildError::Superseded)), "{refused:?}");
    drop(journal);
    let refused = second.finish();
    assert!(matches!(refused, Err(BuildError::Superseded)), "it is nobody's journal now: {refused:?}");
    assert_eq!(open(&path).unwrap().head(), original().head());
}

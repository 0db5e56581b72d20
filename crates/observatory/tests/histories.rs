//! Histories: what a client may resume from after a restore, and what not.

#![allow(clippy::unwrap_used, reason = "tests: what does not hold fails them")]

use std::time::Duration;

use tenseven_catalog::Catalog;
use tenseven_model::{
    AsOf, History, HistoryId, Lineage, OtherHistory, ReadAt, Revision, ScoreSelection, Value,
};
use tenseven_observatory::{
    BackupStartError, Cursor, Limits, Observatory, Position, QueryFingerprint, ViewError, WatchStart,
    WatchStartError, World, WrongHistory,
};
use tenseven_store::Head;
use tenseven_testkit::{ManualClock, TestJournal, as_changes, observation, submission};

const BEFORE: HistoryId = HistoryId::from_bytes([1; 16]);
const NOW: HistoryId = HistoryId::from_bytes([2; 16]);
const ANOTHER: HistoryId = HistoryId::from_bytes([9; 16]);

fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(future)
}

/// A registry as it is after a restore, with a few revisions after the fork, which is returned.
fn restored() -> (Observatory, Revision) {
    let journal = TestJournal::default();
    let (world, clock) = (World::new(Catalog::bundled()), ManualClock::at(1_000));
    let registry =
        Observatory::open(Box::new(journal.clone()), world, Limits::default(), Box::new(clock)).unwrap();
    let push = |number: u32| {
        let value = Value::Number(f64::from(number).try_into().unwrap());
        let batch = vec![observation("migrant-casualties", "MAR", &(2000 + number).to_string(), value)];
        block_on(registry.submit_changes(submission(number), as_changes(batch))).unwrap().revision
    };
    let fork = push(1);
    let mut lineage = Lineage::new();
    assert!(lineage.push(History { id: BEFORE, after: Revision::ZERO }));
    assert!(lineage.push(History { id: NOW, after: fork }));
    journal.set_lineage(lineage);
    for number in 2..5 {
        push(number);
    }
    (registry, fork)
}

fn left(revision: Revision, fork: Revision) -> WrongHistory {
    let problem = OtherHistory::Left { history: BEFORE, revision, left_after: fork, current: NOW };
    WrongHistory { revision, problem }
}

fn unknown(revision: Revision) -> WrongHistory {
    WrongHistory { revision, problem: OtherHistory::Unknown { history: ANOTHER, current: NOW } }
}

#[test]
fn a_position_names_the_history_that_its_revision_was_accepted_in() {
    let (registry, fork) = restored();
    assert_eq!(registry.position(fork).history, BEFORE);
    assert_eq!(registry.position(fork.next()).history, NOW);
    let view = block_on(registry.view(ReadAt::moment(AsOf::Revision(fork)), Duration::ZERO)).unwrap();
    assert_eq!(view.position(), Position { revision: fork, history: BEFORE });
}

#[test]
fn a_read_of_a_revision_that_the_restore_discarded_is_rejected() {
    let (registry, fork) = restored();
    let read = |history, revision| {
        let as_of = AsOf::Revision(revision);
        block_on(registry.view(ReadAt { as_of, history, ..ReadAt::default() }, Duration::ZERO)).map(drop)
    };
    let lost = fork.next();
    assert_eq!(read(Some(BEFORE), fork), Ok(()));
    assert_eq!(read(Some(NOW), lost), Ok(()));
    assert_eq!(read(None, fork), Ok(()), "both histories have it");
    let problem = OtherHistory::Ambiguous { revision: lost, forked_after: fork, current: NOW };
    assert_eq!(read(None, lost), Err(WrongHistory { revision: lost, problem }.into()));
    assert_eq!(read(Some(BEFORE), lost), Err(left(lost, fork).into()));
    assert_eq!(read(Some(ANOTHER), fork), Err(unknown(fork).into()));
}

#[test]
fn a_min_revision_of_another_history_is_rejected_before_it_is_waited_for() {
    let (registry, fork) = restored();
    let min_revision = Revision::new(1_000_000);
    let read = ReadAt { min_revision, history: Some(BEFORE), ..ReadAt::default() };
    let waited = registry.view(read, Duration::from_mins(10));
    assert_eq!(block_on(waited).map(drop), Err(left(min_revision, fork).into()));
}

#[test]
fn watches_start_only_after_a_revision_of_the_registry() {
    let (registry, fork) = restored();
    let lost = fork.next();
    let start = |history, after| WatchStart { after: Some(after), history: Some(history) };
    assert_eq!(registry.watch_after(start(BEFORE, fork)), Ok(fork));
    assert_eq!(registry.watch_after(start(BEFORE, lost)), Err(left(lost, fork).into()));
    assert_eq!(registry.watch_after(start(NOW, lost)), Ok(lost));
    let selection = ScoreSelection {
        framework: "target-10-7".parse().unwrap(),
        areas: Vec::new(),
        from: None,
        to: None,
        nodes: Vec::new(),
    };
    block_on(async {
        assert!(registry.watch_scores(&selection, start(BEFORE, fork), false).is_ok());
        let refused = registry.watch_scores(&selection, start(BEFORE, lost), false).map(drop);
        assert_eq!(refused, Err(WatchStartError::from(left(lost, fork)).into()));
    });
}

#[test]
fn a_page_token_from_before_the_restore_is_rejected_if_its_revision_is_gone() {
    let (registry, fork) = restored();
    let query = QueryFingerprint::of(&[b"listing"]);
    let page = |at: Position| {
        let token = Cursor { at, after: String::new() }.token(query);
        let cursor = Cursor::from_token(&token, query).unwrap().unwrap();
        let view = block_on(registry.view_of_page(ReadAt::default(), &cursor, Duration::ZERO))?;
        Ok(view.revision())
    };
    let lost = fork.next();
    assert_eq!(page(Position { revision: fork, history: BEFORE }), Ok(fork));
    assert_eq!(page(Position { revision: lost, history: NOW }), Ok(lost));
    assert_eq!(page(Position { revision: lost, history: BEFORE }), Err(ViewError::from(left(lost, fork))));
}

#[test]
fn a_copy_that_ends_in_another_history_is_not_continued() {
    let (registry, fork) = restored();
    let lost = Head { revision: fork.next(), ..Head::default() };
    let refused = registry.backup(lost, Some(BEFORE)).map(drop);
    assert_eq!(refused, Err(BackupStartError::WrongHistory(left(lost.revision, fork))));
    let backup = registry.backup(Head::default(), Some(BEFORE)).unwrap();
    assert_eq!((backup.lineage.current(), backup.lineage.histories().len()), (NOW, 2));
    assert_eq!(registry.status().lineage, backup.lineage);
}

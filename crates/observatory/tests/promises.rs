//! What the observatory promises, tested without a socket and without a disk.

#![allow(clippy::unwrap_used, reason = "tests: what does not hold fails them")]

use std::{sync::Arc, time::Duration};

use proptest::prelude::*;
use tenseven_catalog::Catalog;
use tenseven_engine::Row;
use tenseven_model::{
    Alpha3, AreaSelection, AsOf, Observation, ObservationSelection, Period, PracticeSelection, ReadAt,
    Revision, ScoreSelection, Timestamp, Value,
};
use tenseven_observatory::{
    ChangesError, Closing, JournalFailed, JournalFull, Limits, NoSuchMoment, Observatory, OpenError,
    QueueFull, Recorded, RecordedPractice, StampedAhead, SubmissionError, Unreadable, UnsettledMoment,
    VersionsError, View, ViewError, World, WriteFailure,
};
use tenseven_testkit::{Failure, ManualClock, TestJournal, as_changes, history, observation, submission};

fn open_with(journal: &TestJournal, clock: &ManualClock, limits: Limits) -> Observatory {
    let world = World::new(Catalog::bundled());
    Observatory::open(Box::new(journal.clone()), world, limits, Box::new(clock.clone())).unwrap()
}

fn open(journal: &TestJournal) -> Observatory {
    open_with(journal, &ManualClock::at(1_000), Limits::default())
}

/// Runs without threads of its own, so that each case of a property is cheap.
fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(future)
}

/// Everything that a view answers.
#[derive(Debug, PartialEq)]
struct Answers {
    revision: Revision,
    observations: Vec<Recorded>,
    scores: Vec<(Alpha3, Period, Row)>,
    reports: Vec<(String, Option<u64>, Vec<Alpha3>)>,
    practices: Vec<RecordedPractice>,
}

fn answers(view: &View) -> Answers {
    let framework = "target-10-7".parse().unwrap();
    let selection = ScoreSelection { framework, areas: Vec::new(), from: None, to: None, nodes: Vec::new() };
    let scores = view.list_scores(&selection, usize::MAX, None).unwrap().trees;
    let report = view.target_report(&selection.framework, "2019".parse().unwrap(), &[AreaSelection::World]);
    Answers {
        practices: view.practices(&PracticeSelection::default(), usize::MAX, None).unwrap().practices,
        revision: view.revision(),
        observations: view
            .observations(&ObservationSelection::default(), usize::MAX, None)
            .unwrap()
            .observations,
        scores: scores.into_iter().map(|tree| (tree.area, tree.period, tree.row)).collect(),
        reports: report
            .unwrap()
            .results
            .into_iter()
            .map(|one| (one.clause.to_string(), one.value.map(f64::to_bits), one.with_data_areas))
            .collect(),
    }
}

fn ask(observatory: &Observatory, as_of: AsOf) -> Answers {
    answers(&block_on(observatory.view(ReadAt::moment(as_of), Duration::ZERO)).unwrap())
}

fn push(observatory: &Observatory, number: u32, batch: &[Observation]) -> Result<Revision, ChangesError> {
    block_on(observatory.submit_changes(submission(number), as_changes(batch.to_vec())))
        .map(|receipt| receipt.revision)
}

/// The revision of the `count`th entry behind what a new registry begins with.
fn behind_the_start(count: u64) -> Revision {
    static START: std::sync::OnceLock<u64> = std::sync::OnceLock::new();
    let start = START.get_or_init(|| {
        // On a thread of its own: opening blocks.
        std::thread::spawn(|| open(&TestJournal::default()).revision().number()).join().unwrap()
    });
    Revision::new(start + count)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn a_rebuilt_observatory_answers_as_the_live_one_did(batches in history(12)) {
        let journal = TestJournal::default();
        let live = open(&journal);
        for (number, batch) in (0..).zip(&batches) {
            push(&live, number, batch).unwrap();
        }
        let before = ask(&live, AsOf::Now);
        drop(live);
        prop_assert_eq!(ask(&open(&journal), AsOf::Now), before);
    }

    #[test]
    fn every_past_answer_is_given_again(batches in history(8)) {
        let journal = TestJournal::default();
        let clock = ManualClock::at(1_000);
        let live = open_with(&journal, &clock, Limits::default());
        let mut given = Vec::new();
        for (number, batch) in (0..).zip(&batches) {
            clock.set(2_000 + i64::from(number) * 10);
            let revision = push(&live, number, batch).unwrap();
            given.push((revision, 2_000 + i64::from(number) * 10, ask(&live, AsOf::Now)));
        }
        clock.set(1_000_000);
        for (revision, moment, answer) in &given {
            prop_assert_eq!(&ask(&live, AsOf::Revision(*revision)), answer);
            prop_assert_eq!(&ask(&live, AsOf::Time(Timestamp::from_micros(*moment + 5))), answer);
        }
    }

    #[test]
    fn a_batch_sent_again_changes_nothing(batches in history(6)) {
        let journal = TestJournal::default();
        let live = open(&journal);
        for (number, batch) in (0..).zip(&batches) {
            let first = block_on(live.submit_changes(submission(number), as_changes(batch.clone()))).unwrap();
            let before = ask(&live, AsOf::Now);
            let again = block_on(live.submit_changes(submission(number), as_changes(batch.clone()))).unwrap();
            prop_assert_eq!(again, first);
            prop_assert_eq!(ask(&live, AsOf::Now), before);
        }
    }
}

fn flag_batch(year: u16) -> Vec<Observation> {
    vec![observation("dual-nationality", "MAR", &year.to_string(), Value::Level("basic".parse().unwrap()))]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_waits_during_a_flush_goes_out_with_the_next() {
    let journal = TestJournal::default();
    let observatory = {
        let journal = journal.clone();
        Arc::new(tokio::task::spawn_blocking(move || open(&journal)).await.unwrap())
    };
    let before = journal.appends();
    journal.hold();
    let mut pushes = tokio::task::JoinSet::new();
    for number in 0..100_u16 {
        let observatory = Arc::clone(&observatory);
        pushes.spawn(async move {
            observatory.submit_changes(submission(number.into()), as_changes(flag_batch(1950 + number))).await
        });
    }
    tokio::time::sleep(Duration::from_millis(200)).await;
    journal.release();
    let receipts = pushes.join_all().await;
    assert!(receipts.iter().all(Result::is_ok), "{receipts:?}");
    // One append holds what had come when the writer looked, the next the rest.
    assert!(journal.appends() - before <= 3, "{} appends for 100 submissions", journal.appends() - before);
    tokio::task::spawn_blocking(move || drop(observatory)).await.unwrap();
}

#[test]
fn nothing_is_readable_before_it_is_flushed() {
    let journal = TestJournal::default();
    let observatory = Arc::new(open(&journal));
    journal.hold();
    let pushing = {
        let observatory = Arc::clone(&observatory);
        std::thread::spawn(move || push(&observatory, 1, &flag_batch(2020)))
    };
    std::thread::sleep(Duration::from_millis(100));
    assert!(!pushing.is_finished(), "it was answered before it was flushed");
    assert_eq!(ask(&observatory, AsOf::Now).observations, []);
    journal.release();
    assert_eq!(pushing.join().unwrap(), Ok(behind_the_start(1)));
    assert_eq!(ask(&observatory, AsOf::Now).observations.len(), 1);
}

#[test]
fn a_failed_append_shows_nothing_and_stops_writes_but_not_reads() {
    let journal = TestJournal::default();
    let observatory = open(&journal);
    push(&observatory, 1, &flag_batch(2019)).unwrap();
    let before = ask(&observatory, AsOf::Now);
    journal.fail(Some(Failure::Storage));
    assert_eq!(push(&observatory, 2, &flag_batch(2020)), Err(SubmissionError::from(JournalFailed).into()));
    journal.fail(None);
    assert_eq!(push(&observatory, 3, &flag_batch(2021)), Err(SubmissionError::from(JournalFailed).into()));
    assert_eq!(ask(&observatory, AsOf::Now), before);
    // What was acknowledged before can still be asked for again.
    assert_eq!(push(&observatory, 1, &flag_batch(2019)), Ok(behind_the_start(1)));
}

#[test]
fn nothing_more_is_acknowledged_into_a_journal_that_turned_out_to_be_damaged() {
    let journal = TestJournal::default();
    let observatory = open(&journal);
    let first = flag_batch(2019);
    push(&observatory, 1, &first).unwrap();
    push(&observatory, 2, &flag_batch(2020)).unwrap();
    journal.damage(behind_the_start(1));
    let view = block_on(observatory.view(ReadAt::moment(AsOf::Now), Duration::ZERO)).unwrap();
    let asked = view.versions(first[0].key(), 10, None);
    assert_eq!(asked.err(), Some(VersionsError::from(Unreadable { revision: behind_the_start(1) })));
    assert_eq!(push(&observatory, 3, &flag_batch(2021)), Err(SubmissionError::from(JournalFailed).into()));
    // What is sound is still answered.
    assert_eq!(push(&observatory, 2, &flag_batch(2020)), Ok(behind_the_start(2)));
    assert_eq!(ask(&observatory, AsOf::Now).observations.len(), 2);
}

#[test]
fn a_full_disk_refuses_writes_until_there_is_room() {
    let journal = TestJournal::default();
    let observatory = open(&journal);
    journal.fail(Some(Failure::DiskFull));
    assert_eq!(push(&observatory, 1, &flag_batch(2020)), Err(SubmissionError::from(JournalFull).into()));
    assert_eq!(ask(&observatory, AsOf::Now).observations, []);
    journal.fail(None);
    assert_eq!(push(&observatory, 1, &flag_batch(2020)), Ok(behind_the_start(1)));
}

#[test]
fn bundled_frameworks_for_which_the_disk_has_no_room_are_published_at_the_next_start() {
    let journal = TestJournal::default();
    journal.fail(Some(Failure::DiskFull));
    let world = World::new(Catalog::bundled());
    let clock = Box::new(ManualClock::at(1));
    let without = Observatory::open(Box::new(journal.clone()), world, Limits::default(), clock).unwrap();
    assert_eq!(without.revision(), Revision::ZERO);
    drop(without);
    journal.fail(None);
    assert_eq!(open(&journal).revision(), behind_the_start(0));
}

#[test]
fn revisions_keep_their_order_when_the_clock_goes_back() {
    let journal = TestJournal::default();
    let clock = ManualClock::at(5_000);
    let observatory = open_with(&journal, &clock, Limits::default());
    let first = block_on(observatory.submit_changes(submission(1), as_changes(flag_batch(2019)))).unwrap();
    clock.set(100);
    let second = block_on(observatory.submit_changes(submission(2), as_changes(flag_batch(2020)))).unwrap();
    assert!(second.accepted_at > first.accepted_at, "{second:?} is not after {first:?}");
}

/// A write at 20 s while it is 10 s; what comes then is stamped after it, and it is unknown what was there at 10 s.
#[test]
fn a_moment_is_not_answered_while_revisions_are_stamped_later_than_now() {
    let journal = TestJournal::default();
    let clock = ManualClock::at(5_000_000);
    let observatory = open_with(&journal, &clock, Limits::default());
    let first = push(&observatory, 1, &flag_batch(2018)).unwrap();
    clock.set(20_000_000);
    push(&observatory, 2, &flag_batch(2019)).unwrap();
    clock.set(10_000_000);
    let newest = push(&observatory, 3, &flag_batch(2020)).unwrap();
    let at = |micros| ReadAt::moment(AsOf::Time(Timestamp::from_micros(micros)));
    let asked = |micros| block_on(observatory.view(at(micros), Duration::ZERO)).map(|view| view.revision());
    let ahead = StampedAhead { first: first.next(), newest };
    assert_eq!(asked(10_000_000), Err(ViewError::from(ahead)));
    clock.set(20_000_000);
    assert_eq!(asked(20_000_000), Ok(first.next()), "from then on it is final");
    clock.set(21_000_000);
    assert_eq!(asked(21_000_000), Ok(newest));
}

#[test]
fn an_answer_for_a_moment_is_final() {
    let journal = TestJournal::default();
    let clock = ManualClock::at(5_000);
    let observatory = open_with(&journal, &clock, Limits::default());
    let moment = AsOf::Time(Timestamp::from_micros(5_000));
    push(&observatory, 1, &flag_batch(2019)).unwrap();
    let answer = ask(&observatory, moment);
    // The clock still shows the moment that was answered for; what comes now must come after it.
    let late = block_on(observatory.submit_changes(submission(2), as_changes(flag_batch(2020)))).unwrap();
    assert!(late.accepted_at > Timestamp::from_micros(5_000));
    assert_eq!(ask(&observatory, moment), answer);
}

#[test]
fn a_moment_to_come_has_no_answer() {
    let observatory = open(&TestJournal::default());
    let asked =
        block_on(observatory.view(ReadAt::moment(AsOf::Time(Timestamp::from_micros(1_001))), Duration::ZERO));
    assert_eq!(asked.err(), Some(ViewError::from(NoSuchMoment { newest: behind_the_start(0) })));
}

#[test]
fn a_submission_that_waits_for_room_is_taken_in_once_there_is_some() {
    let journal = TestJournal::default();
    let limits = Limits { queue_submissions_max: 1, group_submissions_max: 1, ..Limits::default() };
    let observatory = open_with(&journal, &ManualClock::at(1), limits);
    journal.hold();
    let revisions = block_on(async {
        let mut waiting = Vec::new();
        // One is being flushed, one is decided, and one is in the queue.
        for number in 0..3_u16 {
            waiting.push(
                observatory
                    .submit(submission(u32::from(number) + 1), as_changes(flag_batch(2000 + number)))
                    .await
                    .unwrap(),
            );
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        let one_more = observatory.submit(submission(4), as_changes(flag_batch(2003)));
        let mut one_more = std::pin::pin!(one_more);
        let early = tokio::time::timeout(Duration::from_millis(200), one_more.as_mut()).await;
        journal.release();
        assert!(early.is_err(), "there was no room for it");
        waiting.push(one_more.await.unwrap());
        let mut revisions = Vec::new();
        for submitted in waiting {
            revisions.push(submitted.answer().await.unwrap().revision.number());
        }
        revisions
    });
    assert_eq!(revisions, [1, 2, 3, 4].map(|count| behind_the_start(count).number()));
    observatory.close();
    let late = block_on(observatory.submit(submission(5), as_changes(flag_batch(2004))));
    assert!(matches!(late, Err(ChangesError::Submission(SubmissionError::Closing(_)))), "{late:?}");
}

#[test]
fn one_submission_too_many_is_refused_at_once() {
    let journal = TestJournal::default();
    let limits = Limits { queue_submissions_max: 2, group_submissions_max: 1, ..Limits::default() };
    let observatory = Arc::new(open_with(&journal, &ManualClock::at(1), limits));
    journal.hold();
    let pushes: Vec<_> = (0..8)
        .map(|number| {
            let observatory = Arc::clone(&observatory);
            std::thread::spawn(move || push(&observatory, number, &flag_batch(2020)))
        })
        .collect();
    std::thread::sleep(Duration::from_millis(200));
    journal.release();
    let answers: Vec<_> = pushes.into_iter().map(|push| push.join().unwrap()).collect();
    let full = ChangesError::from(SubmissionError::from(QueueFull { waiting: 2 }));
    assert!(answers.iter().any(|answer| *answer == Err(full.clone())), "{answers:?}");
    assert!(answers.iter().any(Result::is_ok), "{answers:?}");
}

#[test]
fn what_waits_when_it_closes_is_answered_and_what_comes_later_refused() {
    let journal = TestJournal::default();
    let observatory = Arc::new(open(&journal));
    journal.hold();
    let waiting = {
        let observatory = Arc::clone(&observatory);
        std::thread::spawn(move || push(&observatory, 1, &flag_batch(2020)))
    };
    std::thread::sleep(Duration::from_millis(100));
    let closing = {
        let observatory = Arc::clone(&observatory);
        std::thread::spawn(move || observatory.close())
    };
    std::thread::sleep(Duration::from_millis(100));
    assert_eq!(push(&observatory, 2, &flag_batch(2021)), Err(SubmissionError::from(Closing).into()));
    journal.release();
    assert_eq!(waiting.join().unwrap(), Ok(behind_the_start(1)));
    closing.join().unwrap();
}

#[test]
fn two_contents_under_one_id_in_a_failing_group_both_return_the_failure() {
    let journal = TestJournal::default();
    let observatory = Arc::new(open(&journal));
    journal.hold();
    // The first occupies the writer, so that the next two go out together.
    let pushes: Vec<_> = [(1, 2018), (2, 2019), (2, 2020)]
        .into_iter()
        .map(|(number, year)| {
            let observatory = Arc::clone(&observatory);
            let push = std::thread::spawn(move || push(&observatory, number, &flag_batch(year)));
            std::thread::sleep(Duration::from_millis(50));
            push
        })
        .collect();
    journal.fail(Some(Failure::DiskFull));
    journal.release();
    let answers: Vec<_> = pushes.into_iter().map(|push| push.join().unwrap()).collect();
    assert_eq!(answers, vec![Err(SubmissionError::from(JournalFull).into()); 3]);
}

#[test]
fn what_was_decided_on_top_of_a_failed_flush_fails_with_it_and_leaves_no_trace() {
    let journal = TestJournal::default();
    let limits = Limits { group_submissions_max: 1, ..Limits::default() };
    let observatory = Arc::new(open_with(&journal, &ManualClock::at(1_000), limits));
    let before = ask(&observatory, AsOf::Now);
    journal.hold();
    // The first is being flushed while the second is decided on top of it.
    let pushes: Vec<_> = [(1, 2018), (2, 2019)]
        .into_iter()
        .map(|(number, year)| {
            let observatory = Arc::clone(&observatory);
            let push = std::thread::spawn(move || push(&observatory, number, &flag_batch(year)));
            std::thread::sleep(Duration::from_millis(100));
            push
        })
        .collect();
    journal.fail(Some(Failure::DiskFull));
    journal.release();
    let answers: Vec<_> = pushes.into_iter().map(|push| push.join().unwrap()).collect();
    assert_eq!(answers, vec![Err(SubmissionError::from(JournalFull).into()); 2]);
    assert_eq!(ask(&observatory, AsOf::Now), before);
    journal.fail(None);
    // Both ids and both revisions are free.
    assert_eq!(push(&observatory, 2, &flag_batch(2019)), Ok(behind_the_start(1)));
    assert_eq!(push(&observatory, 1, &flag_batch(2018)), Ok(behind_the_start(2)));
    drop(observatory);
    assert_eq!(open(&journal).revision(), behind_the_start(2));
}

#[test]
fn a_writer_that_panics_answers_everybody_and_accepts_nothing_more() {
    let journal = TestJournal::default();
    let clock = ManualClock::at(5_000);
    let observatory = Arc::new(open_with(&journal, &clock, Limits::default()));
    let failure = observatory.write_failure();
    assert_eq!(*failure.borrow(), None);
    let before = ask(&observatory, AsOf::Now);
    journal.hold();
    let pushes: Vec<_> = (1..4)
        .map(|number| {
            let observatory = Arc::clone(&observatory);
            let push = std::thread::spawn(move || push(&observatory, number, &flag_batch(2000)));
            std::thread::sleep(Duration::from_millis(50));
            push
        })
        .collect();
    journal.fail(Some(Failure::Panic));
    journal.release();
    let failed = Err(SubmissionError::from(JournalFailed).into());
    for pushed in pushes {
        assert_eq!(pushed.join().unwrap(), failed);
    }
    journal.fail(None);
    assert_eq!(push(&observatory, 9, &flag_batch(2001)), failed);
    assert_eq!(*failure.borrow(), Some(WriteFailure::Panicked));
    assert_eq!(ask(&observatory, AsOf::Now), before);
    clock.set(9_000);
    let asked =
        block_on(observatory.view(ReadAt::moment(AsOf::Time(Timestamp::from_micros(9_000))), Duration::ZERO));
    assert_eq!(asked.err(), Some(ViewError::from(UnsettledMoment)), "whether the group is kept is unknown");
}

#[test]
fn an_entry_that_panics_when_it_is_read_refuses_the_start_by_its_revision() {
    let journal = TestJournal::default();
    let revision = push(&open(&journal), 1, &flag_batch(2020)).unwrap();
    journal.panic_at(revision);
    let world = World::new(Catalog::bundled());
    let opened = Observatory::open(
        Box::new(journal.clone()),
        world,
        Limits::default(),
        Box::new(ManualClock::at(1_000)),
    );
    assert!(matches!(opened, Err(OpenError::Panicked { revision: found }) if found == revision));
}

#[test]
fn a_moment_at_which_the_journal_failed_has_no_answer_until_a_restart() {
    let journal = TestJournal::default();
    let clock = ManualClock::at(5_000);
    let observatory = open_with(&journal, &clock, Limits::default());
    clock.set(6_000);
    journal.fail(Some(Failure::Storage));
    assert_eq!(push(&observatory, 1, &flag_batch(2020)), Err(SubmissionError::from(JournalFailed).into()));
    clock.set(9_000);
    let asked = |moment| {
        block_on(observatory.view(ReadAt::moment(AsOf::Time(Timestamp::from_micros(moment))), Duration::ZERO))
    };
    assert_eq!(asked(7_000).err(), Some(ViewError::from(UnsettledMoment)));
    assert!(asked(5_500).is_ok());
}

#[test]
fn a_submission_id_that_somebody_took_does_not_keep_a_framework_from_being_published() {
    let journal = TestJournal::default();
    let taken: Vec<_> = {
        let observatory = open(&journal);
        let listed = block_on(observatory.view(ReadAt::moment(AsOf::Now), Duration::ZERO)).unwrap();
        listed
            .frameworks(10, None)
            .versions
            .iter()
            .map(|one| one.version.read().unwrap().definition.clone())
            .collect()
    };
    // Another registry, in which a partner has used the id that the first framework would be published under.
    let used = tenseven_store::Journal::read_after(&journal, Revision::ZERO).next().unwrap().unwrap();
    let other = TestJournal::default();
    let entry = tenseven_store::Entry {
        author: None,
        digest: tenseven_model::ContentDigest([7; 16]),
        event: tenseven_model::event::Event::Observations(vec![
            tenseven_model::event::ObservationVersion::observed(flag_batch(2020).remove(0), None),
        ]),
        ..used
    };
    tenseven_store::Journal::append(&other, Revision::ZERO, &[entry]).unwrap();
    let observatory = open(&other);
    let view = block_on(observatory.view(ReadAt::moment(AsOf::Now), Duration::ZERO)).unwrap();
    assert_eq!(view.frameworks(10, None).versions.len(), taken.len());
}

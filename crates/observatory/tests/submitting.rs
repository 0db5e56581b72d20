//! How a submission gets its answer: what the writer has to do for it, and what it has not.

#![allow(clippy::unwrap_used, reason = "tests: what does not hold fails them")]

use std::time::Duration;

use tenseven_catalog::Catalog;
use tenseven_model::{Evidence, Notes, Observation, Value};
use tenseven_observatory::{IdReused, Limits, Observatory, Receipt, SubmissionError, World};
use tenseven_testkit::{ManualClock, TestJournal, as_changes, observation, submission};

fn open(journal: &TestJournal) -> Observatory {
    let (world, clock) = (World::new(Catalog::bundled()), ManualClock::at(1_000));
    Observatory::open(Box::new(journal.clone()), world, Limits::default(), Box::new(clock)).unwrap()
}

fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(future)
}

fn deaths(year: u16) -> Vec<Observation> {
    let value = Value::Number(tenseven_model::Number::try_from(7.0).unwrap());
    vec![observation("migrant-casualties", "LBY", &year.to_string(), value)]
}

fn noted(comment: &str) -> Vec<Observation> {
    let evidence = vec![Evidence::new("a report".to_owned(), String::new(), String::new()).unwrap()];
    let notes = Notes { comment: comment.to_owned(), evidence, ..Notes::default() };
    let one = deaths(2020).remove(0);
    vec![Observation::new(one.key().clone(), one.value().clone(), Some(one.status()), notes).unwrap()]
}

#[test]
fn an_unchanged_observation_with_texts_is_recognised_without_reading_the_journal() {
    let journal = TestJournal::default();
    let registry = open(&journal);
    let first = block_on(registry.submit_changes(submission(1), as_changes(noted("first")))).unwrap();
    // Whoever reads the entry from now on fails, and has writes refused.
    journal.damage(first.revision);
    let again = block_on(registry.submit_changes(submission(2), as_changes(noted("first")))).unwrap();
    assert_eq!((again.new, again.revised, again.unchanged), (0, 0, 1));
    let other = block_on(registry.submit_changes(submission(3), as_changes(noted("second")))).unwrap();
    assert_eq!((other.new, other.revised, other.unchanged), (0, 1, 0));
}

#[test]
fn a_submission_that_was_accepted_before_does_not_wait_for_the_writer() {
    let journal = TestJournal::default();
    let registry = open(&journal);
    let first = block_on(registry.submit_changes(submission(1), as_changes(deaths(2019)))).unwrap();
    journal.hold();
    let (again, other) = block_on(async {
        let waiting = registry.submit(submission(2), as_changes(deaths(2020))).await.unwrap();
        tokio::time::sleep(Duration::from_millis(50)).await;
        let again = tokio::time::timeout(
            Duration::from_secs(5),
            registry.submit_changes(submission(1), as_changes(deaths(2019))),
        );
        let other = tokio::time::timeout(
            Duration::from_secs(5),
            registry.submit_changes(submission(1), as_changes(deaths(2018))),
        );
        let answers = (again.await, other.await);
        journal.release();
        waiting.answer().await.unwrap();
        answers
    });
    assert_eq!(again.unwrap(), Ok(first));
    let reused = IdReused { submission: submission(1), revision: first.revision };
    assert_eq!(other.unwrap(), Err(SubmissionError::from(reused).into()));
}

#[test]
fn a_submission_that_comes_twice_before_the_first_is_flushed_is_accepted_once() {
    let journal = TestJournal::default();
    let registry = open(&journal);
    let before = registry.revision();
    let answers: Vec<Result<Receipt, _>> = block_on(async {
        journal.hold();
        // The writer holds the first; the others are committed together after it.
        let mut submitted = Vec::new();
        for (number, year) in [(1, 2018), (2, 2019), (2, 2019), (1, 2018), (2, 2020), (1, 2020)] {
            submitted.push(registry.submit(submission(number), as_changes(deaths(year))).await.unwrap());
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        journal.release();
        let mut answers = Vec::new();
        for one in submitted {
            answers.push(one.answer().await);
        }
        answers
    });
    let accepted: Vec<_> = answers[..4].iter().map(|answer| answer.as_ref().unwrap().revision).collect();
    let (first, second) = (before.next(), before.next().next());
    assert_eq!(accepted, [first, second, second, first]);
    let reused = |number, revision| {
        Err(SubmissionError::from(IdReused { submission: submission(number), revision }).into())
    };
    assert_eq!(answers[4..], [reused(2, second), reused(1, first)]);
    assert_eq!(registry.revision(), second);
}

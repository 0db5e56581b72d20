//! The past: checkpoints, versions, and what is remembered of submissions.

#![allow(clippy::unwrap_used, reason = "tests: what does not hold fails them")]

use std::{collections::BTreeMap, time::Duration};

use proptest::prelude::*;
use tenseven_catalog::Catalog;
use tenseven_model::{
    AsOf, Evidence, Notes, Observation, ObservationKey, ObservationSelection, ReadAt, Revision, Value,
    event::VersionBody,
};
use tenseven_observatory::{Limits, Observatory, Recorded, View, World};
use tenseven_store::Checkpoints as _;
use tenseven_testkit::{ManualClock, TestJournal, as_changes, history, observation, submission};

/// A checkpoint after every few observations.
fn open(journal: &TestJournal) -> Observatory {
    open_with(journal, 4)
}

fn open_with(journal: &TestJournal, checkpoint_observations_min: u64) -> Observatory {
    let limits = Limits { checkpoint_observations_min, ..Limits::default() };
    let (world, clock) = (World::new(Catalog::bundled()), ManualClock::at(1_000));
    Observatory::open(Box::new(journal.clone()), world, limits, Box::new(clock)).unwrap()
}

fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(future)
}

fn view(observatory: &Observatory, as_of: AsOf) -> View {
    block_on(observatory.view(ReadAt::moment(as_of), Duration::ZERO)).unwrap()
}

fn listed(observatory: &Observatory, as_of: AsOf) -> Vec<Recorded> {
    view(observatory, as_of)
        .observations(&ObservationSelection::default(), usize::MAX, None)
        .unwrap()
        .observations
}

/// The same value with a comment and a citation.
fn noted(observation: &Observation, comment: &str) -> Observation {
    let evidence = vec![Evidence::new(format!("source of {comment}"), String::new(), String::new()).unwrap()];
    let notes = Notes { comment: comment.to_owned(), evidence, ..Notes::default() };
    let (value, status) = (observation.value().clone(), observation.status());
    Observation::new(observation.key().clone(), value, Some(status), notes).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn a_start_from_any_checkpoint_or_none_answers_as_the_live_registry_did(batches in history(16)) {
        let journal = TestJournal::default();
        let live = open(&journal);
        let mut given = vec![];
        for (number, batch) in (0..).zip(&batches) {
            // Some observations have texts, which no checkpoint holds.
            let comment = format!("batch {number}");
            let batch: Vec<_> = batch.iter().enumerate().map(|(place, one)| {
                if place.is_multiple_of(2) { noted(one, &comment) } else { one.clone() }
            }).collect();
            let receipt = block_on(live.submit_changes(submission(number), as_changes(batch))).unwrap();
            given.push((receipt.revision, listed(&live, AsOf::Now)));
        }
        drop(live);
        loop {
            let again = open_with(&journal, u64::MAX);
            for (revision, before) in &given {
                prop_assert_eq!(&listed(&again, AsOf::Revision(*revision)), before);
            }
            drop(again);
            let Some(newest) = journal.checkpoints().unwrap().last().copied() else { break };
            journal.remove_checkpoint(newest.head.revision).unwrap();
        }
    }

    #[test]
    fn every_version_of_an_observation_is_listed_newest_first(batches in history(10)) {
        let journal = TestJournal::default();
        let live = open(&journal);
        let mut accepted: BTreeMap<ObservationKey, Vec<(Revision, VersionBody)>> = BTreeMap::new();
        for (number, batch) in (0..).zip(&batches) {
            let batch: Vec<_> = batch.iter().map(|one| noted(one, &number.to_string())).collect();
            let receipt = block_on(live.submit_changes(submission(number), as_changes(batch.clone()))).unwrap();
            for one in batch {
                accepted.entry(one.key().clone()).or_default().insert(0, (receipt.revision, VersionBody::Observed(one)));
            }
        }
        let now = view(&live, AsOf::Now);
        for (key, accepted) in &accepted {
            let page = now.versions(key, usize::MAX, None).unwrap();
            let versions: Vec<_> =
                page.versions.iter().map(|one| (one.revision, one.body.clone())).collect();
            prop_assert_eq!(&versions, accepted);
            // Page after page the same.
            let (mut paged, mut after) = (Vec::new(), None);
            loop {
                let page = now.versions(key, 1, after.as_ref()).unwrap();
                paged.extend(page.versions.iter().map(|one| (one.revision, one.body.clone())));
                after = page.next;
                if after.is_none() {
                    break;
                }
            }
            prop_assert_eq!(&paged, accepted);
        }
    }
}

fn level(code: &str) -> Observation {
    observation("dual-nationality", "MAR", "2020", Value::Level(code.parse().unwrap()))
}

#[test]
fn the_same_value_with_other_texts_is_a_revision_and_with_the_same_is_none() {
    let journal = TestJournal::default();
    let observatory = open(&journal);
    let mut number = 0;
    let mut push = |observation: Observation| {
        number += 1;
        let receipt =
            block_on(observatory.submit_changes(submission(number), as_changes(vec![observation]))).unwrap();
        [receipt.new, receipt.revised, receipt.unchanged]
    };
    assert_eq!(push(noted(&level("basic"), "first")), [1, 0, 0]);
    assert_eq!(push(noted(&level("basic"), "first")), [0, 0, 1]);
    assert_eq!(push(noted(&level("basic"), "second")), [0, 1, 0]);
    assert_eq!(push(level("basic")), [0, 1, 0]);
    assert_eq!(push(level("basic")), [0, 0, 1]);
    assert_eq!(push(level("elaborated")), [0, 1, 0]);
}

#[test]
fn a_submission_is_still_known_after_restarts_from_checkpoints() {
    let journal = TestJournal::default();
    let first = {
        let observatory = open(&journal);
        block_on(observatory.submit_changes(submission(1), as_changes(vec![level("basic")]))).unwrap()
    };
    for number in 2..20 {
        let observatory = open(&journal);
        let year = (1990 + number).to_string();
        let other = observation("dual-nationality", "CAN", &year, Value::Level("basic".parse().unwrap()));
        block_on(observatory.submit_changes(submission(number), as_changes(vec![other]))).unwrap();
        assert_eq!(
            block_on(observatory.submit_changes(submission(1), as_changes(vec![level("basic")]))),
            Ok(first)
        );
    }
    assert!(!journal.checkpoints().unwrap().is_empty(), "no checkpoint was written");
}

#[test]
fn an_observation_that_was_never_accepted_has_no_version() {
    let observatory = open(&TestJournal::default());
    let page = view(&observatory, AsOf::Now).versions(level("basic").key(), 10, None).unwrap();
    assert!(page.versions.is_empty() && page.next.is_none() && !page.compacted);
}

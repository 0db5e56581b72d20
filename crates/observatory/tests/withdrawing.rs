//! What withdrawing promises: nothing of it is left but the history.

#![allow(clippy::unwrap_used, reason = "tests: what does not hold fails them")]

use std::{collections::BTreeMap, time::Duration};

use proptest::prelude::*;
use tenseven_catalog::Catalog;
use tenseven_engine::Row;
use tenseven_model::{
    Alpha3, AsOf, Observation, ObservationKey, ObservationSelection, Period, ReadAt, Revision,
    ScoreSelection, Value, Withdrawal, event::VersionBody,
};
use tenseven_observatory::{
    IdReused, JournalFailed, Limits, Observatory, SubmissionError, View, WithdrawalFault, WithdrawalProblem,
    WithdrawalRejection, World, WriteError, upkeep,
};
use tenseven_store::{Checkpoints as _, Journal as _};
use tenseven_testkit::{Failure, ManualClock, TestJournal, history, observation, submission};

/// A checkpoint after every few observations, or none at all.
fn open_with(journal: &TestJournal, checkpoint_observations_min: u64) -> Observatory {
    let limits = Limits { checkpoint_observations_min, ..Limits::default() };
    let (world, clock) = (World::new(Catalog::bundled()), ManualClock::at(1_000));
    Observatory::open(Box::new(journal.clone()), world, limits, Box::new(clock)).unwrap()
}

fn open(journal: &TestJournal) -> Observatory {
    open_with(journal, u64::MAX)
}

fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(future)
}

fn view(observatory: &Observatory, as_of: AsOf) -> View {
    block_on(observatory.view(ReadAt::moment(as_of), Duration::ZERO)).unwrap()
}

type Scores = Vec<(Alpha3, Period, Row)>;

/// What is observed, and the scores of it.
fn answers(view: &View) -> (BTreeMap<ObservationKey, Observation>, Scores) {
    let listed = view.observations(&ObservationSelection::default(), usize::MAX, None).unwrap().observations;
    let framework = "target-10-7".parse().unwrap();
    let selection = ScoreSelection { framework, areas: Vec::new(), from: None, to: None, nodes: Vec::new() };
    let scores = view.list_scores(&selection, usize::MAX, None).unwrap().trees;
    let observed = listed.into_iter().map(|one| (one.observation.key().clone(), (*one.observation).clone()));
    (observed.collect(), scores.into_iter().map(|tree| (tree.area, tree.period, tree.row)).collect())
}

/// The scores without the revisions of what they were read from.
fn at_no_revision(mut scores: Scores) -> Scores {
    let leaves = scores.iter_mut().flat_map(|(.., row)| &mut row.nodes).filter_map(|node| node.leaf.as_mut());
    leaves.for_each(|leaf| leaf.revision = Revision::ZERO);
    scores
}

fn withdrawal(key: &ObservationKey, reason: &str) -> Withdrawal {
    Withdrawal::new(key.clone(), reason.parse().unwrap()).unwrap()
}

/// What was said of each key, newest first.
type History = BTreeMap<ObservationKey, Vec<(Revision, VersionBody)>>;

/// Pushes the batches, each with another comment, and after each withdraws about a third of what is observed. Returns
/// what was said, and what every revision answered.
fn live(registry: &Observatory, batches: &[Vec<Observation>]) -> (History, Vec<Revision>) {
    let (mut said, mut revisions) = (History::new(), Vec::new());
    for (number, batch) in (0..).zip(batches) {
        let receipt = block_on(registry.push(submission(2 * number), batch.clone())).unwrap();
        let stored = registry.changes_after(
            &registry.change_filter(ObservationSelection::default()).unwrap(),
            (Revision::new(receipt.revision.number() - 1), None),
            usize::MAX,
        );
        for one in stored.unwrap().changes.into_iter().flat_map(|change| change.observations) {
            said.entry(one.key().clone())
                .or_default()
                .insert(0, (receipt.revision, VersionBody::Observed(one)));
        }
        revisions.push(receipt.revision);
        let observed = answers(&view(registry, AsOf::Now)).0;
        let taken: Vec<_> = observed.keys().skip(number as usize % 3).step_by(3).collect();
        if taken.is_empty() {
            continue;
        }
        let taken: Vec<_> =
            taken.into_iter().map(|key| withdrawal(key, &format!("mistake {number}"))).collect();
        let receipt = block_on(registry.withdraw(submission(2 * number + 1), taken.clone())).unwrap();
        assert_eq!(receipt.withdrawn as usize, taken.len());
        for one in taken {
            said.entry(one.key().clone())
                .or_default()
                .insert(0, (receipt.revision, VersionBody::Withdrawn(one)));
        }
        revisions.push(receipt.revision);
    }
    (said, revisions)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn what_was_withdrawn_leaves_no_trace_in_what_is_observed_and_scored(batches in history(8)) {
        let registry = open(&TestJournal::default());
        live(&registry, &batches);
        let (observed, scores) = answers(&view(&registry, AsOf::Now));
        // Another registry, which only ever had what is left.
        let other = open(&TestJournal::default());
        if !observed.is_empty() {
            block_on(other.push(submission(1), observed.values().cloned().collect())).unwrap();
        }
        let (also_observed, also_scored) = answers(&view(&other, AsOf::Now));
        prop_assert_eq!(also_observed, observed);
        prop_assert_eq!(at_no_revision(also_scored), at_no_revision(scores));
    }

    #[test]
    fn a_start_from_any_checkpoint_or_none_answers_as_the_live_registry_did(batches in history(8)) {
        let journal = TestJournal::default();
        let registry = open_with(&journal, 4);
        let (said, revisions) = live(&registry, &batches);
        let at = |registry: &Observatory, revision: &Revision| answers(&view(registry, AsOf::Revision(*revision)));
        let given: Vec<_> = revisions.iter().map(|revision| at(&registry, revision)).collect();
        drop(registry);
        loop {
            let again = open(&journal);
            for (revision, given) in revisions.iter().zip(&given) {
                prop_assert_eq!(&at(&again, revision), given);
            }
            let now = view(&again, AsOf::Now);
            for (key, said) in &said {
                let versions = now.versions(key, usize::MAX, None).unwrap().versions;
                let versions: Vec<_> = versions.into_iter().map(|one| (one.revision, one.body)).collect();
                prop_assert_eq!(&versions, said);
            }
            drop((now, again));
            let verified = upkeep::verify(&journal, &mut |_, _| ()).unwrap();
            prop_assert!(verified.problems.is_empty(), "{:?}", verified.problems);
            let Some(newest) = journal.checkpoints().unwrap().last().copied() else { break };
            journal.remove_checkpoint(newest.head.revision).unwrap();
        }
    }
}

fn level(area: &str, code: &str) -> Observation {
    observation("dual-nationality", area, "2020", Value::Level(code.parse().unwrap()))
}

#[test]
fn what_is_pushed_behind_a_withdrawal_is_new_and_names_the_withdrawal() {
    let journal = TestJournal::default();
    let registry = open(&journal);
    let one = level("MAR", "basic");
    block_on(registry.push(submission(1), vec![one.clone()])).unwrap();
    let withdrawn = block_on(registry.withdraw(submission(2), vec![withdrawal(one.key(), "why")])).unwrap();
    let again = block_on(registry.push(submission(3), vec![one.clone()])).unwrap();
    assert_eq!((again.new, again.revised, again.unchanged), (1, 0, 0));
    let held = journal.find(again.revision, one.key()).unwrap().unwrap();
    assert_eq!(held.previous, Some(withdrawn.revision));
    let versions = view(&registry, AsOf::Now).versions(one.key(), 10, None).unwrap();
    let said: Vec<_> =
        versions.versions.iter().map(|one| matches!(one.body, VersionBody::Observed(_))).collect();
    assert_eq!((said, versions.compacted), (vec![true, false, true], false));
}

#[test]
fn a_withdrawal_sent_again_gets_its_first_answer_whatever_came_between() {
    let journal = TestJournal::default();
    let registry = open(&journal);
    let one = level("MAR", "basic");
    block_on(registry.push(submission(1), vec![one.clone()])).unwrap();
    let taken = vec![withdrawal(one.key(), " sent by mistake\n")];
    let first = block_on(registry.withdraw(submission(2), taken.clone())).unwrap();
    block_on(registry.push(submission(3), vec![one.clone()])).unwrap();
    let head = registry.revision();
    assert_eq!(block_on(registry.withdraw(submission(2), taken.clone())), Ok(first));
    drop(registry);
    let registry = open(&journal);
    assert_eq!(block_on(registry.withdraw(submission(2), taken.clone())), Ok(first));
    // Neither another reason nor a push is the same content.
    let other = vec![withdrawal(one.key(), "sent twice")];
    let reused = IdReused { submission: submission(2), revision: first.revision };
    let reused = SubmissionError::from(reused);
    assert_eq!(block_on(registry.withdraw(submission(2), other)), Err(reused.into()));
    assert!(block_on(registry.push(submission(2), vec![one.clone()])).is_err());
    assert!(block_on(registry.withdraw(submission(3), taken)).is_err());
    assert_eq!(registry.revision(), head);
    assert_eq!(answers(&view(&registry, AsOf::Now)).0.len(), 1);
}

#[test]
fn a_batch_with_anything_that_is_not_observed_is_refused_whole_and_leaves_no_trace() {
    let registry = open(&TestJournal::default());
    let (mar, lby) = (level("MAR", "basic"), level("LBY", "basic"));
    block_on(registry.push(submission(1), vec![mar.clone(), lby.clone()])).unwrap();
    let gone = block_on(registry.withdraw(submission(2), vec![withdrawal(lby.key(), "why")])).unwrap();
    let keys = [&mar, &lby, &level("CAN", "basic"), &mar];
    let taken: Vec<_> = keys.into_iter().map(|one| withdrawal(one.key(), "why")).collect();
    let fault = |index, problem| WithdrawalFault { index: Some(index), problem };
    let faults = vec![
        fault(1, WithdrawalProblem::NotObserved { withdrawn: Some(gone.revision) }),
        fault(2, WithdrawalProblem::NotObserved { withdrawn: None }),
        fault(3, WithdrawalProblem::Duplicate { earlier: 0 }),
    ];
    let refused = Err(WriteError::Rejected(WithdrawalRejection { faults }));
    assert_eq!(block_on(registry.withdraw(submission(3), taken.clone())), refused);
    assert_eq!(registry.preview_withdrawal(submission(3), taken).map(|_| ()), refused.map(|_| ()));
    assert_eq!(registry.revision(), gone.revision);
    assert_eq!(answers(&view(&registry, AsOf::Now)).0.len(), 1);
    // The id of what was refused was not used up.
    let whole = vec![withdrawal(mar.key(), "why")];
    let preview = registry.preview_withdrawal(submission(3), whole.clone()).unwrap();
    assert_eq!((preview.revision, preview.withdrawn), (gone.revision, 1));
    assert_eq!(answers(&view(&registry, AsOf::Now)).0.len(), 1);
    assert_eq!(block_on(registry.withdraw(submission(3), whole)).unwrap().withdrawn, 1);
}

#[test]
fn nothing_is_withdrawn_before_it_is_flushed() {
    let journal = TestJournal::default();
    let registry = open(&journal);
    let one = level("MAR", "basic");
    block_on(registry.push(submission(1), vec![one.clone()])).unwrap();
    journal.fail(Some(Failure::Storage));
    let failed = block_on(registry.withdraw(submission(2), vec![withdrawal(one.key(), "why")]));
    assert_eq!(failed, Err(SubmissionError::from(JournalFailed).into()));
    assert_eq!(answers(&view(&registry, AsOf::Now)).0.len(), 1);
}

#[test]
fn verify_finds_a_withdrawal_of_what_was_never_observed() {
    let journal = TestJournal::default();
    drop(open(&journal));
    let last = journal.read(journal.head().revision).unwrap();
    let taken = withdrawal(level("MAR", "basic").key(), "why");
    let entry = tenseven_store::Entry {
        revision: last.revision.next(),
        submission: submission(1),
        outcome: tenseven_model::event::ChangeCounts { revised: 1, ..Default::default() },
        event: tenseven_model::event::Event::Observations(vec![
            tenseven_model::event::ObservationVersion::withdrawn(taken, None),
        ]),
        ..last
    };
    journal.append(last.revision, &[entry]).unwrap();
    let problems = upkeep::verify(&journal, &mut |_, _| ()).unwrap().problems;
    let told: Vec<_> = problems.iter().map(ToString::to_string).collect();
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].contains("withdraws dual-nationality of MAR (test, 2020)"), "{told:?}");
}

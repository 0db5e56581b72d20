//! What changing promises: puts, merges and withdrawals are accepted together or not at all, and of what is withdrawn nothing is left
//! but the history.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests: what does not hold fails them")]

use std::{collections::BTreeMap, time::Duration};

use proptest::prelude::*;
use tenseven_catalog::Catalog;
use tenseven_engine::Row;
use tenseven_model::{
    Alpha3, AsOf, GivenFields, GivenStatus, MergeConflict, MissingReason, Notes, Observation, ObservationKey,
    ObservationMerge, ObservationSelection, Period, ReadAt, Revision, ScoreSelection, Value, Withdrawal,
    event::{ObservationVersion, VersionBody},
};
use tenseven_observatory::{
    Change, ChangeFaults, ChangesError, Fault, IdReused, JournalFailed, Limits, Observatory, Problem,
    Receipt, Remedy, SubmissionError, Unreadable, View, World, upkeep,
};
use tenseven_store::{Checkpoints as _, Journal as _};
use tenseven_testkit::{Failure, ManualClock, TestJournal, as_changes, history, observation, submission};

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

fn merge(key: &ObservationKey, comment: &str) -> ObservationMerge {
    let fields = GivenFields { comment: Some(comment.to_owned()), ..GivenFields::default() };
    ObservationMerge::new(key.clone(), fields).unwrap()
}

/// The versions of each key, newest first.
type History = BTreeMap<ObservationKey, Vec<(Revision, VersionBody)>>;

/// What came of a few submissions.
#[derive(Default)]
struct Live {
    /// The versions, as watches show them.
    versions: History,
    /// What is observed.
    observed: BTreeMap<ObservationKey, Observation>,
    revisions: Vec<Revision>,
}

impl Live {
    /// Submits changes and watches what comes of them.
    fn submit(&mut self, registry: &Observatory, changes: &[Change]) {
        if changes.is_empty() {
            return;
        }
        for change in changes {
            let key = change.key().clone();
            match change {
                Change::Put(observation) => drop(self.observed.insert(key, observation.clone())),
                Change::Merge(merge) => {
                    let merged = merge.request().apply(&self.observed[&key]).unwrap();
                    self.observed.insert(key, merged);
                }
                Change::Withdraw(_) => drop(self.observed.remove(&key)),
            }
        }
        let id = submission(u32::try_from(self.revisions.len()).unwrap());
        let preview = registry.preview_changes(id, changes.to_vec()).unwrap();
        let Receipt { revision, new, revised, unchanged, withdrawn, .. } =
            block_on(registry.submit_changes(id, changes.to_vec())).unwrap();
        assert_eq!(
            (preview.revision.next(), [preview.new, preview.revised, preview.unchanged, preview.withdrawn]),
            (revision, [new, revised, unchanged, withdrawn])
        );
        assert_eq!((new + revised + unchanged + withdrawn) as usize, changes.len());
        let filter = registry.change_filter(ObservationSelection::default()).unwrap();
        let before = Revision::new(revision.number() - 1);
        let watched = registry.changes_after(&filter, (before, None), usize::MAX).unwrap().changes;
        let withdrawals =
            watched.iter().flat_map(|watched| &watched.withdrawals).cloned().map(VersionBody::Withdrawn);
        let observations =
            watched.iter().flat_map(|watched| &watched.observations).cloned().map(VersionBody::Observed);
        let (withdrawals, observations): (Vec<_>, Vec<_>) = (withdrawals.collect(), observations.collect());
        assert_eq!((withdrawals.len(), observations.len()), (withdrawn as usize, (new + revised) as usize));
        for body in withdrawals.into_iter().chain(observations) {
            let key = match &body {
                VersionBody::Observed(observation) => observation.key(),
                VersionBody::Withdrawn(withdrawal) => withdrawal.key(),
            };
            self.versions.entry(key.clone()).or_default().insert(0, (revision, body));
        }
        self.revisions.push(revision);
    }
}

/// Puts the batches. Behind each comes one revision that withdraws about a third of what is observed, gives another third a comment,
/// and puts again what was withdrawn before.
fn live(registry: &Observatory, batches: &[Vec<Observation>]) -> Live {
    let (mut live, mut gone) = (Live::default(), BTreeMap::<ObservationKey, Observation>::new());
    for (number, batch) in batches.iter().enumerate() {
        live.submit(registry, &as_changes(batch.clone()));
        let reason = format!("mistake {number}");
        gone.retain(|key, _| !live.observed.contains_key(key));
        let mut changes = as_changes(std::mem::take(&mut gone).into_values());
        for (place, (key, observation)) in live.observed.iter().enumerate() {
            match (place + number) % 3 {
                0 => {
                    gone.insert(key.clone(), observation.clone());
                    changes.push(withdrawal(key, &reason).into());
                }
                1 => changes.push(merge(key, &reason).into()),
                _ => {}
            }
        }
        live.submit(registry, &changes);
    }
    assert_eq!(answers(&view(registry, AsOf::Now)).0, live.observed);
    live
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
            block_on(other.submit_changes(submission(1), as_changes(observed.values().cloned()))).unwrap();
        }
        let (also_observed, also_scored) = answers(&view(&other, AsOf::Now));
        prop_assert_eq!(also_observed, observed);
        prop_assert_eq!(at_no_revision(also_scored), at_no_revision(scores));
    }

    #[test]
    fn a_start_from_any_checkpoint_or_none_answers_as_the_live_registry_did(batches in history(8)) {
        let journal = TestJournal::default();
        let registry = open_with(&journal, 4);
        let Live { versions, revisions, .. } = live(&registry, &batches);
        let at = |registry: &Observatory, revision: &Revision| answers(&view(registry, AsOf::Revision(*revision)));
        let given: Vec<_> = revisions.iter().map(|revision| at(&registry, revision)).collect();
        drop(registry);
        loop {
            let again = open(&journal);
            for (revision, given) in revisions.iter().zip(&given) {
                prop_assert_eq!(&at(&again, revision), given);
            }
            let now = view(&again, AsOf::Now);
            for (key, expected) in &versions {
                let versions = now.versions(key, usize::MAX, None).unwrap().versions;
                let versions: Vec<_> = versions.into_iter().map(|one| (one.revision, one.body)).collect();
                prop_assert_eq!(&versions, expected);
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
    block_on(registry.submit_changes(submission(1), as_changes(vec![one.clone()]))).unwrap();
    let withdrawn =
        block_on(registry.submit_changes(submission(2), as_changes(vec![withdrawal(one.key(), "why")])))
            .unwrap();
    let again = block_on(registry.submit_changes(submission(3), as_changes(vec![one.clone()]))).unwrap();
    assert_eq!((again.new, again.revised, again.unchanged), (1, 0, 0));
    let held = journal.find(again.revision, one.key()).unwrap().unwrap();
    assert_eq!(held.previous, Some(withdrawn.revision));
    let versions = view(&registry, AsOf::Now).versions(one.key(), 10, None).unwrap();
    let observed: Vec<_> =
        versions.versions.iter().map(|one| matches!(one.body, VersionBody::Observed(_))).collect();
    assert_eq!((observed, versions.compacted), (vec![true, false, true], false));
}

#[test]
fn a_withdrawal_sent_again_gets_its_first_answer_whatever_came_between() {
    let journal = TestJournal::default();
    let registry = open(&journal);
    let one = level("MAR", "basic");
    block_on(registry.submit_changes(submission(1), as_changes(vec![one.clone()]))).unwrap();
    let taken = vec![withdrawal(one.key(), " sent by mistake\n")];
    let first = block_on(registry.submit_changes(submission(2), as_changes(taken.clone()))).unwrap();
    block_on(registry.submit_changes(submission(3), as_changes(vec![one.clone()]))).unwrap();
    let head = registry.revision();
    assert_eq!(block_on(registry.submit_changes(submission(2), as_changes(taken.clone()))), Ok(first));
    drop(registry);
    let registry = open(&journal);
    assert_eq!(block_on(registry.submit_changes(submission(2), as_changes(taken.clone()))), Ok(first));
    // Neither another reason nor a push is the same content.
    let other = vec![withdrawal(one.key(), "sent twice")];
    let reused = IdReused { submission: submission(2), revision: first.revision };
    let reused = SubmissionError::from(reused);
    assert_eq!(block_on(registry.submit_changes(submission(2), as_changes(other))), Err(reused.into()));
    assert!(block_on(registry.submit_changes(submission(2), as_changes(vec![one.clone()]))).is_err());
    assert!(block_on(registry.submit_changes(submission(3), as_changes(taken))).is_err());
    assert_eq!(registry.revision(), head);
    assert_eq!(answers(&view(&registry, AsOf::Now)).0.len(), 1);
}

#[test]
fn a_batch_with_anything_that_is_not_observed_is_refused_whole_and_leaves_no_trace() {
    let registry = open(&TestJournal::default());
    let (mar, lby) = (level("MAR", "basic"), level("LBY", "basic"));
    block_on(registry.submit_changes(submission(1), as_changes(vec![mar.clone(), lby.clone()]))).unwrap();
    let gone =
        block_on(registry.submit_changes(submission(2), as_changes(vec![withdrawal(lby.key(), "why")])))
            .unwrap();
    let keys = [&mar, &lby, &level("CAN", "basic"), &mar];
    let taken: Vec<_> = keys.into_iter().map(|one| withdrawal(one.key(), "why")).collect();
    let fault = |index, problem| Fault { index: Some(index), problem };
    let faults = vec![
        fault(1, Problem::NotObserved { remedy: Remedy::LeaveOut(gone.revision) }),
        fault(2, Problem::NotObserved { remedy: Remedy::Correct }),
        fault(3, Problem::Duplicate { earlier: 0 }),
    ];
    let refused = Err(ChangesError::Faults(ChangeFaults(faults)));
    assert_eq!(block_on(registry.submit_changes(submission(3), as_changes(taken.clone()))), refused);
    assert_eq!(registry.preview_changes(submission(3), as_changes(taken)).map(|_| ()), refused.map(|_| ()));
    assert_eq!(registry.revision(), gone.revision);
    assert_eq!(answers(&view(&registry, AsOf::Now)).0.len(), 1);
    // The id of what was refused was not used up.
    let whole = vec![withdrawal(mar.key(), "why")];
    let preview = registry.preview_changes(submission(3), as_changes(whole.clone())).unwrap();
    assert_eq!((preview.revision, preview.withdrawn), (gone.revision, 1));
    assert_eq!(answers(&view(&registry, AsOf::Now)).0.len(), 1);
    assert_eq!(block_on(registry.submit_changes(submission(3), as_changes(whole))).unwrap().withdrawn, 1);
}

#[test]
fn nothing_is_withdrawn_before_it_is_flushed() {
    let journal = TestJournal::default();
    let registry = open(&journal);
    let one = level("MAR", "basic");
    block_on(registry.submit_changes(submission(1), as_changes(vec![one.clone()]))).unwrap();
    journal.fail(Some(Failure::Storage));
    let failed =
        block_on(registry.submit_changes(submission(2), as_changes(vec![withdrawal(one.key(), "why")])));
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
        outcome: tenseven_model::event::ChangeCounts { withdrawn: 1, ..Default::default() },
        event: tenseven_model::event::Event::Observations(vec![ObservationVersion::withdrawn(taken, None)]),
        ..last
    };
    journal.append(last.revision, &[entry]).unwrap();
    let problems = upkeep::verify(&journal, &mut |_, _| ()).unwrap().problems;
    let reports: Vec<_> = problems.iter().map(ToString::to_string).collect();
    assert_eq!(reports.len(), 1, "{reports:?}");
    assert!(reports[0].contains("withdraws dual-nationality of MAR (test, 2020)"), "{reports:?}");
}

#[test]
fn one_revision_puts_merges_and_withdraws_and_every_answer_shows_all_of_it() {
    let journal = TestJournal::default();
    let registry = open(&journal);
    let (mar, lby, can) = (level("MAR", "basic"), level("LBY", "basic"), level("CAN", "basic"));
    block_on(registry.submit_changes(submission(1), as_changes([mar.clone(), lby.clone()]))).unwrap();
    let changes =
        vec![withdrawal(mar.key(), "why").into(), merge(lby.key(), "seen").into(), can.clone().into()];
    let receipt = block_on(registry.submit_changes(submission(2), changes)).unwrap();
    let Receipt { revision, new, revised, unchanged, withdrawn, .. } = receipt;
    assert_eq!([new, revised, unchanged, withdrawn], [1, 1, 0, 1]);
    assert_eq!(view(&registry, AsOf::Now).accepted(&[submission(2)]).unwrap(), [(submission(2), receipt)]);
    let held = journal.read(revision).unwrap().event.into_versions();
    assert!(held.iter().map(ObservationVersion::key).eq([mar.key(), lby.key(), can.key()]));
    let filter = registry.change_filter(ObservationSelection::default()).unwrap();
    let watched =
        registry.recent_changes_after(&filter, (Revision::new(revision.number() - 1), None), usize::MAX);
    let watched = watched.unwrap().changes.remove(0);
    assert_eq!((watched.revision, watched.observations.len(), watched.withdrawals.len()), (revision, 2, 1));
    // The registry before and after it differ in all of that, and in nothing else.
    let (observed, scores) = answers(&view(&registry, AsOf::Now));
    let merged = merge(lby.key(), "seen").apply(&lby).unwrap();
    assert!(observed.values().eq([&can, &merged]), "{observed:?}");
    let other = open(&TestJournal::default());
    block_on(other.submit_changes(submission(1), as_changes(observed.into_values()))).unwrap();
    assert_eq!(at_no_revision(answers(&view(&other, AsOf::Now)).1), at_no_revision(scores));
    let before = Revision::new(revision.number() - 1);
    assert_eq!(
        answers(&view(&registry, AsOf::Revision(before))).0.into_values().collect::<Vec<_>>(),
        [lby, mar]
    );
}

fn noted(area: &str) -> Observation {
    let one = level(area, "basic");
    let notes = Notes { comment: "seen".into(), method: "counted".into(), evidence: Vec::new() };
    Observation::new(one.key().clone(), one.value().clone(), None, notes).unwrap()
}

#[test]
fn a_merge_sent_again_gets_its_first_answer_and_is_not_resolved_for_that() {
    let journal = TestJournal::default();
    let registry = open(&journal);
    let one = noted("MAR");
    let changes = || vec![merge(one.key(), "read").into()];
    let put = block_on(registry.submit_changes(submission(1), as_changes([one.clone()]))).unwrap();
    let first = block_on(registry.submit_changes(submission(2), changes())).unwrap();
    let last = block_on(registry.submit_changes(submission(3), as_changes([one.clone()]))).unwrap();
    // Whoever reads one of these entries from now on fails.
    journal.damage(put.revision);
    journal.damage(last.revision);
    assert_eq!(block_on(registry.submit_changes(submission(2), changes())), Ok(first));
    let preview = registry.preview_changes(submission(2), changes()).unwrap();
    assert_eq!((preview.revision, preview.revised), (last.revision, 1));
    // One that is new has to read it.
    let unreadable = SubmissionError::from(Unreadable { revision: last.revision });
    assert_eq!(block_on(registry.submit_changes(submission(4), changes())), Err(unreadable.into()));
}

#[test]
fn a_merge_reads_the_journal_only_for_texts_that_it_keeps_or_replaces() {
    let journal = TestJournal::default();
    let registry = open(&journal);
    let one = level("MAR", "basic");
    let put = block_on(registry.submit_changes(submission(1), as_changes([one.clone()]))).unwrap();
    journal.damage(put.revision);
    let merged =
        block_on(registry.submit_changes(submission(2), vec![merge(one.key(), "read").into()])).unwrap();
    assert_eq!(merged.revised, 1);
}

#[test]
fn a_merge_that_was_overtaken_while_it_waited_is_made_of_what_overtook_it() {
    let journal = TestJournal::default();
    let registry = std::sync::Arc::new(open(&journal));
    let (before, now) = (level("MAR", "basic"), level("MAR", "elaborated"));
    block_on(registry.submit_changes(submission(1), as_changes([before.clone()]))).unwrap();
    let receipt = block_on(async {
        journal.hold();
        let overtaking = registry.submit(submission(2), as_changes([now.clone()])).await.unwrap();
        let merging = std::sync::Arc::clone(&registry);
        let changes = vec![merge(before.key(), "seen").into()];
        let merging = tokio::spawn(async move { merging.submit_changes(submission(3), changes).await });
        // It is resolved, and decided on top of what is not flushed yet.
        tokio::time::sleep(Duration::from_millis(100)).await;
        journal.release();
        overtaking.answer().await.unwrap();
        merging.await.unwrap().unwrap()
    });
    assert_eq!(receipt.revised, 1);
    let observed = answers(&view(&registry, AsOf::Now)).0;
    assert_eq!(observed[now.key()], merge(now.key(), "seen").apply(&now).unwrap());
}

#[test]
fn many_merges_of_one_observation_at_once_lose_none_that_is_accepted() {
    let registry = std::sync::Arc::new(open(&TestJournal::default()));
    let one = level("MAR", "basic");
    block_on(registry.submit_changes(submission(1), as_changes([one.clone()]))).unwrap();
    let answers = block_on(async {
        let merges: Vec<_> = (2..42)
            .map(|number| {
                let (registry, changes) =
                    (std::sync::Arc::clone(&registry), vec![merge(one.key(), &number.to_string()).into()]);
                tokio::spawn(async move { registry.submit_changes(submission(number), changes).await })
            })
            .collect();
        let mut answers = Vec::new();
        for merge in merges {
            answers.push(merge.await.unwrap());
        }
        answers
    });
    let accepted = answers.iter().flatten().count();
    assert!(accepted >= 1 && answers.iter().flatten().all(|receipt| receipt.revised == 1), "{answers:?}");
    let overtaken = answers.iter().filter(|answer| matches!(answer, Err(ChangesError::Overtaken(_)))).count();
    assert_eq!(accepted + overtaken, 40, "{answers:?}");
    let versions = view(&registry, AsOf::Now).versions(one.key(), 100, None).unwrap().versions;
    assert_eq!(versions.len(), accepted + 1);
}

#[test]
fn what_one_caller_submits_is_decided_in_order_with_merges_among_it() {
    let registry = open(&TestJournal::default());
    let (first, last) = (level("MAR", "basic"), level("MAR", "elaborated"));
    let submitted = block_on(async {
        let put = registry.submit(submission(1), as_changes([first.clone()])).await.unwrap();
        let merged = registry.submit(submission(2), vec![merge(first.key(), "seen").into()]).await.unwrap();
        let again = registry.submit(submission(3), as_changes([last.clone()])).await.unwrap();
        [put.answer().await.unwrap(), merged.answer().await.unwrap(), again.answer().await.unwrap()]
    });
    let counts = submitted.map(|receipt| [receipt.new, receipt.revised]);
    assert_eq!(counts, [[1, 0], [0, 1], [0, 1]]);
    assert!(submitted.is_sorted_by_key(|receipt| receipt.revision));
    assert_eq!(answers(&view(&registry, AsOf::Now)).0[last.key()], last);
}

#[test]
fn a_merge_of_nothing_and_one_at_odds_with_what_it_keeps_are_refused_with_the_rest() {
    let registry = open(&TestJournal::default());
    let (mar, lby) = (level("MAR", "basic"), level("LBY", "basic"));
    block_on(registry.submit_changes(submission(1), as_changes([mar.clone()]))).unwrap();
    let missing = |status| {
        let value = Some(Value::Missing(MissingReason::Confidential));
        let fields = GivenFields { value, status, ..GivenFields::default() };
        ObservationMerge::new(mar.key().clone(), fields).unwrap()
    };
    let changes =
        vec![missing(None).into(), merge(lby.key(), "seen").into(), level("CAN", "unheard-of").into()];
    let Err(ChangesError::Faults(ChangeFaults(faults))) =
        block_on(registry.submit_changes(submission(2), changes))
    else {
        panic!("it is accepted")
    };
    let conflict = MergeConflict::KeptStatusSaysValue(mar.status()).into();
    assert_eq!(faults[0], Fault { index: Some(0), problem: conflict });
    assert_eq!(faults[1], Fault { index: Some(1), problem: Problem::NotObserved { remedy: Remedy::Put } });
    assert!(matches!(faults[2], Fault { index: Some(2), problem: Problem::Value(_) }) && faults.len() == 3);
    let whole = vec![missing(Some(GivenStatus::Default)).into()];
    assert_eq!(block_on(registry.submit_changes(submission(2), whole)).unwrap().revised, 1);
}

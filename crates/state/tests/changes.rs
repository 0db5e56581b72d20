//! What changes of observations promise when they are decided.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests: what does not hold fails them")]

use std::sync::LazyLock;

use tenseven_catalog::Catalog;
use tenseven_model::{
    GivenFields, GivenStatus, MergeConflict, MissingReason, Notes, Number, Observation, ObservationMerge,
    ObservationStatus, Revision, Timestamp, Value, Withdrawal,
    event::{ChangeCounts, ObservationVersion, VersionBody},
};
use tenseven_state::{
    Accepted, Decision, RuleLimits, Rules, State, World, decide,
    frameworks::{BudgetLimits, PublishFramework},
    observations::{Change, ChangeFaults, ChangesRejection, Fault, Problem, Remedy, SubmitChanges},
};
use tenseven_testkit::observation;

static WORLD: LazyLock<World> = LazyLock::new(|| World::new(Catalog::bundled()));

fn rules() -> Rules<'static> {
    let limits = RuleLimits {
        batch_observations_max: 6,
        definition_bytes_max: 1 << 20,
        practices_max: 60,
        budget: BudgetLimits::default(),
    };
    Rules { world: &WORLD, limits }
}

/// A state in which a framework is published and these are observed.
fn state(observed: &[Observation]) -> State {
    let texts = Catalog::bundled().framework_texts();
    let text = texts.iter().find(|text| text.contains("id = \"target-10-7\"")).unwrap();
    let mut state = State::default();
    let published =
        decide(&state, PublishFramework::read(text.to_string(), &rules().limits).unwrap(), &rules());
    fold(&mut state, &published.unwrap());
    if !observed.is_empty() {
        accept(&mut state, observed.iter().cloned().map(Change::from).collect());
    }
    state
}

fn fold(state: &mut State, decision: &Decision) {
    let revision = state.revision().next();
    let accepted = Accepted { revision, at: Timestamp::from_micros(0), author: None };
    state.fold(accepted, &decision.event).unwrap();
}

fn decided(state: &State, changes: Vec<Change>) -> Result<Decision, ChangesRejection> {
    decide(state, SubmitChanges { changes }, &rules())
}

fn accept(state: &mut State, changes: Vec<Change>) -> Vec<ObservationVersion> {
    let decision = decided(state, changes).unwrap();
    fold(state, &decision);
    decision.event.into_versions()
}

fn faults(state: &State, changes: Vec<Change>) -> Vec<(Option<usize>, Problem)> {
    match decided(state, changes) {
        Err(ChangesRejection::Faults(ChangeFaults(faults))) => {
            faults.into_iter().map(|Fault { index, problem }| (index, problem)).collect()
        }
        other => panic!("{other:?}"),
    }
}

fn level(area: &str, code: &str) -> Observation {
    observation("dual-nationality", area, "2020", Value::Level(code.parse().unwrap()))
}

fn withdrawal(observation: &Observation) -> Change {
    Withdrawal::new(observation.key().clone(), "why".parse().unwrap()).unwrap().into()
}

fn request(observation: &Observation, fields: GivenFields) -> ObservationMerge {
    ObservationMerge::new(observation.key().clone(), fields).unwrap()
}

fn value(value: Value) -> GivenFields {
    GivenFields { value: Some(value), ..GivenFields::default() }
}

fn to_level(code: &str) -> GivenFields {
    value(Value::Level(code.parse().unwrap()))
}

/// A merge that is resolved with the observation, accepted at a revision.
fn merge(base: (&Observation, u64), fields: GivenFields) -> Change {
    let (current, revision) = base;
    let mut change = request(current, fields).into();
    let Change::Merge(merge) = &mut change else { panic!("it is a merge") };
    merge.resolve(Revision::new(revision), current);
    change
}

#[test]
fn one_submission_puts_merges_and_withdraws_in_one_revision() {
    let (mar, lby, can, tun) =
        (level("MAR", "basic"), level("LBY", "basic"), level("CAN", "basic"), level("TUN", "basic"));
    let mut state = state(&[mar.clone(), lby.clone(), can.clone()]);
    let changes = vec![
        withdrawal(&mar),
        merge((&lby, 2), to_level("elaborated")),
        tun.clone().into(),
        can.clone().into(),
    ];
    let decision = decided(&state, changes).unwrap();
    let counts = ChangeCounts { new: 1, revised: 1, unchanged: 1, withdrawn: 1 };
    assert_eq!((decision.outcome, decision.outcome.stored()), (counts, 3));
    fold(&mut state, &decision);
    let bodies: Vec<_> =
        decision.event.versions().iter().map(|version| (&version.body, version.previous)).collect();
    let second = Some(Revision::new(2));
    assert!(matches!(
        bodies[..],
        [(VersionBody::Withdrawn(_), mar), (VersionBody::Observed(merged), lby), (VersionBody::Observed(_), None)]
            if mar == second && lby == second && *merged == level("LBY", "elaborated")
    ));
    assert_eq!(state.withdrawn().get(mar.key()), Some(Revision::new(3)));
    let revisions =
        [&mar, &lby, &can, &tun].map(|one| state.panel().get(one.key()).map(|cell| cell.revision.number()));
    assert_eq!(revisions, [None, Some(3), Some(2), Some(3)]);
}

#[test]
fn a_key_comes_once_in_whatever_kinds_of_change() {
    let mar = level("MAR", "basic");
    let state = state(std::slice::from_ref(&mar));
    let changes = vec![merge((&mar, 2), to_level("elaborated")), mar.clone().into(), withdrawal(&mar)];
    let twice = |index, earlier| (Some(index), Problem::Duplicate { earlier });
    assert_eq!(faults(&state, changes), [twice(1, 0), twice(2, 1)]);
}

#[test]
fn all_faults_of_a_submission_are_reported_together() {
    let (mar, can) = (level("MAR", "basic"), level("CAN", "basic"));
    let missing = Value::Missing(MissingReason::Confidential);
    let mut state = state(&[mar.clone(), level("LBY", "basic"), level("TUN", "basic")]);
    accept(&mut state, vec![withdrawal(&level("LBY", "basic"))]);
    let changes = vec![
        request(&can, to_level("basic")).into(),
        withdrawal(&level("LBY", "basic")),
        withdrawal(&can),
        merge((&mar, 2), value(missing)),
        merge((&level("TUN", "basic"), 2), value(Value::Number(Number::try_from(1.0).unwrap()))),
        level("MAR", "unheard-of").into(),
    ];
    let found = faults(&state, changes);
    let not_observed = |remedy| Problem::NotObserved { remedy };
    let gone = Remedy::LeaveOut(Revision::new(3));
    assert_eq!(found[0], (Some(0), not_observed(Remedy::Put)));
    assert_eq!(found[1], (Some(1), not_observed(gone)));
    let [_, _, (_, twice), (_, never), (_, conflict), (_, kind), (_, again), (_, unknown)] = &found[..]
    else {
        panic!("{found:?}")
    };
    assert_eq!((never, twice), (&not_observed(Remedy::Correct), &Problem::Duplicate { earlier: 0 }));
    assert_eq!(*conflict, MergeConflict::KeptStatusSaysValue(ObservationStatus::Normal).into());
    assert!(matches!(
        (kind, again, unknown),
        (Problem::Value(_), Problem::Duplicate { earlier: 3 }, Problem::Value(_))
    ));
}

#[test]
fn a_submission_has_at_least_one_change_and_not_too_many() {
    let (mar, state) = (level("MAR", "basic"), state(&[]));
    assert_eq!(faults(&state, Vec::new()), [(None, Problem::Empty)]);
    let many = (0..7).map(|_| request(&mar, to_level("basic")).into()).collect();
    assert_eq!(faults(&state, many), [(None, Problem::TooMany { count: 7, max: 6 })]);
}

#[test]
fn a_merge_with_another_base_than_the_current_observation_is_handed_back() {
    let (before, now) = (level("MAR", "basic"), level("MAR", "elaborated"));
    let mut state = state(std::slice::from_ref(&before));
    accept(&mut state, vec![now.clone().into()]);
    for change in [request(&before, to_level("basic")).into(), merge((&before, 2), to_level("basic"))] {
        let changes = vec![change, level("MAR", "unheard-of").into()];
        let back = ChangesRejection::Outdated(SubmitChanges { changes: changes.clone() });
        assert_eq!(decided(&state, changes), Err(back));
    }
    assert!(decided(&state, vec![merge((&now, 3), to_level("basic"))]).is_ok());
    // What was withdrawn meanwhile is not resolved again: there is nothing to resolve it with.
    accept(&mut state, vec![withdrawal(&now)]);
    let problem = Problem::NotObserved { remedy: Remedy::Put };
    assert_eq!(faults(&state, vec![merge((&now, 3), to_level("basic"))]), [(Some(0), problem)]);
}

#[test]
fn a_merge_that_changes_nothing_is_unchanged_and_one_of_a_single_text_is_a_revision() {
    let notes = Notes { comment: "seen".into(), ..Notes::default() };
    let bare = level("MAR", "basic");
    let full = Observation::new(bare.key().clone(), bare.value().clone(), None, notes).unwrap();
    let mut state = state(std::slice::from_ref(&full));
    let same =
        GivenFields { comment: Some("seen".into()), status: Some(GivenStatus::Default), ..to_level("basic") };
    let unchanged = decided(&state, vec![merge((&full, 2), same)]).unwrap();
    assert_eq!(unchanged.outcome, ChangeCounts { unchanged: 1, ..ChangeCounts::default() });
    assert!(unchanged.event.versions().is_empty());
    let cleared = GivenFields { comment: Some(String::new()), ..GivenFields::default() };
    let versions = accept(&mut state, vec![merge((&full, 2), cleared)]);
    assert_eq!(versions, [ObservationVersion::observed(bare, Some(Revision::new(2)))]);
}

/// What is observed in cities is added up for the country by `target-10-7` where its definition requires it, and would be lost otherwise.
#[test]
fn local_units_are_observed_only_where_they_are_added_up() {
    let mut state = state(&[]);
    let cities = |area: &str| {
        observation(
            "cities-with-crisis-measures",
            area,
            "2020",
            Value::Number(Number::try_from(1.0).unwrap()),
        )
    };
    let found = faults(&state, vec![cities("MAR/rabat").into(), level("MAR/rabat", "basic").into()]);
    assert_eq!(found.len(), 1);
    let (index, problem) = &found[0];
    assert_eq!(*index, Some(1));
    assert!(matches!(problem, Problem::NotAddedUp(_)), "{problem}");
    assert!(problem.to_string().contains("MAR/rabat is a local unit"), "{problem}");
    accept(&mut state, vec![cities("MAR/rabat").into(), level("MAR", "basic").into()]);

    let texts = Catalog::bundled().framework_texts();
    let text = texts.iter().find(|text| text.contains("id = \"target-10-7\"")).unwrap();
    let next = text.replace("version = \"1.0.0\"", "version = \"1.1.0\"").replace("roll_up = \"sum\"\n", "");
    let publish = |state: &State| {
        decide(state, PublishFramework::read(next.clone(), &rules().limits).unwrap(), &rules())
    };
    let refused = publish(&state).unwrap_err().to_string();
    assert!(refused.contains("1 of its observations are of local units"), "{refused}");
    accept(&mut state, vec![withdrawal(&cities("MAR/rabat"))]);
    assert!(publish(&state).is_ok());
}

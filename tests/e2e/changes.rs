//! Changes of all kinds in one revision.

use tenseven_api::v1::{
    Evidence, EvidenceList, ListObservationRevisionsRequest, ListObservationsRequest, Observation,
    ObservationChange, ObservationMerge, PushObservationsRequest, ReadAt, RecordedObservation,
    SubmitChangesRequest, SubmitChangesResponse, Value, WatchObservationsRequest,
    WithdrawObservationsRequest, Withdrawal, observation_change::Action, value::Kind,
};
use tenseven_tests::{Refusal, Server, number};
use tonic::{Code, Status};
use uuid::Uuid;

const INDICATOR: &str = "migrant-casualties";

fn observed(area: &str, value: f64) -> Observation {
    Observation {
        indicator: INDICATOR.into(),
        area: area.into(),
        period: "2020".into(),
        source: "test".into(),
        value: Some(Value { kind: Some(number(value)) }),
        ..Default::default()
    }
}

fn put(area: &str, value: f64) -> ObservationChange {
    ObservationChange { action: Some(Action::Put(observed(area, value))) }
}

fn merge(area: &str, fields: ObservationMerge) -> ObservationChange {
    let merge = ObservationMerge {
        indicator: INDICATOR.into(),
        area: area.into(),
        period: "2020".into(),
        source: "test".into(),
        ..fields
    };
    ObservationChange { action: Some(Action::Merge(merge)) }
}

fn withdrawal(area: &str) -> Withdrawal {
    Withdrawal {
        indicator: INDICATOR.into(),
        area: area.into(),
        period: "2020".into(),
        source: "test".into(),
        reason: "sent for the wrong year".into(),
    }
}

fn withdraw(area: &str) -> ObservationChange {
    ObservationChange { action: Some(Action::Withdraw(withdrawal(area))) }
}

fn request(changes: Vec<ObservationChange>) -> SubmitChangesRequest {
    SubmitChangesRequest { submission_id: Uuid::new_v4().to_string(), changes, validate_only: false }
}

async fn submit(server: &Server, request: SubmitChangesRequest) -> Result<SubmitChangesResponse, Status> {
    server.observations().await.submit_changes(request).await.map(tonic::Response::into_inner)
}

async fn listed(server: &Server, read_at: Option<ReadAt>) -> Vec<RecordedObservation> {
    let request = ListObservationsRequest { read_at, ..Default::default() };
    server.observations().await.list_observations(request).await.unwrap().into_inner().observations
}

fn counts(receipt: &SubmitChangesResponse) -> [u32; 4] {
    [receipt.new_count, receipt.revised_count, receipt.unchanged_count, receipt.withdrawn_count]
}

#[tokio::test]
async fn one_revision_puts_merges_and_withdraws() {
    let server = Server::start();
    let first = submit(&server, request(vec![put("MAR", 1.0), put("LBY", 2.0), put("TUN", 3.0)]));
    let first = first.await.unwrap();
    assert_eq!(counts(&first), [3, 0, 0, 0]);
    let provisional = ObservationMerge { status: Some("P".into()), ..Default::default() };
    let mixed = vec![put("EGY", 4.0), put("TUN", 3.0), merge("MAR", provisional), withdraw("LBY")];
    let second = submit(&server, request(mixed)).await.unwrap();
    assert_eq!((counts(&second), second.revision), ([1, 1, 1, 1], first.revision + 1));
    let now = listed(&server, None).await;
    let now: Vec<_> = now
        .iter()
        .filter_map(|one| one.observation.as_ref())
        .map(|one| {
            (one.area.as_str(), one.status.as_str(), one.value.as_ref().and_then(|value| value.kind.clone()))
        })
        .collect();
    let value = |value| Some(Kind::Number(value));
    assert_eq!(now, [("EGY", "A", value(4.0)), ("MAR", "P", value(1.0)), ("TUN", "A", value(3.0))]);
    assert_eq!(listed(&server, Some(ReadAt::revision(first.revision))).await.len(), 3);
    // A watcher is sent both in one event, and a restarted server holds the same.
    let watched = WatchObservationsRequest { after_revision: Some(first.revision), ..Default::default() };
    let mut watch = server.observations().await.watch_observations(watched).await.unwrap().into_inner();
    let event = loop {
        let event = watch.message().await.unwrap().unwrap();
        if event.accept_time.is_some() {
            break event;
        }
    };
    assert_eq!((event.revision, event.observations.len(), event.withdrawals.len()), (second.revision, 2, 1));
    let before = listed(&server, None).await;
    let server = server.killed_and_restarted();
    assert_eq!(listed(&server, None).await, before);
}

#[tokio::test]
async fn a_merge_keeps_what_it_does_not_give_and_clears_what_it_gives_empty() {
    let server = Server::start();
    let evidence = vec![Evidence { citation: "a report".into(), ..Default::default() }];
    let whole =
        Observation { comment: "seen".into(), method: "counted".into(), evidence, ..observed("MAR", 1.0) };
    let change = ObservationChange { action: Some(Action::Put(whole.clone())) };
    submit(&server, request(vec![change])).await.unwrap();
    let cases = [
        (
            ObservationMerge { value: Some(Value { kind: Some(number(2.0)) }), ..Default::default() },
            Observation { value: Some(Value { kind: Some(number(2.0)) }), ..whole.clone() },
        ),
        (
            ObservationMerge {
                comment: Some(String::new()),
                evidence: Some(EvidenceList::default()),
                ..Default::default()
            },
            Observation {
                value: Some(Value { kind: Some(number(2.0)) }),
                comment: String::new(),
                evidence: Vec::new(),
                ..whole.clone()
            },
        ),
    ];
    for (fields, wanted) in cases {
        let receipt = submit(&server, request(vec![merge("MAR", fields.clone())])).await.unwrap();
        assert_eq!(counts(&receipt), [0, 1, 0, 0]);
        let now = listed(&server, None).await.remove(0).observation.unwrap();
        assert_eq!(now, Observation { status: "A".into(), ..wanted });
        let again = submit(&server, request(vec![merge("MAR", fields)])).await.unwrap();
        assert_eq!(counts(&again), [0, 0, 1, 0]);
    }
    let key = ListObservationRevisionsRequest {
        indicator: INDICATOR.into(),
        area: "MAR".into(),
        period: "2020".into(),
        source: "test".into(),
        ..Default::default()
    };
    let versions = server.observations().await.list_observation_revisions(key).await.unwrap();
    assert_eq!(versions.into_inner().versions.len(), 3);
}

#[tokio::test]
async fn what_is_wrong_is_listed_whole_with_the_action_in_its_path_and_nothing_is_applied() {
    let server = Server::start();
    submit(&server, request(vec![put("MAR", 1.0)])).await.unwrap();
    let nothing = ObservationMerge::default();
    let missing = Value { kind: Some(Kind::Missing(3)) };
    let wrong = vec![
        put("MRA", 1.0),
        put("LBY", -1.0),
        merge("TUN", ObservationMerge { comment: Some("a".into()), ..nothing.clone() }),
        merge("EGY", nothing.clone()),
        withdraw("ITA"),
        merge("MAR", ObservationMerge { value: Some(missing), ..nothing }),
        put("MAR", 2.0),
        ObservationChange::default(),
    ];
    // A change without a shape alone hides what the state is asked for, so both are sent apart.
    let (state, shape): (Vec<_>, Vec<_>) =
        wrong.into_iter().enumerate().partition(|(index, _)| ![3, 7].contains(index));
    let changes =
        |some: Vec<(usize, ObservationChange)>| some.into_iter().map(|(_, change)| change).collect();
    let refused = Refusal::of(submit(&server, request(changes(state))).await);
    assert_eq!((refused.code, refused.reason.as_str()), (Code::InvalidArgument, "INVALID_REQUEST"));
    let mut faults = refused.faults();
    faults.sort_unstable();
    assert_eq!(
        faults,
        [
            ("changes[0].put.area", "UNKNOWN_AREA"),
            ("changes[1].put.value.number", "OUT_OF_RANGE"),
            ("changes[2].merge", "NOT_OBSERVED"),
            ("changes[3].withdraw", "NOT_OBSERVED"),
            ("changes[4].merge.status", "CONTRADICTION"),
            ("changes[5].put", "DUPLICATE_KEY"),
        ]
    );
    let refused = Refusal::of(submit(&server, request(changes(shape))).await);
    assert_eq!(refused.faults(), [("changes[0].merge", "REQUIRED"), ("changes[1]", "REQUIRED")]);
    let none = Refusal::of(submit(&server, request(Vec::new())).await);
    assert_eq!(none.faults(), [("changes", "REQUIRED")]);
    assert_eq!(listed(&server, None).await.len(), 1);
}

#[tokio::test]
async fn a_push_and_withdrawals_are_changes_of_one_kind_under_the_same_submission_id() {
    let server = Server::start();
    let changes = request(vec![put("MAR", 1.0), put("LBY", 2.0)]);
    let checked = SubmitChangesRequest { validate_only: true, ..changes.clone() };
    let checked = submit(&server, checked).await.unwrap();
    assert_eq!((counts(&checked), checked.accept_time), ([2, 0, 0, 0], None));
    let first = submit(&server, changes.clone()).await.unwrap();
    assert_eq!(submit(&server, changes.clone()).await.unwrap(), first);
    let push = PushObservationsRequest {
        submission_id: changes.submission_id.clone(),
        observations: vec![observed("MAR", 1.0), observed("LBY", 2.0)],
        validate_only: false,
    };
    let mut client = server.observations().await;
    assert_eq!(client.push_observations(push.clone()).await.unwrap().into_inner().revision, first.revision);
    let other = PushObservationsRequest { observations: vec![observed("MAR", 2.0)], ..push };
    assert_eq!(Refusal::of(client.push_observations(other).await).reason, "SUBMISSION_ID_REUSED");
    let withdrawals = WithdrawObservationsRequest {
        submission_id: Uuid::new_v4().to_string(),
        withdrawals: vec![withdrawal("MAR")],
        validate_only: false,
    };
    let answer = client.withdraw_observations(withdrawals.clone()).await.unwrap().into_inner();
    let same = SubmitChangesRequest {
        submission_id: withdrawals.submission_id,
        changes: vec![withdraw("MAR")],
        validate_only: false,
    };
    let same = submit(&server, same).await.unwrap();
    assert_eq!((same.revision, counts(&same)), (answer.revision, [0, 0, 0, 1]));
}

#[tokio::test]
async fn merges_of_more_than_a_large_push_holds_are_rejected_for_that_whether_checked_or_sent() {
    let server = Server::start();
    let long = "\u{10ffff}".repeat(4_000);
    let areas: Vec<String> =
        ('A'..='Z').flat_map(|one| ('A'..='Z').map(move |other| format!("{one}{other}"))).collect();
    let text = |place: &str| Observation {
        comment: long.clone(),
        method: long.clone(),
        source: place.to_owned(),
        ..observed("MAR", 1.0)
    };
    // Some 32 kB each, 20 MB together.
    for some in areas.chunks(100) {
        let changes = some.iter().map(|place| ObservationChange { action: Some(Action::Put(text(place))) });
        submit(&server, request(changes.collect())).await.unwrap();
    }
    let merged = |count: usize| {
        let one = |place: &String| {
            let merge = ObservationMerge {
                indicator: INDICATOR.into(),
                area: "MAR".into(),
                period: "2020".into(),
                source: place.clone(),
                status: Some("P".into()),
                ..Default::default()
            };
            ObservationChange { action: Some(Action::Merge(merge)) }
        };
        request(areas.iter().take(count).map(one).collect())
    };
    for validate_only in [true, false] {
        let refused = submit(&server, SubmitChangesRequest { validate_only, ..merged(areas.len()) }).await;
        assert_eq!(Refusal::of(refused).faults(), [("changes", "TOO_MANY")]);
    }
    let receipt = submit(&server, merged(300)).await.unwrap();
    assert_eq!(counts(&receipt), [0, 300, 0, 0]);
}

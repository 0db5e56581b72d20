//! Pushing observations.

use tenseven_api::v1::{
    ListObservationsRequest, MissingReason, PushObservationsRequest, ReadAt, value::Kind,
};
use tenseven_tests::{Draft, Refusal, START_REVISION, Server, level, missing, number, ratio};
use tonic::Code;

/// One observation of each kind that `target-10-7` takes.
fn one_of_each() -> Draft {
    Draft::new()
        .with("dual-nationality", "MAR", "2020", level("comprehensive"))
        .with("migrant-casualties", "LBY", "2016", number(3653.0))
        .with("regularisation", "ITA", "2020", ratio(207_000.0, 690_000.0))
        .with("multi-entry-visas", "MAR", "2020", missing(MissingReason::Confidential))
        .with("cities-with-crisis-measures", "MAR/casablanca", "2020", number(1.0))
}

#[tokio::test]
async fn a_batch_is_accepted_and_read_back_as_it_was_sent() {
    let server = Server::start();
    let mut client = server.observations().await;
    let sent = one_of_each().but(|observation| {
        observation.comment = "Observé par la ville".to_owned();
        observation.evidence.push(tenseven_api::v1::Evidence {
            citation: "Municipal decision 12/2020".to_owned(),
            url: "https://example.org/12".to_owned(),
            quote: "…".to_owned(),
        });
    });
    let answer = client.push_observations(sent.request()).await.unwrap().into_inner();
    assert_eq!((answer.new_count, answer.revised_count, answer.unchanged_count), (5, 0, 0));
    let listed = client
        .list_observations(ListObservationsRequest {
            read_at: Some(ReadAt::not_before(answer.revision)),
            ..Default::default()
        })
        .await
        .unwrap()
        .into_inner();
    assert_eq!(listed.revision, answer.revision);
    let mut expected = sent.request().observations;
    for observation in &mut expected {
        let is_missing = matches!(
            observation.value.as_ref().and_then(|value| value.kind.as_ref()),
            Some(Kind::Missing(_))
        );
        observation.status = if is_missing { "Q" } else { "A" }.to_owned();
    }
    expected
        .sort_by_key(|one| (one.indicator.clone(), one.area.clone(), one.source.clone(), one.period.clone()));
    let found: Vec<_> = listed.observations.iter().filter_map(|one| one.observation.clone()).collect();
    assert_eq!(found, expected);
    for recorded in &listed.observations {
        assert_eq!(recorded.revision, answer.revision);
        assert_eq!(recorded.submission_id, sent.request().submission_id);
        assert_eq!(recorded.accept_time, answer.accept_time);
    }
}

#[tokio::test]
async fn the_same_submission_again_returns_the_first_answer() {
    let server = Server::start();
    let mut client = server.observations().await;
    let request = one_of_each().request();
    let first = client.push_observations(request.clone()).await.unwrap().into_inner();
    let other = Draft::new().with("dual-nationality", "MAR", "2020", level("basic"));
    client.push_observations(other.request()).await.unwrap();
    let again = client.push_observations(request.clone()).await.unwrap().into_inner();
    assert_eq!(again, first);
    let server = server.killed_and_restarted();
    let later = server.observations().await.push_observations(request).await.unwrap().into_inner();
    assert_eq!(later, first);
}

#[tokio::test]
async fn a_submission_id_with_other_content_is_refused() {
    let server = Server::start();
    let mut client = server.observations().await;
    let request = one_of_each().request();
    let first = client.push_observations(request.clone()).await.unwrap().into_inner();
    let mut other = request;
    other.observations.pop();
    let refusal = Refusal::of(client.push_observations(other).await);
    assert_eq!((refusal.code, refusal.reason.as_str()), (Code::AlreadyExists, "SUBMISSION_ID_REUSED"));
    assert_eq!(refusal.metadata["revision"], first.revision.to_string());
}

#[tokio::test]
async fn new_revised_and_unchanged_observations_are_distinguished() {
    let server = Server::start();
    let mut client = server.observations().await;
    client.push_observations(one_of_each().request()).await.unwrap();
    let second = Draft::new()
        .with("dual-nationality", "MAR", "2020", level("basic"))
        .with("migrant-casualties", "LBY", "2016", number(3653.0))
        .with("dual-nationality", "MAR", "2021", level("basic"));
    let answer = client.push_observations(second.request()).await.unwrap().into_inner();
    assert_eq!((answer.new_count, answer.revised_count, answer.unchanged_count), (1, 1, 1));
}

#[tokio::test]
async fn a_check_answers_as_the_push_would_and_stores_nothing() {
    let server = Server::start();
    let mut client = server.observations().await;
    let request = one_of_each().request();
    let check = PushObservationsRequest { validate_only: true, ..request.clone() };
    let checked = client.push_observations(check.clone()).await.unwrap().into_inner();
    assert_eq!((checked.revision, checked.new_count, checked.accept_time), (START_REVISION, 5, None));
    let listed = client.list_observations(ListObservationsRequest::default()).await.unwrap().into_inner();
    assert_eq!((listed.revision, listed.observations.len()), (START_REVISION, 0));
    let mut bad = check.clone();
    bad.observations[1].area = "LBB".to_owned();
    let refusal = Refusal::of(client.push_observations(bad).await);
    assert_eq!(refusal.faults(), [("observations[1].area", "UNKNOWN_AREA")]);
    client.push_observations(request).await.unwrap();
    let after = client.push_observations(check).await.unwrap().into_inner();
    assert_eq!(
        (after.revision, after.new_count),
        (START_REVISION + 1, 5),
        "the submission is known, and answered as it was"
    );
}

#[tokio::test]
async fn many_clients_at_once_get_revisions_without_gaps() {
    let server = Server::start();
    let before =
        server.frameworks().await.list_frameworks(tenseven_api::v1::ListFrameworksRequest::default()).await;
    let before = before.unwrap().into_inner().revision;
    let mut pushes = tokio::task::JoinSet::new();
    for year in 1950..2000 {
        let mut client = server.observations().await;
        let draft = Draft::new().with("dual-nationality", "MAR", &year.to_string(), level("basic"));
        pushes.spawn(async move {
            client.push_observations(draft.request()).await.unwrap().into_inner().revision
        });
    }
    let mut revisions = pushes.join_all().await;
    revisions.sort_unstable();
    assert_eq!(revisions, (before + 1..=before + 50).collect::<Vec<_>>());
}

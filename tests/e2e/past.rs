//! Fresh enough, and as of a past moment.

use std::time::Duration;

use tenseven_api::v1::{
    CompareScoresRequest, ExplainScoreRequest, GetFrameworkRequest, GetScoresRequest, GetTrendRequest,
    ListObservationsRequest, RankAreasRequest, ReadAt, read_at::AsOf,
};
use tenseven_tests::{Draft, Refusal, START_REVISION, Server, journal::RANKED, level};
use tonic::Code;

fn scores() -> GetScoresRequest {
    GetScoresRequest {
        framework: "target-10-7".into(),
        area: "MAR".into(),
        period: "2020".into(),
        ..Default::default()
    }
}

async fn push(server: &Server, code: &str) -> (u64, prost_types::Timestamp) {
    let draft = Draft::new().with("dual-nationality", "MAR", "2020", level(code));
    let answer = server.observations().await.push_observations(draft.request()).await.unwrap().into_inner();
    (answer.revision, answer.accept_time.unwrap())
}

#[tokio::test]
async fn a_past_answer_is_given_again_bit_for_bit() {
    let server = Server::start();
    let mut client = server.scores().await;
    let (revision, moment) = push(&server, "comprehensive").await;
    let then = client.get_scores(scores()).await.unwrap().into_inner();
    push(&server, "basic").await;
    let now = client.get_scores(scores()).await.unwrap().into_inner();
    assert_ne!(now.scores, then.scores);
    let server = server.killed_and_restarted();
    let mut client = server.scores().await;
    for as_of in [AsOf::AtRevision(revision), AsOf::AtTime(moment)] {
        let again = client
            .get_scores(GetScoresRequest {
                read_at: Some(ReadAt { as_of: Some(as_of), ..Default::default() }),
                ..scores()
            })
            .await
            .unwrap();
        assert_eq!(again.into_inner(), then);
    }
}

#[tokio::test]
async fn a_listing_shows_what_was_current_then() {
    let server = Server::start();
    let (revision, _) = push(&server, "comprehensive").await;
    push(&server, "basic").await;
    let read_at = Some(ReadAt::revision(revision));
    let request = ListObservationsRequest { read_at, ..Default::default() };
    let listed = server.observations().await.list_observations(request).await.unwrap().into_inner();
    let value = listed.observations[0].observation.clone().unwrap().value.unwrap();
    assert_eq!((listed.revision, value.kind), (revision, Some(level("comprehensive"))));
}

#[tokio::test]
async fn a_framework_is_unknown_before_it_was_published() {
    let server = Server::start();
    let mut client = server.frameworks().await;
    let known = ["sdg-10-7-2", "target-10-7"]
        .map(|id| GetFrameworkRequest { framework: id.into(), read_at: Some(ReadAt::revision(1)) });
    let mut found = 0;
    for request in known {
        found += u32::from(client.get_framework(request).await.is_ok());
    }
    assert_eq!(found, 1, "revision 1 published one framework, revision 2 the other");
}

#[tokio::test]
async fn a_moment_that_has_not_been_is_refused() {
    let server = Server::start();
    let mut client = server.scores().await;
    let far = prost_types::Timestamp { seconds: 4_102_444_800, nanos: 0 };
    let long_ago = prost_types::Timestamp { seconds: 0, nanos: 0 };
    for as_of in [AsOf::AtRevision(1_000), AsOf::AtRevision(0), AsOf::AtTime(far), AsOf::AtTime(long_ago)] {
        let refusal = Refusal::of(
            client
                .get_scores(GetScoresRequest {
                    read_at: Some(ReadAt { as_of: Some(as_of), ..Default::default() }),
                    ..scores()
                })
                .await,
        );
        assert_eq!(
            (refusal.code, refusal.reason.as_str()),
            (Code::OutOfRange, "NO_SUCH_REVISION"),
            "{as_of:?}"
        );
        assert_eq!(refusal.metadata["revision"], START_REVISION.to_string());
        let before = matches!(as_of, AsOf::AtTime(time) if time == long_ago);
        assert_eq!(refusal.message.contains("before the registry's first revision"), before, "{refusal:?}");
    }
}

#[tokio::test]
async fn a_read_waits_for_its_min_revision() {
    let server = Server::start();
    let mut client = server.scores().await;
    let waiting = tokio::spawn(async move {
        client
            .get_scores(GetScoresRequest {
                read_at: Some(ReadAt::not_before(START_REVISION + 1)),
                ..scores()
            })
            .await
            .unwrap()
            .into_inner()
            .revision
    });
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert!(!waiting.is_finished(), "the revision does not exist yet");
    push(&server, "basic").await;
    assert_eq!(waiting.await.unwrap(), START_REVISION + 1);
}

#[tokio::test]
async fn a_min_revision_that_does_not_come_is_refused_with_the_newest() {
    let server = Server::start();
    let mut client = server.scores().await;
    let mut request =
        tonic::Request::new(GetScoresRequest { read_at: Some(ReadAt::not_before(99)), ..scores() });
    request.set_timeout(Duration::from_secs(2));
    let refusal = Refusal::of(client.get_scores(request).await);
    assert_eq!((refusal.code, refusal.reason.as_str()), (Code::DeadlineExceeded, "REVISION_NOT_REACHED"));
    assert_eq!(refusal.metadata["revision"], START_REVISION.to_string());
}

/// Asks for a revision that is still to come, then waits for one that does not come.
macro_rules! refuses_what_is_to_come {
    ($server:expr, $method:ident, $request:expr) => {{
        let mut client = $server.scores().await;
        let request = $request;
        let mut later = request.clone();
        later.read_at = Some(ReadAt::revision(99));
        let refusal = Refusal::of(client.$method(later).await);
        assert_eq!((refusal.code, refusal.reason.as_str()), (Code::OutOfRange, "NO_SUCH_REVISION"));
        let mut waiting = request.clone();
        waiting.read_at = Some(ReadAt::not_before(99));
        let mut waiting = tonic::Request::new(waiting);
        waiting.set_timeout(Duration::from_millis(500));
        let refusal = Refusal::of(client.$method(waiting).await);
        assert_eq!((refusal.code, refusal.reason.as_str()), (Code::DeadlineExceeded, "REVISION_NOT_REACHED"));
        let answer = client.$method(request).await.unwrap().into_inner();
        assert_eq!(answer.revision, START_REVISION + 1, "every answer names its revision");
    }};
}

#[tokio::test]
async fn no_question_about_scores_is_answered_from_another_moment_than_asked_for() {
    let server = Server::start_with_framework(RANKED);
    let (framework, area, period) = ("ranked".to_owned(), "MAR".to_owned(), "2020".to_owned());
    let request = GetTrendRequest { framework: framework.clone(), area: area.clone(), ..Default::default() };
    refuses_what_is_to_come!(server, get_trend, request);
    let request = CompareScoresRequest {
        framework: framework.clone(),
        areas: vec![area.clone()],
        periods: vec![period.clone()],
        ..Default::default()
    };
    refuses_what_is_to_come!(server, compare_scores, request);
    let request =
        RankAreasRequest { framework: framework.clone(), period: period.clone(), ..Default::default() };
    refuses_what_is_to_come!(server, rank_areas, request);
    let request = ExplainScoreRequest { framework, area, period, ..Default::default() };
    refuses_what_is_to_come!(server, explain_score, request);
}

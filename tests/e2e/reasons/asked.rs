//! Questions that are refused.

use tenseven_api::v1::{
    GetIndicatorRequest, GetObservationRequest, GetScoresRequest, ListObservationsRequest,
    ObservationSelection, Page, RankAreasRequest, ReadAt, WatchObservationsRequest,
};
use tenseven_tests::Server;
use tonic::{Response, Status, Streaming};
use tonic_health::pb::{HealthCheckRequest, health_client::HealthClient};

use crate::{histories::ANOTHER_HISTORY, raw};

/// The status of an answer that must be a refusal.
pub(super) fn refused<T>(answer: Result<T, Status>) -> Status {
    answer.err().expect("the call is refused")
}

/// The status that a stream ends with, which must be a refusal.
pub(super) async fn ended<T>(answer: Result<Response<Streaming<T>>, Status>) -> Status {
    let mut answers = match answer {
        Ok(answers) => answers.into_inner(),
        Err(status) => return status,
    };
    loop {
        match answers.message().await {
            Ok(Some(_)) => {}
            Ok(None) => panic!("the stream ended without a refusal"),
            Err(status) => return status,
        }
    }
}

/// A server with these settings, and the folder that it needs.
pub(super) fn with(arguments: &[&str]) -> (Server, tempfile::TempDir) {
    let home = tempfile::TempDir::new().unwrap();
    (Server::start_on(&home.path().join("data"), arguments), home)
}

fn place() -> GetScoresRequest {
    GetScoresRequest {
        framework: "target-10-7".into(),
        area: "MAR".into(),
        period: "2020".into(),
        ..Default::default()
    }
}

async fn scores(server: &Server, request: GetScoresRequest) -> Status {
    refused(server.scores().await.get_scores(request).await)
}

async fn listed(server: &Server, request: ListObservationsRequest) -> Status {
    refused(server.observations().await.list_observations(request).await)
}

pub(super) async fn scores_of_no_framework(server: &Server) -> Status {
    scores(server, GetScoresRequest { framework: "target-10-8".into(), ..place() }).await
}

pub(super) async fn no_indicator(server: &Server) -> Status {
    let request = GetIndicatorRequest { indicator: "dual-nationalty".into(), ..Default::default() };
    refused(server.frameworks().await.get_indicator(request).await)
}

pub(super) async fn observations_of_no_area(server: &Server) -> Status {
    let selection = ObservationSelection { area: "QQQ".into(), ..Default::default() };
    listed(server, ListObservationsRequest { selection: Some(selection), ..Default::default() }).await
}

pub(super) async fn a_revision_to_come() -> Status {
    let (server, _home) = with(&["--call-seconds-max", "1"]);
    scores(&server, GetScoresRequest { read_at: Some(ReadAt::not_before(1_000_000)), ..place() }).await
}

pub(super) async fn the_future(server: &Server) -> Status {
    let read_at = Some(ReadAt::revision(1_000_000));
    scores(server, GetScoresRequest { read_at, ..place() }).await
}

pub(super) async fn no_page(server: &Server) -> Status {
    let page = Page { token: "page 2".into(), ..Default::default() };
    listed(server, ListObservationsRequest { page: Some(page), ..Default::default() }).await
}

pub(super) async fn bytes_that_are_no_message(server: &Server) -> Status {
    raw::status(server, "/tenseven.v1.ScoreService/GetScores", vec![0xff; 7]).await
}

pub(super) async fn no_method(server: &Server) -> Status {
    raw::status(server, "/tenseven.v1.ScoreService/GetScore", Vec::new()).await
}

pub(super) async fn the_health_of_nothing(server: &Server) -> Status {
    let mut health = HealthClient::new(server.channel().await);
    refused(health.check(HealthCheckRequest { service: "no.Service".into() }).await)
}

pub(super) async fn a_revision_of_another_registry(server: &Server) -> Status {
    let read_at = ReadAt { history_id: ANOTHER_HISTORY.to_owned(), ..ReadAt::revision(1) };
    scores(server, GetScoresRequest { read_at: Some(read_at), ..place() }).await
}

pub(super) async fn forbidden_ranks(server: &Server) -> Status {
    let request =
        RankAreasRequest { framework: "target-10-7".into(), period: "2020".into(), ..Default::default() };
    refused(server.scores().await.rank_areas(request).await)
}

pub(super) async fn a_watch_too_many() -> Status {
    let (server, _home) = with(&["--watchers-max", "1"]);
    let mut client = server.observations().await;
    let _first = client.watch_observations(WatchObservationsRequest::default()).await.unwrap();
    refused(client.watch_observations(WatchObservationsRequest::default()).await)
}

pub(super) async fn no_node(server: &Server) -> Status {
    scores(server, GetScoresRequest { nodes: vec!["mobilty".into()], ..place() }).await
}

pub(super) async fn no_field(server: &Server) -> Status {
    let read_mask = Some(prost_types::FieldMask { paths: vec!["nodes.skore".into()] });
    scores(server, GetScoresRequest { read_mask, ..place() }).await
}

pub(super) async fn no_observation(server: &Server) -> Status {
    let request = GetObservationRequest {
        indicator: "dual-nationality".into(),
        area: "MAR".into(),
        period: "2020".into(),
        source: "ministry".into(),
        ..Default::default()
    };
    refused(server.observations().await.get_observation(request).await)
}

//! Practices, measures and instruments that are refused.

use tenseven_api::v1::{
    GetInstrumentRequest, GetMeasureRequest, GetPracticeRequest, Practice, PutPracticeRequest,
    SearchPracticesRequest, practice_service_client::PracticeServiceClient,
};
use tenseven_tests::{Server, coding, journal};
use tonic::{Status, transport::Channel};
use uuid::Uuid;

use super::asked::refused;

/// As many as a server holds.
const HELD_MAX: usize = 10_000;

async fn client(server: &Server) -> PracticeServiceClient<Channel> {
    PracticeServiceClient::new(server.channel().await)
}

fn practice(id: &str) -> Practice {
    Practice {
        id: id.to_owned(),
        areas: vec!["MAR".into()],
        title: "A practice of the tests".into(),
        description: "What is done there.".into(),
        citation: "A register".into(),
        ..Default::default()
    }
}

fn put(practice: Practice) -> PutPracticeRequest {
    PutPracticeRequest {
        submission_id: Uuid::new_v4().to_string(),
        caller: coding::curator("test"),
        practice: Some(practice),
        ..Default::default()
    }
}

/// A new practice that was changed before.
pub(super) async fn changed(server: &Server, change: impl FnOnce(&mut Practice)) -> Status {
    let mut one = practice("changed");
    change(&mut one);
    refused(client(server).await.put_practice(put(one)).await)
}

pub(super) async fn one_that_is_not(server: &Server) -> Status {
    let request = GetPracticeRequest { practice: "diaspora-suport".into(), ..Default::default() };
    refused(client(server).await.get_practice(request).await)
}

pub(super) async fn one_that_another_revised(server: &Server) -> Status {
    let mut client = client(server).await;
    client.put_practice(put(practice("diaspora-support"))).await.unwrap();
    let blind = PutPracticeRequest { expected_revision: 1, ..put(practice("diaspora-support")) };
    refused(client.put_practice(blind).await)
}

/// A server that starts with the maximum of practices accepts no further one.
pub(super) async fn more_than_are_held() -> Status {
    let home = tempfile::TempDir::new().unwrap();
    let data = home.path().join("data");
    journal::practise(&data, HELD_MAX);
    let server = Server::start_on(&data, &[]);
    refused(client(&server).await.put_practice(put(practice("one-too-many"))).await)
}

pub(super) async fn no_measure(server: &Server) -> Status {
    let request = GetMeasureRequest { measure: "skils".into(), ..Default::default() };
    refused(client(server).await.get_measure(request).await)
}

pub(super) async fn no_instrument(server: &Server) -> Status {
    let request = GetInstrumentRequest { instrument: "gmfd".into(), ..Default::default() };
    refused(client(server).await.get_instrument(request).await)
}

pub(super) async fn words_that_cannot_be_read(server: &Server) -> Status {
    let request = SearchPracticesRequest { query: "\"diaspora".into(), ..Default::default() };
    refused(client(server).await.search_practices(request).await)
}

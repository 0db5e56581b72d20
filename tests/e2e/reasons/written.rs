//! Writes that are refused for what they bring.

use std::time::Duration;

use tenseven_api::v1::{
    Observation, PublishFrameworkRequest, PushObservationsRequest, Value, WithdrawObservationsRequest,
    Withdrawal, value::Kind,
};
use tenseven_tests::{
    Draft, Server,
    frames::{self, PREFACE, SETTINGS},
    level, number,
};
use tonic::Status;
use uuid::Uuid;

use super::asked::{ended, refused, with};
use crate::{publishing::small, raw};

pub(super) const PUSH: &str = "/tenseven.v1.ObservationService/PushObservations";

pub(super) fn give(observation: &mut Observation, kind: Kind) {
    observation.value = Some(Value { kind: Some(kind) });
}

fn draft() -> Draft {
    Draft::new().with("migrant-casualties", "LBY", "2016", number(1.0))
}

async fn push(server: &Server, request: PushObservationsRequest) -> Status {
    refused(server.observations().await.push_observations(request).await)
}

/// A batch whose only observation was changed.
pub(super) async fn changed(server: &Server, change: impl FnOnce(&mut Observation)) -> Status {
    push(server, draft().but(change).request()).await
}

pub(super) async fn without_observations(server: &Server) -> Status {
    push(server, Draft::new().request()).await
}

pub(super) async fn an_id_with_other_content(server: &Server) -> Status {
    let first = draft().request();
    server.observations().await.push_observations(first.clone()).await.unwrap();
    push(
        server,
        PushObservationsRequest { submission_id: first.submission_id, ..draft().but(later).request() },
    )
    .await
}

fn later(observation: &mut Observation) {
    observation.period = "2017".into();
}

pub(super) async fn a_key_twice(server: &Server) -> Status {
    push(server, draft().with("migrant-casualties", "LBY", "2016", number(2.0)).request()).await
}

pub(super) async fn no_level(server: &Server) -> Status {
    push(server, Draft::new().with("dual-nationality", "MAR", "2020", level("good")).request()).await
}

pub(super) async fn too_many(server: &Server) -> Status {
    let one = draft().request();
    let observations = vec![one.observations[0].clone(); 10_001];
    push(server, PushObservationsRequest { observations, ..one }).await
}

pub(super) async fn too_much() -> Status {
    let (server, _home) = with(&["--message-bytes-max", "65536"]);
    changed(&server, |one| one.comment = "x".repeat(70_000)).await
}

/// Another request holds all the room that there is for requests, and is never whole.
pub(super) async fn concurrently_with_half_a_request() -> Status {
    let (server, _home) = with(&["--message-bytes-max", "65536", "--calls-bytes-max", "65536"]);
    let sent = frames::call(1, PUSH, &[0; 16_000]);
    // The body without its end, of a message that claims to be four times as long.
    let headers = 9 + usize::from(u16::from_be_bytes([sent[1], sent[2]]));
    let (headers, body) = sent.split_at(headers);
    let mut parts = [PREFACE, SETTINGS, headers].concat();
    for part in 0..4 {
        let mut body = body.to_vec();
        body[4] = 0;
        if part == 0 {
            body[9..14].copy_from_slice(&[0, 0, 0, 0xff, 0]);
        }
        parts.extend(body);
    }
    let half = frames::connect(&server, &parts);
    tokio::time::sleep(Duration::from_millis(500)).await;
    // More than comes in one frame.
    let cities = (0..10).fold(Draft::new(), |draft, city| {
        let draft = draft.with("cities-with-crisis-measures", &format!("MAR/c{city}"), "2020", number(1.0));
        draft.but(|one| one.comment = "x".repeat(3_900))
    });
    let refused = push(&server, cities.request()).await;
    drop(half);
    refused
}

/// The message of a call does not come.
pub(super) async fn too_slowly() -> Status {
    let (server, _home) = with(&["--call-seconds-max", "1"]);
    let call = raw::status_without_message(&server, PUSH);
    tokio::time::timeout(Duration::from_secs(20), call).await.expect("the call is ended")
}

/// The request that publishes this text.
pub(super) fn publication(definition: String) -> PublishFrameworkRequest {
    PublishFrameworkRequest { submission_id: Uuid::new_v4().to_string(), definition, validate_only: false }
}

/// How the publication of a text that is refused ends.
async fn publish(server: &Server, definition: String) -> Status {
    ended(server.frameworks().await.publish_framework(publication(definition)).await).await
}

/// The server has this version.
async fn published(server: &Server, version: &str) {
    let request = publication(small(version));
    let mut steps = server.frameworks().await.publish_framework(request).await.unwrap().into_inner();
    while steps.message().await.unwrap().is_some() {}
}

pub(super) async fn a_lower_version(server: &Server) -> Status {
    published(server, "1.2.0").await;
    publish(server, small("1.1.0")).await
}

pub(super) async fn a_version_again(server: &Server) -> Status {
    published(server, "1.3.0").await;
    publish(server, small("1.3.0")).await
}

pub(super) async fn an_indicator_defined_otherwise(server: &Server) -> Status {
    publish(server, small("2.0.0").replace("own-figure", "migrant-casualties")).await
}

pub(super) async fn a_text_with_a_finding(server: &Server) -> Status {
    publish(server, small("2.0.0").replace("goalposts", "goalpots")).await
}

pub(super) async fn what_was_never_observed(server: &Server) -> Status {
    let withdrawal = Withdrawal {
        indicator: "dual-nationality".into(),
        area: "MAR".into(),
        period: "1950".into(),
        source: "test".into(),
        reason: "for the test".into(),
    };
    let request = WithdrawObservationsRequest {
        submission_id: Uuid::new_v4().to_string(),
        withdrawals: vec![withdrawal],
        validate_only: false,
    };
    refused(server.observations().await.withdraw_observations(request).await)
}

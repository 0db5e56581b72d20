//! What every gRPC client expects of a server: health, reflection, details on every error, compression.

use tenseven_api::v1::{ListFrameworksRequest, framework_service_client::FrameworkServiceClient};
use tenseven_tests::{Refusal, Server};
use tonic::{Code, codec::CompressionEncoding};
use tonic_health::pb::{
    HealthCheckRequest, health_check_response::ServingStatus, health_client::HealthClient,
};
use tonic_reflection::pb::{v1, v1alpha};

use crate::raw;

#[tokio::test]
async fn health_has_an_entry_for_each_service() {
    let server = Server::start();
    let mut health = HealthClient::new(server.channel().await);
    for service in [
        "",
        "tenseven.v1.AdminService",
        "tenseven.v1.AssessmentService",
        "tenseven.v1.FrameworkService",
        "tenseven.v1.ObservationService",
        "tenseven.v1.PracticeService",
        "tenseven.v1.ScoreService",
    ] {
        let answer = health.check(HealthCheckRequest { service: service.into() }).await.unwrap().into_inner();
        assert_eq!(answer.status(), ServingStatus::Serving, "{service:?}");
    }
}

#[tokio::test]
async fn both_versions_of_reflection_list_every_service() {
    let server = Server::start();
    let ask = v1::server_reflection_request::MessageRequest::ListServices(String::new());
    let request = v1::ServerReflectionRequest { host: String::new(), message_request: Some(ask) };
    let mut client = v1::server_reflection_client::ServerReflectionClient::new(server.channel().await);
    let mut answers = client.server_reflection_info(tokio_stream::once(request)).await.unwrap().into_inner();
    let answer = answers.message().await.unwrap().unwrap().message_response.unwrap();
    let v1::server_reflection_response::MessageResponse::ListServicesResponse(listed) = answer else {
        panic!("{answer:?}")
    };
    let mut names: Vec<_> = listed.service.into_iter().map(|service| service.name).collect();
    names.sort();
    for name in [
        "grpc.health.v1.Health",
        "tenseven.v1.AssessmentService",
        "tenseven.v1.FrameworkService",
        "tenseven.v1.ObservationService",
        "tenseven.v1.PracticeService",
        "tenseven.v1.ScoreService",
    ] {
        assert!(names.iter().any(|known| known == name), "{name} is not in {names:?}");
    }
    let ask = v1alpha::server_reflection_request::MessageRequest::FileContainingSymbol(
        "tenseven.v1.ScoreService".into(),
    );
    let request = v1alpha::ServerReflectionRequest { host: String::new(), message_request: Some(ask) };
    let mut client = v1alpha::server_reflection_client::ServerReflectionClient::new(server.channel().await);
    let mut answers = client.server_reflection_info(tokio_stream::once(request)).await.unwrap().into_inner();
    let answer = answers.message().await.unwrap().unwrap().message_response.unwrap();
    assert!(matches!(
        answer,
        v1alpha::server_reflection_response::MessageResponse::FileDescriptorResponse(_)
    ));
}

#[tokio::test]
async fn statuses_of_the_library_carry_details_too() {
    let server = Server::start();
    for path in ["/tenseven.v1.ScoreService/GetScore", "/tenseven.v1.NoService/Get"] {
        let refusal = raw::refused(&server, path, Vec::new()).await;
        assert_eq!(
            (refusal.code, refusal.reason.as_str()),
            (Code::Unimplemented, "UNKNOWN_METHOD"),
            "{path}"
        );
    }
    let refusal = raw::refused(&server, "/tenseven.v1.ScoreService/GetScores", vec![0xff; 7]).await;
    assert_eq!((refusal.code, refusal.reason.as_str()), (Code::InvalidArgument, "MALFORMED_MESSAGE"));
}

#[tokio::test]
async fn statuses_of_the_library_behind_messages_carry_details_too() {
    let server = Server::start();
    let mut client = v1::server_reflection_client::ServerReflectionClient::new(server.channel().await);
    let symbol = "tenseven.v1.NoService".to_owned();
    for (ask, code, reason) in [
        (None, Code::InvalidArgument, "MALFORMED_MESSAGE"),
        (
            Some(v1::server_reflection_request::MessageRequest::FileContainingSymbol(symbol)),
            Code::NotFound,
            "UNKNOWN_SERVICE",
        ),
    ] {
        let request = v1::ServerReflectionRequest { host: String::new(), message_request: ask };
        let answers = client.server_reflection_info(tokio_stream::once(request)).await;
        let refusal = Refusal::of(answers.unwrap().into_inner().message().await);
        assert_eq!((refusal.code, refusal.reason.as_str()), (code, reason));
    }
}

#[tokio::test]
async fn compressed_calls_are_understood_and_answered() {
    let server = Server::start();
    for encoding in [CompressionEncoding::Gzip, CompressionEncoding::Zstd] {
        let client = FrameworkServiceClient::new(server.channel().await);
        let mut client = client.send_compressed(encoding).accept_compressed(encoding);
        let answer = client.list_frameworks(ListFrameworksRequest::default()).await.unwrap();
        assert!(answer.metadata().contains_key("grpc-encoding"), "{encoding:?}");
        assert_eq!(answer.into_inner().frameworks.len(), 2);
    }
}

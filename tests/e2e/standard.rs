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
        "tenseven.v1.AuditService",
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
        "tenseven.v1.AuditService",
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
async fn statuses_of_the_library_after_messages_carry_details_too() {
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

/// A gzip member that holds nothing (RFC 1952).
const GZIP_OF_NOTHING: [u8; 20] = [31, 139, 8, 0, 0, 0, 0, 0, 0, 3, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0];

/// A message after a head of five bytes.
fn framed(flag: u8, length: usize, message: &[u8]) -> Vec<u8> {
    [&[flag][..], &u32::try_from(length).unwrap().to_be_bytes(), message].concat()
}

#[tokio::test]
async fn what_is_wrong_with_the_bytes_of_a_message_is_reported() {
    let server = Server::start();
    let junk = [7; 40];
    let broken = framed(1, 40, &junk);
    // A message of no bytes; decompressed, both are one message for some, and the second is dropped by others.
    let members = [GZIP_OF_NOTHING, GZIP_OF_NOTHING].concat();
    for (encoding, body, words) in [
        (Some("gzip"), broken.clone(), "cannot be decompressed as gzip"),
        (Some("zstd"), broken.clone(), "cannot be decompressed as zstd"),
        (None, broken, "no grpc-encoding says how"),
        (Some("gzip"), framed(1, 40, &members), "goes on after its gzip member ends"),
        (Some("gzip"), framed(1, 22, &members[..22]), "goes on after its gzip member ends"),
        (None, framed(0, 400, &junk), "ends after 40 of 400 bytes"),
        (Some("zstd"), framed(1, 400, &junk), "ends after 40 of 400 bytes"),
        (None, framed(9, 40, &junk), "begins with 9"),
        (None, Vec::new(), "has no message"),
        (None, framed(0, 40, &junk), "build the client from this server's .proto files"),
    ] {
        for path in [
            "/tenseven.v1.ScoreService/GetScores",
            "/tenseven.v1.ObservationService/StreamObservations",
            "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo",
        ] {
            let is_unary = path.ends_with("GetScores");
            if (body.is_empty() && !is_unary) || (path.contains("reflection") && encoding.is_some()) {
                continue;
            }
            let refusal = raw::body_refused(&server, path, encoding, body.clone()).await;
            assert_eq!(
                (refusal.code, refusal.reason.as_str()),
                (Code::InvalidArgument, "MALFORMED_MESSAGE"),
                "{path} {refusal:?}"
            );
            assert!(refusal.message.contains(words), "{path} {words}: {refusal:?}");
        }
    }
}

#[tokio::test]
async fn reflection_refuses_what_is_too_large_for_it() {
    let server = Server::start();
    let large = v1::ServerReflectionRequest { host: "a".repeat(300 * 1024), message_request: None };
    let small = v1::ServerReflectionRequest {
        host: String::new(),
        message_request: Some(v1::server_reflection_request::MessageRequest::ListServices(String::new())),
    };
    for compresses in [false, true] {
        let mut client = v1::server_reflection_client::ServerReflectionClient::new(server.channel().await);
        if compresses {
            client = client.send_compressed(CompressionEncoding::Gzip);
        }
        let requests = tokio_stream::iter([small.clone(), large.clone()]);
        let mut answers = client.server_reflection_info(requests).await.unwrap().into_inner();
        assert!(answers.message().await.unwrap().is_some(), "what came before is answered");
        let refusal = Refusal::of(answers.message().await);
        assert_eq!((refusal.code, refusal.reason.as_str()), (Code::ResourceExhausted, "MESSAGE_TOO_LARGE"));
        assert_eq!(refusal.metadata["limit_bytes"], "262144");
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
        assert_eq!(answer.into_inner().frameworks.len(), 3);
    }
}

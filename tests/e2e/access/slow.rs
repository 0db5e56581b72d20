//! Calls that are under way when their caller loses its access: what comes slowly is not taken in, and what waited is not answered.

use std::{
    io::{Read as _, Write as _},
    net::TcpStream,
    time::Duration,
};

use bytes::Bytes;
use prost::Message;
use tenseven_api::v1::{
    GetFrameworkRequest, GetPartnerRequest, IssueKeyRequest, ListCodingsRequest, ListPartnersRequest,
    Partner, PartnerStatus, ReadAt, RevokeKeyRequest, Role, StreamBackupRequest,
    access_service_client::AccessServiceClient, framework_service_client::FrameworkServiceClient,
};
use tenseven_tests::{
    Draft, Refusal,
    admin::{Guarded, with_key},
    bytes_codec::BytesCodec,
    level,
};
use tokio_stream::wrappers::ReceiverStream;
use tonic::{Code, client::Grpc, codegen::http::uri::PathAndQuery, transport::Channel};

use super::registry::{everything, id, issue, partner, put};

/// Bytes of a request that are held back.
const HELD_BACK: usize = 3;

/// A call over grpc-web of which the last bytes are still to come.
pub(super) struct Slow {
    connection: TcpStream,
    rest: Vec<u8>,
}

impl Slow {
    pub(super) fn begin(guarded: &Guarded, method: &str, key: &str, message: &impl Message) -> Self {
        let message = message.encode_to_vec();
        let mut body = vec![0];
        body.extend_from_slice(&u32::try_from(message.len()).unwrap().to_be_bytes());
        body.extend_from_slice(&message);
        let rest = body.split_off(body.len() - HELD_BACK);
        let address = guarded.server.address().trim_start_matches("http://");
        let mut connection = TcpStream::connect(address).unwrap();
        connection.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        let length = body.len() + rest.len();
        let head = format!(
            "POST /tenseven.v1.{method} HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/grpc-web+proto\r\n\
             x-grpc-web: 1\r\nconnection: close\r\nauthorization: Bearer {key}\r\ncontent-length: {length}\r\n\r\n"
        );
        connection.write_all(head.as_bytes()).unwrap();
        connection.write_all(&body).unwrap();
        Self { connection, rest }
    }

    /// The answer once the rest is sent.
    pub(super) fn end(mut self) -> String {
        self.connection.write_all(&self.rest).unwrap();
        let mut answer = Vec::new();
        self.connection.read_to_end(&mut answer).unwrap();
        String::from_utf8_lossy(&answer).into_owned()
    }
}

async fn revoke(guarded: &Guarded, channel: &Channel, partner: &str, key_id: String) {
    let (partner, reason) = (partner.to_owned(), "stolen".to_owned());
    let request = RevokeKeyRequest { submission_id: id(), partner, key_id, reason, ..Default::default() };
    let mut service = AccessServiceClient::new(channel.clone());
    service.revoke_key(with_key(&guarded.admin, request)).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_call_that_began_before_its_key_was_revoked_does_nothing_once_it_is_whole() {
    let guarded = Guarded::start(&[]);
    let channel = guarded.server.channel().await;
    let roles = [Role::Admin, Role::Contributor, Role::Reader, Role::Curator];
    partner(&guarded, &channel, "thief", roles.map(everything).to_vec()).await;
    let (key_id, key) = issue(&guarded, &channel, "thief").await;
    let issued = IssueKeyRequest {
        submission_id: id(),
        partner: "thief".to_owned(),
        name: "another".to_owned(),
        ..Default::default()
    };
    let push = Draft::new().with("dual-nationality", "MAR", "2020", level("basic")).request();
    let read = GetFrameworkRequest { framework: "target-10-7".to_owned(), ..Default::default() };
    let codings = ListCodingsRequest { read_at: Some(ReadAt::default()), ..Default::default() };
    let calls = [
        Slow::begin(&guarded, "AccessService/IssueKey", &key, &issued),
        Slow::begin(&guarded, "ObservationService/PushObservations", &key, &push),
        Slow::begin(&guarded, "FrameworkService/GetFramework", &key, &read),
        Slow::begin(&guarded, "AssessmentService/ListCodings", &key, &codings),
    ];
    revoke(&guarded, &channel, "thief", key_id).await;
    for (index, call) in calls.into_iter().enumerate() {
        let answer = tokio::task::spawn_blocking(|| call.end()).await.unwrap();
        let status = answer.to_ascii_lowercase();
        assert!(
            status.contains("grpc-status:16") || status.contains("grpc-status: 16"),
            "call {index}: {answer}"
        );
        assert!(!answer.contains("t7_"), "call {index}: {answer}");
    }
}

/// Waits until the server let in a call with this key, whose request may be incomplete.
async fn let_in(guarded: &Guarded, channel: &Channel, partner: &str, key_id: &str) {
    let mut service = AccessServiceClient::new(channel.clone());
    for _ in 0..500 {
        let request = GetPartnerRequest { partner: partner.to_owned(), ..Default::default() };
        let answer = service.get_partner(with_key(&guarded.admin, request)).await.unwrap().into_inner();
        let mut keys = answer.partner.unwrap().keys.into_iter();
        if keys.any(|key| key.key_id == key_id && key.last_use_time.is_some()) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("no call was let in with key {key_id}");
}

/// These methods decide nothing and wait for nothing: they rest on the check of the caller at the end of the request alone.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_list_of_partners_or_a_backup_is_not_sent_for_a_key_revoked_before_the_request_is_whole() {
    let guarded = Guarded::start(&[]);
    let channel = guarded.server.channel().await;
    partner(&guarded, &channel, "thief", vec![everything(Role::Admin)]).await;
    let partners: fn(&Guarded, &str) -> Slow = |guarded, key| {
        Slow::begin(guarded, "AccessService/ListPartners", key, &ListPartnersRequest::default())
    };
    let backup: fn(&Guarded, &str) -> Slow = |guarded, key| {
        Slow::begin(guarded, "AdminService/StreamBackup", key, &StreamBackupRequest::default())
    };
    for (begin, is_revoked) in [(partners, false), (partners, true), (backup, false), (backup, true)] {
        let (key_id, key) = issue(&guarded, &channel, "thief").await;
        let call = begin(&guarded, &key);
        let_in(&guarded, &channel, "thief", &key_id).await;
        if is_revoked {
            revoke(&guarded, &channel, "thief", key_id).await;
        }
        let answer = tokio::task::spawn_blocking(|| call.end()).await.unwrap().to_ascii_lowercase();
        let status = if is_revoked { 16 } else { 0 };
        let is_answered = [format!("grpc-status:{status}\r"), format!("grpc-status: {status}\r")];
        assert!(is_answered.iter().any(|line| answer.contains(line)), "revoked: {is_revoked}: {answer}");
        assert!(!is_revoked || !answer.contains("thief"), "{answer}");
    }
}

/// The message is there, and the stream that it came in is not at its end.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_message_that_is_whole_is_not_answered_for_a_key_revoked_before_its_stream_ends() {
    let guarded = Guarded::start(&[]);
    let channel = guarded.server.channel().await;
    partner(&guarded, &channel, "thief", vec![everything(Role::Admin)]).await;
    let (key_id, key) = issue(&guarded, &channel, "thief").await;
    let (sender, messages) = tokio::sync::mpsc::channel(1);
    sender.send(Bytes::from(ListPartnersRequest::default().encode_to_vec())).await.unwrap();
    let mut grpc = Grpc::new(channel.clone());
    grpc.ready().await.unwrap();
    let call = tokio::spawn(async move {
        let path = PathAndQuery::from_static("/tenseven.v1.AccessService/ListPartners");
        grpc.streaming(with_key(&key, ReceiverStream::new(messages)), path, BytesCodec).await.map(drop)
    });
    let_in(&guarded, &channel, "thief", &key_id).await;
    revoke(&guarded, &channel, "thief", key_id).await;
    drop(sender);
    let refused = Refusal::of(call.await.unwrap());
    assert_eq!((refused.code, refused.reason.as_str()), (Code::Unauthenticated, "INVALID_CREDENTIAL"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_read_that_waits_is_not_answered_to_a_partner_that_is_suspended_meanwhile() {
    let guarded = Guarded::start(&[]);
    let channel = guarded.server.channel().await;
    let key = partner(&guarded, &channel, "hcp", vec![everything(Role::Reader)]).await;
    let described = |status: PartnerStatus| {
        let (id, name) = ("hcp".to_owned(), "hcp".to_owned());
        Partner { id, name, status: status.into(), ..Default::default() }
    };
    let before = put(&guarded, &channel, described(PartnerStatus::Active)).await;
    let request = GetFrameworkRequest {
        framework: "target-10-7".to_owned(),
        read_at: Some(ReadAt::not_before(before + 2)),
    };
    let mut service = FrameworkServiceClient::new(channel.clone());
    let waiting = tokio::spawn(async move { service.get_framework(with_key(&key, request)).await });
    put(&guarded, &channel, described(PartnerStatus::Suspended)).await;
    let other = Partner { id: "other".to_owned(), name: "other".to_owned(), ..Default::default() };
    put(&guarded, &channel, other).await;
    let refused = Refusal::of(waiting.await.unwrap());
    assert_eq!((refused.code, refused.reason.as_str()), (Code::Unauthenticated, "INVALID_CREDENTIAL"));
}

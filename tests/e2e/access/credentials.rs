//! Credentials: which are accepted, the error for one that is not, and when one ends.

use std::time::Duration;

use tenseven_api::v1::{
    AnonymousAccess, CredentialKind, GetCallerRequest, GetCallerResponse, GetFrameworkRequest,
    GetPartnerRequest, IssueKeyRequest, ListCodingsRequest, Partner, PartnerStatus, RevokeGrantRequest,
    RevokeKeyRequest, Role, StreamObservationsRequest, WatchObservationsRequest,
    access_service_client::AccessServiceClient, assessment_service_client::AssessmentServiceClient,
    framework_service_client::FrameworkServiceClient, observation_service_client::ObservationServiceClient,
};
use tenseven_tests::{
    Draft, Refusal, Server,
    admin::{Guarded, with_key},
    coding::{coder, curator},
    level,
};
use tonic::{Code, Request, Status, transport::Channel};

use super::registry::{everything, grant, id, issue, partner, put};

async fn caller(channel: &Channel, key: &str) -> Result<GetCallerResponse, Status> {
    let mut service = AccessServiceClient::new(channel.clone());
    Ok(service.get_caller(with_key(key, GetCallerRequest {})).await?.into_inner())
}

async fn read(channel: &Channel, key: &str) -> Result<(), Status> {
    let request = GetFrameworkRequest { framework: "target-10-7".to_owned(), ..Default::default() };
    FrameworkServiceClient::new(channel.clone()).get_framework(with_key(key, request)).await.map(drop)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_local_server_is_open_until_it_has_a_partner_and_an_admin_is_made_from_a_file() {
    let open = Server::start();
    let answer = caller(&open.channel().await, "").await.unwrap();
    assert_eq!(
        (answer.credential(), answer.anonymous_access()),
        (CredentialKind::None, AnonymousAccess::Write)
    );
    assert!(open.log().contains("everybody who can reach the address may write"), "{}", open.log());

    let guarded = Guarded::start(&[]);
    let channel = guarded.server.channel().await;
    let answer = caller(&channel, "").await.unwrap();
    assert_eq!(
        (answer.credential(), answer.anonymous_access()),
        (CredentialKind::None, AnonymousAccess::None)
    );
    assert_eq!(read(&channel, "").await.unwrap_err().code(), Code::Unauthenticated);
    let admin = caller(&channel, &guarded.admin).await.unwrap();
    assert_eq!((admin.credential(), admin.partner.as_str()), (CredentialKind::Key, "admin"));
    assert_eq!(admin.grants.len(), 1);
    read(&channel, &guarded.admin).await.unwrap();
    assert!(!guarded.server.log().contains("everybody who can reach"), "{}", guarded.server.log());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_key_is_shown_once_and_works_until_it_is_revoked() {
    let guarded = Guarded::start(&[]);
    let channel = guarded.server.channel().await;
    let first = partner(&guarded, &channel, "hcp", vec![everything(Role::Reader)]).await;
    let (second_id, second) = issue(&guarded, &channel, "hcp").await;
    for key in [&first, &second] {
        read(&channel, key).await.unwrap();
    }
    let mut service = AccessServiceClient::new(channel.clone());
    let again = IssueKeyRequest {
        submission_id: id(),
        partner: "hcp".to_owned(),
        name: "again".to_owned(),
        ..Default::default()
    };
    let shown = service.issue_key(with_key(&guarded.admin, again.clone())).await.unwrap().into_inner();
    let repeated = service.issue_key(with_key(&guarded.admin, again)).await.unwrap().into_inner();
    assert_eq!((repeated.revision, repeated.key.as_str()), (shown.revision, ""), "a key is shown once");
    read(&channel, &shown.key).await.unwrap();

    let request = RevokeKeyRequest {
        submission_id: id(),
        partner: "hcp".to_owned(),
        key_id: second_id.clone(),
        reason: "rotated".to_owned(),
        ..Default::default()
    };
    service.revoke_key(with_key(&guarded.admin, request)).await.unwrap();
    let refused = Refusal::of(read(&channel, &second).await);
    assert_eq!((refused.code, refused.reason.as_str()), (Code::Unauthenticated, "INVALID_CREDENTIAL"));
    assert_eq!(refused.message, format!("key {second_id} was revoked; have an admin issue another one"));
    read(&channel, &first).await.unwrap();

    let request = GetPartnerRequest { partner: "hcp".to_owned(), ..Default::default() };
    let answer = service.get_partner(with_key(&guarded.admin, request)).await.unwrap().into_inner();
    let known = answer.partner.unwrap();
    let used: Vec<bool> = known.keys.iter().map(|key| key.last_use_time.is_some()).collect();
    assert_eq!(used, [true, true, true]);
    assert!(known.keys[1].revoke_time.is_some() && known.keys[0].revoke_time.is_none());
    let log = guarded.server.log();
    for key in [&first, &second, &shown.key, &guarded.admin] {
        let secret = key.split('_').nth(2).unwrap();
        assert!(!log.contains(secret), "no line of the log has a key");
        assert!(!format!("{known:?}").contains(secret));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_no_key_of_this_registry_is_refused_without_saying_more() {
    let (guarded, other) = (Guarded::start(&[]), Guarded::start(&[]));
    let channel = guarded.server.channel().await;
    let foreign = partner(&other, &other.server.channel().await, "hcp", vec![everything(Role::Admin)]).await;
    let key = partner(&guarded, &channel, "hcp", vec![everything(Role::Reader)]).await;
    let mut mistyped = key.clone();
    mistyped.replace_range(20..21, if &key[20..21] == "a" { "b" } else { "a" });
    for (sent, says) in [
        (foreign.as_str(), "is not known to this registry"),
        (mistyped.as_str(), "its checksum does not match"),
        ("t7_short", "it is no key"),
        (&"x".repeat(4_000), "it is no key"),
    ] {
        let refused = Refusal::of(read(&channel, sent).await);
        assert_eq!((refused.code, refused.reason.as_str()), (Code::Unauthenticated, "INVALID_CREDENTIAL"));
        assert!(refused.message.contains(says), "{}", refused.message);
        assert_eq!(caller(&channel, sent).await.unwrap_err().code(), Code::Unauthenticated);
    }
    for value in ["Basic YWRtaW46YWRtaW4=", "Bearer", ""] {
        let mut request = Request::new(GetCallerRequest {});
        request.metadata_mut().insert("authorization", value.parse().unwrap());
        let refused = AccessServiceClient::new(channel.clone()).get_caller(request).await.unwrap_err();
        assert_eq!(refused.code(), Code::Unauthenticated, "{value:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_suspended_partner_is_refused_at_once_and_its_stream_ends() {
    let guarded = Guarded::start(&[]);
    let channel = guarded.server.channel().await;
    let key = partner(&guarded, &channel, "hcp", vec![everything(Role::Reader)]).await;
    let request = with_key(&key, WatchObservationsRequest::default());
    let mut watch = ObservationServiceClient::new(channel.clone())
        .watch_observations(request)
        .await
        .unwrap()
        .into_inner();
    watch.message().await.unwrap();
    let suspended = Partner {
        id: "hcp".to_owned(),
        name: "hcp".to_owned(),
        status: PartnerStatus::Suspended.into(),
        ..Default::default()
    };
    put(&guarded, &channel, suspended).await;
    assert_eq!(
        Refusal::of(read(&channel, &key).await).message,
        "partner hcp is suspended; ask an admin of the registry"
    );
    let ended = tokio::time::timeout(Duration::from_secs(30), async {
        loop {
            match watch.message().await {
                Ok(Some(_)) => {}
                other => return other.map(drop),
            }
        }
    });
    let refused = Refusal::of(ended.await.expect("the stream ends with its next message"));
    assert_eq!((refused.code, refused.reason.as_str()), (Code::Unauthenticated, "INVALID_CREDENTIAL"));
    let with_status = |status: PartnerStatus| {
        let (id, name) = ("hcp".to_owned(), "hcp".to_owned());
        Partner { id, name, status: status.into(), ..Default::default() }
    };
    put(&guarded, &channel, with_status(PartnerStatus::Unspecified)).await;
    assert!(read(&channel, &key).await.is_err(), "without a status, it keeps the one that it has");
    put(&guarded, &channel, with_status(PartnerStatus::Active)).await;
    read(&channel, &key).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_grant_ends_when_it_is_taken_back_and_the_last_admin_stays() {
    let guarded = Guarded::start(&[]);
    let channel = guarded.server.channel().await;
    let key = partner(&guarded, &channel, "hcp", Vec::new()).await;
    let added = grant(&guarded, &channel, "hcp", everything(Role::Reader)).await;
    read(&channel, &key).await.unwrap();
    let revoke = |partner: &str, grant_revision| {
        let (partner, reason) = (partner.to_owned(), "over".to_owned());
        let request =
            RevokeGrantRequest { submission_id: id(), partner, grant_revision, reason, ..Default::default() };
        with_key(&guarded.admin, request)
    };
    let mut service = AccessServiceClient::new(channel.clone());
    service.revoke_grant(revoke("hcp", added)).await.unwrap();
    let refused = Refusal::of(read(&channel, &key).await);
    assert_eq!(refused.message, "partner hcp lacks a grant: reader");
    assert_eq!(refused.metadata["missing"], "reader");
    let of_admin = caller(&channel, &guarded.admin).await.unwrap().grants[0].revision;
    let refused = Refusal::of(service.revoke_grant(revoke("admin", of_admin)).await);
    assert_eq!((refused.code, refused.reason.as_str()), (Code::FailedPrecondition, "LAST_ADMIN"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_key_can_revoke_itself_and_is_answered() {
    let guarded = Guarded::start(&[]);
    let channel = guarded.server.channel().await;
    let (own_id, own) = issue(&guarded, &channel, "admin").await;
    let request = RevokeKeyRequest {
        submission_id: id(),
        partner: "admin".to_owned(),
        key_id: own_id,
        reason: "rotated".to_owned(),
        ..Default::default()
    };
    let mut service = AccessServiceClient::new(channel.clone());
    let done = service.revoke_key(with_key(&own, request)).await.unwrap().into_inner();
    assert!(done.revision > 0);
    assert_eq!(read(&channel, &own).await.unwrap_err().code(), Code::Unauthenticated);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stream_of_batches_ends_once_its_key_is_revoked_and_takes_in_no_more() {
    let guarded = Guarded::start(&[]);
    let channel = guarded.server.channel().await;
    partner(&guarded, &channel, "hcp", vec![everything(Role::Contributor)]).await;
    let (key_id, key) = issue(&guarded, &channel, "hcp").await;
    let (sender, batches) = tokio::sync::mpsc::channel(4);
    let batch = |period: &str| {
        let request = Draft::new().with("dual-nationality", "MAR", period, level("basic")).request();
        StreamObservationsRequest {
            submission_id: request.submission_id,
            observations: request.observations,
            validate_only: false,
        }
    };
    sender.send(batch("2019")).await.unwrap();
    let stream = with_key(&key, tokio_stream::wrappers::ReceiverStream::new(batches));
    let mut service = ObservationServiceClient::new(channel.clone());
    let mut answers = service.stream_observations(stream).await.unwrap().into_inner();
    answers.message().await.unwrap().unwrap();
    let request = RevokeKeyRequest {
        submission_id: id(),
        partner: "hcp".to_owned(),
        key_id,
        reason: "stolen".to_owned(),
        ..Default::default()
    };
    let mut access = AccessServiceClient::new(channel.clone());
    let revoked = access.revoke_key(with_key(&guarded.admin, request)).await.unwrap().into_inner().revision;
    sender.send(batch("2020")).await.unwrap();
    let ended = Refusal::of(answers.message().await);
    assert_eq!((ended.code, ended.reason.as_str()), (Code::Unauthenticated, "INVALID_CREDENTIAL"));
    let request = GetPartnerRequest { partner: "hcp".to_owned(), ..Default::default() };
    let newest = access.get_partner(with_key(&guarded.admin, request)).await.unwrap().into_inner().revision;
    assert_eq!(newest, revoked, "nothing was stored of what came after");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_anonymous_reader_sees_no_open_ratings_and_a_proxy_makes_no_server_local() {
    let guarded = Guarded::start(&["--allow-anonymous", "write"]);
    let channel = guarded.server.channel().await;
    let mut service = AssessmentServiceClient::new(channel.clone());
    for caller in [coder("ada"), curator("rosa")] {
        let request = ListCodingsRequest { caller, ..Default::default() };
        let refused = Refusal::of(service.list_codings(request).await);
        assert_eq!(refused.reason, "UNAUTHENTICATED");
    }
    service.list_codings(ListCodingsRequest::default()).await.unwrap();
    let home = tempfile::tempdir().unwrap();
    let server = Server::start_on(&home.path().join("data"), &["--tls-terminated-by-proxy"]);
    let answer = caller(&server.channel().await, "").await.unwrap();
    assert_eq!(answer.anonymous_access(), AnonymousAccess::None);
    assert!(server.log().contains("nobody may call"), "{}", server.log());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_call_with_two_keys_is_refused() {
    let guarded = Guarded::start(&[]);
    let channel = guarded.server.channel().await;
    let mut request = with_key(&guarded.admin, GetCallerRequest {});
    request.metadata_mut().append("authorization", "Bearer t7_other".parse().unwrap());
    let refused = AccessServiceClient::new(channel).get_caller(request).await.unwrap_err();
    assert_eq!(refused.code(), Code::Unauthenticated);
    assert!(refused.message().contains("more than one"), "{}", refused.message());
}

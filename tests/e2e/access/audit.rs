//! The audit trail: what is in it, in which order, and who may read it.

use std::time::Duration;

use bytes::Bytes;
use tenseven_api::v1::{
    AuditEvent, AuditFilter, AuditOutcome, AuditedChange, AuditedCredential, GetFrameworkRequest,
    GetPartnerRequest, ListAuditEventsRequest, Page, RevokeGrantRequest, Role, StreamAuditEventsRequest,
    StreamAuditEventsResponse, access_service_client::AccessServiceClient,
    audit_service_client::AuditServiceClient, framework_service_client::FrameworkServiceClient,
    observation_service_client::ObservationServiceClient,
};
use tenseven_tests::{
    Draft, Refusal,
    admin::{Guarded, call_bytes, with_key},
    level,
};
use tonic::{Code, Status, Streaming, transport::Channel};

use super::registry::{everything, grant, id, issue, partner};

/// How long an event may take to arrive in a stream.
const ARRIVAL_MAX: Duration = Duration::from_secs(20);

/// All events that pass a filter, read with pages of this size.
pub(super) async fn listed(
    guarded: &Guarded,
    channel: &Channel,
    filter: AuditFilter,
    size: i32,
) -> Vec<AuditEvent> {
    let mut service = AuditServiceClient::new(channel.clone());
    let (mut events, mut token) = (Vec::new(), String::new());
    loop {
        let page = Some(Page { size, token });
        let request = ListAuditEventsRequest { filter: Some(filter.clone()), page };
        let answer = service.list_audit_events(with_key(&guarded.admin, request)).await.unwrap().into_inner();
        assert!(answer.events.len() <= usize::try_from(size).unwrap());
        events.extend(answer.events);
        token = answer.next_page_token;
        if token.is_empty() {
            return events;
        }
    }
}

pub(super) fn of_outcome(outcome: AuditOutcome) -> AuditFilter {
    AuditFilter { outcome: outcome.into(), ..AuditFilter::default() }
}

/// Pushes an observation with a comment; returns the revision.
pub(super) async fn push(channel: &Channel, key: &str, period: &str, comment: &str) -> Result<u64, Status> {
    let mut request = Draft::new().with("dual-nationality", "MAR", period, level("basic")).request();
    comment.clone_into(&mut request.observations[0].comment);
    let mut service = ObservationServiceClient::new(channel.clone());
    Ok(service.push_observations(with_key(key, request)).await?.into_inner().revision)
}

pub(super) async fn read(channel: &Channel, key: &str) -> Result<(), Status> {
    let request = GetFrameworkRequest { framework: "target-10-7".to_owned(), ..Default::default() };
    FrameworkServiceClient::new(channel.clone()).get_framework(with_key(key, request)).await.map(drop)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_accepted_push_names_partner_grant_method_and_address_and_a_rejected_one_what_was_missing() {
    let guarded = Guarded::start(&[]);
    let channel = guarded.server.channel().await;
    partner(&guarded, &channel, "hcp", Vec::new()).await;
    let (key_id, key) = issue(&guarded, &channel, "hcp").await;
    assert_eq!(push(&channel, &key, "2020", "").await.unwrap_err().code(), Code::PermissionDenied);
    let allowed = grant(&guarded, &channel, "hcp", everything(Role::Contributor)).await;
    let revision = push(&channel, &key, "2020", "").await.unwrap();

    let filter = AuditFilter { partner: "hcp".to_owned(), ..AuditFilter::default() };
    let events = listed(&guarded, &channel, filter, 100).await;
    let [rejected, accepted] = &events[..] else { panic!("{events:#?}") };
    for event in [rejected, accepted] {
        assert_eq!((event.partner.as_str(), event.credential()), ("hcp", AuditedCredential::Key));
        assert_eq!(
            (event.credential_id.as_str(), event.peer_address.as_str()),
            (key_id.as_str(), "127.0.0.1")
        );
        assert_eq!((event.method.as_str(), event.count), ("ObservationService/PushObservations", 1));
        assert!(event.time.is_some() && event.request_id.len() == 36, "{event:?}");
    }
    assert_eq!((rejected.outcome(), rejected.code.as_str()), (AuditOutcome::Rejected, "PERMISSION_DENIED"));
    assert_eq!((rejected.reason.as_str(), rejected.missing.as_str()), ("NOT_GRANTED", "contributor"));
    assert_eq!((rejected.revision, rejected.grant_revision), (0, 0));
    assert_eq!((accepted.outcome(), accepted.code.as_str()), (AuditOutcome::Accepted, "OK"));
    assert_eq!((accepted.revision, accepted.grant_revision), (revision, allowed));
    assert_eq!((accepted.change(), accepted.row_count), (AuditedChange::Observations, 1));

    // Whoever nobody knows is listed by what was shown.
    assert!(read(&channel, "").await.is_err());
    assert!(read(&channel, &format!("{}x", &key[..key.len() - 1])).await.is_err());
    let filter = AuditFilter { code: "UNAUTHENTICATED".to_owned(), ..AuditFilter::default() };
    let events = listed(&guarded, &channel, filter, 100).await;
    let reasons: Vec<&str> = events.iter().map(|event| event.reason.as_str()).collect();
    assert_eq!(reasons, ["UNAUTHENTICATED", "INVALID_CREDENTIAL"]);
    assert!(
        events
            .iter()
            .all(|event| event.partner.is_empty() && event.method == "FrameworkService/GetFramework")
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn calls_of_admins_are_listed_with_their_changes_and_ordinary_reads_are_not() {
    let guarded = Guarded::start(&[]);
    let channel = guarded.server.channel().await;
    let key = partner(&guarded, &channel, "hcp", vec![everything(Role::Reader)]).await;
    read(&channel, &key).await.unwrap();
    let mut service = AccessServiceClient::new(channel.clone());
    for name in ["hcp", "nobody"] {
        let request = GetPartnerRequest { partner: name.to_owned(), ..Default::default() };
        assert_eq!(service.get_partner(with_key(&guarded.admin, request)).await.is_ok(), name == "hcp");
    }
    let all = listed(&guarded, &channel, AuditFilter::default(), 100).await;
    let shown = |event: &AuditEvent| (event.method.clone(), event.outcome(), event.code.clone());
    assert!(all.iter().all(|event| event.method != "FrameworkService/GetFramework"), "{all:#?}");
    let reads = listed(&guarded, &channel, of_outcome(AuditOutcome::Read), 100).await;
    let get = "AccessService/GetPartner";
    assert!(reads.iter().map(shown).any(|one| one == (get.to_owned(), AuditOutcome::Read, "OK".to_owned())));
    assert!(reads.iter().any(|event| event.method == "AuditService/ListAuditEvents"), "{reads:#?}");
    let failed = AuditFilter { code: "NOT_FOUND".to_owned(), ..AuditFilter::default() };
    let failed = listed(&guarded, &channel, failed, 100).await;
    assert_eq!(
        failed.iter().map(shown).collect::<Vec<_>>(),
        [(get.to_owned(), AuditOutcome::Rejected, "NOT_FOUND".to_owned())]
    );

    let changes = listed(&guarded, &channel, of_outcome(AuditOutcome::Accepted), 2).await;
    let revisions: Vec<u64> = changes.iter().map(|event| event.revision).collect();
    assert!(revisions.windows(2).all(|pair| pair[0] + 1 == pair[1]) && revisions[0] == 1, "{revisions:?}");
    let by_admin: Vec<_> =
        changes.iter().filter(|event| !event.method.is_empty()).map(AuditEvent::change).collect();
    assert_eq!(by_admin, [AuditedChange::Partner, AuditedChange::GrantAdded, AuditedChange::KeyIssued]);
    let issued = AuditFilter { method: "AccessService/IssueKey".to_owned(), ..AuditFilter::default() };
    let issued = listed(&guarded, &channel, issued, 100).await;
    // That of the configured admin was issued without a call.
    assert_eq!(issued.iter().map(|event| event.partner.as_str()).collect::<Vec<_>>(), ["", "admin"]);

    let unknown = AuditFilter { method: "AccessService/IssueKeys".to_owned(), ..AuditFilter::default() };
    let request = ListAuditEventsRequest { filter: Some(unknown), page: None };
    let mut service = AuditServiceClient::new(channel.clone());
    let refused = Refusal::of(service.list_audit_events(with_key(&guarded.admin, request.clone())).await);
    assert_eq!(refused.faults(), [("filter.method", "NOT_ALLOWED")]);
    let refused = Refusal::of(service.list_audit_events(with_key(&key, request)).await);
    assert_eq!((refused.code, refused.metadata["missing"].as_str()), (Code::PermissionDenied, "admin"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pages_follow_each_other_while_events_are_added_and_a_token_is_of_one_filter() {
    let guarded = Guarded::start(&[]);
    let channel = guarded.server.channel().await;
    let key = partner(&guarded, &channel, "hcp", vec![everything(Role::Contributor)]).await;
    let mut service = AuditServiceClient::new(channel.clone());
    let (mut events, mut token, mut pushed) = (Vec::new(), String::new(), Vec::new());
    for year in 1990..2020 {
        pushed.push(push(&channel, &key, &year.to_string(), "").await.unwrap());
        // Rejected for what it is not granted: by another method each time, so that none are alike.
        let methods = ["GetScores", "ListScores", "GetTrend", "CompareScores", "RankAreas", "ExplainScore"];
        let path = format!("/tenseven.v1.ScoreService/{}", methods[year % methods.len()]);
        assert!(call_bytes(&channel, &path, &key, Bytes::new()).await.is_err());
        let request = ListAuditEventsRequest { filter: None, page: Some(Page { size: 1, token }) };
        let answer = service.list_audit_events(with_key(&guarded.admin, request)).await.unwrap().into_inner();
        events.extend(answer.events);
        token = answer.next_page_token;
        assert!(!token.is_empty(), "more is added than is read");
    }
    let other = ListAuditEventsRequest {
        filter: Some(of_outcome(AuditOutcome::Read)),
        page: Some(Page { size: 3, token: token.clone() }),
    };
    let refused = Refusal::of(service.list_audit_events(with_key(&guarded.admin, other)).await);
    assert_eq!(refused.reason, "INVALID_PAGE_TOKEN");
    // What is gathered of calls that are alike is written for a first page, once a second.
    tokio::time::sleep(Duration::from_millis(1_100)).await;
    listed(&guarded, &channel, of_outcome(AuditOutcome::Rejected), 100).await;
    while !token.is_empty() {
        let request = ListAuditEventsRequest { filter: None, page: Some(Page { size: 50, token }) };
        let answer = service.list_audit_events(with_key(&guarded.admin, request)).await.unwrap().into_inner();
        events.extend(answer.events);
        token = answer.next_page_token;
    }
    let of = |outcome| events.iter().filter(move |event| event.outcome() == outcome);
    let found: Vec<u64> = of(AuditOutcome::Accepted).map(|event| event.revision).collect();
    assert_eq!(found[found.len() - pushed.len()..], pushed, "each revision comes once");
    assert_eq!(found, (1..=*found.last().unwrap()).collect::<Vec<_>>());
    assert_eq!(of(AuditOutcome::Rejected).map(|event| event.count).sum::<u64>(), 30 + 1);
    let last: Vec<_> = of(AuditOutcome::Accepted).skip(found.len() - pushed.len()).collect();
    assert!(last.iter().all(|event| event.peer_address == "127.0.0.1"), "{last:#?}");
}

/// The next events of a stream, which come in time.
async fn next_events(
    stream: &mut Streaming<StreamAuditEventsResponse>,
) -> Result<(Vec<AuditEvent>, String), Status> {
    loop {
        let message =
            tokio::time::timeout(ARRIVAL_MAX, stream.message()).await.expect("there are heartbeats")?;
        let message = message.expect("the stream has no end");
        if !message.events.is_empty() {
            return Ok((message.events, message.resume_token));
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stream_goes_on_with_new_events_resumes_where_it_ended_and_ends_with_the_grant() {
    let guarded = Guarded::start(&[]);
    let channel = guarded.server.channel().await;
    let auditor = partner(&guarded, &channel, "auditor", Vec::new()).await;
    let granted = grant(&guarded, &channel, "auditor", everything(Role::Admin)).await;
    let key = partner(&guarded, &channel, "hcp", vec![everything(Role::Contributor)]).await;
    let filter = AuditFilter { partner: "hcp".to_owned(), ..AuditFilter::default() };
    let request = |after_event| StreamAuditEventsRequest { filter: Some(filter.clone()), after_event };
    let mut service = AuditServiceClient::new(channel.clone());
    let stream = service.stream_audit_events(with_key(&auditor, request(String::new()))).await;
    let mut stream = stream.unwrap().into_inner();
    let first = stream.message().await.unwrap().unwrap();
    assert!(first.events.is_empty() && !first.resume_token.is_empty());
    let revision = push(&channel, &key, "2020", "").await.unwrap();
    let (events, after_push) = next_events(&mut stream).await.unwrap();
    assert_eq!(events.iter().map(|event| event.revision).collect::<Vec<_>>(), [revision]);
    assert_eq!(events[0].peer_address, "127.0.0.1", "where it came from is known at once");
    assert!(read(&channel, &key).await.is_err());
    let (events, _) = next_events(&mut stream).await.unwrap();
    assert_eq!(events[0].missing, "reader");

    let resumed = service.stream_audit_events(with_key(&guarded.admin, request(after_push))).await;
    let (events, _) = next_events(&mut resumed.unwrap().into_inner()).await.unwrap();
    assert_eq!(events[0].missing, "reader", "what came after the push comes again");
    let from_time = Some(prost_types::Timestamp { seconds: 1, nanos: 0 });
    let all = StreamAuditEventsRequest {
        filter: Some(AuditFilter { from_time, ..filter.clone() }),
        after_event: String::new(),
    };
    let past = service.stream_audit_events(with_key(&guarded.admin, all)).await;
    let (events, _) = next_events(&mut past.unwrap().into_inner()).await.unwrap();
    assert_eq!(events.len(), 2, "{events:#?}");

    let revoke = RevokeGrantRequest {
        submission_id: id(),
        partner: "auditor".to_owned(),
        grant_revision: granted,
        reason: "over".to_owned(),
        ..Default::default()
    };
    AccessServiceClient::new(channel.clone()).revoke_grant(with_key(&guarded.admin, revoke)).await.unwrap();
    let ended = Refusal::of(next_events(&mut stream).await);
    assert_eq!((ended.code, ended.reason.as_str()), (Code::PermissionDenied, "NOT_GRANTED"));
}

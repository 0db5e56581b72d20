//! How much of the server a partner may use: each limit is reached, and what is given back admits the same call again.

use std::{collections::BTreeSet, pin::Pin, time::Duration};

use prost_reflect::DescriptorPool;
use tenseven_api::v1::{
    ExportObservationsRequest, GetCallerRequest, GetFrameworkRequest, GetPartnerRequest,
    GetServerStatusRequest, Partner, PartnerStatus, PushObservationsRequest, Quota, QuotaStatus, Role,
    StreamObservationsRequest, WatchObservationsRequest, WithdrawObservationsRequest, Withdrawal,
    access_service_client::AccessServiceClient, admin_service_client::AdminServiceClient,
    framework_service_client::FrameworkServiceClient, observation_service_client::ObservationServiceClient,
    stream_observations_response::Answer,
};
use tenseven_client::{Client, ClientOptions, Secret, Security, v1};
use tenseven_tests::{
    Draft, Refusal, Server,
    admin::{Guarded, with_key},
    number,
};
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use tonic::{Code, Request, Status, Streaming, transport::Channel};
use tonic_types::StatusExt as _;

use super::{
    registry::{everything, partner, put},
    slow::Slow,
};

/// What was ended is noticed within this time.
const ENDED_WAIT: Duration = Duration::from_secs(20);
/// Calls that a limit of a few is surely reached with.
const CALLS_MAX: usize = 200;

/// A registry with a partner that reaches its limits, and one with the defaults of the server.
struct Registry {
    guarded: Guarded,
    channel: Channel,
    greedy: String,
    polite: String,
}

/// How a partner reaches a limit.
type Scenario = for<'a> fn(&'a Registry) -> Pin<Box<dyn Future<Output = ()> + 'a>>;

/// For each field of `Quota`: how its limit is reached, and freed.
const LIMITS: &[(&str, Scenario)] = &[
    ("requests_per_second", |registry| Box::pin(requests(registry))),
    ("observations_per_second", |registry| Box::pin(observations(registry))),
    ("request_bytes", |registry| Box::pin(request_bytes(registry))),
    ("watches", |registry| Box::pin(watches(registry))),
    ("streams", |registry| Box::pin(streams(registry))),
    ("connections", |registry| Box::pin(connections(registry))),
];

impl Registry {
    async fn start(arguments: &[&str]) -> Self {
        let guarded = Guarded::start(arguments);
        let channel = guarded.server.channel().await;
        let roles = || [Role::Reader, Role::Contributor].map(everything).to_vec();
        let greedy = partner(&guarded, &channel, "greedy", roles()).await;
        let polite = partner(&guarded, &channel, "polite", roles()).await;
        Self { guarded, channel, greedy, polite }
    }

    async fn limit(&self, quota: Option<Quota>) {
        let named =
            Partner { id: "greedy".to_owned(), name: "greedy".to_owned(), quota, ..Partner::default() };
        put(&self.guarded, &self.channel, named).await;
    }

    async fn status(&self, limit: &str) -> QuotaStatus {
        let mut service = AdminServiceClient::new(self.guarded.server.channel().await);
        let request = with_key(&self.guarded.admin, GetServerStatusRequest {});
        let status = service.get_server_status(request).await.unwrap().into_inner();
        status.quotas.into_iter().find(|one| one.limit == limit).unwrap()
    }
}

async fn read(channel: &Channel, key: &str) -> Result<(), Status> {
    let request = GetFrameworkRequest { framework: "target-10-7".to_owned(), ..Default::default() };
    FrameworkServiceClient::new(channel.clone()).get_framework(with_key(key, request)).await.map(drop)
}

/// A batch from a source of its own, so that no partner replaces what another made.
fn batch(cities: usize) -> PushObservationsRequest {
    let source = super::registry::id();
    let city = |draft: Draft, city| {
        let area = format!("MAR/c{city}");
        let draft = draft.with("cities-with-crisis-measures", &area, "2020", number(1.0));
        draft.but(|one| one.source.clone_from(&source))
    };
    (0..cities).fold(Draft::new(), city).request()
}

async fn push(channel: &Channel, key: &str, cities: usize) -> Result<(), Status> {
    let mut service = ObservationServiceClient::new(channel.clone());
    service.push_observations(with_key(key, batch(cities))).await.map(drop)
}

async fn watch(channel: &Channel, key: &str) -> Result<Streaming<v1::WatchObservationsResponse>, Status> {
    let mut service = ObservationServiceClient::new(channel.clone());
    let request = with_key(key, WatchObservationsRequest::default());
    Ok(service.watch_observations(request).await?.into_inner())
}

async fn export(channel: &Channel, key: &str) -> Result<Streaming<v1::ExportObservationsResponse>, Status> {
    let mut service = ObservationServiceClient::new(channel.clone());
    let request = with_key(key, ExportObservationsRequest::default());
    Ok(service.export_observations(request).await?.into_inner())
}

/// Checks the rejection of a call beyond a limit. Returns how long it asks to wait.
fn rejected<T>(answer: Result<T, Status>, limit: &str, value: u64) -> Duration {
    let Err(status) = answer else { panic!("a call beyond {limit} is not rejected") };
    let refusal = Refusal::from(&status);
    assert_eq!((refusal.code, refusal.reason.as_str()), (Code::ResourceExhausted, "QUOTA_EXCEEDED"));
    assert_eq!((refusal.metadata["limit"].as_str(), &refusal.metadata["value"]), (limit, &value.to_string()));
    for part in ["partner greedy may", &value.to_string(), limit, "try again in", "admin"] {
        assert!(refusal.message.contains(part), "{part:?} is not in {:?}", refusal.message);
    }
    let details = status.get_error_details();
    let [violation] = details.quota_failure().unwrap().violations.as_slice() else { panic!("{details:?}") };
    assert_eq!(violation.subject, "greedy");
    assert!(violation.description.contains(&format!("{limit} = {value}")), "{violation:?}");
    details.retry_info().unwrap().retry_delay.unwrap()
}

/// Makes a call again and again until it succeeds.
async fn admitted<T>(mut call: impl AsyncFnMut() -> Result<T, Status>) -> T {
    let until_admitted = async {
        loop {
            match call().await {
                Ok(answer) => return answer,
                Err(status) => assert_eq!(Refusal::from(&status).reason, "QUOTA_EXCEEDED"),
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(ENDED_WAIT, until_admitted).await.expect("what was ended is given back")
}

async fn requests(registry: &Registry) {
    let Registry { channel, greedy, polite, .. } = registry;
    registry.limit(Some(Quota { requests_per_second: Some(2), ..Default::default() })).await;
    let mut last = Ok(());
    for _ in 0..CALLS_MAX {
        last = read(channel, greedy).await;
        if last.is_err() {
            break;
        }
    }
    let wait = rejected(last, "requests_per_second", 2);
    assert!(wait <= Duration::from_millis(500), "{wait:?}");
    for _ in 0..10 {
        read(channel, polite).await.unwrap();
    }
    tokio::time::sleep(wait).await;
    read(channel, greedy).await.unwrap();
    // Calls of what the partner is not granted count as well.
    let mut service = AccessServiceClient::new(channel.clone());
    let mut last = Ok(());
    for _ in 0..CALLS_MAX {
        let request = with_key(greedy, GetPartnerRequest::default());
        last = service.get_partner(request).await.map(drop);
        if last.as_ref().is_err_and(|status| status.code() != Code::PermissionDenied) {
            break;
        }
    }
    rejected(last, "requests_per_second", 2);
}

async fn observations(registry: &Registry) {
    let Registry { channel, greedy, polite, .. } = registry;
    registry.limit(Some(Quota { observations_per_second: Some(10), ..Default::default() })).await;
    // More than a second's worth is accepted, and made up for.
    push(channel, greedy, 65).await.unwrap();
    let wait = rejected(push(channel, greedy, 1).await, "observations_per_second", 10);
    assert!(wait > Duration::from_secs(3) && wait <= Duration::from_millis(5_600), "{wait:?}");
    let key = Withdrawal {
        indicator: "cities-with-crisis-measures".to_owned(),
        area: "MAR/c1".to_owned(),
        period: "2020".to_owned(),
        source: "test".to_owned(),
        ..Withdrawal::default()
    };
    let withdrawal = WithdrawObservationsRequest {
        submission_id: super::registry::id(),
        withdrawals: vec![key],
        ..Default::default()
    };
    let mut service = ObservationServiceClient::new(channel.clone());
    let withdrawn = service.withdraw_observations(with_key(greedy, withdrawal)).await;
    rejected(withdrawn, "observations_per_second", 10);
    let changes = v1::SubmitChangesRequest {
        submission_id: super::registry::id(),
        changes: vec![v1::ObservationChange::default()],
        ..Default::default()
    };
    rejected(service.submit_changes(with_key(greedy, changes)).await, "observations_per_second", 10);
    push(channel, polite, 65).await.unwrap();
    tokio::time::sleep(wait).await;
    push(channel, greedy, 1).await.unwrap();
}

async fn request_bytes(registry: &Registry) {
    const BYTES: u64 = 65_536;
    let Registry { guarded, channel, greedy, polite } = registry;
    registry.limit(Some(Quota { request_bytes: Some(BYTES), ..Default::default() })).await;
    let with_comments = |mut request: PushObservationsRequest| {
        for observation in &mut request.observations {
            observation.comment = "x".repeat(3_900);
        }
        request
    };
    let half = Slow::begin(guarded, "ObservationService/PushObservations", greedy, &with_comments(batch(15)));
    let more = with_comments(batch(10));
    let push = async |key: &str, request: PushObservationsRequest| {
        ObservationServiceClient::new(channel.clone()).push_observations(with_key(key, request)).await
    };
    let until_counted = async {
        let mut answer = Ok(());
        while answer.is_ok() {
            answer = push(greedy, with_comments(batch(10))).await.map(drop);
        }
        answer
    };
    let answer = tokio::time::timeout(ENDED_WAIT, until_counted).await.unwrap();
    assert_eq!(rejected(answer, "request_bytes", BYTES), Duration::from_secs(1));
    push(polite, more.clone()).await.unwrap();
    drop(half);
    admitted(async || push(greedy, more.clone()).await).await;
    // A message with more than all may have fits alone.
    push(greedy, with_comments(batch(30))).await.unwrap();
}

async fn watches(registry: &Registry) {
    let Registry { guarded, channel, greedy, polite } = registry;
    registry.limit(Some(Quota { watches: Some(2), ..Default::default() })).await;
    let elsewhere = guarded.server.channel().await;
    let (first, second) = (watch(channel, greedy).await.unwrap(), watch(&elsewhere, greedy).await.unwrap());
    assert!(rejected(watch(channel, greedy).await, "watches", 2) <= Duration::from_secs(1));
    let scores = v1::WatchScoresRequest {
        selection: Some(v1::ScoreSelection { framework: "target-10-7".to_owned(), ..Default::default() }),
        ..Default::default()
    };
    let mut service = v1::score_service_client::ScoreServiceClient::new(channel.clone());
    rejected(service.watch_scores(with_key(greedy, scores)).await, "watches", 2);
    watch(channel, polite).await.unwrap();
    read(channel, greedy).await.unwrap();
    let uses = registry.status("watches").await.uses;
    assert_eq!((uses[0].partner.as_str(), uses[0].in_use), ("greedy", 2));
    // One is cancelled, and the connection of the other ends.
    drop(first);
    let third = admitted(async || watch(channel, greedy).await).await;
    drop((second, elsewhere));
    let fourth = admitted(async || watch(channel, greedy).await).await;
    rejected(watch(channel, greedy).await, "watches", 2);
    drop((third, fourth));
}

async fn streams(registry: &Registry) {
    let Registry { channel, greedy, polite, .. } = registry;
    registry.limit(Some(Quota { streams: Some(1), ..Default::default() })).await;
    let (sender, receiver) = mpsc::channel::<StreamObservationsRequest>(1);
    let request = with_key(greedy, ReceiverStream::new(receiver));
    let mut service = ObservationServiceClient::new(channel.clone());
    let mut answers = service.stream_observations(request).await.unwrap().into_inner();
    assert!(rejected(export(channel, greedy).await, "streams", 1) <= Duration::from_secs(1));
    let request = with_key(greedy, tokio_stream::pending::<StreamObservationsRequest>());
    rejected(service.stream_observations(request).await, "streams", 1);
    export(channel, polite).await.unwrap();
    // It comes to its end.
    drop(sender);
    assert_eq!(answers.message().await.unwrap(), None);
    let mut exported = admitted(async || export(channel, greedy).await).await;
    while exported.message().await.unwrap().is_some() {}
    admitted(async || export(channel, greedy).await).await;
}

async fn connections(registry: &Registry) {
    let Registry { guarded, channel, greedy, polite } = registry;
    registry.limit(Some(Quota { connections: Some(2), ..Default::default() })).await;
    // The connection of the others is not of this partner until it calls over it.
    let (first, second) = (guarded.server.channel().await, guarded.server.channel().await);
    for connection in [&first, &second, &first] {
        admitted(async || read(connection, greedy).await).await;
    }
    let third = guarded.server.channel().await;
    assert!(rejected(read(&third, greedy).await, "connections", 2) <= Duration::from_secs(1));
    read(&third, polite).await.unwrap();
    read(&first, greedy).await.unwrap();
    read(channel, polite).await.unwrap();
    drop(second);
    admitted(async || read(&third, greedy).await).await;
    // A call of another over the same connection gives it back, as no call of the first is under way.
    read(&third, polite).await.unwrap();
    admitted(async || read(&guarded.server.channel().await, greedy).await).await;
}

#[test]
fn every_field_of_a_quota_has_a_scenario() {
    let pool = DescriptorPool::decode(tenseven_api::DESCRIPTORS).unwrap();
    let quota = pool.get_message_by_name("tenseven.v1.Quota").unwrap();
    let fields: BTreeSet<String> = quota.fields().map(|field| field.name().to_owned()).collect();
    let covered: BTreeSet<String> = LIMITS.iter().map(|(limit, _)| (*limit).to_owned()).collect();
    assert_eq!(covered, fields);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_partner_that_reaches_a_limit_is_rejected_until_it_fits_and_others_are_not() {
    for (limit, scenario) in LIMITS {
        let registry = Registry::start(&[]).await;
        assert_eq!(registry.status(limit).await.rejected_count, 0, "{limit}");
        println!("{limit}");
        scenario(&registry).await;
        assert!(registry.status(limit).await.rejected_count > 0, "{limit} is counted");
        for (other, _) in LIMITS.iter().filter(|(other, _)| other != limit) {
            assert_eq!(registry.status(other).await.rejected_count, 0, "{other}, at {limit}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_limit_of_its_own_counts_from_the_next_call_on_until_it_is_taken_back() {
    let registry = Registry::start(&["--partner-watches-max", "2"]).await;
    let Registry { guarded, channel, greedy, polite } = &registry;
    let mut watched = Vec::new();
    for (quota, count) in [
        (Some(Quota { watches: Some(1), ..Default::default() }), 1),
        (None, 1),
        (Some(Quota { watches: Some(4), ..Default::default() }), 4),
        (None, 4),
        (Some(Quota::default()), 2),
    ] {
        registry.limit(quota).await;
        if quota.is_some_and(|quota| quota.watches.is_none()) {
            watched.clear();
            watched.push(admitted(async || watch(channel, greedy).await).await);
        }
        while watched.len() < count {
            watched.push(admitted(async || watch(channel, greedy).await).await);
        }
        rejected(watch(channel, greedy).await, "watches", count as u64);
        let mut service = AccessServiceClient::new(channel.clone());
        let caller = service.get_caller(with_key(greedy, GetCallerRequest {})).await.unwrap().into_inner();
        let limits = caller.quota.unwrap();
        assert_eq!((limits.watches, limits.streams), (Some(count as u64), Some(32)));
        let request = GetPartnerRequest { partner: "greedy".to_owned(), ..Default::default() };
        let stored = service.get_partner(with_key(&guarded.admin, request)).await.unwrap().into_inner();
        let own = stored.partner.unwrap().quota.and_then(|quota| quota.watches);
        assert_eq!(own, Some(count as u64).filter(|count| *count != 2));
    }
    let _both = [watch(channel, polite).await.unwrap(), watch(channel, polite).await.unwrap()];
    assert!(watch(channel, polite).await.is_err());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stream_waits_for_its_rate_and_a_batch_that_would_wait_long_is_refused() {
    let registry = Registry::start(&[]).await;
    let Registry { channel, greedy, .. } = &registry;
    registry.limit(Some(Quota { observations_per_second: Some(10), ..Default::default() })).await;
    let batches = [20, 10, 200, 1].map(|cities| {
        let PushObservationsRequest { submission_id, observations, .. } = batch(cities);
        StreamObservationsRequest { submission_id, observations, validate_only: false }
    });
    let request = with_key(greedy, tokio_stream::iter(batches));
    let mut service = ObservationServiceClient::new(channel.clone());
    let mut answers = service.stream_observations(request).await.unwrap().into_inner();
    let mut refusals = Vec::new();
    while let Some(answer) = answers.message().await.unwrap() {
        match answer.answer.unwrap() {
            Answer::Receipt(_) => assert_eq!(refusals.len(), 0),
            Answer::Refusal(refusal) => refusals.push(refusal),
        }
    }
    let [refusal] = refusals.as_slice() else { panic!("{refusals:?}") };
    assert_eq!((refusal.reason.as_str(), refusal.code), ("QUOTA_EXCEEDED", Code::ResourceExhausted as i32));
    assert_eq!(refusal.metadata["limit"], "observations_per_second");
    assert!(refusal.retry_delay.unwrap().seconds > 5, "{refusal:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_kept_of_a_partner_that_is_suspended() {
    let registry = Registry::start(&[]).await;
    let Registry { guarded, channel, greedy, .. } = &registry;
    let mut watched = watch(channel, greedy).await.unwrap();
    watched.message().await.unwrap();
    assert_eq!(registry.status("watches").await.uses[0].partner, "greedy");
    let suspended = Partner {
        id: "greedy".to_owned(),
        name: "greedy".to_owned(),
        status: PartnerStatus::Suspended.into(),
        ..Default::default()
    };
    put(guarded, channel, suspended).await;
    push(channel, &guarded.admin, 1).await.unwrap();
    let ended = tokio::time::timeout(ENDED_WAIT, async { while watched.message().await.is_ok() {} }).await;
    assert!(ended.is_ok(), "its watch ends");
    assert_eq!(read(channel, greedy).await.unwrap_err().code(), Code::Unauthenticated);
    for limit in ["watches", "streams", "request_bytes", "connections"] {
        let uses = registry.status(limit).await.uses;
        assert!(uses.iter().all(|one| one.partner != "greedy"), "{limit}: {uses:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn anonymous_callers_share_a_rate_once_there_is_a_partner_and_nobody_is_limited_before() {
    let limits = ["--partner-requests-per-second-max", "1", "--partner-watches-max", "1"];
    let home = tempfile::TempDir::new().unwrap();
    let open = Server::start_on(&home.path().join("data"), &limits);
    let channel = open.channel().await;
    for _ in 0..20 {
        read(&channel, "").await.unwrap();
    }
    let caller =
        AccessServiceClient::new(channel).get_caller(Request::new(GetCallerRequest {})).await.unwrap();
    assert_eq!(caller.into_inner().quota, None);

    let guarded = Guarded::start(&[&limits[..], &["--allow-anonymous", "read"]].concat());
    let (one, other) = (guarded.server.channel().await, guarded.server.channel().await);
    let mut last = Ok(());
    for channel in [&one, &other].into_iter().cycle().take(CALLS_MAX) {
        last = read(channel, "").await;
        if last.is_err() {
            break;
        }
    }
    let refusal = Refusal::of(last);
    assert_eq!(refusal.reason, "QUOTA_EXCEEDED");
    assert!(
        refusal.message.starts_with("anonymous callers together may begin 1 calls"),
        "{}",
        refusal.message
    );
    let watches =
        [admitted(async || watch(&one, "").await).await, admitted(async || watch(&one, "").await).await];
    read(&one, &guarded.admin).await.unwrap();
    drop(watches);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn our_client_waits_as_long_as_it_is_asked_to() {
    let registry = Registry::start(&[]).await;
    registry.limit(Some(Quota { requests_per_second: Some(3), ..Default::default() })).await;
    let security = Security { key: Some(Secret::new(registry.greedy.clone())), ..Security::default() };
    let options = ClientOptions { security, ..ClientOptions::default() };
    let client = Client::connect(registry.guarded.server.address(), options).await.unwrap();
    for _ in 0..8 {
        assert_eq!(client.get_caller().await.unwrap().partner, "greedy");
    }
    assert!(registry.status("requests_per_second").await.rejected_count > 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_limit_of_nothing_is_refused() {
    let registry = Registry::start(&[]).await;
    let quota = Some(Quota { watches: Some(0), ..Default::default() });
    let named = Partner { id: "greedy".to_owned(), name: "greedy".to_owned(), quota, ..Partner::default() };
    let request = v1::PutPartnerRequest {
        submission_id: super::registry::id(),
        partner: Some(named),
        ..Default::default()
    };
    let mut service = AccessServiceClient::new(registry.channel.clone());
    let refused = Refusal::of(service.put_partner(with_key(&registry.guarded.admin, request)).await);
    assert_eq!(refused.faults(), [("partner.quota.watches", "OUT_OF_RANGE")]);
}

//! A polite partner next to a greedy one: how long its calls take with and without the other.
//!
//! The greedy partner pushes and reads as fast as it is answered, with 64 calls in flight, and does not wait when it is rejected. Its client is a
//! process of its own with the lowest priority, as it would be on another machine.

use std::{
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use tenseven_api::v1::{
    AddGrantRequest, GetScoresRequest, Grant, IssueKeyRequest, Partner, PutPartnerRequest, Role,
    access_service_client::AccessServiceClient, observation_service_client::ObservationServiceClient,
    score_service_client::ScoreServiceClient,
};
use tenseven_tests::{
    admin::{Guarded, with_key},
    crowd,
};
use tonic::{
    Code, Status,
    transport::{Channel, Endpoint},
};
use uuid::Uuid;

use crate::{
    Extent,
    sample::{Sample, median},
};

/// Makes this program the greedy client; the server's address and the partner's key follow.
pub(crate) const FLAG: &str = "--greedy";
/// Its calls in flight.
const IN_FLIGHT: usize = 64;
/// The time between two calls of the polite partner.
const PAUSE: Duration = Duration::from_millis(1);
/// How often both are measured.
const ROUNDS: usize = 5;
/// What the ratio should not exceed.
const RATIO_MAX: f64 = 2.0;

/// The greedy client, until it is dropped.
struct Greedy(Child);

impl Greedy {
    fn start(address: &str, key: &str) -> Self {
        let program = std::env::current_exe().expect("this program");
        let mut command = Command::new("nice");
        command.args(["-n", "19"]).arg(program).args([FLAG, address, key]).stdout(Stdio::null());
        Self(command.spawn().expect("the greedy client starts"))
    }
}

impl Drop for Greedy {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

/// Calls without an end.
pub(crate) async fn call_without_end(address: &str, key: &str) {
    let channel = channel(address).await;
    let calling: Vec<_> = (0..IN_FLIGHT)
        .map(|place| {
            let (channel, key) = (channel.clone(), key.to_owned());
            tokio::spawn(async move {
                for turn in 0.. {
                    let answer = if place % 2 == 0 {
                        let request = with_key(&key, crowd::change(place, turn));
                        ObservationServiceClient::new(channel.clone())
                            .push_observations(request)
                            .await
                            .map(drop)
                    } else {
                        scores(&channel, &key).await
                    };
                    match answer {
                        Ok(()) => {}
                        Err(status) if status.code() == Code::ResourceExhausted => {}
                        // The server is gone.
                        Err(_) => return,
                    }
                }
            })
        })
        .collect();
    for calling in calling {
        calling.await.expect("a caller");
    }
}

/// Measures, and prints the ratio.
pub(crate) async fn measure(extent: Extent) {
    let guarded = Guarded::start(&[]);
    let (address, admin) = (guarded.server.address(), guarded.admin.as_str());
    let channel = channel(address).await;
    let [polite, greedy] =
        [partner(&channel, admin, "polite").await, partner(&channel, admin, "greedy").await];
    let push = with_key(&greedy, crowd::change(0, 0));
    ObservationServiceClient::new(channel.clone()).push_observations(push).await.expect("a push");
    let span = Duration::from_secs(u64::from(extent.seconds) * 2);
    let (mut alone, mut together) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        alone.push(calls(&channel, &polite, span).await);
        let running = Greedy::start(address, &greedy);
        // What it may use at once is used up.
        tokio::time::sleep(Duration::from_millis(1_500)).await;
        together.push(calls(&channel, &polite, span).await);
        drop(running);
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
    let (alone, together) = (median(&alone), median(&together));
    println!("\nGetScores of a polite partner, one call at a time; a greedy one has {IN_FLIGHT} in flight");
    for (what, Sample { rate, median_ms, high_ms }) in [("alone", alone), ("with greedy", together)] {
        println!("{what:>18} | {rate:>7.0} calls/s, p50 {median_ms:.3} ms, p99 {high_ms:.3} ms");
    }
    println!("greedy: p99 ratio {:.2} (<= {RATIO_MAX})", together.high_ms / alone.high_ms);
}

/// Calls one after the other.
async fn calls(channel: &Channel, key: &str, span: Duration) -> Sample {
    let (start, mut times) = (Instant::now(), Vec::new());
    while start.elapsed() < span {
        let sent = Instant::now();
        scores(channel, key).await.expect("scores");
        times.push(sent.elapsed().as_secs_f64() * 1_000.0);
        tokio::time::sleep(PAUSE).await;
    }
    Sample::of(times, start.elapsed().as_secs_f64())
}

async fn scores(channel: &Channel, key: &str) -> Result<(), Status> {
    let request = GetScoresRequest {
        framework: "target-10-7".to_owned(),
        area: "MAR".to_owned(),
        period: "2000".to_owned(),
        ..Default::default()
    };
    ScoreServiceClient::new(channel.clone()).get_scores(with_key(key, request)).await.map(drop)
}

async fn channel(address: &str) -> Channel {
    let endpoint = Endpoint::from_shared(address.to_owned()).expect("a URL");
    endpoint.connect().await.expect("a connection")
}

/// Registers a partner that may read and push, and returns its key.
async fn partner(channel: &Channel, admin: &str, name: &str) -> String {
    let (id, all) = (|| Uuid::new_v4().to_string(), || vec!["*".to_owned()]);
    let mut service = AccessServiceClient::new(channel.clone());
    let partner = Some(Partner { id: name.to_owned(), name: name.to_owned(), ..Partner::default() });
    let request = PutPartnerRequest { submission_id: id(), partner, ..Default::default() };
    service.put_partner(with_key(admin, request)).await.expect("a partner");
    let reader = Grant { role: Role::Reader.into(), ..Grant::default() };
    let (indicators, areas, sources) = (all(), all(), all());
    let contributor =
        Grant { role: Role::Contributor.into(), indicators, areas, sources, ..Grant::default() };
    for grant in [reader, contributor] {
        let (submission_id, partner) = (id(), name.to_owned());
        let request = AddGrantRequest { submission_id, partner, grant: Some(grant), validate_only: false };
        service.add_grant(with_key(admin, request)).await.expect("a grant");
    }
    let (submission_id, partner) = (id(), name.to_owned());
    let request =
        IssueKeyRequest { submission_id, partner, name: "bench".to_owned(), ..IssueKeyRequest::default() };
    service.issue_key(with_key(admin, request)).await.expect("a key").into_inner().key
}

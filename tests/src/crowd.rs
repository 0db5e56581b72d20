//! A crowd of watchers, each of which fails if a revision is missed or sent twice.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use prost::Message;
use tenseven_api::v1::{
    Observation, PushObservationsRequest, ScoreSelection, Value, WatchObservationsRequest,
    WatchScoresRequest, value::Kind,
};
use tokio::{sync::watch, task::JoinHandle};
use tonic::{
    Request, Streaming,
    client::Grpc,
    codegen::http::uri::PathAndQuery,
    transport::{Channel, Endpoint},
};
use tonic_prost::ProstCodec;
use uuid::Uuid;

use crate::Server;

/// Watchers on one connection.
const CONNECTION_WATCHERS: usize = 125;
/// The areas that writers write about.
const AREAS: [&str; 8] = ["MAR", "LBY", "TUN", "EGY", "ITA", "ESP", "FRA", "GRC"];

/// The methods that are watched.
const OBSERVATIONS: &str = "/tenseven.v1.ObservationService/WatchObservations";
const SCORES: &str = "/tenseven.v1.ScoreService/WatchScores";

/// What a writer pushes in its turn: one observation, which changes a score each time.
pub fn change(writer: usize, turn: usize) -> PushObservationsRequest {
    let observation = Observation {
        indicator: "migrant-casualties".to_owned(),
        area: AREAS[writer % AREAS.len()].to_owned(),
        period: (2000 + writer / AREAS.len()).to_string(),
        source: "crowd".to_owned(),
        value: Some(Value { kind: Some(Kind::Number((1 + turn % 400) as f64)) }),
        ..Observation::default()
    };
    let submission_id = Uuid::new_v4().to_string();
    PushObservationsRequest { submission_id, observations: vec![observation], validate_only: false }
}

/// A crowd that watches.
pub struct Crowd {
    watchers: Vec<JoinHandle<()>>,
    until: watch::Sender<u64>,
    reported: Arc<AtomicU64>,
}

impl Crowd {
    /// Starts this number of watchers after a revision, half of observations and half of all scores; returns once each of
    /// them has received where it starts. From then on [`change`] alone may be pushed.
    pub async fn gather(server: &Server, count: usize, after: u64) -> Self {
        let (until, end) = watch::channel(u64::MAX);
        let (reported, mut watchers, mut channel) = (Arc::<AtomicU64>::default(), Vec::new(), None);
        for place in 0..count {
            if place % CONNECTION_WATCHERS == 0 {
                channel = Some(wide(server).await);
            }
            let channel = channel.clone().expect("a connection was made");
            let (end, reported) = (end.clone(), Arc::clone(&reported));
            let (mut events, changes_max) = if place % 2 == 0 {
                (events_after(channel, OBSERVATIONS, all_observations(after), after).await, 1)
            } else {
                (events_after(channel, SCORES, all_scores(after), after).await, usize::MAX)
            };
            watchers.push(tokio::spawn(follow(after, end, reported, async move || {
                next(&mut events, changes_max).await
            })));
        }
        Self { watchers, until, reported }
    }

    /// The number of changes that all watchers received together.
    pub fn reported(&self) -> u64 {
        self.reported.load(Ordering::Relaxed)
    }

    /// Waits until each received everything up to a revision; fails if one missed something, or received it twice.
    pub async fn received_all(self, revision: u64) {
        self.until.send_replace(revision);
        for watcher in self.watchers {
            watcher.await.expect("a watcher missed a change, or received one twice");
        }
    }
}

/// A connection whose windows do not hold a crowd up.
async fn wide(server: &Server) -> Channel {
    let endpoint = Endpoint::from_shared(server.address().to_owned()).expect("the address is a URL");
    let endpoint = endpoint.initial_connection_window_size(64 * 1024 * 1024);
    endpoint.connect().await.expect("the server takes connections")
}

/// What is read of an event: how far it is, and how much is in it. The rest is skipped, so that a crowd takes little of the processors
/// that the server runs on.
#[derive(Clone, PartialEq, prost::Message)]
struct Event {
    #[prost(uint64, tag = "1")]
    revision: u64,
    /// When the revision was accepted; absent in a heartbeat.
    #[prost(message, optional, tag = "2")]
    accept_time: Option<()>,
    /// The observations, or the changes of scores.
    #[prost(message, repeated, tag = "4")]
    changes: Vec<()>,
    #[prost(bool, tag = "5")]
    continues: bool,
}

fn all_observations(after: u64) -> WatchObservationsRequest {
    WatchObservationsRequest { after_revision: Some(after), ..Default::default() }
}

fn all_scores(after: u64) -> WatchScoresRequest {
    let selection = ScoreSelection { framework: "target-10-7".to_owned(), ..Default::default() };
    WatchScoresRequest { selection: Some(selection), after_revision: Some(after), ..Default::default() }
}

/// A watch of which only that is read which shows whether anything is missing.
async fn events_after(
    channel: Channel,
    path: &'static str,
    request: impl Message + 'static,
    after: u64,
) -> Streaming<Event> {
    let mut client = Grpc::new(channel);
    client.ready().await.expect("the connection is there");
    let path = PathAndQuery::from_static(path);
    let codec = ProstCodec::<_, Event>::default();
    let answer = client.server_streaming(Request::new(request), path, codec).await;
    let mut events = answer.expect("a watch").into_inner();
    let start = events.message().await.expect("a start").expect("a start");
    assert_eq!(start.revision, after, "it starts elsewhere");
    events
}

/// The revision of the next event, and whether it is a heartbeat. Each change is whole, and of observations there is one.
async fn next(events: &mut Streaming<Event>, changes_max: usize) -> (u64, bool) {
    let event = events.message().await.expect("an event").expect("a watch has no end");
    let is_heartbeat = event.accept_time.is_none();
    let is_expected = !event.continues && (1..=changes_max).contains(&event.changes.len());
    assert!(is_heartbeat || is_expected, "another change was sent");
    (event.revision, is_heartbeat)
}

/// Follows a watch up to the revision that is its end, once that is known.
async fn follow(
    after: u64,
    mut end: watch::Receiver<u64>,
    reported: Arc<AtomicU64>,
    mut next: impl AsyncFnMut() -> (u64, bool),
) {
    let mut last = after;
    while last < *end.borrow_and_update() {
        tokio::select! {
            (revision, is_heartbeat) = next() => {
                let expected = if is_heartbeat { last } else { last + 1 };
                assert_eq!(revision, expected, "a change was missed or sent twice");
                last = revision;
                reported.fetch_add(u64::from(!is_heartbeat), Ordering::Relaxed);
            }
            // The end may be where it is already.
            _ = end.changed() => {}
        }
    }
}

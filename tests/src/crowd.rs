//! A crowd of watchers, each of which fails if a revision is missed or told twice.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use tenseven_api::v1::{
    Observation, PushObservationsRequest, Value, WatchObservationsRequest, WatchScoresRequest,
    observation_service_client::ObservationServiceClient, score_service_client::ScoreServiceClient,
    value::Kind,
};
use tokio::{sync::watch, task::JoinHandle};
use tonic::transport::{Channel, Endpoint};
use uuid::Uuid;

use crate::Server;

/// Watchers on one connection.
const CONNECTION_WATCHERS: usize = 125;
/// The areas that writers write about.
const AREAS: [&str; 8] = ["MAR", "LBY", "TUN", "EGY", "ITA", "ESP", "FRA", "GRC"];

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
    told: Arc<AtomicU64>,
}

impl Crowd {
    /// Lets so many watch behind a revision, half of them observations and half of them all scores; returns once each of
    /// them was told where it starts. From then on [`change`] alone may be pushed.
    pub async fn gather(server: &Server, count: usize, after: u64) -> Self {
        let (until, end) = watch::channel(u64::MAX);
        let (told, mut watchers, mut channel) = (Arc::<AtomicU64>::default(), Vec::new(), None);
        for place in 0..count {
            if place % CONNECTION_WATCHERS == 0 {
                channel = Some(wide(server).await);
            }
            let channel = channel.clone().expect("a connection was made");
            let (end, told) = (end.clone(), Arc::clone(&told));
            watchers.push(if place % 2 == 0 {
                watch_observations(channel, after, end, told).await
            } else {
                watch_scores(channel, after, end, told).await
            });
        }
        Self { watchers, until, told }
    }

    /// How many changes all watchers were told together.
    pub fn told(&self) -> u64 {
        self.told.load(Ordering::Relaxed)
    }

    /// Waits until each was told everything up to a revision; fails if one missed something, or was told it twice.
    pub async fn was_told(self, revision: u64) {
        self.until.send_replace(revision);
        for watcher in self.watchers {
            watcher.await.expect("a watcher missed a change, or was told one twice");
        }
    }
}

/// A connection whose windows do not hold a crowd up.
async fn wide(server: &Server) -> Channel {
    let endpoint = Endpoint::from_shared(server.address().to_owned()).expect("the address is a URL");
    let endpoint = endpoint.initial_connection_window_size(64 * 1024 * 1024);
    endpoint.connect().await.expect("the server takes connections")
}

async fn watch_observations(
    channel: Channel,
    after: u64,
    end: watch::Receiver<u64>,
    told: Arc<AtomicU64>,
) -> JoinHandle<()> {
    let request = WatchObservationsRequest { after_revision: Some(after), ..Default::default() };
    let answer = ObservationServiceClient::new(channel).watch_observations(request).await;
    let mut changes = answer.expect("a watch").into_inner();
    let start = changes.message().await.expect("a start").expect("a start");
    assert_eq!(start.revision, after, "it starts elsewhere");
    tokio::spawn(follow(after, end, told, async move || {
        let message = changes.message().await.expect("a change").expect("a watch has no end");
        let is_heartbeat = message.accepted_at.is_none();
        assert!(is_heartbeat || message.observations.len() == 1, "another change was told");
        (message.revision, is_heartbeat)
    }))
}

async fn watch_scores(
    channel: Channel,
    after: u64,
    end: watch::Receiver<u64>,
    told: Arc<AtomicU64>,
) -> JoinHandle<()> {
    let request = WatchScoresRequest {
        framework: "target-10-7".to_owned(),
        nodes: vec!["*".to_owned()],
        after_revision: Some(after),
        ..Default::default()
    };
    let answer = ScoreServiceClient::new(channel).watch_scores(request).await;
    let mut changes = answer.expect("a watch").into_inner();
    let start = changes.message().await.expect("a start").expect("a start");
    assert_eq!(start.revision, after, "it starts elsewhere");
    tokio::spawn(follow(after, end, told, async move || {
        let message = changes.message().await.expect("a change").expect("a watch has no end");
        let is_heartbeat = message.accepted_at.is_none();
        assert!(is_heartbeat || !message.changes.is_empty() && !message.continues, "another change was told");
        (message.revision, is_heartbeat)
    }))
}

/// Follows a watch up to the revision that is its end, once that is known.
async fn follow(
    after: u64,
    mut end: watch::Receiver<u64>,
    told: Arc<AtomicU64>,
    mut next: impl AsyncFnMut() -> (u64, bool),
) {
    let mut last = after;
    while last < *end.borrow_and_update() {
        tokio::select! {
            (revision, is_heartbeat) = next() => {
                let expected = if is_heartbeat { last } else { last + 1 };
                assert_eq!(revision, expected, "a change was missed or told twice");
                last = revision;
                told.fetch_add(u64::from(!is_heartbeat), Ordering::Relaxed);
            }
            // The end may be where it is already.
            _ = end.changed() => {}
        }
    }
}

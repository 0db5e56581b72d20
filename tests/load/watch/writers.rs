//! Writers: several that push one change after the other, as fast as they are answered, or at a pace.

use std::time::{Duration, Instant};

use tenseven_api::v1::observation_service_client::ObservationServiceClient;
use tenseven_tests::{Server, crowd};
use tokio::time::MissedTickBehavior;
use tonic::transport::Channel;

use super::process::processor_time;

/// How many write at once.
const WRITERS: usize = 16;

/// Several writers on one connection.
pub(crate) struct Writers {
    client: ObservationServiceClient<Channel>,
    process: u32,
    turn: usize,
    revision: u64,
}

/// What was measured of many changes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Measured {
    /// Changes a second.
    pub(crate) rate: f64,
    /// Until a change was answered, the middle of all.
    pub(crate) median_ms: f64,
    /// Until 99 of 100 were answered.
    pub(crate) high_ms: f64,
    /// Processor time of the server for a change.
    pub(crate) server_ms: f64,
}

impl Writers {
    pub(crate) async fn new(server: &Server) -> Self {
        Self { client: server.observations().await, process: server.id(), turn: 0, revision: 0 }
    }

    /// The newest revision.
    pub(crate) fn revision(&self) -> u64 {
        self.revision
    }

    /// So many changes as fast as they are answered.
    pub(crate) async fn flat_out(&mut self, changes: usize) -> Measured {
        let (begin, before) = (Instant::now(), processor_time(self.process));
        let mut writing = Vec::new();
        for writer in 0..WRITERS {
            let (mut client, first) = (self.client.clone(), self.turn);
            let count = changes / WRITERS + usize::from(writer < changes % WRITERS);
            writing.push(tokio::spawn(async move {
                let mut answers = Vec::with_capacity(count);
                for turn in 0..count {
                    answers.push(push(&mut client, writer, first + turn).await);
                }
                answers
            }));
        }
        let mut answers = Vec::with_capacity(changes);
        for writer in writing {
            answers.extend(writer.await.expect("a writer fails"));
        }
        self.turn += changes.div_ceil(WRITERS);
        self.measured(&answers, begin.elapsed(), before)
    }

    /// Makes `changes` changes, `pace` a second, by one writer after the other.
    pub(crate) async fn paced(&mut self, changes: usize, pace: f64) -> Measured {
        let (begin, before) = (Instant::now(), processor_time(self.process));
        let mut ticks = tokio::time::interval(Duration::from_secs_f64(1.0 / pace));
        ticks.set_missed_tick_behavior(MissedTickBehavior::Burst);
        let mut writing = Vec::with_capacity(changes);
        for change in 0..changes {
            ticks.tick().await;
            let (mut client, writer, turn) =
                (self.client.clone(), change % WRITERS, self.turn + change / WRITERS);
            writing.push(tokio::spawn(async move { push(&mut client, writer, turn).await }));
        }
        let mut answers = Vec::with_capacity(changes);
        for writer in writing {
            answers.push(writer.await.expect("a writer fails"));
        }
        self.turn += changes.div_ceil(WRITERS);
        self.measured(&answers, begin.elapsed(), before)
    }

    fn measured(&mut self, answers: &[(u64, Duration)], took: Duration, before: Duration) -> Measured {
        self.revision = answers.iter().map(|(revision, _)| *revision).max().unwrap_or(self.revision);
        let mut latencies: Vec<f64> = answers.iter().map(|(_, took)| took.as_secs_f64() * 1e3).collect();
        latencies.sort_unstable_by(f64::total_cmp);
        let server = processor_time(self.process).saturating_sub(before);
        Measured {
            rate: answers.len() as f64 / took.as_secs_f64(),
            median_ms: latencies[latencies.len() / 2],
            high_ms: latencies[latencies.len() * 99 / 100],
            server_ms: server.as_secs_f64() * 1e3 / answers.len() as f64,
        }
    }
}

/// The revision of a change, and how long its answer took.
async fn push(client: &mut ObservationServiceClient<Channel>, writer: usize, turn: usize) -> (u64, Duration) {
    let request = crowd::change(writer, turn);
    let begin = Instant::now();
    let answer = client.push_observations(request).await.expect("a push").into_inner();
    assert_eq!(answer.new_count + answer.revised_count, 1, "nothing was changed");
    (answer.revision, begin.elapsed())
}

//! How long a call takes, measured from outside.

#![expect(clippy::disallowed_methods, reason = "it measures time")]

use std::time::{Duration, Instant};

use tenseven_api::v1::{GetScoresRequest, PushObservationsRequest};
use tenseven_tests::{Draft, Server, level};
use tokio::task::JoinSet;

/// Calls that are timed, one at a time on one connection.
const CALLS: usize = 31;
/// Far below the 40 ms that a delayed acknowledgement costs, far above what a debug build needs.
const MEDIAN_MAX: Duration = Duration::from_millis(20);
/// Far below what it takes to wait for several of them, in a debug build.
const SLOW_MAX: Duration = Duration::from_millis(250);

#[tokio::test]
async fn a_call_does_not_wait_for_a_delayed_acknowledgement() {
    let server = Server::start();
    let mut scores = server.scores().await;
    let request = GetScoresRequest {
        framework: "target-10-7".into(),
        area: "MAR".into(),
        period: "2020".into(),
        ..Default::default()
    };
    let mut durations = Vec::with_capacity(CALLS);
    for _ in 0..CALLS {
        let start = Instant::now();
        scores.get_scores(request.clone()).await.unwrap();
        durations.push(start.elapsed());
    }
    durations.sort_unstable();
    let median = durations[CALLS / 2];
    assert!(median < MEDIAN_MAX, "half of the calls took longer than {median:?}");
}

/// Large batches that are checked at once.
const BATCHES: u16 = 20;
/// Observations of each.
const OBSERVATIONS: u16 = 10_000;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn large_batches_are_read_in_turns_and_keep_no_small_call_waiting() {
    let server = Server::start();
    let mut draft = Draft::new();
    for number in 0..OBSERVATIONS {
        let (area, year) = (["MAR", "LBY", "PHL", "TUN"][usize::from(number % 4)], 1_950 + number / 4 % 70);
        let source = format!("source-{}", number / 280);
        draft = draft.with("dual-nationality", area, &year.to_string(), level("basic"));
        draft = draft.but(|one| one.source = source);
    }
    let batch = PushObservationsRequest { validate_only: true, ..draft.request() };
    let mut pushes = JoinSet::new();
    for _ in 0..BATCHES {
        let (mut client, batch) = (server.observations().await, batch.clone());
        pushes.spawn(async move { client.push_observations(batch).await.map(|_| ()) });
    }
    let mut scores = server.scores().await;
    let request = GetScoresRequest {
        framework: "target-10-7".into(),
        area: "MAR".into(),
        period: "2020".into(),
        ..Default::default()
    };
    let (mut durations, begun) = (Vec::new(), Instant::now());
    while !pushes.is_empty() {
        let start = Instant::now();
        scores.get_scores(request.clone()).await.unwrap();
        durations.push(start.elapsed());
        while let Some(pushed) = pushes.try_join_next() {
            pushed.unwrap().unwrap();
        }
    }
    durations.sort_unstable();
    let (middle, high) = (durations[durations.len() / 2], durations[durations.len() * 99 / 100]);
    println!(
        "{} calls in {:?}: half within {middle:?}, 99 % within {high:?}, all within {:?}",
        durations.len(),
        begun.elapsed(),
        durations[durations.len() - 1]
    );
    assert!(high < SLOW_MAX, "one of a hundred calls took longer than {high:?}");
}

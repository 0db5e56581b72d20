//! A watcher that takes nothing.

use std::time::{Duration, Instant};

use tempfile::tempdir_in;
use tenseven_api::v1::{ScoreSelection, WatchScoresRequest, score_service_client::ScoreServiceClient};
use tenseven_tests::{Draft, Server, number};
use tonic::transport::Endpoint;

/// How long it may take nothing.
pub(crate) const ALLOWED: Duration = Duration::from_secs(2);
/// Longest that it is waited for.
const WAIT_MAX: Duration = Duration::from_secs(20);
/// Batches that are more than its windows hold.
const BATCHES: usize = 40;

fn all_scores() -> WatchScoresRequest {
    let selection = ScoreSelection { framework: "target-10-7".into(), ..Default::default() };
    WatchScoresRequest { selection: Some(selection), ..Default::default() }
}

/// The time from the last change that it does not take until its place is free. Its stall began before.
pub(crate) async fn measure() -> Duration {
    let home = tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a directory for the journal");
    let stall = ALLOWED.as_secs().to_string();
    let arguments = ["--watchers-max", "1", "--watch-stall-seconds-max", &stall];
    let server = Server::start_on(&home.path().join("data"), &arguments);
    let endpoint = Endpoint::from_shared(server.address().to_owned()).expect("the address is a URL");
    let endpoint = endpoint.initial_stream_window_size(65_535).initial_connection_window_size(65_535);
    let mut narrow = ScoreServiceClient::new(endpoint.connect().await.expect("a connection"));
    let stalled = narrow.watch_scores(all_scores()).await.expect("a watch").into_inner();
    let (mut client, mut scores) = (server.observations().await, server.scores().await);
    for batch in 0..BATCHES {
        let years = (1900..2050).fold(Draft::new(), |draft, year: usize| {
            draft.with(
                "migrant-casualties",
                "MAR",
                &year.to_string(),
                number((batch * 9 + year % 7 + 1) as f64),
            )
        });
        client.push_observations(years.request()).await.expect("a push");
    }
    let begin = Instant::now();
    while scores.watch_scores(all_scores()).await.is_err() {
        assert!(begin.elapsed() < WAIT_MAX, "a watcher that stalls is not cut off");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let took = begin.elapsed();
    drop(stalled);
    took
}

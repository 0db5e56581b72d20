//! How long a call takes, measured from outside.

#![expect(clippy::disallowed_methods, reason = "it measures time")]

use std::time::{Duration, Instant};

use tenseven_api::v1::GetScoresRequest;
use tenseven_tests::Server;

/// Calls that are timed, one at a time on one connection.
const CALLS: usize = 31;
/// Far below the 40 ms that a delayed acknowledgement costs, far above what a debug build needs.
const MEDIAN_MAX: Duration = Duration::from_millis(20);

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

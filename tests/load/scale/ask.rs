//! Questions to a server, timed.

use std::time::{Duration, Instant};

use tenseven_api::v1::{
    GetScoresRequest, ListObservationRevisionsRequest, ListObservationsRequest, Page, ReadAt, read_at::AsOf,
};
use tenseven_tests::Server;

use super::registry;

/// How many single questions are asked.
const ROUNDS: usize = 200;

/// The time of a question, the middle of many.
pub(crate) fn median(times: &mut [Duration]) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}

/// The median time of asking for every version of one observation, revised ones and others.
pub(crate) async fn point_history(server: &Server, indicators: usize) -> Duration {
    let mut client = server.observations().await;
    let mut times = Vec::new();
    for round in 0..ROUNDS {
        let key = registry::key(round * 37 % indicators, round * 53 % 200, round * 29 % 100);
        let request = ListObservationRevisionsRequest {
            indicator: key.indicator.to_string(),
            area: key.area.to_string(),
            period: key.period.to_string(),
            source: key.source.to_string(),
            ..Default::default()
        };
        let start = Instant::now();
        let answer = client.list_observation_revisions(request).await.expect("an answer").into_inner();
        times.push(start.elapsed());
        assert!(!answer.versions.is_empty(), "an observation without a version");
    }
    median(&mut times)
}

/// The time of a page of observations, and of a country's scores, at a revision that nobody asked for before.
pub(crate) async fn as_of(server: &Server, revision: u64) -> Duration {
    let read_at = Some(ReadAt { as_of: Some(AsOf::AtRevision(revision)), ..Default::default() });
    let start = Instant::now();
    let page = Some(Page { size: 100, ..Default::default() });
    let request = ListObservationsRequest { page, read_at: read_at.clone(), ..Default::default() };
    let page = server.observations().await.list_observations(request).await.expect("an answer").into_inner();
    assert_eq!(page.revision, revision, "another revision was answered");
    let request = GetScoresRequest {
        framework: registry::FRAMEWORK.to_owned(),
        area: registry::key(0, 7, 0).area.to_string(),
        period: "2000".to_owned(),
        read_at,
        ..Default::default()
    };
    server.scores().await.get_scores(request).await.expect("an answer");
    start.elapsed()
}

/// Reads every observation, and returns how many there are.
pub(crate) async fn export(server: &Server) -> usize {
    let mut client = server.observations().await.max_decoding_message_size(64 * 1024 * 1024);
    let (mut count, mut token) = (0, String::new());
    loop {
        let page = Some(Page { size: 10_000, token });
        let request = ListObservationsRequest { page, ..Default::default() };
        let page = client.list_observations(request).await.expect("an answer").into_inner();
        count += page.observations.len();
        token = page.next_page_token;
        if token.is_empty() {
            return count;
        }
    }
}

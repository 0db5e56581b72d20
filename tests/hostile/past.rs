//! Attacks by reads of the past.

use std::time::Duration;

use tenseven_api::v1::{
    ExportObservationsRequest, GetScoresRequest, ReadAt, ScoreSelection, StreamBackupRequest,
    WatchScoresRequest, admin_service_client::AdminServiceClient,
    observation_service_client::ObservationServiceClient, score_service_client::ScoreServiceClient,
};
use tenseven_tests::Server;
use tokio::task::JoinSet;

use crate::{attacks::Hold, registry, streams::narrow};

/// Calls of each attack.
const CALLS: u64 = 512;
/// Calls on one connection: the maximum of a server.
const CONNECTION_CALLS: u64 = 128;

/// Scores as of many revisions at once.
pub(crate) async fn distinct_moments(server: &Server) -> Hold {
    let mut calls = JoinSet::new();
    let mut channel = server.channel().await;
    for call in 0..CALLS {
        if call % CONNECTION_CALLS == 0 {
            channel = server.channel().await;
        }
        let mut client = ScoreServiceClient::new(channel.clone());
        let read_at = Some(ReadAt::revision(registry::FIRST + call));
        let request = GetScoresRequest { read_at, ..registry::question() };
        calls.spawn(async move { client.get_scores(request).await.map(drop) });
    }
    tokio::time::sleep(Duration::from_millis(500)).await;
    Box::new(calls)
}

/// Backups that nobody reads.
pub(crate) async fn stalled_backups(server: &Server) -> Hold {
    let mut streams = Vec::new();
    let mut channel = narrow(server).await;
    for call in 0..CALLS {
        if call % CONNECTION_CALLS == 0 {
            channel = narrow(server).await;
        }
        let mut client = AdminServiceClient::new(channel.clone());
        // Those that exceed the limit are refused.
        streams.push(client.stream_backup(StreamBackupRequest::default()).await);
    }
    Box::new((streams, channel))
}

/// Exports that nobody reads.
pub(crate) async fn stalled_exports(server: &Server) -> Hold {
    let mut streams = Vec::new();
    let mut channel = narrow(server).await;
    for call in 0..CALLS {
        if call % CONNECTION_CALLS == 0 {
            channel = narrow(server).await;
        }
        let mut client = ObservationServiceClient::new(channel.clone());
        let read_at = Some(ReadAt::revision(registry::FIRST + call));
        let request = ExportObservationsRequest { read_at, ..Default::default() };
        streams.push(client.export_observations(request).await);
    }
    Box::new((streams, channel))
}

/// Watchers of the past that read nothing, while another that reads is served.
pub(crate) async fn slow_watchers_of_the_past(server: &Server) -> Hold {
    let request = |after| WatchScoresRequest {
        selection: Some(ScoreSelection { framework: "target-10-7".into(), ..Default::default() }),
        after_revision: Some(after),
        ..Default::default()
    };
    let mut slow = Vec::new();
    for place in 0..16 {
        let mut client = ScoreServiceClient::new(narrow(server).await);
        slow.push(client.watch_scores(request(registry::FIRST + place)).await.expect("a watch"));
    }
    let mut quick =
        server.scores().await.watch_scores(request(registry::FIRST)).await.expect("a watch").into_inner();
    let reads = async {
        while quick.message().await.expect("a change").expect("no end").revision < registry::last() {}
    };
    tokio::time::timeout(Duration::from_secs(30), reads).await.expect("slow watchers hold up the others");
    Box::new((slow, quick))
}

//! Attacks by streams that nobody reads.

use std::time::Duration;

use tenseven_api::v1::{
    ExportObservationsRequest, ScoreSelection, WatchObservationsRequest, WatchScoresRequest,
    observation_service_client::ObservationServiceClient, score_service_client::ScoreServiceClient,
};
use tenseven_tests::Server;
use tonic::transport::{Channel, Endpoint};

use crate::{attacks::Hold, registry};

const CANCELLED: usize = 2_000;
const WATCHES: usize = 1_000;
const CONNECTION_WATCHES: usize = 100;

/// Bytes of a stream that are read ahead where little is.
pub(crate) const NARROW: u32 = 1_024;

/// A connection over which little is read ahead.
pub(crate) async fn narrow(server: &Server) -> Channel {
    windowed(server, NARROW).await
}

/// A connection that reads this number of bytes of each stream ahead.
pub(crate) async fn windowed(server: &Server, window: u32) -> Channel {
    let endpoint = Endpoint::from_shared(server.address().to_owned()).expect("the address is a URL");
    let endpoint = endpoint.initial_stream_window_size(window).initial_connection_window_size(65_535);
    endpoint.connect().await.expect("the server accepts connections")
}

fn watch_of_scores(after: u64) -> WatchScoresRequest {
    WatchScoresRequest {
        selection: Some(ScoreSelection { framework: "target-10-7".into(), ..Default::default() }),
        after_revision: Some(after),
        ..Default::default()
    }
}

/// Streams that end as soon as they have begun.
pub(crate) async fn cancelled(server: &Server) -> Hold {
    let mut channel = server.channel().await;
    for turn in 0..CANCELLED {
        if turn % CONNECTION_WATCHES == 0 {
            channel = server.channel().await;
        }
        let mut scores = ScoreServiceClient::new(channel.clone());
        let mut observations = ObservationServiceClient::new(channel.clone());
        if turn % 2 == 0 {
            drop(scores.watch_scores(watch_of_scores(registry::FIRST)).await.expect("a watch"));
        } else {
            drop(
                observations
                    .export_observations(ExportObservationsRequest::default())
                    .await
                    .expect("an export"),
            );
        }
    }
    Box::new(channel)
}

/// Watches of all scores, from many revisions on.
pub(crate) async fn unread_watches_of_scores(server: &Server) -> Hold {
    let mut held = Vec::new();
    let mut channel = narrow(server).await;
    for watch in 0..WATCHES {
        if watch % CONNECTION_WATCHES == 0 {
            channel = narrow(server).await;
        }
        let mut client = ScoreServiceClient::new(channel.clone());
        let after = registry::FIRST + watch as u64 % 500;
        // What exceeds a limit is refused.
        held.push(client.watch_scores(watch_of_scores(after)).await);
    }
    tokio::time::sleep(Duration::from_secs(10)).await;
    Box::new((held, channel))
}

/// Watches of all observations, from many revisions on.
pub(crate) async fn unread_watches_of_observations(server: &Server) -> Hold {
    let mut held = Vec::new();
    let mut channel = narrow(server).await;
    for watch in 0..WATCHES {
        if watch % CONNECTION_WATCHES == 0 {
            channel = narrow(server).await;
        }
        let mut client = ObservationServiceClient::new(channel.clone());
        let after_revision = Some(registry::FIRST + watch as u64 % 500);
        let request = WatchObservationsRequest { after_revision, ..Default::default() };
        held.push(client.watch_observations(request).await);
    }
    tokio::time::sleep(Duration::from_secs(10)).await;
    Box::new((held, channel))
}

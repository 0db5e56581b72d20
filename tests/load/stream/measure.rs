//! One size: push, kill, push again, push once more, export, compare.

use std::{
    hash::{BuildHasher as _, RandomState},
    path::Path,
    time::Duration,
};

use serde_json::Value as Json;
use tenseven_api::v1::{GetServerStatusRequest, admin_service_client::AdminServiceClient};
use tenseven_tests::{Server, binary, journal, numbered};

use super::{
    input,
    process::{self, Run},
    row::Row,
};

/// Rows of a batch, the default of `push`.
const BATCH_SIZE: u64 = 1_000;

/// Measures this number of thousand observations, with file and journal in `directory`.
pub(crate) async fn measure(directory: &Path, thousands: usize) -> Row {
    binary::path();
    let (data, file, exported) =
        (directory.join("data"), directory.join("rows.csv"), directory.join("exported.csv"));
    let indicators = input::indicators(thousands);
    let rows = input::write(&file, indicators);
    journal::publish(&data, &numbered::framework("stream", indicators));
    let server = Server::start_on(&data, &[]);
    let at_start = process::resident(server.id()).expect("it runs");
    let (_, revision) = held(&server).await;

    // Killed at a random place between a fifth and four fifths.
    let percent = 20 + RandomState::new().hash_one(0) % 61;
    let (killed_after, killed_at, first_peak) = push_and_kill(&server, &file, rows * percent / 100).await;
    let again = Run::push(&server, &file).wait();
    let count = |name: &str| again.reported.get(name).and_then(Json::as_u64).expect("the summary has it");
    let (new, already) = (count("new"), count("already_pushed"));
    assert_eq!((count("rows"), new + already), (rows, rows), "rows are missing in {}", again.reported);
    assert!(already >= killed_at, "{already} rows were recognised, {killed_at} were there");
    let batches = rows.div_ceil(BATCH_SIZE);
    let (observations, newest) = held(&server).await;
    assert_eq!((observations, newest - revision), (rows, batches), "something is there twice, or is not");
    let peak = process::peak(server.id()).expect("it runs");

    let once_more = Run::push(&server, &file).wait();
    assert_eq!(once_more.reported["already_pushed"].as_u64(), Some(rows));
    assert_eq!(held(&server).await.1, newest, "what was there was accepted again");
    let export = Run::export(&server, &exported).wait();
    input::compare(&file, &exported);
    Row {
        rows,
        killed_at,
        first: (killed_at, killed_after),
        second: (new, again.time),
        already,
        third: once_more.time,
        export: export.time,
        client_peak: first_peak.max(again.peak).max(once_more.peak),
        export_peak: export.peak,
        server_start: at_start,
        server_peak: peak,
        server_peak_after: process::peak(server.id()).expect("it runs"),
    }
}

/// Pushes until the server holds this number of observations, and kills the client then: how long that took, how many there are
/// once the server has come to rest, and the client's peak.
async fn push_and_kill(server: &Server, file: &Path, observations: u64) -> (Duration, u64, u64) {
    let mut run = Run::push(server, file);
    while held(server).await.0 < observations {
        assert!(run.looked_at(), "the client ended before it was killed");
    }
    let peak = run.peak;
    let time = run.kill();
    let (mut before, mut now) = (0, held(server).await.0);
    while now != before {
        std::thread::sleep(Duration::from_millis(500));
        (before, now) = (now, held(server).await.0);
    }
    (time, now, peak)
}

/// How many observations the server holds, and its newest revision.
async fn held(server: &Server) -> (u64, u64) {
    let mut client = AdminServiceClient::new(server.channel().await);
    let status = client.get_server_status(GetServerStatusRequest {}).await.expect("an answer").into_inner();
    (status.observation_count, status.revision)
}

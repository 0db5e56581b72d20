//! Calls to servers that are full, stop, or lie on a disk that fails.

use std::{
    fmt::Write as _, fs, io::Write as _, os::unix::fs::FileExt as _, path::Path, process::Command,
    time::Duration,
};

use tempfile::TempDir;
use tenseven_api::v1::{
    ExportObservationsRequest, ListObservationsRequest, PushObservationsRequest, ReadAt,
    WatchObservationsRequest, observation_service_client::ObservationServiceClient,
};
use tenseven_tests::{Draft, Refusal, Server, binary, level, number};
use tokio::task::JoinSet;
use tonic::{Status, transport::Endpoint};

use super::{
    asked::{ended, refused, with},
    written::publication,
};
use crate::publishing::small;

/// How often something is tried that needs the server to be busy just then.
const TRIES: u32 = 20;

fn of_year(year: u32) -> PushObservationsRequest {
    Draft::new().with("dual-nationality", "MAR", &year.to_string(), level("basic")).request()
}

/// 10,000 observations that no batch of another turn holds.
fn many(turn: u32) -> PushObservationsRequest {
    let mut draft = Draft::new();
    for city in 0..10_000 {
        let area = format!("MAR/t{turn}-{city}");
        draft = draft.with("cities-with-crisis-measures", &area, "2020", number(1.0));
    }
    draft.request()
}

/// About 700 kB in which no compression finds much to save.
fn unlike_any_other(turn: u32) -> PushObservationsRequest {
    let mut state = u64::from(turn + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut draft = Draft::new();
    for city in 0..200 {
        let mut text = String::new();
        while text.len() < 3_600 {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            write!(text, "{state:x}").unwrap();
        }
        draft = draft
            .with("cities-with-crisis-measures", &format!("MAR/t{turn}-c{city}"), "2020", number(1.0))
            .but(|one| one.comment = text);
    }
    draft.request()
}

/// Pushes until that is refused.
async fn fill(server: &Server) -> Status {
    let mut client = server.observations().await;
    for turn in 0..200 {
        if let Err(status) = client.push_observations(unlike_any_other(turn)).await {
            return status;
        }
    }
    panic!("the disk is never full")
}

/// Large batches keep the writer busy while more small ones come than may wait.
pub(super) async fn more_than_the_disk_takes() -> Status {
    let (server, _home) = with(&["--connection-calls-max", "2000"]);
    for turn in 0..TRIES {
        let mut pushes = JoinSet::new();
        for part in 0..3 {
            let mut client = server.observations().await;
            pushes.spawn(async move { client.push_observations(many(turn * 3 + part)).await });
        }
        tokio::time::sleep(Duration::from_millis(50) * turn).await;
        for _ in 0..8 {
            let client = server.observations().await;
            for year in 1900..2199 {
                let mut client = client.clone();
                pushes.spawn(async move { client.push_observations(of_year(year)).await });
            }
        }
        while let Some(answer) = pushes.join_next().await {
            if let Err(status) = answer.unwrap() {
                return status;
            }
        }
    }
    panic!("the queue is never full")
}

pub(super) async fn while_it_stops() -> Status {
    let mut server = Server::start();
    let mut client = server.observations().await;
    let watch = client.watch_observations(WatchObservationsRequest::default()).await;
    server.signal("TERM");
    let status = ended(watch).await;
    server.exit();
    status
}

/// Whether this user may mount a small disk for a server alone.
pub(super) fn can_mount() -> bool {
    let mount = ["--user", "--map-root-user", "--mount", "mount", "-t", "tmpfs", "none", "/mnt"];
    Command::new("unshare").args(mount).status().is_ok_and(|status| status.success())
}

pub(super) async fn on_a_full_disk() -> Status {
    let home = TempDir::new().unwrap();
    let disk = home.path().join("disk");
    fs::create_dir(&disk).unwrap();
    let mount = "mount -t tmpfs -o size=24m none \"$0\" && exec \"$@\"";
    let wrapper =
        ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", mount, disk.to_str().unwrap()];
    let server = Server::try_start_under(&wrapper, &disk.join("data"), &[]).unwrap();
    fill(&server).await
}

/// A bit of an entry flips on the disk, and somebody reads the entry.
pub(super) async fn on_a_disk_that_rots() -> Status {
    const COMMENT: &str = "as it was written";
    let server = Server::start();
    let mut client = server.observations().await;
    let draft = Draft::new().with("dual-nationality", "MAR", "2020", level("basic"));
    client.push_observations(draft.but(|one| COMMENT.clone_into(&mut one.comment)).request()).await.unwrap();
    assert!(flip(server.data(), COMMENT.as_bytes()), "the comment is not in the log");
    let read = client.list_observations(ListObservationsRequest::default()).await;
    assert!(read.is_err(), "{read:?}");
    client.push_observations(of_year(2021)).await.unwrap_err()
}

/// Flips a bit of a text in the log; false where the log does not have it.
fn flip(data: &Path, text: &[u8]) -> bool {
    let logs = fs::read_dir(data).unwrap().map(|entry| entry.unwrap().path());
    let logs = logs.filter(|path| path.file_name().unwrap().to_string_lossy().starts_with("log-"));
    for segment in logs.flat_map(|log| fs::read_dir(log).unwrap()).map(|entry| entry.unwrap().path()) {
        let bytes = fs::read(&segment).unwrap();
        let Some(offset) = bytes.windows(text.len()).position(|window| window == text) else { continue };
        let file = fs::File::options().write(true).open(segment).unwrap();
        file.write_all_at(&[bytes[offset] ^ 1], offset as u64).unwrap();
        return true;
    }
    false
}

pub(super) async fn what_was_given_up() -> Status {
    let mut server = Server::start();
    let mut last = 0;
    for turn in 0..5 {
        let draft = Draft::new().with("migrant-casualties", "MAR", "2000", number(f64::from(turn)));
        let answer = server.observations().await.push_observations(draft.request()).await.unwrap();
        last = answer.into_inner().revision;
    }
    server.terminate();
    let made = Command::new(binary::path())
        .args(["compact", "--oldest", &last.to_string(), "--data"])
        .arg(server.data())
        .output()
        .unwrap();
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let server = Server::start_on(server.data(), &[]);
    let read_at = Some(ReadAt::revision(last - 1));
    let request = ListObservationsRequest { read_at, ..Default::default() };
    refused(server.observations().await.list_observations(request).await)
}

/// What the disk holds is overwritten under a running server.
pub(super) async fn what_went_bad() -> Status {
    let (server, _home) = with(&["--cache-bytes", "1048576"]);
    let mut client = server.observations().await;
    // More than stays in memory.
    for turn in 0..80 {
        client.push_observations(unlike_any_other(turn)).await.unwrap();
    }
    let log = server.data().join("log-1/0000000001.segment");
    let mut log = fs::File::options().write(true).open(log).unwrap();
    let length = log.metadata().unwrap().len();
    log.write_all(&vec![0x5a; usize::try_from(length).unwrap()]).unwrap();
    ended(client.export_observations(ExportObservationsRequest::default()).await).await
}

/// A second publication while the first scores a registry that has much to score.
pub(super) async fn two_publications() -> Status {
    let server = Server::start();
    let mut client = server.observations().await;
    for turn in 0..2 {
        client.push_observations(many(turn)).await.unwrap();
    }
    for turn in 0..TRIES {
        let mut frameworks = server.frameworks().await;
        let other = small("1.0.0").replace("\"small\"", "\"other\"").replace("own-figure", "other-figure");
        for text in [small(&format!("1.{turn}.0")), other] {
            // Who goes away ends nothing.
            if let Err(status) = frameworks.publish_framework(publication(text)).await
                && Refusal::from(&status).reason == "PUBLICATION_UNDER_WAY"
            {
                return status;
            }
        }
    }
    panic!("the publications were never under way at once")
}

/// A watcher whose windows of HTTP/2 hold little takes nothing.
pub(super) async fn without_reading() -> Status {
    let (server, _home) = with(&["--watch-stall-seconds-max", "1"]);
    let endpoint = Endpoint::from_shared(server.address().to_owned()).unwrap();
    let endpoint = endpoint.initial_stream_window_size(65_535).initial_connection_window_size(65_535);
    let mut slow = ObservationServiceClient::new(endpoint.connect().await.unwrap());
    let watch = slow.watch_observations(WatchObservationsRequest::default()).await;
    let mut client = server.observations().await;
    for turn in 0..8 {
        client.push_observations(unlike_any_other(turn)).await.unwrap();
    }
    tokio::time::sleep(Duration::from_secs(3)).await;
    ended(watch).await
}

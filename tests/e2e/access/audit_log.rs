//! The audit log on the disk: its bounds, what it never holds, and what becomes of it in a crash, on a full disk, and when it is deleted.

use std::{fs, path::Path, process::Command};

use bytes::Bytes;
use futures_util::{StreamExt as _, stream};
use tempfile::TempDir;
use tenseven_api::v1::{
    AuditFilter, AuditOutcome, AuditStatus, GetPartnerRequest, GetServerStatusRequest, Role,
    access_service_client::AccessServiceClient, admin_service_client::AdminServiceClient,
};
use tenseven_tests::{
    Server,
    admin::{Guarded, call_bytes, with_key},
    binary, memory,
};
use tonic::{Code, transport::Channel};

use super::{
    audit::{listed, of_outcome, push, read},
    registry::{everything, partner},
};

/// The smallest log that is allowed.
const SMALLEST: u64 = 512 * 1024;
const FLOOD: u64 = 30_000;

/// The bytes of all files of a log.
fn bytes(directory: &Path) -> u64 {
    let files = fs::read_dir(directory).into_iter().flatten();
    files.map(|file| file.unwrap().metadata().map_or(0, |found| found.len())).sum()
}

/// All that the files of a log hold.
fn content(directory: &Path) -> String {
    let files = fs::read_dir(directory).unwrap();
    files.map(|file| String::from_utf8(fs::read(file.unwrap().path()).unwrap()).unwrap()).collect()
}

async fn status(channel: &Channel, key: &str) -> AuditStatus {
    let mut service = AdminServiceClient::new(channel.clone());
    let answer = service.get_server_status(with_key(key, GetServerStatusRequest {})).await;
    answer.unwrap().into_inner().audit.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_flood_of_rejected_calls_fills_neither_disk_nor_memory_and_hides_no_other_event() {
    let guarded = Guarded::start(&["--audit-bytes-max", &SMALLEST.to_string()]);
    let channel = guarded.server.channel().await;
    let directory = guarded.server.data().join("audit");
    let key = partner(&guarded, &channel, "hcp", vec![everything(Role::Contributor)]).await;
    let revision = push(&channel, &key, "2020", "").await.unwrap();
    assert_eq!(status(&channel, &guarded.admin).await.bytes_max, SMALLEST);
    let before = memory::resident(&guarded.server);
    let methods = [
        "ScoreService/GetScores",
        "FrameworkService/ListAreas",
        "AccessService/IssueKey",
        "AdminService/StreamBackup",
    ];
    let flood = stream::iter(0..FLOOD).map(|index| {
        let (channel, path) =
            (&channel, format!("/tenseven.v1.{}", methods[usize::try_from(index).unwrap() % methods.len()]));
        async move {
            // The server ends a connection after many calls that it answered early; some calls on it are lost.
            let rejected = call_bytes(channel, &path, "", Bytes::new()).await.unwrap_err();
            u64::from(rejected.code() == Code::Unauthenticated)
        }
    });
    let mut flood = flood.buffer_unordered(64).enumerate();
    let mut answered = 0;
    while let Some((index, rejected)) = flood.next().await {
        answered += rejected;
        if index % 1_000 == 0 {
            assert!(bytes(&directory) <= SMALLEST);
        }
    }
    let grown = memory::resident(&guarded.server).saturating_sub(before);
    println!("{} bytes on disk, {grown} MiB more in memory, after {FLOOD} rejected calls", bytes(&directory));
    assert!(grown < 64, "{grown} MiB");
    let rejected = listed(&guarded, &channel, of_outcome(AuditOutcome::Rejected), 100).await;
    let lost = listed(&guarded, &channel, of_outcome(AuditOutcome::Lost), 100).await;
    let counted: u64 = rejected.iter().chain(&lost).map(|event| event.count).sum();
    assert!((answered..=FLOOD).contains(&counted), "each call is counted once: {counted}, {answered}");
    assert!(answered > FLOOD / 10 * 9, "{answered}");
    assert!(rejected.len() < 100, "calls that are alike are few events: {}", rejected.len());
    let reads = listed(&guarded, &channel, of_outcome(AuditOutcome::Read), 100).await;
    assert!(reads.iter().any(|event| event.method == "AdminService/GetServerStatus"), "{reads:#?}");
    let accepted = listed(&guarded, &channel, of_outcome(AuditOutcome::Accepted), 100).await;
    let pushed = accepted.iter().find(|event| event.revision == revision).unwrap();
    assert_eq!(pushed.peer_address, "127.0.0.1");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_secret_and_no_text_of_a_request_is_in_the_log() {
    let guarded = Guarded::start(&[]);
    let channel = guarded.server.channel().await;
    let key = partner(&guarded, &channel, "hcp", vec![everything(Role::Contributor)]).await;
    push(&channel, &key, "2020", "a comment in confidence").await.unwrap();
    let mut mistyped = key.clone();
    mistyped.replace_range(20..21, if &key[20..21] == "a" { "b" } else { "a" });
    let methods =
        ["ScoreService/GetScores", "AccessService/GetPartner", "AccessService/PutPartner", "No/Such"];
    let garbage = "x".repeat(3_000);
    for shown in ["", key.as_str(), guarded.admin.as_str(), mistyped.as_str(), garbage.as_str()] {
        for method in methods {
            let path = format!("/tenseven.v1.{method}");
            drop(call_bytes(&channel, &path, shown, Bytes::from_static(b"\x0a\x07a trick")).await);
        }
    }
    drop(call_bytes(&channel, "/free.text/In%20a%22Path", &mistyped, Bytes::new()).await);
    let events = listed(&guarded, &channel, AuditFilter::default(), 100).await;
    assert!(events.len() > 10, "{events:#?}");
    let content = content(&guarded.server.data().join("audit"));
    assert!(content.lines().count() > 10);
    for key in [&key, &guarded.admin, &mistyped] {
        let secret = key.split('_').nth(2).unwrap();
        assert!(!content.contains(secret) && !format!("{events:?}").contains(secret), "{content}");
    }
    for text in ["confidence", "trick", "xxxx", "Such", "free", "Path", "Bearer", "authorization"] {
        assert!(!content.contains(text), "{text} is in the log:\n{content}");
    }
    assert!(content.lines().all(|line| serde_json::from_str::<serde_json::Value>(line).is_ok()));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_restart_keeps_the_log_whatever_its_last_line_is_and_deleting_it_loses_only_its_events() {
    let mut guarded = Guarded::start(&[]);
    let channel = guarded.server.channel().await;
    let directory = guarded.server.data().join("audit");
    let key = partner(&guarded, &channel, "hcp", vec![everything(Role::Contributor)]).await;
    let revision = push(&channel, &key, "2020", "").await.unwrap();
    assert!(read(&channel, &key).await.is_err());
    assert!(guarded.server.terminate().success());
    for file in fs::read_dir(&directory).unwrap() {
        use std::io::Write as _;
        let mut file = fs::File::options().append(true).open(file.unwrap().path()).unwrap();
        file.write_all(b"{\"at\":17,\"time\":\"20").unwrap();
    }
    let arguments = ["--admin-key-file", guarded.key_file()];
    let server = Server::start_on(guarded.server.data(), &arguments);
    guarded.server = server;
    let channel = guarded.server.channel().await;
    let filter = || AuditFilter { partner: "hcp".to_owned(), ..AuditFilter::default() };
    let events = listed(&guarded, &channel, filter(), 100).await;
    assert_eq!(events.iter().map(|event| event.revision).collect::<Vec<_>>(), [revision, 0]);
    assert_eq!((events[0].peer_address.as_str(), events[1].missing.as_str()), ("127.0.0.1", "reader"));

    fs::remove_dir_all(&directory).unwrap();
    let events = listed(&guarded, &channel, filter(), 100).await;
    assert_eq!(
        events.iter().map(|event| event.revision).collect::<Vec<_>>(),
        [revision],
        "the change is in the journal"
    );
    assert_eq!((events[0].peer_address.as_str(), events[0].row_count), ("", 1));
    let push_method = AuditFilter { method: "ObservationService/PushObservations".to_owned(), ..filter() };
    assert_eq!(listed(&guarded, &channel, push_method, 100).await.len(), 1, "it may have been pushed");
    assert!(read(&channel, &key).await.is_err());
    let events = listed(&guarded, &channel, of_outcome(AuditOutcome::Rejected), 100).await;
    assert_eq!(events.len(), 1, "new events are recorded: {events:#?}");
    assert!(directory.is_dir());
    assert!(guarded.server.terminate().success());
    let verified = Command::new(binary::path()).arg("verify").arg(guarded.server.data()).status();
    assert!(verified.unwrap().success());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_log_that_cannot_be_written_stops_no_call_and_is_reported_until_it_can() {
    let home = TempDir::new().unwrap();
    let file = home.path().join("file");
    fs::write(&file, "in the way").unwrap();
    let directory = file.join("audit");
    let guarded = Guarded::start(&["--audit-dir", directory.to_str().unwrap()]);
    let channel = guarded.server.channel().await;
    let key = partner(&guarded, &channel, "hcp", vec![everything(Role::Contributor)]).await;
    push(&channel, &key, "2020", "").await.unwrap();
    assert!(read(&channel, &key).await.is_err());
    let mut service = AccessServiceClient::new(channel.clone());
    let request = || GetPartnerRequest { partner: "hcp".to_owned(), ..Default::default() };
    let mut found = AuditStatus::default();
    for _ in 0..100 {
        service.get_partner(with_key(&guarded.admin, request())).await.unwrap();
        found = status(&channel, &guarded.admin).await;
        if found.dropped_count > 0 && !found.last_error.is_empty() {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    assert!(found.dropped_count > 0 && !found.last_error.is_empty(), "{found:?}");
    assert_eq!(guarded.server.log().matches("audit log cannot be written").count(), 1, "one warning");
    fs::remove_file(&file).unwrap();
    for _ in 0..100 {
        assert!(read(&channel, &key).await.is_err());
        found = status(&channel, &guarded.admin).await;
        if found.last_error.is_empty() && found.bytes > 0 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    assert!(found.last_error.is_empty() && found.bytes > 0, "{found:?}");
    let mut lost = Vec::new();
    for _ in 0..50 {
        lost = listed(&guarded, &channel, of_outcome(AuditOutcome::Lost), 100).await;
        if !lost.is_empty() {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    assert!(lost.iter().map(|event| event.count).sum::<u64>() > 0, "what is missing is an event, too");
}

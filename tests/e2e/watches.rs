//! Watching observations.

use std::{pin::pin, process::Command, time::Duration};

use futures_util::TryStreamExt as _;
use tenseven_api::v1::{
    ObservationSelection, PushObservationsRequest, ReadAt, WatchObservationsRequest,
    WatchObservationsResponse, observation_service_client::ObservationServiceClient,
};
use tenseven_client::{Client, ClientOptions};
use tenseven_tests::{Draft, Refusal, START_REVISION, Server, binary, level, number};
use tonic::{Code, Streaming, transport::Endpoint};

/// The revisions of what ships.
const SHIPPED: u64 = START_REVISION;

async fn watch(server: &Server, request: WatchObservationsRequest) -> Streaming<WatchObservationsResponse> {
    server.observations().await.watch_observations(request).await.unwrap().into_inner()
}

async fn push(server: &Server, draft: Draft) -> u64 {
    server.observations().await.push_observations(draft.request()).await.unwrap().into_inner().revision
}

fn of_year(year: usize) -> Draft {
    Draft::new().with("dual-nationality", "MAR", &year.to_string(), level("basic"))
}

/// The revision of a message, and the areas and periods of its observations.
fn reported(message: &WatchObservationsResponse) -> (u64, Vec<String>) {
    let one = |one: &tenseven_api::v1::Observation| format!("{} {}", one.area, one.period);
    (message.revision, message.observations.iter().map(one).collect())
}

/// About 1 MiB of observations that differ from those of another turn.
fn large(turn: usize) -> PushObservationsRequest {
    let mut draft = Draft::new();
    for year in 1900..2160 {
        let comment = format!("{turn} {}", "a".repeat(3_990));
        draft = draft
            .with("migrant-casualties", "MAR", &year.to_string(), number(1.0))
            .but(|one| one.comment = comment);
    }
    draft.request()
}

#[tokio::test]
async fn a_watch_sends_the_changes_after_its_revision_and_then_follows() {
    let server = Server::start();
    let first = of_year(2000).with("migrant-casualties", "LBY", "2000", number(3.0));
    let submission = first.request().submission_id;
    assert_eq!(push(&server, first).await, SHIPPED + 1);
    let request = WatchObservationsRequest { after_revision: Some(0), ..Default::default() };
    let mut changes = watch(&server, request).await;
    let start = changes.message().await.unwrap().unwrap();
    assert_eq!((reported(&start), start.accept_time), ((0, Vec::new()), None));
    let change = changes.message().await.unwrap().unwrap();
    assert_eq!(reported(&change), (SHIPPED + 1, vec!["MAR 2000".to_owned(), "LBY 2000".to_owned()]));
    assert_eq!((change.submission_id, change.continues), (submission, false));
    assert!(change.accept_time.is_some());
    // One observation that is known, and one that is not: only that is a change.
    push(&server, of_year(2000)).await;
    push(&server, of_year(2000).with("dual-nationality", "MAR", "2001", level("basic"))).await;
    let change = changes.message().await.unwrap().unwrap();
    assert_eq!(reported(&change), (SHIPPED + 3, vec!["MAR 2001".to_owned()]));
    // Nothing comes but heartbeats.
    let beat = changes.message().await.unwrap().unwrap();
    assert_eq!((reported(&beat), beat.accept_time), ((SHIPPED + 3, Vec::new()), None));
}

#[tokio::test]
async fn a_watch_takes_filters_and_starts_with_what_is_to_come() {
    let server = Server::start();
    push(&server, of_year(1999)).await;
    let request = WatchObservationsRequest {
        selection: Some(ObservationSelection {
            indicator: "dual-nationality".into(),
            area: "m49:015".into(),
            source: "test".into(),
            ..Default::default()
        }),
        ..Default::default()
    };
    let mut changes = watch(&server, request).await;
    assert_eq!(reported(&changes.message().await.unwrap().unwrap()), (SHIPPED + 1, Vec::new()));
    push(&server, Draft::new().with("migrant-casualties", "MAR", "2000", number(1.0))).await;
    push(&server, Draft::new().with("dual-nationality", "ITA", "2000", level("basic"))).await;
    let mut other = of_year(2000).but(|one| one.source = "another".into());
    other = other.with("dual-nationality", "LBY", "2000", level("basic"));
    push(&server, other).await;
    assert_eq!(
        reported(&changes.message().await.unwrap().unwrap()),
        (SHIPPED + 4, vec!["LBY 2000".to_owned()])
    );
    let mut client = server.observations().await;
    let unknown = WatchObservationsRequest {
        selection: Some(ObservationSelection { area: "QQQ".into(), ..Default::default() }),
        ..Default::default()
    };
    assert_eq!(Refusal::of(client.watch_observations(unknown).await).reason, "UNKNOWN_AREA");
    // A watch waits for the revision that it is to begin at.
    let awaited =
        WatchObservationsRequest { read_at: Some(ReadAt::not_before(SHIPPED + 5)), ..Default::default() };
    let mut changes = tokio::join!(watch(&server, awaited), push(&server, of_year(2001))).0;
    assert_eq!(reported(&changes.message().await.unwrap().unwrap()), (SHIPPED + 5, Vec::new()));
    let future = WatchObservationsRequest { after_revision: Some(99), ..Default::default() };
    let refusal = Refusal::of(client.watch_observations(future).await);
    assert_eq!((refusal.code, refusal.reason.as_str()), (Code::OutOfRange, "NO_SUCH_REVISION"));
}

#[tokio::test]
async fn a_large_revision_is_sent_in_parts_that_stock_clients_read() {
    let server = Server::start();
    let mut request = large(0);
    let more = large(1)
        .observations
        .into_iter()
        .map(|one| tenseven_api::v1::Observation { area: "LBY".to_owned(), ..one });
    request.observations.extend(more);
    server.observations().await.push_observations(request.clone()).await.unwrap();
    let from = WatchObservationsRequest { after_revision: Some(SHIPPED), ..Default::default() };
    let mut changes = watch(&server, from).await;
    changes.message().await.unwrap();
    let (mut observations, mut parts) = (Vec::new(), 0);
    loop {
        let part = changes.message().await.unwrap().unwrap();
        assert_eq!(part.revision, SHIPPED + 1);
        observations.extend(part.observations.into_iter().map(|one| (one.area, one.period)));
        parts += 1;
        if !part.continues {
            break;
        }
    }
    let sent: Vec<_> = request.observations.into_iter().map(|one| (one.area, one.period)).collect();
    assert!(observations == sent, "{} of {} observations were sent", observations.len(), sent.len());
    assert!(parts > 1, "{parts} parts");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn across_a_kill_no_change_is_missed_and_none_is_sent_twice() {
    const COUNT: usize = 40;
    let home = tempfile::TempDir::new().unwrap();
    let data = home.path().join("data");
    let mut server = Server::start_on(&data, &[]);
    let address = server.address().to_owned();
    let listen = address.trim_start_matches("http://").to_owned();
    let options = ClientOptions { retries_max: 20, ..Default::default() };
    let client = Client::connect(&address, options).await.unwrap();
    let request = WatchObservationsRequest { after_revision: Some(SHIPPED), ..Default::default() };
    let watching = async {
        let (mut changes, mut reported) = (pin!(client.watch_observations(request)), Vec::new());
        while reported.len() < COUNT {
            let change = changes.try_next().await.unwrap().unwrap();
            reported.extend(change.observations.into_iter().map(|one| (change.revision, one.period)));
        }
        reported
    };
    let pushing = async {
        let mut pushed = Vec::new();
        for place in 0..COUNT {
            if place == COUNT / 2 {
                server.kill();
                server = Server::start_on(&data, &["--listen", &listen]);
            }
            pushed.push((push(&server, of_year(1950 + place)).await, (1950 + place).to_string()));
        }
        pushed
    };
    let both = async { tokio::join!(watching, pushing) };
    let (reported, pushed) =
        tokio::time::timeout(Duration::from_mins(1), Box::pin(both)).await.expect("a change is missing");
    assert_eq!(reported, pushed);
}

/// A watch of a client whose windows of HTTP/2 hold little.
async fn narrow(server: &Server, request: WatchObservationsRequest) -> Streaming<WatchObservationsResponse> {
    let endpoint = Endpoint::from_shared(server.address().to_owned()).unwrap();
    let endpoint = endpoint.initial_stream_window_size(65_535).initial_connection_window_size(65_535);
    let mut client = ObservationServiceClient::new(endpoint.connect().await.unwrap());
    client.watch_observations(request).await.unwrap().into_inner()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stalled_watcher_is_cut_off_slows_no_writer_and_can_go_on() {
    let home = tempfile::TempDir::new().unwrap();
    let arguments = ["--watch-stall-seconds-max", "1", "--watchers-max", "1"];
    let server = Server::start_on(&home.path().join("data"), &arguments);
    let request = WatchObservationsRequest { after_revision: Some(SHIPPED), ..Default::default() };
    let mut changes = narrow(&server, request.clone()).await;
    changes.message().await.unwrap();
    let mut client = server.observations().await;
    let refusal = Refusal::of(client.watch_observations(request.clone()).await);
    assert_eq!((refusal.code, refusal.reason.as_str()), (Code::ResourceExhausted, "TOO_MANY_WATCHERS"));
    for turn in 0..8 {
        let pushed = client.push_observations(large(turn));
        tokio::time::timeout(Duration::from_secs(10), pushed).await.expect("a writer waits").unwrap();
    }
    // Its place is free though it has read nothing yet.
    let mut free = Err(());
    for _ in 0..20 {
        tokio::time::sleep(Duration::from_millis(250)).await;
        free = client.watch_observations(request.clone()).await.map(drop).map_err(drop);
        if free.is_ok() {
            break;
        }
    }
    assert!(free.is_ok(), "the stalled watcher was not cut off");
    let mut last = SHIPPED;
    let status = loop {
        match changes.message().await {
            Ok(Some(change)) if change.continues => {}
            Ok(Some(change)) => {
                assert_eq!(change.revision, last + 1);
                last = change.revision;
            }
            Ok(None) => panic!("the watch ended without its reason"),
            Err(status) => break status,
        }
    };
    let refusal = Refusal::from(&status);
    assert_eq!((refusal.code, refusal.reason.as_str()), (Code::ResourceExhausted, "SLOW_READER"));
    assert_eq!(refusal.metadata["revision"], last.to_string());
    assert!(last < SHIPPED + 8, "it was not slow");
    let request = WatchObservationsRequest { after_revision: Some(last), ..Default::default() };
    // The watch from before may still hold the place for a moment.
    let mut changes = loop {
        match client.watch_observations(request.clone()).await {
            Ok(changes) => break changes.into_inner(),
            Err(status) => assert_eq!(Refusal::from(&status).reason, "TOO_MANY_WATCHERS"),
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    };
    changes.message().await.unwrap();
    while last < SHIPPED + 8 {
        let change = changes.message().await.unwrap().unwrap();
        last += u64::from(!change.continues);
        assert!(change.revision == last || change.continues);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_stops_ends_watches_with_the_reason() {
    let mut server = Server::start();
    let mut changes = watch(&server, WatchObservationsRequest::default()).await;
    changes.message().await.unwrap();
    server.signal("TERM");
    let refusal = Refusal::of(changes.message().await);
    assert_eq!((refusal.code, refusal.reason.as_str()), (Code::Unavailable, "SHUTTING_DOWN"));
    assert_eq!(server.exit().code(), Some(0));
}

#[tokio::test]
async fn what_was_compacted_away_is_not_watched_as_if_it_were_whole() {
    let mut server = Server::start();
    for turn in 0..8 {
        push(&server, Draft::new().with("migrant-casualties", "MAR", "2000", number(f64::from(turn)))).await;
    }
    server.terminate();
    let status = Command::new(binary::path())
        .args(["compact", "--oldest", "6", "--data"])
        .arg(server.data())
        .output()
        .unwrap();
    assert!(status.status.success(), "{}", String::from_utf8_lossy(&status.stderr));
    let server = Server::start_on(server.data(), &[]);
    let request = |after| WatchObservationsRequest { after_revision: Some(after), ..Default::default() };
    let refusal = Refusal::of(server.observations().await.watch_observations(request(4)).await);
    assert_eq!((refusal.code, refusal.reason.as_str()), (Code::OutOfRange, "COMPACTED"));
    assert_eq!(refusal.metadata["oldest_revision"], "6");
    let mut changes = watch(&server, request(5)).await;
    changes.message().await.unwrap();
    for revision in 6..=SHIPPED + 8 {
        let change = changes.message().await.unwrap().unwrap();
        assert_eq!(reported(&change), (revision, vec!["MAR 2000".to_owned()]));
    }
}

#[tokio::test]
async fn the_command_prints_a_line_for_each_change() {
    let server = Server::start();
    push(&server, of_year(2000).with("migrant-casualties", "LBY", "2000", number(3.0))).await;
    let run = |format: &str| {
        let output = Command::new(binary::path())
            .args(["watch", "--after-revision", "0", "--limit", "2", "--format", format, "--server"])
            .arg(server.address())
            .output()
            .unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    };
    let lines: Vec<serde_json::Value> =
        run("json").lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let areas: Vec<_> = lines.iter().filter_map(|line| line["observation"]["area"].as_str()).collect();
    assert_eq!((areas, lines[0]["revision"].as_u64()), (vec!["MAR", "LBY"], Some(START_REVISION + 1)));
    let table = run("table");
    assert_eq!(table.lines().count(), 2, "{table}");
    assert!(table.contains("migrant-casualties") && table.contains("LBY"), "{table}");
}

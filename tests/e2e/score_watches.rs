//! Watching scores.

use std::{collections::BTreeMap, pin::pin, process::Command, time::Duration};

use futures_util::TryStreamExt as _;
use tenseven_api::v1::{
    ListScoresRequest, NodeScore, Page, ReadAt, ScoreGap, ScoreSelection, WatchScoresRequest,
    WatchScoresResponse, observation_service_client::ObservationServiceClient,
    score_service_client::ScoreServiceClient,
};
use tenseven_client::{Client, ClientOptions};
use tenseven_tests::{Draft, Refusal, Server, binary, crowd, level, number};
use tonic::{
    Code, Streaming,
    transport::{Channel, Endpoint},
};

/// Scores by area, period and node.
type Scores = BTreeMap<(String, String, String), NodeScore>;

fn all() -> ScoreSelection {
    ScoreSelection { framework: "target-10-7".into(), ..Default::default() }
}

fn request(selection: ScoreSelection) -> WatchScoresRequest {
    WatchScoresRequest { selection: Some(selection), ..Default::default() }
}

fn after(revision: u64) -> WatchScoresRequest {
    WatchScoresRequest { after_revision: Some(revision), ..request(all()) }
}

async fn watch(server: &Server, request: WatchScoresRequest) -> Streaming<WatchScoresResponse> {
    server.scores().await.watch_scores(request).await.unwrap().into_inner()
}

async fn push(server: &Server, draft: Draft) -> u64 {
    server.observations().await.push_observations(draft.request()).await.unwrap().into_inner().revision
}

/// Deaths in MAR in 2020, whose score is another for every other number.
fn deaths(count: usize) -> Draft {
    Draft::new().with("migrant-casualties", "MAR", "2020", number(count as f64))
}

/// With deaths, half of what applies in three domains, so that there is an overall score.
fn enough_with_deaths() -> Draft {
    Draft::new()
        .with("anti-racism-policies", "MAR", "2020", level("basic"))
        .with("dual-nationality", "MAR", "2020", level("basic"))
        .with("cities-with-crisis-measures", "MAR", "2020", number(5.0))
}

fn is_heartbeat(message: &WatchScoresResponse) -> bool {
    message.accept_time.is_none() && !message.snapshot
}

/// The next message that is no heartbeat.
async fn next(changes: &mut Streaming<WatchScoresResponse>) -> WatchScoresResponse {
    loop {
        let message = changes.message().await.unwrap().unwrap();
        if !is_heartbeat(&message) {
            return message;
        }
    }
}

/// The messages up to a revision, heartbeats apart, which are waited for no longer than a minute.
async fn reported(changes: &mut Streaming<WatchScoresResponse>, up_to: u64) -> Vec<WatchScoresResponse> {
    let collecting = async {
        let mut reported: Vec<WatchScoresResponse> = Vec::new();
        while reported.last().is_none_or(|last| last.revision < up_to || last.continues) {
            reported.push(next(changes).await);
        }
        reported
    };
    tokio::time::timeout(Duration::from_mins(1), collecting).await.expect("a change is missing")
}

fn take_in(known: &mut Scores, message: &WatchScoresResponse) {
    for change in &message.changes {
        let score = change.score.clone().unwrap();
        let before =
            known.insert((change.area.clone(), change.period.clone(), score.node.clone()), score.clone());
        let before = before.unwrap_or_default();
        assert_eq!((before.score, before.gap()), (change.previous_score, change.previous_gap()));
        assert_eq!(score.leaf, None);
    }
}

/// What is listed at a revision, values of leaves apart.
async fn listed(server: &Server, revision: u64) -> Scores {
    let read_at = Some(ReadAt::revision(revision));
    let request = ListScoresRequest {
        selection: Some(all()),
        page: Some(Page::of_size(1_000)),
        read_at,
        ..Default::default()
    };
    let page = server.scores().await.list_scores(request).await.unwrap().into_inner();
    assert_eq!(page.next_page_token, "");
    let mut scores = Scores::new();
    for tree in page.scores {
        for node in tree.nodes {
            let place = (tree.area.clone(), tree.period.clone(), node.node.clone());
            scores.insert(place, NodeScore { leaf: None, ..node });
        }
    }
    scores
}

#[tokio::test]
async fn a_watch_sends_the_current_scores_and_then_the_changes_of_each_revision() {
    let server = Server::start();
    let first = push(&server, deaths(10).with("dual-nationality", "LBY", "2019", level("basic"))).await;
    let mut changes = watch(&server, WatchScoresRequest { snapshot: true, ..request(all()) }).await;
    let start = changes.message().await.unwrap().unwrap();
    assert!(is_heartbeat(&start) && start.changes.is_empty());
    assert_eq!((start.revision, start.framework.as_str()), (first, "target-10-7@1.1.0"));
    let snapshot = changes.message().await.unwrap().unwrap();
    assert_eq!((snapshot.revision, snapshot.snapshot, snapshot.continues), (first, true, false));
    let mut known = Scores::new();
    take_in(&mut known, &snapshot);
    assert_eq!(known, listed(&server, first).await);
    // A change of one score, with its cause.
    let draft = deaths(500);
    let revision = push(&server, draft.clone()).await;
    let change = changes.message().await.unwrap().unwrap();
    assert_eq!((change.revision, change.snapshot), (revision, false));
    assert_eq!(change.submission_id, draft.request().submission_id);
    assert!(change.accept_time.is_some() && change.changes.iter().all(|one| one.area == "MAR"));
    take_in(&mut known, &change);
    assert_eq!(known, listed(&server, revision).await);
    // A revision that changes no score is not sent; the next that does is.
    push(&server, deaths(500)).await;
    let comment = deaths(500).but(|one| one.comment = "The same, and said why.".into());
    push(&server, comment).await;
    let revision = push(&server, Draft::new().with("dual-nationality", "MAR", "2021", level("basic"))).await;
    let change = changes.message().await.unwrap().unwrap();
    assert_eq!(change.revision, revision);
    take_in(&mut known, &change);
    assert_eq!(known, listed(&server, revision).await);
    // Nothing comes but heartbeats.
    let beat = changes.message().await.unwrap().unwrap();
    assert!(is_heartbeat(&beat));
    assert_eq!((beat.revision, beat.newer_version.as_str()), (revision, ""));
}

#[tokio::test]
async fn a_watch_takes_filters_and_sends_all_nodes_unless_some_are_named() {
    let server = Server::start();
    push(&server, enough_with_deaths()).await;
    let first = push(&server, deaths(10)).await;
    let filtered = ScoreSelection {
        areas: vec!["m49:015".into()],
        period_from: "2020".into(),
        period_to: "2020".into(),
        ..all()
    };
    let root = ScoreSelection { nodes: vec!["overall".into()], ..filtered.clone() };
    let mut changes = watch(&server, request(root)).await;
    let mut of_all = watch(&server, request(filtered)).await;
    of_all.message().await.unwrap();
    changes.message().await.unwrap();
    push(&server, Draft::new().with("migrant-casualties", "ITA", "2020", number(9.0))).await;
    push(&server, Draft::new().with("migrant-casualties", "MAR", "2018", number(9.0))).await;
    let last = push(&server, deaths(900)).await;
    let change = changes.message().await.unwrap().unwrap();
    assert_eq!((change.revision, change.changes.len()), (last, 1));
    let one = &change.changes[0];
    assert_eq!((one.area.as_str(), one.period.as_str()), ("MAR", "2020"));
    assert_eq!(one.score.as_ref().unwrap().node, "overall");
    assert!(one.previous_score.unwrap() > one.score.as_ref().unwrap().score.unwrap());
    // Every node whose score changed: the leaf, and what is above it.
    let change = of_all.message().await.unwrap().unwrap();
    let named: Vec<_> = change.changes.iter().map(|one| one.score.as_ref().unwrap().node.as_str()).collect();
    assert_eq!((change.revision, named), (last, vec!["overall", "human-rights", "migrant-casualties"]));
    // Chosen nodes; of what had no score before, why it had none.
    let nodes = vec!["mobility".into(), "overall".into()];
    let selection = Some(ScoreSelection { nodes, ..all() });
    let mut changes = watch(&server, WatchScoresRequest { selection, ..after(first) }).await;
    let news = reported(&mut changes, last).await;
    let named: Vec<_> =
        news.iter().flat_map(|news| &news.changes).map(|one| one.score.clone().unwrap().node).collect();
    assert!(named.iter().all(|node| node == "overall" || node == "mobility"), "{named:?}");
    let known = |one: &&tenseven_api::v1::ScoreChange| one.previous_score.is_none();
    assert!(
        news.iter()
            .flat_map(|news| &news.changes)
            .filter(known)
            .all(|one| one.previous_gap() == ScoreGap::Unspecified)
    );
}

#[tokio::test]
async fn a_watch_that_cannot_start_returns_the_reason() {
    let server = Server::start();
    let mut client = server.scores().await;
    let newest = push(&server, deaths(1)).await;
    let mut refused = async |request| {
        let refusal = Refusal::of(client.watch_scores(request).await);
        (refusal.code, refusal.reason, refusal.violations)
    };
    let unknown = refused(request(ScoreSelection { framework: "target".into(), ..all() })).await;
    assert_eq!((unknown.0, unknown.1.as_str()), (Code::NotFound, "UNKNOWN_FRAMEWORK"));
    let future = refused(after(newest + 1)).await;
    assert_eq!((future.0, future.1.as_str()), (Code::OutOfRange, "NO_SUCH_REVISION"));
    // A watch has no word for all nodes.
    let star = ScoreSelection { nodes: vec!["overall".into(), "*".into()], ..all() };
    let star = refused(request(star)).await;
    assert_eq!((star.0, star.1.as_str()), (Code::InvalidArgument, "INVALID_REQUEST"));
    assert_eq!((star.2[0].0.as_str(), star.2[0].1.as_str()), ("selection.nodes[1]", "MALFORMED"));
    let node = refused(request(ScoreSelection { nodes: vec!["mobilty".into()], ..all() })).await;
    assert_eq!((node.2[0].0.as_str(), node.2[0].1.as_str()), ("selection.nodes[0]", "UNKNOWN_NODE"));
    let quarter = refused(request(ScoreSelection { period_from: "2020-Q1".into(), ..all() })).await;
    let wrong = (quarter.2[0].0.as_str(), quarter.2[0].1.as_str());
    assert_eq!(wrong, ("selection.period_from", "WRONG_FREQUENCY"));
    // It follows the present.
    let read_at = Some(ReadAt::revision(newest));
    let past = refused(WatchScoresRequest { read_at, ..request(all()) }).await;
    assert_eq!((past.2[0].0.as_str(), past.2[0].1.as_str()), ("read_at.at_revision", "NOT_ALLOWED"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn revisions_that_were_flushed_together_are_sent_one_by_one_and_equally_to_all() {
    const WRITERS: usize = 16;
    const BATCHES: usize = 25;
    let mut server = Server::start();
    let first = push(&server, deaths(1)).await;
    let mut live = watch(&server, request(all())).await;
    assert_eq!(live.message().await.unwrap().unwrap().revision, first);
    let channel = server.channel().await;
    let writers = (0..WRITERS).map(|writer| {
        let mut client = ObservationServiceClient::new(channel.clone());
        tokio::spawn(async move {
            for batch in 0..BATCHES {
                client.push_observations(deaths(2 + writer * BATCHES + batch).request()).await.unwrap();
            }
        })
    });
    let writers: Vec<_> = writers.collect();
    let last = first + (WRITERS * BATCHES) as u64;
    let live = reported(&mut live, last).await;
    for writer in writers {
        writer.await.unwrap();
    }
    // Each of them changed the score, so each is sent, once.
    let revisions: Vec<_> = live.iter().map(|news| news.revision).collect();
    assert_eq!(revisions, (first + 1..=last).collect::<Vec<_>>());
    // As a chain: what is before one is what was after the one before.
    let mut known = listed(&server, first).await;
    for news in &live {
        take_in(&mut known, news);
    }
    assert_eq!(known, listed(&server, last).await);
    let middle = usize::try_from(last - first).unwrap() / 2;
    let mut resumed = watch(&server, after(live[middle].revision)).await;
    assert!(reported(&mut resumed, last).await == live[middle + 1..], "a resumed watch sends something else");
    server.terminate();
    let server = Server::start_on(server.data(), &[]);
    let mut again = watch(&server, after(first)).await;
    assert!(reported(&mut again, last).await == live, "another process sends something else");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn across_a_kill_no_change_of_a_score_is_missed_and_none_is_sent_twice() {
    const COUNT: usize = 40;
    let home = tempfile::TempDir::new().unwrap();
    let data = home.path().join("data");
    let mut server = Server::start_on(&data, &[]);
    let address = server.address().to_owned();
    let listen = address.trim_start_matches("http://").to_owned();
    let options = ClientOptions { retries_max: 20, ..Default::default() };
    let client = Client::connect(&address, options).await.unwrap();
    let first = push(&server, deaths(1)).await;
    let watching = async {
        let (mut news, mut reported) =
            (pin!(client.watch_scores(WatchScoresRequest { snapshot: true, ..after(first) })), vec![]);
        while reported.len() < COUNT + 1 {
            let one = news.try_next().await.unwrap().unwrap();
            reported.extend((!one.changes.is_empty()).then_some((one.revision, one.snapshot)));
        }
        reported
    };
    let pushing = async {
        let mut pushed = vec![(first, true)];
        for place in 0..COUNT {
            if place == COUNT / 2 {
                server.kill();
                server = Server::start_on(&data, &["--listen", &listen]);
            }
            pushed.push((push(&server, deaths(2 + place)).await, false));
        }
        pushed
    };
    let both = Box::pin(async { tokio::join!(watching, pushing) });
    let (reported, pushed) =
        tokio::time::timeout(Duration::from_mins(1), both).await.expect("a change is missing");
    assert_eq!(reported, pushed);
}

/// A client whose windows of HTTP/2 hold little.
async fn narrow(server: &Server) -> ScoreServiceClient<Channel> {
    let endpoint = Endpoint::from_shared(server.address().to_owned()).unwrap();
    let endpoint = endpoint.initial_stream_window_size(65_535).initial_connection_window_size(65_535);
    ScoreServiceClient::new(endpoint.connect().await.unwrap())
}

/// A batch that changes the scores of two areas for 150 years.
fn years(turn: usize) -> Draft {
    let places = ["MAR", "LBY"].into_iter().flat_map(|area| (1900..2050).map(move |year| (area, year)));
    places.fold(Draft::new(), |draft, (area, year): (&str, usize)| {
        let deaths = number((turn * 31 + year % 13 + 1) as f64);
        draft.with("migrant-casualties", area, &year.to_string(), deaths)
    })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stalled_watcher_of_scores_is_cut_off_slows_no_writer_and_can_go_on() {
    const TURNS: usize = 24;
    let home = tempfile::TempDir::new().unwrap();
    let arguments = ["--watch-stall-seconds-max", "1", "--watchers-max", "1"];
    let server = Server::start_on(&home.path().join("data"), &arguments);
    let first = push(&server, years(0)).await;
    let mut changes = narrow(&server).await.watch_scores(after(first)).await.unwrap().into_inner();
    changes.message().await.unwrap();
    // Places are shared with watches of observations.
    let mut client = server.observations().await;
    let refusal =
        Refusal::of(client.watch_observations(tenseven_api::v1::WatchObservationsRequest::default()).await);
    assert_eq!((refusal.code, refusal.reason.as_str()), (Code::ResourceExhausted, "TOO_MANY_WATCHERS"));
    let mut newest = first;
    for turn in 1..=TURNS {
        let pushed = client.push_observations(years(turn).request());
        let pushed = tokio::time::timeout(Duration::from_secs(10), pushed).await.expect("a writer waits");
        newest = pushed.unwrap().into_inner().revision;
    }
    tokio::time::sleep(Duration::from_secs(4)).await;
    let (mut last, mut known) = (first, listed(&server, first).await);
    // The messages of a revision that is not complete are dropped where the watch is resumed after the one before.
    let mut incomplete = Vec::new();
    let status = loop {
        match changes.message().await {
            Ok(Some(message)) if is_heartbeat(&message) => {}
            Ok(Some(message)) => {
                let (revision, is_complete) = (message.revision, !message.continues);
                incomplete.push(message);
                if is_complete {
                    last = revision;
                    incomplete.drain(..).for_each(|message| take_in(&mut known, &message));
                }
            }
            Ok(None) => panic!("the watch ended without its reason"),
            Err(status) => break status,
        }
    };
    let refusal = Refusal::from(&status);
    assert_eq!((refusal.code, refusal.reason.as_str()), (Code::ResourceExhausted, "SLOW_READER"));
    assert_eq!(refusal.metadata["revision"], last.to_string());
    assert!(last < newest, "it was not slow");
    let mut changes = watch(&server, after(last)).await;
    for message in reported(&mut changes, newest).await {
        take_in(&mut known, &message);
    }
    assert_eq!(known, listed(&server, newest).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_stops_ends_watches_of_scores_with_the_reason() {
    let mut server = Server::start();
    let mut changes = watch(&server, request(all())).await;
    changes.message().await.unwrap();
    server.signal("TERM");
    let refusal = Refusal::of(changes.message().await);
    assert_eq!((refusal.code, refusal.reason.as_str()), (Code::Unavailable, "SHUTTING_DOWN"));
    assert_eq!(server.exit().code(), Some(0));
}

#[tokio::test]
async fn what_was_compacted_away_is_no_start_of_a_watch_of_scores() {
    let mut server = Server::start();
    let first = push(&server, deaths(1)).await;
    for turn in 2..8 {
        push(&server, deaths(turn)).await;
    }
    server.terminate();
    let oldest = first + 3;
    let status = Command::new(binary::path())
        .args(["compact", "--oldest", &oldest.to_string(), "--data"])
        .arg(server.data())
        .output()
        .unwrap();
    assert!(status.status.success(), "{}", String::from_utf8_lossy(&status.stderr));
    let server = Server::start_on(server.data(), &[]);
    let refusal = Refusal::of(server.scores().await.watch_scores(after(oldest - 1)).await);
    assert_eq!((refusal.code, refusal.reason.as_str()), (Code::OutOfRange, "COMPACTED"));
    assert_eq!(refusal.metadata["oldest_revision"], oldest.to_string());
    let mut changes = watch(&server, after(oldest)).await;
    let revisions: Vec<_> =
        reported(&mut changes, first + 6).await.iter().map(|news| news.revision).collect();
    assert_eq!(revisions, (oldest + 1..=first + 6).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_large_snapshot_comes_in_parts_that_stock_clients_read() {
    let server = Server::start();
    let revision = push(&server, years(0)).await;
    push(&server, years(1)).await;
    let mut changes = watch(&server, WatchScoresRequest { snapshot: true, ..after(revision) }).await;
    let (mut known, mut parts) = (Scores::new(), 0);
    loop {
        let part = next(&mut changes).await;
        assert_eq!((part.revision, part.snapshot), (revision, true));
        take_in(&mut known, &part);
        parts += 1;
        if !part.continues {
            break;
        }
    }
    assert_eq!(known, listed(&server, revision).await);
    assert!(parts > 1, "{parts} parts of {} scores", known.len());
}

#[tokio::test]
async fn the_command_prints_a_line_for_each_score_that_changes() {
    let server = Server::start();
    push(&server, enough_with_deaths()).await;
    let first = push(&server, deaths(10)).await;
    push(&server, deaths(800)).await;
    let run = |format: &str| {
        let output = Command::new(binary::path())
            .args(["watch", "scores", "--framework", "target-10-7", "--snapshot", "--limit", "2"])
            .args(["--from", "2020", "--to", "2020", "--after-revision", &first.to_string()])
            .args(["--format", format, "--server", server.address()])
            .output()
            .unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    };
    let lines: Vec<serde_json::Value> =
        run("json").lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!((lines.len(), &lines[0]["snapshot"], &lines[1]["snapshot"]), (2, &true.into(), &false.into()));
    assert_eq!(lines[1]["previous_score"], lines[0]["score"]["score"]);
    assert_eq!(lines[1]["area"], "MAR");
    let csv = run("csv");
    assert_eq!(csv.lines().count(), 3, "{csv}");
    assert!(csv.starts_with("revision,accept_time,"), "{csv}");
    let table = run("table");
    assert_eq!(table.lines().count(), 2, "{table}");
    assert!(table.contains("overall") && table.contains('→'), "{table}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_crowd_of_watchers_misses_nothing_and_hears_nothing_twice() {
    const WATCHERS: usize = 60;
    const WRITERS: usize = 8;
    const TURNS: usize = 20;
    let server = Server::start();
    let client = server.observations().await;
    // What each writer changes is there before, so that each change is one of a score.
    let mut first = 0;
    for writer in 0..WRITERS {
        let pushed = client.clone().push_observations(crowd::change(writer, 0)).await;
        first = pushed.unwrap().into_inner().revision;
    }
    let watchers = crowd::Crowd::gather(&server, WATCHERS, first).await;
    let writers = (0..WRITERS).map(|writer| {
        let mut client = client.clone();
        tokio::spawn(async move {
            for turn in 1..=TURNS {
                client.push_observations(crowd::change(writer, turn)).await.unwrap();
            }
        })
    });
    for writer in writers.collect::<Vec<_>>() {
        writer.await.unwrap();
    }
    let reported = watchers.received_all(first + (WRITERS * TURNS) as u64);
    tokio::time::timeout(Duration::from_mins(1), reported).await.expect("a change is missing");
}

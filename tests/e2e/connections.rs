//! Connections that send nothing cost nobody anything: they are closed, and leave room for others and for the journal.

use std::{
    io::{Read as _, Write as _},
    net::{Shutdown, TcpStream},
    time::Duration,
};

use prost::Message as _;
use tempfile::TempDir;
use tenseven_api::v1::{GetFrameworkRequest, ScoreSelection, WatchScoresRequest};
use tenseven_tests::{
    Draft, Server,
    frames::{PREFACE, SETTINGS, call, connect},
    level,
};

/// A PING frame.
const PING: &[u8] = &[0, 0, 8, 6, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8];
/// Calls whose answers take more than the buffers of a connection hold.
const CALLS: u32 = 400;
/// More than a connection that sends nothing is sent.
const READS_MAX: usize = 8;

fn with(wrapper: &[&str], arguments: &[&str]) -> (Server, TempDir) {
    let home = TempDir::new().unwrap();
    let server = Server::try_start_under(wrapper, &home.path().join("data"), arguments).unwrap();
    (server, home)
}

/// Whether the server closes a connection within this time, ignoring what it sends before.
fn is_closed_within(mut stream: &TcpStream, most: Duration) -> bool {
    let mut buffer = [0; 4_096];
    // What comes before the end is little: each read takes as long as that may take.
    stream.set_read_timeout(Some(most)).unwrap();
    for _ in 0..READS_MAX {
        match stream.read(&mut buffer) {
            Ok(0) => return true,
            Ok(_) => {}
            Err(error) if error.kind() == std::io::ErrorKind::ConnectionReset => return true,
            Err(_) => return false,
        }
    }
    false
}

#[test]
fn a_connection_that_begins_no_request_is_closed() {
    let (server, _home) = with(&[], &["--connection-start-seconds-max", "1"]);
    let head = &b"POST /tenseven.v1.ScoreService/GetScores HTTP/1.1\r\nhost: a\r\n"[..];
    let silent: Vec<_> =
        [b"", &b"P"[..], &PREFACE[..20], head].map(|sent| (sent, connect(&server, sent))).into();
    for (sent, stream) in &silent {
        assert!(is_closed_within(stream, Duration::from_secs(4)), "after {sent:?}");
    }
    // One that begins stays.
    let begun = connect(&server, &[PREFACE, SETTINGS].concat());
    assert!(!is_closed_within(&begun, Duration::from_secs(3)));
}

#[test]
fn a_connection_without_a_call_is_closed_in_spite_of_pings() {
    let limits = ["--connection-idle-seconds-max", "1", "--connection-grace-seconds", "1"];
    let (server, _home) = with(&[], &limits);
    let silent = connect(&server, &[PREFACE, SETTINGS].concat());
    let mut pinging = connect(&server, &[PREFACE, SETTINGS].concat());
    let was_closed = (0..25).any(|_| {
        std::thread::sleep(Duration::from_millis(200));
        pinging.write_all(PING).is_err()
    });
    assert!(was_closed, "pings keep a connection open");
    assert!(is_closed_within(&silent, Duration::from_secs(1)));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_connection_with_a_watch_over_it_stays_though_nothing_goes_over_it() {
    let (server, _home) = with(&[], &["--connection-idle-seconds-max", "1"]);
    let request = WatchScoresRequest {
        selection: Some(ScoreSelection { framework: "target-10-7".into(), ..Default::default() }),
        ..WatchScoresRequest::default()
    };
    let mut watch = server.scores().await.watch_scores(request).await.unwrap().into_inner();
    tokio::time::sleep(Duration::from_secs(4)).await;
    let push = Draft::new().with("dual-nationality", "MAR", "2020", level("basic")).request();
    server.observations().await.push_observations(push).await.unwrap();
    let reported = tokio::time::timeout(Duration::from_secs(20), watch.message()).await.unwrap();
    assert!(reported.unwrap().is_some());
}

#[test]
fn a_peer_that_takes_nothing_of_its_answers_is_closed() {
    let (server, _home) = with(&[], &["--connection-idle-seconds-max", "1"]);
    // As much as it likes may come, and it asks for more than buffers hold.
    let window = [&[0, 0, 6, 4, 0, 0, 0, 0, 0, 0, 4][..], &0x7fff_ffff_u32.to_be_bytes()].concat();
    let more = [&[0, 0, 4, 8, 0, 0, 0, 0, 0][..], &0x7000_0000_u32.to_be_bytes()].concat();
    let mut stream = connect(&server, &[PREFACE, &window, &more].concat());
    let request = GetFrameworkRequest { framework: "target-10-7".into(), ..GetFrameworkRequest::default() };
    for round in 0..CALLS {
        let id = 2 * round + 1;
        let sent = call(id, "/tenseven.v1.FrameworkService/GetFramework", &request.encode_to_vec());
        if stream.write_all(&sent).is_err() {
            break;
        }
        // Fewer than may be under way at once.
        std::thread::sleep(Duration::from_millis(2));
    }
    std::thread::sleep(Duration::from_secs(4));
    stream.set_read_timeout(Some(Duration::from_secs(2))).unwrap();
    let (mut buffer, mut bytes) = (vec![0; 1024 * 1024], 0);
    let is_closed = loop {
        match stream.read(&mut buffer) {
            Ok(0) => break true,
            Ok(read) => bytes += read,
            Err(error) => break error.kind() == std::io::ErrorKind::ConnectionReset,
        }
    };
    assert!(is_closed, "it was sent {bytes} bytes, and is still served");
}

#[test]
fn a_call_that_its_caller_takes_back_is_not_taken_for_a_message_that_cannot_be_read() {
    let (server, _home) = with(&[], &[]);
    let request = GetFrameworkRequest { framework: "target-10-7".into(), ..GetFrameworkRequest::default() };
    let sent = call(1, "/tenseven.v1.FrameworkService/GetFramework", &request.encode_to_vec());
    let headers = 9 + usize::from(u16::from_be_bytes([sent[1], sent[2]]));
    // All headers, and then RST_STREAM with CANCEL in place of the body.
    let reset = [0, 0, 4, 3, 0, 0, 0, 0, 1, 0, 0, 0, 8];
    let stream = connect(&server, &[PREFACE, SETTINGS, &sent[..headers], &reset].concat());
    let whole = call(3, "/tenseven.v1.FrameworkService/GetNothing", &[]);
    (&stream).write_all(&whole).unwrap();
    let is_logged = (0..100).any(|_| {
        std::thread::sleep(Duration::from_millis(20));
        server.log().contains("GetNothing")
    });
    assert!(is_logged && !server.log().contains("cannot be decoded"), "{}", server.log());
}

#[test]
fn an_address_has_a_limit_of_connections_and_others_are_closed_at_once() {
    let (server, _home) = with(&[], &["--address-connections-max", "3"]);
    let kept: Vec<_> = (0..3).map(|_| connect(&server, &[PREFACE, SETTINGS].concat())).collect();
    let more = connect(&server, b"");
    assert!(is_closed_within(&more, Duration::from_secs(2)));
    assert!(kept.iter().all(|stream| !is_closed_within(stream, Duration::from_millis(200))));
    kept[0].shutdown(Shutdown::Both).unwrap();
    let free =
        || !is_closed_within(&connect(&server, &[PREFACE, SETTINGS].concat()), Duration::from_millis(300));
    assert!((0..20).any(|_| free()), "a place is not given back");
    assert!(server.log().contains("as many as one address may have"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_runs_out_of_descriptors_keeps_its_journal_and_goes_on() {
    let limits = ["prlimit", "--nofile=96:96"];
    let (server, _home) = with(&limits, &["--connection-start-seconds-max", "2"]);
    let mut client = server.observations().await;
    let push = |number: u16| {
        Draft::new().with("dual-nationality", "MAR", &(1_950 + number).to_string(), level("basic")).request()
    };
    client.push_observations(push(0)).await.unwrap();
    let crowd: Vec<_> = (0..300).map(|_| connect(&server, b"")).collect();
    // Those who are connected are served, and what they push is stored.
    for number in 1..40 {
        client.push_observations(push(number)).await.unwrap();
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    drop(crowd);
    let again = tokio::time::timeout(Duration::from_secs(20), server.observations()).await;
    again.unwrap().push_observations(push(41)).await.unwrap();
    assert!(server.log().contains("as many as there may be"), "{}", server.log());
}

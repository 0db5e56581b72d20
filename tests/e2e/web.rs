//! grpc-web: what browsers send over HTTP/1.1, byte for byte, and whose pages may.

use std::{
    collections::HashMap,
    fmt::Write as _,
    io::{Read as _, Write as _},
    net::TcpStream,
    time::{Duration, Instant},
};

use prost::Message;
use tenseven_api::v1::{
    GetScoresRequest, ListFrameworksRequest, ListFrameworksResponse, PushObservationsResponse, ReadAt,
    WatchObservationsRequest, WatchObservationsResponse,
};
use tenseven_tests::{Draft, Refusal, Server, level};
use tonic::Code;

const PAGE: &str = "https://pages.example";
const BINARY: &str = "application/grpc-web+proto";
const TEXT: &str = "application/grpc-web-text";
const LIST: &str = "tenseven.v1.FrameworkService/ListFrameworks";
const PUSH: &str = "tenseven.v1.ObservationService/PushObservations";
const WATCH: &str = "tenseven.v1.ObservationService/WatchObservations";

/// A connection of HTTP/1.1.
struct Connection(TcpStream);

/// An answer: its status, headers by lower-case name, and body.
struct Answer {
    status: u16,
    headers: HashMap<String, String>,
    body: Vec<u8>,
}

impl Connection {
    fn open(server: &Server) -> Self {
        let stream = TcpStream::connect(server.address().trim_start_matches("http://")).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        Self(stream)
    }

    fn send(&mut self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) {
        let mut head = format!("{method} /{path} HTTP/1.1\r\nhost: localhost\r\n");
        for (name, value) in headers {
            write!(head, "{name}: {value}\r\n").unwrap();
        }
        write!(head, "content-length: {}\r\n\r\n", body.len()).unwrap();
        self.0.write_all(head.as_bytes()).unwrap();
        self.0.write_all(body).unwrap();
    }

    /// A call with this message as the browser's library sends it.
    fn call(&mut self, path: &str, headers: &[(&str, &str)], message: &impl Message) -> Answer {
        let headers = [&[("content-type", BINARY), ("x-grpc-web", "1")], headers].concat();
        self.send("POST", path, &headers, &frame(message));
        self.answer()
    }

    fn line(&mut self) -> String {
        let mut line = Vec::new();
        while !line.ends_with(b"\r\n") {
            let mut byte = [0];
            if self.0.read(&mut byte).unwrap() == 0 {
                break;
            }
            line.push(byte[0]);
        }
        String::from_utf8(line).unwrap().trim_end().to_owned()
    }

    /// The head of an answer.
    fn head(&mut self) -> (u16, HashMap<String, String>) {
        let status = self.line().split(' ').nth(1).unwrap().parse().unwrap();
        let mut headers = HashMap::new();
        loop {
            let line = self.line();
            let Some((name, value)) = line.split_once(':') else { return (status, headers) };
            headers.insert(name.to_ascii_lowercase(), value.trim().to_owned());
        }
    }

    /// A piece of a body; empty at its end.
    fn piece(&mut self) -> Vec<u8> {
        let mut piece = vec![0; usize::from_str_radix(&self.line(), 16).unwrap()];
        self.0.read_exact(&mut piece).unwrap();
        self.line();
        piece
    }

    fn answer(&mut self) -> Answer {
        let (status, headers) = self.head();
        let mut body = Vec::new();
        if headers.get("transfer-encoding").is_some_and(|one| one == "chunked") {
            loop {
                let piece = self.piece();
                if piece.is_empty() {
                    break;
                }
                body.extend(piece);
            }
        } else {
            body.resize(headers.get("content-length").map_or(0, |one| one.parse().unwrap()), 0);
            self.0.read_exact(&mut body).unwrap();
        }
        Answer { status, headers, body }
    }

    /// Whether the server closes the connection now.
    fn is_closed(&mut self) -> bool {
        self.0.read(&mut [0]).is_ok_and(|read| read == 0)
    }
}

fn frame(message: &impl Message) -> Vec<u8> {
    let mut bytes = vec![0];
    bytes.extend(u32::try_from(message.encoded_len()).unwrap().to_be_bytes());
    message.encode(&mut bytes).unwrap();
    bytes
}

impl Answer {
    /// The messages, and the trailers after them or in the headers.
    fn read(&self) -> (Vec<Vec<u8>>, tonic::Status) {
        assert_eq!(self.status, 200);
        let (mut messages, mut trailers) = (Vec::new(), http::HeaderMap::new());
        let mut put = |name: &str, value: &str| {
            trailers.insert(http::HeaderName::try_from(name).unwrap(), value.parse().unwrap())
        };
        for (name, value) in &self.headers {
            put(name, value);
        }
        let mut rest = self.body.as_slice();
        while let [kind, a, b, c, d, after @ ..] = rest {
            let (content, next) = after.split_at(u32::from_be_bytes([*a, *b, *c, *d]) as usize);
            rest = next;
            if *kind == 0 {
                messages.push(content.to_vec());
                continue;
            }
            for line in std::str::from_utf8(content).unwrap().lines() {
                let (name, value) = line.split_once(':').unwrap();
                put(name, value.trim());
            }
        }
        (messages, tonic::Status::from_header_map(&trailers).expect("there is a status"))
    }

    fn message<M: Message + Default>(&self) -> M {
        let (messages, status) = self.read();
        assert_eq!(status.code(), Code::Ok, "{status:?}");
        M::decode(messages[0].as_slice()).unwrap()
    }

    fn refusal(&self) -> Refusal {
        let (messages, status) = self.read();
        assert!(messages.is_empty());
        Refusal::from(&status)
    }
}

fn with(arguments: &[&str]) -> (Server, tempfile::TempDir) {
    let home = tempfile::TempDir::new().unwrap();
    (Server::start_on(&home.path().join("data"), arguments), home)
}

fn draft() -> Draft {
    Draft::new().with("dual-nationality", "MAR", "2020", level("basic"))
}

/// What a browser asks before a page's first call.
fn preflight(server: &Server, origin: &str) -> Answer {
    let headers = [
        ("origin", origin),
        ("access-control-request-method", "POST"),
        ("access-control-request-headers", "content-type,grpc-timeout,x-grpc-web,x-user-agent"),
    ];
    let mut connection = Connection::open(server);
    connection.send("OPTIONS", LIST, &headers, &[]);
    connection.answer()
}

#[test]
fn a_connection_of_http_1_takes_call_after_call_in_binary_and_in_text() {
    let server = Server::start();
    let mut connection = Connection::open(&server);
    let pushed: PushObservationsResponse = connection.call(PUSH, &[], &draft().request()).message();
    assert_eq!(pushed.new_count, 1);
    let listed: ListFrameworksResponse =
        connection.call(LIST, &[], &ListFrameworksRequest::default()).message();
    assert!(listed.frameworks.len() >= 2);
    // A message of no bytes as base64: five bytes of its frame.
    connection.send("POST", LIST, &[("content-type", TEXT), ("accept", TEXT)], b"AAAAAAA=");
    let answer = connection.answer();
    assert_eq!(answer.headers["content-type"], "application/grpc-web-text+proto");
    assert!(answer.body.iter().all(|byte| byte.is_ascii_alphanumeric() || b"+/=".contains(byte)));
}

#[test]
fn a_refusal_has_its_details_in_headers_that_a_page_may_read() {
    let (server, _home) = with(&["--cors-origins", PAGE]);
    let mut connection = Connection::open(&server);
    let request = GetScoresRequest { framework: "target-10-8".into(), ..Default::default() };
    let answer = connection.call("tenseven.v1.ScoreService/GetScores", &[("origin", PAGE)], &request);
    let refusal = answer.refusal();
    assert_eq!((refusal.code, refusal.reason.as_str()), (Code::InvalidArgument, "INVALID_REQUEST"));
    assert_eq!(refusal.faults(), [("area", "REQUIRED"), ("period", "REQUIRED")]);
    assert_eq!(answer.headers["access-control-allow-origin"], PAGE);
    let exposed = &answer.headers["access-control-expose-headers"];
    for name in ["grpc-status", "grpc-message", "grpc-status-details-bin"] {
        assert!(exposed.split(',').any(|one| one == name) && answer.headers.contains_key(name), "{name}");
    }
    // The library's own statuses have details too.
    let path = "tenseven.v1.ScoreService/GetScore";
    let refusal = Connection::open(&server).call(path, &[], &request).refusal();
    assert_eq!((refusal.code, refusal.reason.as_str()), (Code::Unimplemented, "UNKNOWN_METHOD"));
    let mut connection = Connection::open(&server);
    connection.send("POST", LIST, &[("content-type", TEXT)], b"no base64!!");
    let refusal = connection.answer().refusal();
    assert_eq!((refusal.code, refusal.reason.as_str()), (Code::InvalidArgument, "MALFORMED_MESSAGE"));
}

#[test]
fn pages_of_origins_that_are_not_listed_are_refused_and_leave_no_trace() {
    let (server, _home) = with(&["--cors-origins", "https://other.example,https://pages.example"]);
    // As if an environment variable is empty.
    let (closed, _closed_home) = with(&["--cors-origins", ""]);
    let allowed = preflight(&server, PAGE);
    assert_eq!((allowed.status, allowed.headers["access-control-allow-origin"].as_str()), (200, PAGE));
    assert!(allowed.headers["access-control-allow-headers"].contains("grpc-timeout"));
    for (server, origin) in [
        (&server, "https://pages.example.evil"),
        (&server, "http://pages.example"),
        (&server, "https://pages.example:8443"),
        (&server, "null"),
        (&closed, PAGE),
    ] {
        let asked = preflight(server, origin);
        let called = Connection::open(server).call(PUSH, &[("origin", origin)], &draft().request());
        // Two origins, of which one is listed.
        let both = [("origin", PAGE), ("origin", origin)];
        let both = Connection::open(server).call(PUSH, &both, &draft().request());
        for answer in [asked, called, both] {
            assert_eq!(answer.status, 403, "{origin}");
            assert!(!answer.headers.contains_key("access-control-allow-origin"), "{origin}");
            assert!(String::from_utf8_lossy(&answer.body).contains("TENSEVEN_CORS_ORIGINS"));
        }
    }
    for server in [&server, &closed] {
        let answer = Connection::open(server).call(PUSH, &[], &draft().request());
        assert!(!answer.headers.keys().any(|name| name.starts_with("access-control") || name == "vary"));
        let pushed: PushObservationsResponse = answer.message();
        assert_eq!(pushed.new_count, 1, "something had been stored");
    }
}

#[test]
fn every_page_may_call_if_the_operator_allows_it() {
    let (server, _home) = with(&["--cors-origins", "*"]);
    assert_eq!(preflight(&server, "https://anywhere.example").headers["access-control-allow-origin"], "*");
    let request = ListFrameworksRequest::default();
    let answer = Connection::open(&server).call(LIST, &[("origin", "https://anywhere.example")], &request);
    assert!(answer.message::<ListFrameworksResponse>().frameworks.len() >= 2);
}

#[test]
fn http_1_is_taken_for_grpc_web_alone() {
    let server = Server::start();
    for (method, kind, status) in [
        ("POST", "application/grpc", 400),
        ("POST", "application/json", 400),
        ("POST", "text/plain", 400),
        ("GET", "text/html", 400),
        ("GET", BINARY, 405),
    ] {
        let mut connection = Connection::open(&server);
        connection.send(method, LIST, &[("content-type", kind)], &[0; 5]);
        assert_eq!(connection.answer().status, status, "{method} {kind}");
    }
}

#[test]
fn limits_and_deadlines_hold_for_browsers() {
    let (server, _home) = with(&["--message-bytes-max", "65536", "--call-seconds-max", "1"]);
    let large = draft().but(|one| one.comment = "x".repeat(70_000)).request();
    let refusal = Connection::open(&server).call(PUSH, &[], &large).refusal();
    assert_eq!((refusal.code, refusal.reason.as_str()), (Code::ResourceExhausted, "MESSAGE_TOO_LARGE"));
    assert_eq!(refusal.metadata["limit_bytes"], "65536");
    let waiting = GetScoresRequest {
        framework: "target-10-7".into(),
        area: "MAR".into(),
        period: "2020".into(),
        read_at: Some(ReadAt::not_before(999)),
        ..Default::default()
    };
    let path = "tenseven.v1.ScoreService/GetScores";
    let refusal = Connection::open(&server).call(path, &[("grpc-timeout", "300m")], &waiting).refusal();
    assert_eq!((refusal.code, refusal.reason.as_str()), (Code::DeadlineExceeded, "REVISION_NOT_REACHED"));
}

#[test]
#[expect(clippy::disallowed_methods, reason = "tests wait in real time")]
fn a_message_that_comes_too_slowly_is_given_up() {
    let (server, _home) = with(&["--call-seconds-max", "1"]);
    let mut connection = Connection::open(&server);
    let head = format!(
        "POST /{PUSH} HTTP/1.1\r\nhost: localhost\r\ncontent-type: {BINARY}\r\ncontent-length: 1000\r\n\r\n"
    );
    connection.0.write_all(head.as_bytes()).unwrap();
    connection.0.write_all(&[0, 0, 0, 3, 0]).unwrap();
    let asked = Instant::now();
    let refusal = connection.answer().refusal();
    assert_eq!((refusal.code, refusal.reason.as_str()), (Code::DeadlineExceeded, "DEADLINE_EXCEEDED"));
    assert!(asked.elapsed() < Duration::from_secs(5), "it took {:?}", asked.elapsed());
    assert!(connection.is_closed(), "bytes after the half message would be read as a call");
}

#[test]
#[expect(clippy::disallowed_methods, reason = "tests wait in real time")]
fn a_server_that_stops_ends_the_watches_of_pages_and_waits_for_no_idle_connection() {
    let (mut server, _home) = with(&["--drain-seconds-max", "20"]);
    let mut idle = Connection::open(&server);
    idle.call(LIST, &[], &ListFrameworksRequest::default()).message::<ListFrameworksResponse>();
    let mut silent = Connection::open(&server);
    let mut watch = Connection::open(&server);
    watch.send("POST", WATCH, &[("content-type", BINARY)], &frame(&WatchObservationsRequest::default()));
    let (status, mut headers) = watch.head();
    let first = watch.piece();
    WatchObservationsResponse::decode(&first[5..]).unwrap();
    let asked = Instant::now();
    server.signal("TERM");
    let mut body = Vec::new();
    loop {
        let piece = watch.piece();
        if piece.is_empty() {
            break;
        }
        body.extend(piece);
    }
    headers.remove("grpc-status");
    let refusal = Answer { status, headers, body }.refusal();
    assert_eq!((refusal.code, refusal.reason.as_str()), (Code::Unavailable, "SHUTTING_DOWN"));
    assert_eq!(server.exit().code(), Some(0));
    assert!(asked.elapsed() < Duration::from_secs(5), "it took {:?}", asked.elapsed());
    assert!(idle.is_closed() && silent.is_closed());
}

#[test]
#[expect(clippy::disallowed_methods, reason = "tests wait in real time")]
fn half_a_head_holds_a_stopping_server_up_no_longer_than_the_drain_may_take() {
    let (mut server, _home) = with(&["--drain-seconds-max", "1"]);
    let mut half = Connection::open(&server);
    half.0.write_all(b"POST /tenseven.v1").unwrap();
    std::thread::sleep(Duration::from_millis(200));
    let asked = Instant::now();
    server.signal("TERM");
    assert_eq!(server.exit().code(), Some(0));
    assert!(asked.elapsed() < Duration::from_secs(5), "it took {:?}", asked.elapsed());
}

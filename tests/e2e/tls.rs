//! TLS as stock clients see it: versions, certificates of servers and clients, limits, and reloads under load.

use std::{
    io::{Read as _, Write as _},
    net::{SocketAddr, TcpStream},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};

use hyper_util::rt::TokioIo;
use prost::Message as _;
use rustls::{
    ClientConfig, ClientConnection, ProtocolVersion, StreamOwned,
    pki_types::{CertificateDer, ServerName},
    version::{TLS12, TLS13},
};
use tenseven_api::v1::{
    GetFrameworkRequest, GetServerStatusRequest, TlsStatus, admin_service_client::AdminServiceClient,
};
use tenseven_tests::{
    Server,
    frames::{PREFACE, SETTINGS, call},
};
use tokio_rustls::TlsConnector;
use tonic::transport::{Certificate, Channel, ClientTlsConfig, Endpoint, Error};
use tower::service_fn;

use tenseven_tests::certificates::{Authority, Files, der};

/// Calls whose answers take more than the buffers of a connection hold.
const CALLS: u32 = 400;
/// Connections that call at once while certificates are replaced.
const CALLERS: usize = 6;

type Stream = StreamOwned<ClientConnection, TcpStream>;

fn address(server: &Server) -> SocketAddr {
    server.address().trim_start_matches("https://").parse().unwrap()
}

/// A stock channel over a connection with this configuration of TLS.
async fn channel(server: &Server, config: ClientConfig) -> Result<Channel, Error> {
    let (address, connector) = (address(server), TlsConnector::from(Arc::new(config)));
    let connect = service_fn(move |_| {
        let connector = connector.clone();
        async move {
            let stream = tokio::net::TcpStream::connect(address).await?;
            let name = ServerName::try_from("localhost").unwrap();
            Ok::<_, std::io::Error>(TokioIo::new(connector.connect(name, stream).await?))
        }
    });
    Endpoint::from_static("http://localhost").connect_with_connector(connect).await
}

async fn calls(channel: Channel) -> Result<TlsStatus, tonic::Status> {
    let answer = AdminServiceClient::new(channel).get_server_status(GetServerStatusRequest {}).await?;
    Ok(answer.into_inner().tls.unwrap())
}

/// A connection whose bytes are written by hand.
fn connect(server: &Server, config: ClientConfig) -> std::io::Result<Stream> {
    let name = ServerName::try_from("localhost").unwrap();
    let session = ClientConnection::new(Arc::new(config), name).unwrap();
    let mut stream = StreamOwned::new(session, TcpStream::connect(address(server))?);
    stream.sock.set_read_timeout(Some(Duration::from_secs(10)))?;
    while stream.conn.is_handshaking() {
        stream.conn.complete_io(&mut stream.sock)?;
    }
    Ok(stream)
}

/// The certificate that a server shows who connects now.
pub(crate) fn served_certificate(server: &Server, authority: &Authority) -> CertificateDer<'static> {
    let config = authority.client_config(&[&TLS13], None);
    connect(server, config).unwrap().conn.peer_certificates().unwrap()[0].clone()
}

/// Whether a connection ends within this time, ignoring what comes before.
fn is_closed_within(stream: &mut TcpStream, most: Duration) -> bool {
    stream.set_read_timeout(Some(most)).unwrap();
    let mut buffer = [0; 4_096];
    (0..8)
        .find_map(|_| match stream.read(&mut buffer) {
            Ok(0) => Some(true),
            Ok(_) => None,
            Err(error) => Some(error.kind() == std::io::ErrorKind::ConnectionReset),
        })
        .unwrap_or_default()
}

/// Whether the log has this text within a few seconds.
fn is_logged(server: &Server, text: &str) -> bool {
    (0..100).any(|_| {
        std::thread::sleep(Duration::from_millis(100));
        server.log().contains(text)
    })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn stock_clients_call_by_either_version_of_tls() {
    let authority = Authority::new();
    let files = Files::new(&authority.server());
    let server = files.serve(&[]);
    assert!(server.address().starts_with("https://127.0.0.1:"), "{}", server.address());
    for (version, expected) in [(&TLS12, ProtocolVersion::TLSv1_2), (&TLS13, ProtocolVersion::TLSv1_3)] {
        let config = authority.client_config(&[version], None);
        let stream = connect(&server, config.clone()).unwrap();
        assert_eq!(stream.conn.protocol_version(), Some(expected));
        assert_eq!(stream.conn.alpn_protocol(), Some(&b"h2"[..]));
        let tls = calls(channel(&server, config).await.unwrap()).await.unwrap();
        assert!(tls.enabled && tls.reload_error.is_empty(), "{tls:?}");
        assert_eq!(tls.certificate_expire_time.unwrap().to_string(), "4096-01-01T00:00:00Z");
    }
    // As a client is set up that knows nothing of the test.
    let tls = ClientTlsConfig::new().ca_certificate(Certificate::from_pem(authority.pem()));
    let endpoint = Endpoint::from_shared(server.address().to_owned()).unwrap().tls_config(tls).unwrap();
    calls(endpoint.connect().await.unwrap()).await.unwrap();
}

#[test]
fn browsers_call_by_http_1_1_over_tls() {
    let authority = Authority::new();
    let files = Files::new(&authority.server());
    let server = files.serve(&[]);
    let mut config = authority.client_config(&[&TLS13], None);
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    let mut stream = connect(&server, config).unwrap();
    assert_eq!(stream.conn.alpn_protocol(), Some(&b"http/1.1"[..]));
    let head = "POST /tenseven.v1.AdminService/GetServerStatus HTTP/1.1\r\nhost: a\r\n\
                content-type: application/grpc-web+proto\r\ncontent-length: 5\r\n\r\n";
    stream.write_all(&[head.as_bytes(), &[0; 5]].concat()).unwrap();
    let mut answer = [0; 12];
    stream.read_exact(&mut answer).unwrap();
    assert_eq!(&answer, b"HTTP/1.1 200");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_of_another_authority_is_refused_by_its_client() {
    let files = Files::new(&Authority::new().server());
    let server = files.serve(&[]);
    let config = Authority::new().client_config(&[&TLS12, &TLS13], None);
    let refused = channel(&server, config).await.unwrap_err();
    assert!(format!("{refused:?}").contains("InvalidCertificate"), "{refused:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_clients_certificate_is_optional_but_has_to_be_of_the_authority() {
    let (authority, other) = (Authority::new(), Authority::new());
    let files = Files::new(&authority.server());
    let client_ca = files.write("clients.pem", &authority.pem());
    let server = files.serve(&["--tls-client-ca", &client_ca, "--log", "debug"]);
    for version in [&TLS12, &TLS13] {
        calls(channel(&server, authority.client_config(&[version], None)).await.unwrap()).await.unwrap();
        let known = authority.client("spiffe://partner.example/push", "push.partner.example");
        let config = authority.client_config(&[version], Some(&known));
        calls(channel(&server, config).await.unwrap()).await.unwrap();
        let unknown = other.client("spiffe://partner.example/push", "push.partner.example");
        let config = authority.client_config(&[version], Some(&unknown));
        // By TLS 1.3 the client learns of it when it first reads.
        let is_refused = match channel(&server, config).await {
            Ok(channel) => calls(channel).await.is_err(),
            Err(_) => true,
        };
        assert!(is_refused, "{version:?}");
    }
    let names = r#"[\"spiffe://partner.example/push\", \"push.partner.example\"]"#;
    assert!(is_logged(&server, names), "{}", server.log());
    let log = server.log();
    let lines: Vec<_> = log.lines().filter(|line| line.contains("GetServerStatus")).collect();
    assert_eq!(lines.len(), 4, "{lines:?}");
    assert_eq!(lines.iter().filter(|line| line.contains(names)).count(), 2, "{lines:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn certificates_are_replaced_under_load_without_a_failed_call() {
    let authority = Authority::new();
    let (first, second, third) = (authority.server(), authority.server(), authority.server());
    let files = Files::new(&first);
    let server = Arc::new(files.serve(&[]));
    let config = authority.client_config(&[&TLS12, &TLS13], None);
    let kept = channel(&server, config.clone()).await.unwrap();
    let (stop, called) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicUsize::new(0)));
    let callers: Vec<_> = (0..CALLERS)
        .map(|_| {
            let (server, config) = (Arc::clone(&server), config.clone());
            let (stop, called) = (Arc::clone(&stop), Arc::clone(&called));
            tokio::spawn(async move {
                while !stop.load(Ordering::Relaxed) {
                    let channel = channel(&server, config.clone()).await.expect("it connects");
                    calls(channel).await.expect("it is answered");
                    called.fetch_add(1, Ordering::Relaxed);
                }
            })
        })
        .collect();
    let used = || connect(&server, config.clone()).unwrap().conn.peer_certificates().unwrap()[0].clone();
    let is_used = |pair: &str| {
        (0..100).any(|_| {
            std::thread::sleep(Duration::from_millis(100));
            used() == der(pair)
        })
    };
    assert_eq!(used(), der(&first.certificate));
    files.replace(&second);
    server.signal("HUP");
    assert!(is_used(&second.certificate), "SIGHUP does not reload the pair");
    files.replace(&third);
    assert!(is_used(&third.certificate), "a pair that changes is not noticed");
    calls(kept).await.expect("connections go on with the pair that they began with");
    stop.store(true, Ordering::Relaxed);
    for caller in callers {
        caller.await.expect("no call fails");
    }
    assert!(called.load(Ordering::Relaxed) > CALLERS);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bad_pair_leaves_the_one_in_use_and_is_logged_once() {
    let authority = Authority::new();
    let (first, second) = (authority.server(), authority.server());
    let files = Files::new(&first);
    let server = files.serve(&[]);
    let config = authority.client_config(&[&TLS13], None);
    let used = || connect(&server, config.clone()).unwrap().conn.peer_certificates().unwrap()[0].clone();
    files.write("server.key", &second.key);
    assert!(is_logged(&server, "cannot be used together"), "{}", server.log());
    tokio::time::sleep(Duration::from_secs(5)).await;
    assert_eq!(server.log().matches("cannot be reloaded").count(), 1, "{}", server.log());
    assert!(server.log().contains("server.key"), "{}", server.log());
    assert_eq!(used(), der(&first.certificate));
    let tls = calls(channel(&server, config.clone()).await.unwrap()).await.unwrap();
    assert!(tls.reload_error.contains("server.key cannot be used together"), "{tls:?}");
    std::fs::remove_file(files.path("server.pem")).unwrap();
    assert!(is_logged(&server, "server.pem cannot be read"), "{}", server.log());
    assert_eq!(used(), der(&first.certificate));
    files.replace(&second);
    assert!(is_logged(&server, "new certificates are in use"), "{}", server.log());
    assert_eq!(used(), der(&second.certificate));
    let tls = calls(channel(&server, config.clone()).await.unwrap()).await.unwrap();
    assert_eq!(tls.reload_error, "");
}

#[test]
fn a_certificate_that_expires_soon_is_warned_of() {
    let authority = Authority::new();
    let day = Duration::from_hours(24);
    let files = Files::new(&authority.server_until(31 * day));
    let server = files.serve(&[]);
    assert!(!server.log().contains("expires soon"), "{}", server.log());
    files.replace(&authority.server_until(29 * day));
    server.signal("HUP");
    assert!(is_logged(&server, "expires soon"), "{}", server.log());
}

#[test]
fn a_handshake_or_a_request_that_does_not_come_is_closed_in_time() {
    let authority = Authority::new();
    let files = Files::new(&authority.server());
    let limits = ["--connection-start-seconds-max", "1", "--address-connections-max", "3"];
    let server = files.serve(&limits);
    let config = authority.client_config(&[&TLS13], None);
    let silent = TcpStream::connect(address(&server)).unwrap();
    // The header of a record, without the record.
    let mut begun = TcpStream::connect(address(&server)).unwrap();
    begun.write_all(&[22, 3, 1, 0, 200, 1]).unwrap();
    let mut without_request = connect(&server, config.clone()).unwrap();
    // Handshakes count as connections of their address.
    let mut more = TcpStream::connect(address(&server)).unwrap();
    assert!(is_closed_within(&mut more, Duration::from_millis(500)), "handshakes are not counted");
    for mut stream in [silent, begun] {
        assert!(is_closed_within(&mut stream, Duration::from_secs(4)));
    }
    assert!(is_closed_within(&mut without_request.sock, Duration::from_secs(4)));
    let mut with_request = connect(&server, config).unwrap();
    with_request.write_all(&[PREFACE, SETTINGS].concat()).unwrap();
    assert!(!is_closed_within(&mut with_request.sock, Duration::from_secs(3)));
}

#[test]
fn plain_http_at_a_port_of_tls_is_closed_and_others_are_served() {
    let authority = Authority::new();
    let files = Files::new(&authority.server());
    let server = files.serve(&[]);
    for sent in [&[PREFACE, SETTINGS].concat()[..], b"GET / HTTP/1.1\r\nhost: a\r\n\r\n"] {
        let mut plain = TcpStream::connect(address(&server)).unwrap();
        plain.write_all(sent).unwrap();
        assert!(is_closed_within(&mut plain, Duration::from_secs(2)));
    }
    connect(&server, authority.client_config(&[&TLS13], None)).unwrap();
}

#[test]
fn a_peer_that_takes_nothing_of_its_answers_over_tls_is_closed() {
    let authority = Authority::new();
    let files = Files::new(&authority.server());
    let server = files.serve(&["--connection-idle-seconds-max", "1"]);
    let mut stream = connect(&server, authority.client_config(&[&TLS13], None)).unwrap();
    // As much as it likes may come, and it asks for more than buffers hold.
    let window = [&[0, 0, 6, 4, 0, 0, 0, 0, 0, 0, 4][..], &0x7fff_ffff_u32.to_be_bytes()].concat();
    let more = [&[0, 0, 4, 8, 0, 0, 0, 0, 0][..], &0x7000_0000_u32.to_be_bytes()].concat();
    stream.write_all(&[PREFACE, &window, &more].concat()).unwrap();
    let request = GetFrameworkRequest { framework: "target-10-7".into(), ..GetFrameworkRequest::default() };
    for round in 0..CALLS {
        let path = "/tenseven.v1.FrameworkService/GetFramework";
        if stream.write_all(&call(2 * round + 1, path, &request.encode_to_vec())).is_err() {
            break;
        }
        std::thread::sleep(Duration::from_millis(2));
    }
    std::thread::sleep(Duration::from_secs(4));
    stream.sock.set_read_timeout(Some(Duration::from_secs(2))).unwrap();
    let (mut buffer, mut bytes) = (vec![0; 1024 * 1024], 0);
    let is_closed = loop {
        match stream.sock.read(&mut buffer) {
            Ok(0) => break true,
            Ok(read) => bytes += read,
            Err(error) => break error.kind() == std::io::ErrorKind::ConnectionReset,
        }
    };
    assert!(is_closed, "it was sent {bytes} bytes, and is still served");
}

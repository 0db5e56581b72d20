//! Attacks on the handshake of TLS.

use std::{
    io::Write as _,
    net::TcpStream,
    process::{Child, Command, Stdio},
    sync::Arc,
    time::Duration,
};

use rustls::{ClientConnection, StreamOwned, pki_types::ServerName};
use tenseven_tests::frames::{PREFACE, SETTINGS};

use crate::{attacks::Hold, target::Target};

const HALF_OPEN: usize = 900;
const TIMES: usize = 40;
const HANDSHAKES: usize = 600;
const RENEGOTIATIONS: usize = 200;
/// How long the next part of a slow handshake takes.
const PART_WAIT: Duration = Duration::from_millis(100);

fn connect(target: &Target) -> TcpStream {
    let stream = TcpStream::connect(target.socket()).expect("the server accepts connections");
    stream.set_write_timeout(Some(Duration::from_millis(200))).expect("a socket has one");
    stream
}

/// The first flight of a handshake.
fn client_hello(target: &Target) -> Vec<u8> {
    let config = target.client_config().expect("the server has TLS");
    let name = ServerName::try_from("localhost").expect("a name");
    let mut session = ClientConnection::new(Arc::new(config), name).expect("a session");
    let mut hello = Vec::new();
    session.write_tls(&mut hello).expect("memory takes it");
    hello
}

/// Handshakes that begin, and do not go on.
pub(crate) async fn half_open_handshakes(target: &Target) -> Hold {
    let hello = client_hello(target);
    let begun = [&b""[..], &hello[..1], &hello[..hello.len() / 2], &hello];
    let held: Vec<TcpStream> = (0..HALF_OPEN)
        .map(|turn| {
            let mut stream = connect(target);
            let _ended = stream.write_all(begun[turn % begun.len()]);
            stream
        })
        .collect();
    tokio::time::sleep(Duration::from_secs(1)).await;
    Box::new(held)
}

/// Handshakes that come byte by byte.
pub(crate) async fn slow_handshakes(target: &Target) -> Hold {
    let hello = client_hello(target);
    let mut held = tokio::task::JoinSet::new();
    for _ in 0..TIMES {
        let (address, hello) = (target.socket(), hello.clone());
        held.spawn(async move {
            let mut stream = tokio::net::TcpStream::connect(address).await?;
            for byte in hello {
                tokio::io::AsyncWriteExt::write_all(&mut stream, &[byte]).await?;
                tokio::time::sleep(PART_WAIT).await;
            }
            std::io::Result::Ok(stream)
        });
    }
    tokio::time::sleep(Duration::from_secs(2)).await;
    Box::new(held)
}

/// What is no handshake: HTTP without TLS, noise, and records that are longer than any.
pub(crate) async fn no_handshakes(target: &Target) -> Hold {
    let hello = client_hello(target);
    let giant = [&[22, 3, 1, 0xff, 0xff][..], &vec![1; 65_535]].concat();
    // A message of a handshake that says it is 16 MiB long, in as many records as it takes.
    let record = [&[22, 3, 1, 0x40, 0][..], &[1, 0xff, 0xff, 0xff], &[0; 0x4000 - 4]].concat();
    let long = record.repeat(64);
    let twice = [&hello[..], &hello].concat();
    let sent = [
        [PREFACE, SETTINGS].concat(),
        b"GET / HTTP/1.1\r\nhost: a\r\n\r\n".to_vec(),
        vec![0xff; 20_000],
        giant,
        long,
        twice,
        [&hello[..], &[21, 3, 3, 0, 2, 1, 0]].concat(),
        [&hello[..hello.len() - 1], &vec![0; 50_000]].concat(),
        [23, 3, 3, 0, 0].repeat(10_000),
        [20, 3, 3, 0, 1, 1].repeat(10_000),
    ];
    let mut held = Vec::new();
    for _ in 0..TIMES {
        for one in &sent {
            let mut stream = connect(target);
            let _ended = stream.write_all(one);
            held.push(stream);
        }
    }
    Box::new(held)
}

/// Handshakes that succeed, and nothing after them.
pub(crate) async fn many_handshakes(target: &Target) -> Hold {
    let config = Arc::new(target.client_config().expect("the server has TLS"));
    for _ in 0..HANDSHAKES {
        let name = ServerName::try_from("localhost").expect("a name");
        let session = ClientConnection::new(Arc::clone(&config), name).expect("a session");
        let mut stream = StreamOwned::new(session, connect(target));
        stream.sock.set_read_timeout(Some(Duration::from_secs(10))).expect("a socket has one");
        while stream.conn.is_handshaking() {
            stream.conn.complete_io(&mut stream.sock).expect("a handshake");
        }
    }
    Box::new(())
}

/// Ends a process that still runs.
struct Ended(Child);

impl Drop for Ended {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

/// Connections of TLS 1.2 that ask for another handshake again and again.
pub(crate) async fn renegotiations(target: &Target) -> Hold {
    let address = target.socket().to_string();
    let mut held = Vec::new();
    for _ in 0..4 {
        let mut command = Command::new("openssl");
        command.args(["s_client", "-tls1_2", "-alpn", "h2", "-connect", &address]);
        command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
        let mut client = command.spawn().expect("openssl is there");
        let mut asking = client.stdin.take().expect("standard input is piped");
        for _ in 0..RENEGOTIATIONS {
            if asking.write_all(b"R\n").and_then(|()| asking.flush()).is_err() {
                break;
            }
        }
        held.push((Ended(client), asking));
    }
    tokio::time::sleep(Duration::from_secs(2)).await;
    Box::new(held)
}

//! Attacks by what comes slowly, or not at all.

use std::{io::Write as _, net::SocketAddr, time::Duration};

use tenseven_tests::frames::{PREFACE, SETTINGS, frame, headers, literal};
use tokio::{
    io::AsyncWriteExt as _,
    net::{TcpSocket, TcpStream},
    task::JoinSet,
    time::sleep,
};

use crate::{attacks::Hold, target::Target};

const SLOW: usize = 200;
/// How long the next byte takes.
const BYTE_WAIT: Duration = Duration::from_millis(100);
/// How long an attack goes on before it is measured.
const UNDER_WAY: Duration = Duration::from_secs(2);
const IDLE: usize = 10_000;
/// Each address has fewer connections than a server allows one.
const ADDRESS_CONNECTIONS: usize = 1_000;
const PUSH: &str = "/tenseven.v1.ObservationService/PushObservations";

/// The frame of the headers of a call of the attacker.
fn call_headers(target: &Target, flags: u8) -> Vec<u8> {
    let mut block = headers(PUSH);
    if !target.attacker().is_empty() {
        block.extend(literal("authorization", &format!("Bearer {}", target.attacker())));
    }
    frame(1, [1, flags], &block)
}

/// Headers of calls that come byte by byte, of both versions of HTTP.
pub(crate) async fn slow_headers(target: &Target) -> Hold {
    let begun = [PREFACE, SETTINGS].concat();
    let of_http_2 = [&begun[..], &call_headers(target, 4)].concat();
    let of_http_1 = format!("POST {PUSH} HTTP/1.1\r\nhost: a\r\nx-slow: {}", "a".repeat(4_000)).into_bytes();
    drip(target, [(begun.len(), of_http_2), (10, of_http_1)]).await
}

/// Requests whose messages come byte by byte.
pub(crate) async fn slow_bodies(target: &Target) -> Hold {
    let begun = [PREFACE, SETTINGS, &call_headers(target, 4)].concat();
    let message = [&[0, 0, 16, 0, 0][..], &[0; 4_000]].concat();
    let frames: Vec<u8> = message.chunks(1).flat_map(|byte| frame(1, [0, 0], byte)).collect();
    let sent = [begun.clone(), frames].concat();
    drip(target, [(begun.len(), sent.clone()), (begun.len(), sent)]).await
}

/// Sends the first bytes of each text at once and the others slowly, over many connections.
async fn drip(target: &Target, texts: [(usize, Vec<u8>); 2]) -> Hold {
    let (address, mut held) = (target.socket(), JoinSet::new());
    for turn in 0..SLOW {
        let (at_once, text) = texts[turn % 2].clone();
        held.spawn(async move {
            let mut stream = TcpStream::connect(address).await?;
            stream.write_all(&text[..at_once]).await?;
            for bytes in text[at_once..].chunks(10) {
                stream.write_all(bytes).await?;
                sleep(BYTE_WAIT).await;
            }
            std::io::Result::Ok(stream)
        });
    }
    sleep(UNDER_WAY).await;
    Box::new(held)
}

/// Ten thousand connections of many addresses, of which each sends nothing or half of what begins one.
pub(crate) async fn ten_thousand_idle(target: &Target) -> Hold {
    let (address, begun) = (target.socket(), [&b""[..], b"P", &PREFACE[..12], PREFACE]);
    let mut held = Vec::new();
    for turn in 0..IDLE {
        let host = u8::try_from(2 + turn / ADDRESS_CONNECTIONS).expect("there are few addresses");
        let socket = TcpSocket::new_v4().expect("there are descriptors for connections");
        socket.bind(SocketAddr::from(([127, 0, 0, host], 0))).expect("loopback has many addresses");
        // Those that the server has no room for wait, and then fail.
        let connecting = tokio::time::timeout(Duration::from_millis(200), socket.connect(address));
        let Ok(Ok(stream)) = connecting.await else { continue };
        let mut stream = stream.into_std().expect("a socket");
        let _ended = stream.write_all(begun[turn % begun.len()]);
        held.push(stream);
    }
    println!("{} of {IDLE} connections are open", held.len());
    Box::new(held)
}

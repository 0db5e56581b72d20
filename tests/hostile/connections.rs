//! Attacks by connections and their frames.

use std::{io::Write as _, net::TcpStream, time::Duration};

use tenseven_tests::{
    Server,
    frames::{PREFACE, SETTINGS, connect, frame, headers},
};

use crate::attacks::Hold;

const SILENT: usize = 900;
const CONNECTIONS: usize = 16;
const RESETS: u32 = 5_000;
const CONTROL_FRAMES: usize = 50_000;
const CONTINUATIONS: usize = 2_000;

/// Connections that send nothing, or half of what begins one.
pub(crate) async fn silent(server: &Server) -> Hold {
    let begun = [&b""[..], b"P", &PREFACE[..12], PREFACE];
    let held: Vec<TcpStream> = (0..SILENT).map(|turn| connect(server, begun[turn % begun.len()])).collect();
    tokio::time::sleep(Duration::from_secs(1)).await;
    Box::new(held)
}

/// Calls that are taken back at once.
pub(crate) async fn reset_at_once(server: &Server) -> Hold {
    let block = headers("/tenseven.v1.ScoreService/ListScores");
    flood(server, |call| {
        let id = 2 * call + 1;
        [frame(id, [1, 4], &block), frame(id, [3, 0], &8_u32.to_be_bytes())].concat()
    })
}

/// SETTINGS and PING frames, which have to be acknowledged, and nobody reads that.
pub(crate) async fn floods_of_control_frames(server: &Server) -> Hold {
    let sent = [SETTINGS.to_vec(), frame(0, [6, 0], &[0; 8])].concat().repeat(CONTROL_FRAMES / 100);
    flood(server, move |_| sent.clone())
}

/// Headers that do not end.
pub(crate) async fn endless_headers(server: &Server) -> Hold {
    let block = headers("/tenseven.v1.ScoreService/ListScores");
    let one = [&[0, 7][..], b"x-large", &[0x7f, 0xa1, 0x7d], &[b'a'; 16_000]].concat();
    let mut sent = frame(1, [1, 0], &block);
    for _ in 0..CONTINUATIONS {
        sent.extend(frame(1, [9, 0], &one));
    }
    flood(server, move |round| if round == 0 { sent.clone() } else { Vec::new() })
}

/// Sends what `round` makes over several connections, until the server closes them or all is sent.
fn flood(server: &Server, round: impl Fn(u32) -> Vec<u8>) -> Hold {
    let mut held: Vec<TcpStream> =
        (0..CONNECTIONS).map(|_| connect(server, &[PREFACE, SETTINGS].concat())).collect();
    for stream in &mut held {
        stream.set_write_timeout(Some(Duration::from_millis(200))).expect("a socket has one");
        // A server that closes the connection, or reads no more of it, has ended the attack.
        let _ended = (0..RESETS).try_for_each(|number| stream.write_all(&round(number)));
    }
    Box::new(held)
}

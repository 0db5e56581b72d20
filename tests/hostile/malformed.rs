//! Attacks by what is no frame of HTTP/2 or no message of a method.

use std::convert::Infallible;

use bytes::Bytes;
use futures_util::stream;
use http_body_util::StreamBody;
use prost_reflect::DescriptorPool;
use tenseven_tests::frames::{PREFACE, SETTINGS, frame, headers, literal};
use tokio::task::JoinSet;
use tonic::{Code, Status, body::Body};

use crate::{attacks::Hold, bodies, target::Target};

/// How often each is sent.
const TIMES: usize = 8;
const DEPTH: usize = 5_000;
const UNKNOWN_BYTES: usize = 200 * 1024;
const BOMB_BYTES: usize = 15 * 1024 * 1024;
const HEADERS: usize = 5_000;

/// Frames that have lengths, streams and contents that none has.
pub(crate) async fn frames(target: &Target) -> Hold {
    let block = headers("/tenseven.v1.ScoreService/ListScores");
    let begun = frame(1, [1, 4], &block);
    let wrong: Vec<Vec<u8>> = vec![
        // Larger than the server allows; shorter than its length.
        [&[0xff, 0xff, 0xff, 0, 0, 0, 0, 0, 1][..], &[0; 100_000]].concat(),
        frame(1, [1, 4], &block)[..20].to_vec(),
        frame(0, [0, 1], b"data"),
        frame(0, [4, 0], &[0; 5]),
        frame(0, [4, 0], &[0, 5, 0, 0, 0, 0]),
        frame(0, [4, 0], &[0, 4, 0xff, 0xff, 0xff, 0xff]),
        frame(0, [6, 0], &[0; 7]),
        frame(0, [8, 0], &[0; 4]),
        [
            &begun[..],
            &frame(1, [8, 0], &[0x7f, 0xff, 0xff, 0xff]),
            &frame(1, [8, 0], &[0x7f, 0xff, 0xff, 0xff]),
        ]
        .concat(),
        frame(1, [2, 0], &[0, 0, 0, 1, 255]),
        frame(9, [3, 0], &[0; 4]),
        frame(1, [9, 4], &block),
        [&frame(1, [1, 0], &block)[..], &frame(0, [6, 0], &[0; 8])].concat(),
        frame(1, [1, 12], &[255, 0, 0]),
        frame(2, [1, 4], &block),
        frame(1, [5, 4], &[0, 0, 0, 2]),
        frame(0, [7, 0], &[255; 8]),
        frame(0, [0xee, 0xff], &[1; 1_000]).repeat(200),
        frame(1, [1, 5], &[0xff; 64]),
        frame(1, [1, 5], &[0x3f, 0xff, 0xff, 0xff, 0xff, 0x0f]),
        frame(1, [1, 5], &literal(":path", "/")),
        frame(1, [1, 5], &[&block[..], &literal("X-Upper", "a")].concat()),
        [&begun[..], &frame(1, [0, 8], &[255, 1])].concat(),
    ];
    let preface = [PREFACE, SETTINGS].concat();
    let mut held = Vec::new();
    for _ in 0..TIMES {
        held.extend(wrong.iter().map(|sent| target.wire(&[&preface[..], sent].concat())));
        held.push(target.wire(b"PRI * HTTP/9.9\r\n\r\nSM\r\n\r\n"));
        held.push(target.wire(&[0; 10_000]));
    }
    Box::new(held)
}

/// One header that is too large, and many that are small.
pub(crate) async fn large_and_many_headers(target: &Target) -> Hold {
    let block = headers("/tenseven.v1.ScoreService/ListScores");
    let many: Vec<u8> = (0..HEADERS).flat_map(|number| literal(&format!("x-{number}"), "a")).collect();
    let large = [&[0, 7][..], b"x-large", &[0x7f, 0x81, 0xb8, 0x02], &vec![b'a'; 40_000]].concat();
    let mut held = Vec::new();
    for further in [many, large].iter().cycle().take(2 * TIMES) {
        let all = [&block[..], further].concat();
        let mut sent = [PREFACE, SETTINGS].concat();
        let parts: Vec<&[u8]> = all.chunks(16_000).collect();
        for (place, part) in parts.iter().enumerate() {
            let flags = if place + 1 == parts.len() { 4 } else { 0 };
            sent.extend(frame(1, [if place == 0 { 1 } else { 9 }, flags], part));
        }
        held.push(target.wire(&sent));
    }
    Box::new(held)
}

/// Messages of every method that are compressed to almost nothing.
pub(crate) async fn bombs_for_every_method(target: &Target) -> Hold {
    let contents: Vec<u8> = [0x12, 0x00].repeat(BOMB_BYTES / 2);
    let bomb = zstd::encode_all(&contents[..], 3).expect("it can be compressed");
    let bomb = framed(1, &bomb);
    let mut calls = JoinSet::new();
    let mut channel = target.attackers(None).await;
    for (number, path) in methods().into_iter().enumerate() {
        if number % 20 == 0 {
            channel = target.attackers(None).await;
        }
        let (mut channel, bomb) = (channel.clone(), bomb.clone());
        calls.spawn(async move {
            let status = bodies::status(&mut channel, &path, Some("zstd"), body(bomb)).await;
            is_of_contract(&path, &status);
        });
    }
    while let Some(ended) = calls.join_next().await {
        ended.expect("a bomb is answered");
    }
    Box::new(())
}

/// Messages of every method that are none, and with wrong flags before them.
pub(crate) async fn messages(target: &Target) -> Hold {
    let nested = (0..DEPTH).fold(Vec::new(), |inner: Vec<u8>, _| {
        // The length as a varint of three bytes, however small.
        let length = inner.len();
        let bytes = [length & 0x7f | 0x80, length >> 7 & 0x7f | 0x80, length >> 14 & 0x7f];
        let bytes = bytes.map(|byte| u8::try_from(byte).expect("it is below 256"));
        [&[0x0a][..], &bytes, &inner].concat()
    });
    let unknown = [0xf8, 0x07, 1].repeat(UNKNOWN_BYTES / 3);
    let no_text = [0x0a, 4, 0xff, 0xfe, 0xc0, 0x80, 0x12, 4, 0xff, 0xfe, 0xc0, 0x80];
    let sent: Vec<Bytes> = vec![
        framed(0, &nested),
        framed(0, &unknown),
        framed(0, &no_text),
        framed(1, b"not compressed"),
        framed(2, b""),
        framed(0xff, b"\x0a\x00"),
        Bytes::from_static(&[0, 0, 0, 0, 200, 1, 2, 3]),
        Bytes::from_static(&[0, 0xff, 0xff, 0xff, 0xff]),
        framed(0, &[0xff; 40]),
    ];
    let mut calls = JoinSet::new();
    for path in methods() {
        let (sent, mut channel) = (sent.clone(), target.attackers(None).await);
        calls.spawn(async move {
            for one in sent {
                for encoding in [None, Some("gzip")] {
                    let status = bodies::status(&mut channel, &path, encoding, body(one.clone())).await;
                    is_of_contract(&path, &status);
                }
            }
        });
    }
    while let Some(ended) = calls.join_next().await {
        ended.expect("it is answered");
    }
    Box::new(())
}

/// What is refused is refused as the contract says, and not because of a fault of the server.
fn is_of_contract(path: &str, status: &Status) {
    assert!(!matches!(status.code(), Code::Unknown | Code::Internal), "{path}: {status:?}");
}

/// The paths of all methods.
fn methods() -> Vec<String> {
    let pool = DescriptorPool::decode(tenseven_api::DESCRIPTORS).expect("the descriptors can be read");
    let paths = pool.services().flat_map(|service| {
        let name = service.full_name().to_owned();
        service.methods().map(|method| format!("/{name}/{}", method.name())).collect::<Vec<_>>()
    });
    paths.collect()
}

fn framed(flag: u8, message: &[u8]) -> Bytes {
    let length = u32::try_from(message.len()).expect("it is small").to_be_bytes();
    Bytes::from([&[flag][..], &length, message].concat())
}

fn body(bytes: Bytes) -> Body {
    Body::new(StreamBody::new(stream::iter([Ok::<_, Infallible>(http_body::Frame::data(bytes))])))
}

//! Attacks by the bodies of requests and answers.

use std::{convert::Infallible, time::Duration};

use bytes::Bytes;
use futures_util::{StreamExt as _, stream};
use http::uri::PathAndQuery;
use http_body_util::{BodyExt as _, Full, StreamBody};
use prost::Message as _;
use tenseven_api::v1::{ListScoresRequest, Page, ScoreSelection};
use tenseven_tests::bytes_codec::BytesCodec;
use tokio::task::JoinSet;
use tonic::{
    Request, Status,
    body::Body,
    client::{Grpc, GrpcService},
    codec::CompressionEncoding,
};

use crate::{
    attacks::Hold,
    streams::NARROW,
    target::{Keyed, Target},
};

/// Methods with a repeated field 2 of messages.
const REPEATED: [&str; 3] = [
    "/tenseven.v1.ObservationService/WithdrawObservations",
    "/tenseven.v1.ObservationService/PushObservations",
    "/tenseven.v1.ObservationService/SubmitChanges",
];
const BOMB_BYTES: usize = 15 * 1024 * 1024;
const BOMBS: usize = 24;
const UNFINISHED: usize = 190;
const CHUNK: usize = 64 * 1024;
const LISTINGS: usize = 1_000;
const CONNECTION_CALLS: usize = 100;

/// Requests of a few kilobytes, each of millions of empty messages.
pub(crate) async fn compressed_bombs(target: &Target) -> Hold {
    let bomb = Bytes::from([0x12, 0x00].repeat(BOMB_BYTES / 2));
    let mut calls = JoinSet::new();
    for turn in 0..BOMBS {
        let mut grpc = Grpc::new(target.attackers(None).await).send_compressed(CompressionEncoding::Gzip);
        let (path, bomb) = (PathAndQuery::from_static(REPEATED[turn % REPEATED.len()]), bomb.clone());
        calls.spawn(async move {
            grpc.ready().await.expect("the connection is there");
            grpc.unary(Request::new(bomb), path, BytesCodec).await.expect_err("it is refused");
        });
    }
    while let Some(ended) = calls.join_next().await {
        ended.expect("a bomb is refused");
    }
    Box::new(())
}

/// Messages that begin, grow large, and do not end.
pub(crate) async fn unfinished_messages(target: &Target) -> Hold {
    let channel = target.attackers(None).await;
    let mut calls = JoinSet::new();
    for _ in 0..UNFINISHED {
        let mut channel = channel.clone();
        let length = u32::try_from(BOMB_BYTES).expect("it fits").to_be_bytes();
        let head = Bytes::from([&[0][..], &length].concat());
        let chunks = stream::iter(vec![Bytes::from(vec![0; CHUNK]); BOMB_BYTES / CHUNK - 1]);
        let frames =
            stream::iter([head]).chain(chunks).map(|data| Ok::<_, Infallible>(http_body::Frame::data(data)));
        let body = Body::new(StreamBody::new(frames.chain(stream::pending())));
        calls.spawn(async move { call(&mut channel, REPEATED[1], body).await.map(drop) });
    }
    tokio::time::sleep(Duration::from_secs(5)).await;
    Box::new((calls, channel))
}

/// Listings of all scores, of which nothing is read.
pub(crate) async fn unread_listings(target: &Target) -> Hold {
    listings(target, NARROW).await
}

/// The same, of clients that let the server send nothing.
pub(crate) async fn listings_without_a_window(target: &Target) -> Hold {
    listings(target, 0).await
}

async fn listings(target: &Target, window: u32) -> Hold {
    let selection = Some(ScoreSelection { framework: "target-10-7".into(), ..Default::default() });
    let page = Some(Page::of_size(1_000));
    let request = ListScoresRequest { selection, page, ..Default::default() }.encode_to_vec();
    let length = u32::try_from(request.len()).expect("it fits").to_be_bytes();
    let request = Bytes::from([&[0][..], &length, &request].concat());
    let (mut held, mut channel) = (JoinSet::new(), target.attackers(Some(window)).await);
    for listing in 0..LISTINGS {
        if listing % CONNECTION_CALLS == 0 {
            channel = target.attackers(Some(window)).await;
        }
        let (mut channel, body) = (channel.clone(), Body::new(Full::new(request.clone())));
        // What is answered is held with the task.
        held.spawn(async move {
            let _answer = call(&mut channel, "/tenseven.v1.ScoreService/ListScores", body).await;
            std::future::pending::<()>().await;
        });
    }
    tokio::time::sleep(Duration::from_secs(8)).await;
    Box::new((held, channel))
}

/// Begins a call; the caller reads its answer from the returned value.
async fn call(
    channel: &mut Keyed,
    path: &str,
    body: Body,
) -> Result<http::Response<Body>, tonic::transport::Error> {
    begin(channel, path, None, body).await
}

/// How a call ends that states this compression.
pub(crate) async fn status(channel: &mut Keyed, path: &str, encoding: Option<&str>, body: Body) -> Status {
    let answer = begin(channel, path, encoding, body).await.expect("the connection goes on");
    let (parts, mut body) = answer.into_parts();
    if let Some(status) = Status::from_header_map(&parts.headers) {
        return status;
    }
    // A stream is left after its first message.
    match body.frame().await {
        Some(Ok(frame)) => {
            let trailers = frame.into_trailers().ok();
            trailers.and_then(|trailers| Status::from_header_map(&trailers)).unwrap_or_else(|| Status::ok(""))
        }
        Some(Err(status)) => status,
        None => Status::ok(""),
    }
}

async fn begin(
    channel: &mut Keyed,
    path: &str,
    encoding: Option<&str>,
    body: Body,
) -> Result<http::Response<Body>, tonic::transport::Error> {
    std::future::poll_fn(|cx| GrpcService::<Body>::poll_ready(channel, cx)).await?;
    let mut request =
        http::Request::post(path).header("content-type", "application/grpc").header("te", "trailers");
    if let Some(encoding) = encoding {
        request = request.header("grpc-encoding", encoding);
    }
    let answer = GrpcService::<Body>::call(channel, request.body(body).expect("the path is one")).await?;
    Ok(answer.map(Body::new))
}

//! Calls whose message is given as bytes, and connections whose frames are.

use std::{io::Write as _, net::TcpStream};

use bytes::{Buf as _, BufMut as _, Bytes};
use http_body_util::{BodyExt as _, Full};
use tenseven_tests::{Refusal, Server};
use tonic::{
    Request, Status,
    body::Body,
    client::{Grpc, GrpcService},
    codec::{Codec, CompressionEncoding, DecodeBuf, Decoder, EncodeBuf, Encoder},
};

/// Calls a method by its path with these bytes as its message, compressed, which must be refused.
pub(crate) async fn refused(server: &Server, path: &'static str, message: Vec<u8>) -> Refusal {
    Refusal::from(&status(server, path, message).await)
}

/// The same, with the status as it came.
pub(crate) async fn status(server: &Server, path: &'static str, message: Vec<u8>) -> Status {
    let mut grpc = Grpc::new(server.channel().await).send_compressed(CompressionEncoding::Gzip);
    grpc.ready().await.unwrap();
    let path = http::uri::PathAndQuery::from_static(path);
    grpc.unary(Request::new(message), path, RawCodec).await.expect_err("the call is refused")
}

/// Calls a method by its path and never sends its message, which must be refused.
pub(crate) async fn status_without_message(server: &Server, path: &'static str) -> Status {
    let mut grpc = Grpc::new(server.channel().await);
    grpc.ready().await.unwrap();
    let path = http::uri::PathAndQuery::from_static(path);
    let never = Request::new(tokio_stream::pending::<Vec<u8>>());
    match grpc.streaming(never, path, RawCodec).await {
        Ok(_) => panic!("the call is not refused"),
        Err(status) => status,
    }
}

/// Opens a stream by the path of its method with these bytes as its only message; how it ends, which must be a refusal.
pub(crate) async fn stream_refused(server: &Server, path: &'static str, message: Vec<u8>) -> Refusal {
    let mut grpc = Grpc::new(server.channel().await);
    grpc.ready().await.unwrap();
    let path = http::uri::PathAndQuery::from_static(path);
    let request = Request::new(tokio_stream::once(message));
    let mut answers = grpc.streaming(request, path, RawCodec).await.unwrap().into_inner();
    Refusal::of(answers.message().await)
}

/// Calls a method by its path with this body, which must be refused; `encoding` is what the headers say of its compression.
pub(crate) async fn body_refused(
    server: &Server,
    path: &str,
    encoding: Option<&str>,
    body: Vec<u8>,
) -> Refusal {
    let mut channel = server.channel().await;
    std::future::poll_fn(|cx| GrpcService::<Body>::poll_ready(&mut channel, cx)).await.unwrap();
    let mut request = http::Request::post(path).header("content-type", "application/grpc");
    request = request.header("te", "trailers");
    if let Some(encoding) = encoding {
        request = request.header("grpc-encoding", encoding);
    }
    let body = Body::new(Full::new(Bytes::from(body)));
    let answer = GrpcService::<Body>::call(&mut channel, request.body(body).unwrap()).await.unwrap();
    let (parts, body) = answer.into_parts();
    let trailers = body.collect().await.unwrap().trailers().cloned();
    let status = Status::from_header_map(&trailers.unwrap_or(parts.headers));
    Refusal::from(&status.expect("there is a status"))
}

/// Sends and receives bytes as they are.
struct RawCodec;

impl Codec for RawCodec {
    type Encode = Vec<u8>;
    type Decode = Vec<u8>;
    type Encoder = Self;
    type Decoder = Self;
    fn encoder(&mut self) -> Self {
        Self
    }
    fn decoder(&mut self) -> Self {
        Self
    }
}

impl Encoder for RawCodec {
    type Item = Vec<u8>;
    type Error = Status;
    fn encode(&mut self, item: Vec<u8>, buffer: &mut EncodeBuf<'_>) -> Result<(), Status> {
        buffer.put_slice(&item);
        Ok(())
    }
}

impl Decoder for RawCodec {
    type Item = Vec<u8>;
    type Error = Status;
    fn decode(&mut self, buffer: &mut DecodeBuf<'_>) -> Result<Option<Vec<u8>>, Status> {
        let bytes = buffer.copy_to_bytes(buffer.remaining());
        Ok(Some(bytes.to_vec()))
    }
}

/// What every HTTP/2 connection starts with, and an empty SETTINGS frame.
pub(crate) const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
pub(crate) const SETTINGS: &[u8] = &[0, 0, 0, 4, 0, 0, 0, 0, 0];

/// A connection over which these bytes are sent.
pub(crate) fn connect(server: &Server, sent: &[u8]) -> TcpStream {
    let mut stream = TcpStream::connect(server.address().trim_start_matches("http://")).unwrap();
    stream.write_all(sent).unwrap();
    stream
}

/// The frames of a call.
pub(crate) fn call(stream: u32, path: &str, message: &[u8]) -> Vec<u8> {
    let mut headers = Vec::new();
    for (name, value) in [
        (":method", "POST"),
        (":scheme", "http"),
        (":path", path),
        (":authority", "a"),
        ("content-type", "application/grpc"),
        ("te", "trailers"),
    ] {
        // A literal that is not indexed; all are shorter than 127 bytes.
        headers.push(0);
        for text in [name, value] {
            headers.push(u8::try_from(text.len()).unwrap());
            headers.extend(text.as_bytes());
        }
    }
    let length = u32::try_from(message.len()).unwrap();
    let body = [&[0][..], &length.to_be_bytes(), message].concat();
    let frame = |kind: u8, flags: u8, content: &[u8]| {
        let length = u32::try_from(content.len()).unwrap().to_be_bytes();
        [&length[1..], &[kind, flags], &stream.to_be_bytes(), content].concat()
    };
    [frame(1, 4, &headers), frame(0, 1, &body)].concat()
}

//! Calls whose message is given as bytes.

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

/// Calls a method by its path with this body, which must be refused; `encoding` is the compression that the headers state.
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

//! One connection over which many calls are made at once.

use std::time::Duration;

use bytes::Bytes;
use h2::{RecvStream, client::SendRequest};
use http::{HeaderMap, StatusCode};
use tokio::{net::TcpStream, time::timeout};
use tonic::Status;

use crate::request::Request;

/// How long a call may take.
const CALL_MAX: Duration = Duration::from_secs(30);
/// What a server waits for at most, as callers say it.
const DEADLINE: &str = "400m";
/// Bytes of a stream of answers that are read before it is left.
const ANSWER_BYTES_MAX: usize = 256 * 1024;
/// How long the next part of a stream is waited for.
const STREAM_WAIT: Duration = Duration::from_millis(100);
const WINDOW: u32 = 1024 * 1024;

/// A connection. A clone is the same.
#[derive(Clone)]
pub(crate) struct Socket {
    sender: SendRequest<Bytes>,
}

/// How a call ended.
pub(crate) struct Answer {
    /// Its status; none if it is a stream that was left.
    pub(crate) status: Option<Status>,
    /// The bytes of its messages.
    pub(crate) bytes: Vec<u8>,
}

impl Socket {
    /// Connects to a server.
    pub(crate) async fn connect(url: &str) -> Self {
        let stream = TcpStream::connect(url.trim_start_matches("http://")).await.expect("it listens");
        stream.set_nodelay(true).expect("a socket");
        let (sender, connection) = h2::client::Builder::new()
            .initial_window_size(WINDOW)
            .initial_connection_window_size(64 * WINDOW)
            .handshake(stream)
            .await
            .expect("it speaks HTTP/2");
        tokio::spawn(async move { drop(connection.await) });
        Self { sender }
    }

    /// Makes a call. The error says what no server of gRPC does.
    pub(crate) async fn call(&self, request: &Request, key: &str) -> Result<Answer, String> {
        timeout(CALL_MAX, self.exchange(request, key))
            .await
            .map_err(|_| format!("no answer in {CALL_MAX:?}"))?
    }

    async fn exchange(&self, request: &Request, key: &str) -> Result<Answer, String> {
        let broken = |error: h2::Error| format!("the connection: {error}");
        let mut head = http::Request::post(format!("http://localhost{}", request.path))
            .header("content-type", "application/grpc")
            .header("te", "trailers")
            .header("grpc-timeout", DEADLINE);
        if !key.is_empty() {
            head = head.header("authorization", format!("Bearer {key}"));
        }
        if let Some(encoding) = request.encoding {
            head = head.header("grpc-encoding", encoding);
        }
        let head = head.body(()).map_err(|error| error.to_string())?;
        let mut sender = self.sender.clone().ready().await.map_err(broken)?;
        let (answer, mut body) = sender.send_request(head, false).map_err(broken)?;
        // A server that has refused the call does not wait for its body.
        let _refused = body.send_data(request.body.clone(), true);
        let (head, body) = answer.await.map_err(broken)?.into_parts();
        if head.status != StatusCode::OK {
            return Err(format!("HTTP status {}", head.status));
        }
        if let Some(status) = status_in(&head.headers) {
            return Ok(Answer { status: Some(status), bytes: Vec::new() });
        }
        read(body).await
    }
}

/// Reads messages and the status after them. A stream that goes on is left.
async fn read(mut body: RecvStream) -> Result<Answer, String> {
    let mut bytes = Vec::new();
    loop {
        let wait = if bytes.is_empty() { CALL_MAX } else { STREAM_WAIT };
        let Ok(part) = timeout(wait, body.data()).await else { return Ok(Answer { status: None, bytes }) };
        match part {
            Some(part) => {
                let part = part.map_err(|error| format!("the answer: {error}"))?;
                let _ended = body.flow_control().release_capacity(part.len());
                bytes.extend(part);
            }
            None => break,
        }
        if bytes.len() > ANSWER_BYTES_MAX {
            return Ok(Answer { status: None, bytes });
        }
    }
    let trailers = body.trailers().await.map_err(|error| format!("the trailers: {error}"))?;
    let status = trailers.as_ref().and_then(status_in).ok_or("there is no status")?;
    Ok(Answer { status: Some(status), bytes })
}

fn status_in(headers: &HeaderMap) -> Option<Status> {
    Status::from_header_map(headers)
}

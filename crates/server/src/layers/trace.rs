//! One log line a call, once it has ended: the method, the status, how long it took, the request id.
//!
//! *Invariant:* a call counts for its connection, and has its log line, until the last byte of its answer is taken or the client is
//! gone. Its bytes are counted from here until the transport has sent them. The status is the one that the client gets, in headers or in trailers. A request that breaks off, because its caller is gone
//! or takes the call back, is cancelled, whatever was made of its half.

use std::{
    future::Future,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll, ready},
    time::Duration,
};

use http::{HeaderMap, Request, Response};
use http_body::{Frame, SizeHint};
use http_body_util::BodyExt as _;
use tokio::time::Instant;
use tonic::{Code, Status, body::Body};
use tower::{Layer, Service};
use tracing::{debug, error, info};

use super::request_id::RequestId;
use crate::{
    access::Principal,
    connections::{Call, Calls, ClientCertificate},
    memory::{Pieces, Unread},
};

/// Adds [`Trace`] to a service.
#[derive(Debug, Clone, Copy)]
pub(crate) struct TraceLayer;

impl<S> Layer<S> for TraceLayer {
    type Service = Trace<S>;
    fn layer(&self, inner: S) -> Trace<S> {
        Trace { inner }
    }
}

/// Logs each call.
#[derive(Debug, Clone)]
pub(crate) struct Trace<S> {
    inner: S,
}

impl<S> Service<Request<Body>> for Trace<S>
where
    S: Service<Request<Body>, Response = Response<Body>, Future: Send + 'static>,
    S::Error: 'static,
{
    type Response = Response<Body>;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Body>, S::Error>> + Send>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, mut request: Request<Body>) -> Self::Future {
        let id = RequestId::of(request.headers());
        request.extensions_mut().insert(id.clone());
        let calls = request.extensions().get::<Calls>();
        let (call, unread) = (calls.map(Calls::begin), calls.map(|calls| calls.unread().clone()));
        let client = request.extensions().get::<ClientCertificate>().cloned();
        let method = request.uri().path().to_owned();
        let is_broken = Arc::new(AtomicBool::new(false));
        let mut traced = Traced {
            method,
            id,
            client,
            caller: None,
            started: Instant::now(),
            end: End::Cancelled,
            is_broken: Arc::clone(&is_broken),
            _call: call,
        };
        let noted =
            |body: Body| Body::new(body.inspect_err(move |_| is_broken.store(true, Ordering::Relaxed)));
        let answer = self.inner.call(request.map(noted));
        Box::pin(async move {
            let mut response = answer.await?;
            traced.id.add_to(response.headers_mut());
            traced.caller = response.extensions_mut().remove();
            if !response.status().is_success() {
                traced.end = End::Http(response.status().as_u16());
            }
            traced.take(response.headers());
            Ok(response.map(|inner| Body::new(Answer { inner, traced, unread, pieces: None })))
        })
    }
}

/// A call whose line is logged when it is dropped.
struct Traced {
    method: String,
    id: RequestId,
    client: Option<ClientCertificate>,
    /// None until it is admitted.
    caller: Option<Principal>,
    started: Instant,
    end: End,
    /// Whether the request broke off.
    is_broken: Arc<AtomicBool>,
    _call: Option<Call>,
}

/// How a call ends, as far as is known.
enum End {
    /// The client is gone before the end.
    Cancelled,
    /// Refused before it came to gRPC.
    Http(u16),
    /// All of it was sent, and its status lies in the messages, as browsers get it.
    Sent,
    /// By a status.
    Status(Code, String),
}

impl Traced {
    /// Takes in the status that headers or trailers have, if they have one.
    fn take(&mut self, headers: &HeaderMap) {
        if let Some(status) = Status::from_header_map(headers) {
            self.end = End::Status(status.code(), status.message().to_owned());
        }
    }

    fn duration(&self) -> Duration {
        self.started.elapsed()
    }
}

impl Drop for Traced {
    fn drop(&mut self) {
        let duration_ms = self.duration().as_secs_f64() * 1_000.0;
        if self.is_broken.load(Ordering::Relaxed) {
            self.end = End::Cancelled;
        }
        let Self { method, id, client, caller, end, .. } = self;
        let partner = caller.as_ref().and_then(Principal::partner).map(tracing::field::display);
        let key = caller.as_ref().and_then(Principal::key).map(tracing::field::display);
        let client = client.as_ref().map(|client| tracing::field::debug(&client.names));
        match end {
            End::Sent => debug!(method, %id, client, partner, key, duration_ms, "call"),
            End::Cancelled => {
                debug!(method, %id, client, partner, key, duration_ms, code = "Cancelled", "call");
            }
            End::Http(http_status) => {
                info!(method, %id, client, partner, key, duration_ms, http_status, "call refused");
            }
            End::Status(Code::Ok, _) => {
                debug!(method, %id, client, partner, key, duration_ms, code = "Ok", "call");
            }
            End::Status(code @ (Code::Internal | Code::Unknown | Code::DataLoss), message) => {
                error!(method, %id, client, partner, key, duration_ms, ?code, message, "call failed");
            }
            End::Status(code, message) => {
                info!(method, %id, client, partner, key, duration_ms, ?code, message, "call refused");
            }
        }
    }
}

/// The body of an answer.
struct Answer {
    inner: Body,
    traced: Traced,
    /// None where nobody counts for the connection.
    unread: Option<Unread>,
    /// What of the last frame is not handed on yet.
    pieces: Option<Pieces>,
}

impl http_body::Body for Answer {
    type Data = <Body as http_body::Body>::Data;
    type Error = Status;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Self::Data>, Status>>> {
        let Self { inner, traced, unread, pieces } = self.get_mut();
        if let Some(piece) = pieces.as_mut().and_then(Pieces::next) {
            return Poll::Ready(Some(Ok(Frame::data(piece))));
        }
        let frame = ready!(Pin::new(inner).poll_frame(cx));
        match &frame {
            Some(Ok(frame)) => {
                if let Some(trailers) = frame.trailers_ref() {
                    traced.take(trailers);
                }
            }
            Some(Err(status)) => traced.end = End::Status(status.code(), status.message().to_owned()),
            None if matches!(traced.end, End::Cancelled) => traced.end = End::Sent,
            None => {}
        }
        let Some(unread) = unread else { return Poll::Ready(frame) };
        let first = |data| {
            let mut all = unread.pieces(data);
            let first = all.next().unwrap_or_default();
            *pieces = Some(all);
            first
        };
        Poll::Ready(frame.map(|frame| frame.map(|frame| frame.map_data(first))))
    }

    fn is_end_stream(&self) -> bool {
        self.pieces.as_ref().is_none_or(Pieces::is_empty) && self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}

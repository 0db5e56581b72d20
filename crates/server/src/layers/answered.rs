//! Reflection: a request that its service cannot read ends its stream with an error. The library ends it without one.

use std::{
    future::Future,
    pin::Pin,
    task::{Context, Poll, ready},
};

use http::{HeaderMap, Request, Response};
use http_body::{Frame, SizeHint};
use tonic::{Code, Status, body::Body};
use tower::{Layer, Service};

use super::{
    message_bytes::Unfinished,
    received::{Received, encoding},
};
use crate::status;

/// Adds [`Answered`] to a service.
#[derive(Debug, Clone, Copy)]
pub(crate) struct AnsweredLayer {
    pub(crate) message_bytes_max: usize,
}

impl<S> Layer<S> for AnsweredLayer {
    type Service = Answered<S>;
    fn layer(&self, inner: S) -> Answered<S> {
        Answered { inner, message_bytes_max: self.message_bytes_max }
    }
}

/// Refuses a message that a service which answers each message leaves without an answer.
#[derive(Debug, Clone)]
pub(crate) struct Answered<S> {
    inner: S,
    message_bytes_max: usize,
}

impl<S> Service<Request<Body>> for Answered<S>
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
        let asked = Asked {
            received: Received::of(&mut request),
            encoding: encoding(request.headers()),
            message_bytes_max: self.message_bytes_max,
        };
        let answer = self.inner.call(request);
        Box::pin(async move {
            let response = answer.await?;
            Ok(response.map(|inner| Body::new(Answers { inner, asked, sent: Unfinished::default() })))
        })
    }
}

/// What was asked.
struct Asked {
    received: Received,
    encoding: Option<String>,
    message_bytes_max: usize,
}

impl Asked {
    /// Why a message has no answer.
    fn refusal(&self) -> Status {
        let broken = self.received.broken(self.encoding.as_deref());
        let is_large = self.received.length() > self.message_bytes_max;
        // The library does not report whether a compressed message is too large, or is not compressed.
        if is_large || matches!(broken, Some(status::BrokenMessage::NotCompressed(_))) {
            return status::message_too_large(self.message_bytes_max);
        }
        status::malformed_message(broken)
    }
}

/// The body of an answer.
struct Answers {
    inner: Body,
    asked: Asked,
    /// The answers that were sent.
    sent: Unfinished,
}

impl Answers {
    /// The trailers, with a status where a message was left without an answer.
    fn checked(&self, mut trailers: HeaderMap) -> Result<HeaderMap, Status> {
        let is_ok = Status::from_header_map(&trailers).is_some_and(|status| status.code() == Code::Ok);
        if is_ok && self.sent.begun() < self.asked.received.begun() {
            self.asked.refusal().add_header(&mut trailers)?;
        }
        Ok(trailers)
    }
}

impl http_body::Body for Answers {
    type Data = <Body as http_body::Body>::Data;
    type Error = Status;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Self::Data>, Status>>> {
        let this = self.get_mut();
        let Some(frame) = ready!(Pin::new(&mut this.inner).poll_frame(cx)) else { return Poll::Ready(None) };
        let frame = frame?;
        if let Some(data) = frame.data_ref() {
            this.sent.after(data);
        }
        let frame = match frame.into_trailers() {
            Ok(trailers) => Frame::trailers(this.checked(trailers)?),
            Err(frame) => frame,
        };
        Poll::Ready(Some(Ok(frame)))
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}

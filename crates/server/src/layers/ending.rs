//! Ends the streams of a connection that ends, so that their clients go on over another.
//!
//! *Invariant:* a call that has no answer yet is answered; only a stream of answers is ended before its end, between two of them.

use std::{
    future::Future,
    pin::Pin,
    task::{Context, Poll, ready},
};

use http::{HeaderMap, Request, Response};
use http_body::{Frame, SizeHint};
use tonic::{Status, body::Body};
use tower::{Layer, Service};

use crate::{connections::Calls, status};

/// Adds [`Ending`] to a service.
#[derive(Debug, Clone, Copy)]
pub(crate) struct EndingLayer;

impl<S> Layer<S> for EndingLayer {
    type Service = Ending<S>;
    fn layer(&self, inner: S) -> Ending<S> {
        Ending { inner }
    }
}

/// Ends streams of answers with a status once their connection is to end.
#[derive(Debug, Clone)]
pub(crate) struct Ending<S> {
    inner: S,
}

impl<S> Service<Request<Body>> for Ending<S>
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

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        let calls = request.extensions().get::<Calls>().cloned();
        let answer = self.inner.call(request);
        Box::pin(async move {
            let response = answer.await?;
            let Some(calls) = calls else { return Ok(response) };
            Ok(response.map(|inner| {
                if http_body::Body::is_end_stream(&inner) {
                    return inner;
                }
                Body::new(Answers { inner: Some(inner), has_waited: false, ending: Box::pin(calls.ending()) })
            }))
        })
    }
}

/// The body of an answer.
struct Answers {
    /// None once it was ended.
    inner: Option<Body>,
    /// Whether there was nothing to send for a while, as is never so where there is a single answer.
    has_waited: bool,
    ending: Pin<Box<dyn Future<Output = ()> + Send>>,
}

impl http_body::Body for Answers {
    type Data = <Body as http_body::Body>::Data;
    type Error = Status;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Self::Data>, Status>>> {
        let this = self.get_mut();
        let Some(inner) = &mut this.inner else { return Poll::Ready(None) };
        // First, where it is a stream: one that never has to wait would never end.
        if !this.has_waited || this.ending.as_mut().poll(cx).is_pending() {
            match Pin::new(inner).poll_frame(cx) {
                Poll::Pending if this.has_waited => return Poll::Pending,
                Poll::Pending => {
                    this.has_waited = true;
                    // Its end is waited for from here on.
                    ready!(this.ending.as_mut().poll(cx));
                }
                frame @ Poll::Ready(_) => return frame,
            }
        }
        this.inner = None;
        let mut trailers = HeaderMap::new();
        status::connection_ends().add_header(&mut trailers)?;
        Poll::Ready(Some(Ok(Frame::trailers(trailers))))
    }

    fn is_end_stream(&self) -> bool {
        self.inner.as_ref().is_none_or(http_body::Body::is_end_stream)
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.as_ref().map(http_body::Body::size_hint).unwrap_or_default()
    }
}

//! Gives the statuses that the gRPC library makes itself the details that ours carry.

use std::{
    future::Future,
    pin::Pin,
    task::{Context, Poll, ready},
};

use http::{HeaderMap, Request, Response};
use http_body::{Frame, SizeHint};
use tonic::{Code, Status, body::Body};
use tower::{Layer, Service};

use super::received::{Received, encoding};
use crate::status;

/// Adds [`Details`] to a service.
#[derive(Debug, Clone, Copy)]
pub(crate) struct DetailsLayer {
    pub(crate) message_bytes_max: usize,
}

impl<S> Layer<S> for DetailsLayer {
    type Service = Details<S>;
    fn layer(&self, inner: S) -> Details<S> {
        Details { inner, message_bytes_max: self.message_bytes_max }
    }
}

/// Replaces statuses without details.
#[derive(Debug, Clone)]
pub(crate) struct Details<S> {
    inner: S,
    message_bytes_max: usize,
}

impl<S> Service<Request<Body>> for Details<S>
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
        let call = Call {
            method: request.uri().path().to_owned(),
            message_bytes_max: self.message_bytes_max,
            received: Received::of(&mut request),
            encoding: encoding(request.headers()),
        };
        let answer = self.inner.call(request);
        Box::pin(async move {
            let response = answer.await?;
            if let Some(status) = call.detailed(response.headers()) {
                return Ok(status.into_http());
            }
            Ok(response.map(|inner| Body::new(Answers { inner, call })))
        })
    }
}

/// What a status of the library is told with.
struct Call {
    method: String,
    message_bytes_max: usize,
    received: Received,
    /// How its messages are compressed.
    encoding: Option<String>,
}

impl Call {
    /// The status in these headers with details, where it is an error and has none.
    fn detailed(&self, headers: &HeaderMap) -> Option<Status> {
        let bare = Status::from_header_map(headers)?;
        if bare.code() == Code::Ok || !bare.details().is_empty() {
            return None;
        }
        // The library says this of what it cannot take out of the bytes; the codec says something else.
        if bare.code() == Code::Internal
            && let Some(broken) = self.received.broken(self.encoding.as_deref())
        {
            return Some(status::malformed_message(Some(broken)));
        }
        Some(status::of_library(bare.code(), bare.message(), &self.method, self.message_bytes_max))
    }
}

/// The body of an answer: a status may also come behind its messages.
struct Answers {
    inner: Body,
    call: Call,
}

impl http_body::Body for Answers {
    type Data = <Body as http_body::Body>::Data;
    type Error = Status;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Self::Data>, Status>>> {
        let Self { inner, call } = self.get_mut();
        let Some(frame) = ready!(Pin::new(inner).poll_frame(cx)) else { return Poll::Ready(None) };
        let detailed = |frame: Frame<Self::Data>| match frame.into_trailers() {
            Ok(mut trailers) => {
                if let Some(status) = call.detailed(&trailers) {
                    status.add_header(&mut trailers)?;
                }
                Ok(Frame::trailers(trailers))
            }
            Err(frame) => Ok(frame),
        };
        Poll::Ready(Some(frame.and_then(detailed)))
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use tonic_types::StatusExt as _;
    use tower::ServiceExt as _;

    use super::*;

    /// What becomes of an answer with these headers.
    async fn told(headers: &'static [(&'static str, &'static str)]) -> HeaderMap {
        let inner = tower::service_fn(move |_: Request<Body>| async move {
            let mut response = Response::new(Body::empty());
            for (name, value) in headers {
                response.headers_mut().insert(*name, http::HeaderValue::from_static(value));
            }
            Ok::<_, Infallible>(response)
        });
        let details = DetailsLayer { message_bytes_max: 1_000 }.layer(inner);
        let answer = details.oneshot(Request::new(Body::empty())).await;
        answer.map(Response::into_parts).map(|(parts, _)| parts.headers).unwrap_or_default()
    }

    fn reason(headers: &HeaderMap) -> Option<String> {
        let status = Status::from_header_map(headers)?;
        status.get_details_error_info().map(|info| info.reason)
    }

    #[tokio::test]
    async fn a_status_that_nobody_foresaw_is_internal() {
        for code in ["1", "7", "9", "10", "14", "15", "16"] {
            let headers: &'static [_] = Vec::leak(vec![("grpc-status", code)]);
            assert_eq!(reason(&told(headers).await).as_deref(), Some("INTERNAL"), "{code}");
        }
    }

    #[tokio::test]
    async fn what_is_no_error_is_left_alone() {
        assert_eq!(reason(&told(&[("grpc-status", "0")]).await), None);
        assert!(told(&[("x-of-ours", "1")]).await.contains_key("x-of-ours"));
    }
}

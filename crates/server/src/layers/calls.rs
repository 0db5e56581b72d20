//! Makes the [`Call`] of each request that may call its method, and holds its answer to what every answer has: it comes in time, its status has details, and a stream
//! ends with its connection.

use std::{
    future::Future,
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};

use http::{HeaderMap, Request, Response};
use http_body::{Body as _, Frame, SizeHint};
use tonic::{Status, body::Body};
use tower::{Layer, Service};

use super::{RequestId, deadline, details::Details, ending::Ending};
use crate::{
    access::{AccessControl, Admitted, Guard, shown_key},
    audit::{AuditLog, AuditedCall, AuditedEnd},
    call::Call,
    connections::{Calls, ClientCertificate},
    memory::Counted,
    status,
};

/// Adds [`Called`] to a service.
#[derive(Clone)]
pub(crate) struct CallsLayer {
    /// What is recorded of calls.
    pub(crate) audit: AuditLog,
    /// Who may call what.
    pub(crate) access: AccessControl,
    /// How long a call may take.
    pub(crate) limit: Duration,
    /// The largest message of any method.
    pub(crate) message_bytes_max: usize,
}

impl<S> Layer<S> for CallsLayer {
    type Service = Called<S>;
    fn layer(&self, inner: S) -> Called<S> {
        Called { inner, layer: self.clone() }
    }
}

/// Makes calls of requests.
#[derive(Clone)]
pub(crate) struct Called<S> {
    inner: S,
    layer: CallsLayer,
}

impl<S> Service<Request<Body>> for Called<S>
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
        let CallsLayer { ref audit, ref access, limit, message_bytes_max } = self.layer;
        let limit = deadline::of(request.headers()).map_or(limit, |asked| asked.min(limit));
        let details = Details::of(&mut request, message_bytes_max);
        let extensions = request.extensions();
        let request_id = extensions.get().cloned().unwrap_or_else(|| RequestId::of(request.headers()));
        let calls = extensions.get::<Calls>().cloned();
        let peer = calls.as_ref().map(Calls::peer);
        let unread = calls.as_ref().map(|calls| calls.unread().clone());
        let certificate = extensions.get::<ClientCertificate>();
        let audited = AuditedCall::begin(audit.clone(), request.uri().path(), peer, &request_id);
        let admitted = match access.admit(request.uri().path(), request.headers(), certificate) {
            Ok(admitted) => admitted,
            Err(status) => {
                audited.reject(shown_key(request.headers()), &status);
                return Box::pin(async { Ok(status.into_http()) });
            }
        };
        let Admitted { principal, guard, grant } = admitted;
        audited.admit(&principal, grant);
        let end = AuditedEnd(audited.clone());
        let (caller, mut guarding) = (principal.clone(), guard.clone());
        let call = Call { principal, guard, limit, request_id, peer, unread, audited };
        request.extensions_mut().insert(call);
        let answer = self.inner.call(request);
        Box::pin(async move {
            let Ok(answer) = tokio::time::timeout(limit, answer).await else {
                let response = status::deadline_exceeded(limit).into_http();
                end.0.answer(response.headers(), false);
                return Ok(response);
            };
            let mut response = answer?;
            end.0.answer(response.headers(), false);
            if let Some(status) = details.of_bare(response.headers()) {
                return Ok(status.into_http());
            }
            if caller.partner().is_some() {
                response.extensions_mut().insert(caller);
            }
            let counted = response.extensions_mut().remove();
            Ok(response.map(|inner| {
                if inner.is_end_stream() {
                    return inner;
                }
                let ending = calls.map(Ending::new);
                let guard = guarding.take();
                let has_begun = guard.as_ref().is_some_and(Guard::is_read);
                Body::new(Answers {
                    inner,
                    details,
                    ending,
                    has_ended: false,
                    counted,
                    guard,
                    has_begun,
                    end,
                })
            }))
        })
    }
}

/// The body of an answer.
struct Answers {
    inner: Body,
    details: Details,
    /// None where nobody counts the calls of the connection.
    ending: Option<Ending>,
    /// Whether it was ended before its end.
    has_ended: bool,
    /// Counts it until it is handed to the transport, which counts on.
    counted: Option<Counted>,
    /// None where nobody had to identify themselves.
    guard: Option<Guard>,
    /// Whether the next message needs the caller to be admitted still. The first of a call that changes something reports what was done.
    has_begun: bool,
    /// Records the call.
    end: AuditedEnd,
}

impl http_body::Body for Answers {
    type Data = <Body as http_body::Body>::Data;
    type Error = Status;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Self::Data>, Status>>> {
        let Self { inner, details, ending, has_ended, counted, guard, has_begun, end } = self.get_mut();
        if *has_ended {
            return Poll::Ready(None);
        }
        let mut next = |cx: &mut Context<'_>| Pin::new(&mut *inner).poll_frame(cx);
        let frame = match ending {
            None => Some(ready!(next(cx))),
            Some(ending) => ready!(ending.poll(cx, next)),
        };
        let Some(frame) = frame else {
            *has_ended = true;
            return Poll::Ready(Some(Ok(Frame::trailers(Ending::trailers()?))));
        };
        *counted = None;
        // What was done is answered, also to a caller who gave up the own key; another message is not sent.
        if matches!(&frame, Some(Ok(frame)) if frame.is_data())
            && std::mem::replace(has_begun, true)
            && let Some(Err(ended)) = guard.as_ref().map(Guard::check)
        {
            *has_ended = true;
            let mut trailers = HeaderMap::new();
            ended.add_header(&mut trailers)?;
            end.0.answer(&trailers, true);
            return Poll::Ready(Some(Ok(Frame::trailers(trailers))));
        }
        let Some(frame) = frame else { return Poll::Ready(None) };
        let frame = frame.and_then(|frame| details.of_frame(frame));
        if let Some(trailers) = frame.as_ref().ok().and_then(Frame::trailers_ref) {
            end.0.answer(trailers, true);
        }
        Poll::Ready(Some(frame))
    }

    fn is_end_stream(&self) -> bool {
        self.has_ended || self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}

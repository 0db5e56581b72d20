//! The answer to a call: it lasts no longer than its connection, its next message needs the caller to be admitted still, its status has details, and
//! what the call took of its caller's quota is given back with its end.

use std::{
    pin::Pin,
    task::{Context, Poll, ready},
};

use http::{HeaderMap, Response};
use http_body::{Body as _, Frame, SizeHint};
use tonic::{Status, body::Body};

use super::{details::Details, ending::Ending};
use crate::{access::Guard, audit::AuditedEnd, connections::Calls, memory::Counted, quota};

/// What a call holds from its beginning to its end.
pub(super) struct Begun {
    pub(super) details: Details,
    /// None where nobody counts the calls of the connection.
    pub(super) calls: Option<Calls>,
    /// None where nobody had to identify themselves.
    pub(super) guard: Option<Guard>,
    /// What the call takes of its caller's quota.
    pub(super) held: Option<quota::Admitted>,
    /// Records the call.
    pub(super) end: AuditedEnd,
}

impl Begun {
    /// The answer that a service made.
    pub(super) fn answered(self, mut response: Response<Body>) -> Response<Body> {
        let Self { details, calls, guard, held, end } = self;
        end.0.answer(response.headers(), false);
        if let Some(status) = details.of_bare(response.headers()) {
            return status.into_http();
        }
        let counted = response.extensions_mut().remove();
        response.map(|inner| {
            if inner.is_end_stream() {
                return inner;
            }
            let ending = calls.map(Ending::new);
            let has_begun = guard.as_ref().is_some_and(Guard::is_read);
            let has_ended = false;
            Body::new(Answers {
                inner,
                details,
                ending,
                has_ended,
                counted,
                guard,
                has_begun,
                end,
                _held: held,
            })
        })
    }

    /// The answer in place of one that was not made.
    pub(super) fn ended(self, status: Status) -> Response<Body> {
        let response = status.into_http();
        self.end.0.answer(response.headers(), false);
        response
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
    /// What the call takes of its caller's quota, as long as the answer lasts.
    _held: Option<quota::Admitted>,
}

impl http_body::Body for Answers {
    type Data = <Body as http_body::Body>::Data;
    type Error = Status;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Self::Data>, Status>>> {
        let Self { inner, details, ending, has_ended, counted, guard, has_begun, end, _held: _ } =
            self.get_mut();
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

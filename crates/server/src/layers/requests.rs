//! Requests that are not whole yet: how many bytes they hold together, and how long one may send nothing.
//!
//! *Invariant:* messages that have begun and not ended hold no more bytes together than the server allows, over all calls. A message
//! that is whole is decoded at once, and is bounded by what follows: fields, queues and windows.

use std::{
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
    time::Duration,
};

use http::{Request, Response};
use http_body::{Frame, SizeHint};
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::{Sleep, sleep},
};
use tonic::{Status, body::Body};
use tower::{Layer, Service};

use super::message_bytes::Unfinished;
use crate::status;

/// Adds [`Requests`] to a service.
#[derive(Debug, Clone)]
pub(crate) struct RequestsLayer {
    room: Room,
}

/// Room for the bytes of all requests.
#[derive(Debug, Clone)]
struct Room {
    free: Arc<Semaphore>,
    bytes_max: usize,
    silence_max: Duration,
}

impl RequestsLayer {
    /// Limits the bytes of all requests together, and the silence of each.
    pub(crate) fn new(bytes_max: usize, silence_max: Duration) -> Self {
        let bytes_max = bytes_max.min(Semaphore::MAX_PERMITS);
        Self { room: Room { free: Arc::new(Semaphore::new(bytes_max)), bytes_max, silence_max } }
    }
}

impl<S> Layer<S> for RequestsLayer {
    type Service = Requests<S>;
    fn layer(&self, inner: S) -> Requests<S> {
        Requests { inner, room: self.room.clone() }
    }
}

/// Refuses what exceeds the room for requests.
#[derive(Debug, Clone)]
pub(crate) struct Requests<S> {
    inner: S,
    room: Room,
}

impl<S> Service<Request<Body>> for Requests<S>
where
    S: Service<Request<Body>, Response = Response<Body>>,
{
    type Response = Response<Body>;
    type Error = S::Error;
    type Future = S::Future;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request<Body>) -> S::Future {
        let room = self.room.clone();
        let coming = |inner| {
            Body::new(Coming { inner, room, unfinished: Unfinished::default(), held: None, silence: None })
        };
        self.inner.call(request.map(coming))
    }
}

/// The body of a request.
struct Coming {
    inner: Body,
    room: Room,
    unfinished: Unfinished,
    /// Room for the bytes of the message that is not whole.
    held: Option<OwnedSemaphorePermit>,
    /// Ends once nothing came for too long.
    silence: Option<Pin<Box<Sleep>>>,
}

impl Coming {
    /// Takes room for what a message holds so far, and gives back what it does not need.
    fn hold(&mut self, bytes: usize) -> Result<(), Status> {
        let held = self.held.as_ref().map_or(0, OwnedSemaphorePermit::num_permits);
        if bytes <= held {
            drop(self.held.as_mut().and_then(|permit| permit.split(held - bytes)));
            return Ok(());
        }
        let full = || status::request_memory_full(self.room.bytes_max);
        let more = u32::try_from(bytes - held).map_err(|_| full())?;
        let more = Arc::clone(&self.room.free).try_acquire_many_owned(more).map_err(|_| full())?;
        match &mut self.held {
            Some(held) => held.merge(more),
            none => *none = Some(more),
        }
        Ok(())
    }

    /// Ready once nothing came for too long.
    fn poll_silence(&mut self, cx: &mut Context<'_>) -> Poll<Status> {
        let limit = self.room.silence_max;
        let silence = self.silence.get_or_insert_with(|| Box::pin(sleep(limit)));
        silence.as_mut().poll(cx).map(|()| status::request_silent(limit))
    }
}

impl http_body::Body for Coming {
    type Data = <Body as http_body::Body>::Data;
    type Error = Status;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Self::Data>, Status>>> {
        let this = self.get_mut();
        let Poll::Ready(frame) = Pin::new(&mut this.inner).poll_frame(cx) else {
            return Poll::Ready(Some(Err(ready!(this.poll_silence(cx)))));
        };
        this.silence = None;
        if let Some(Ok(frame)) = &frame
            && let Some(data) = frame.data_ref()
        {
            let bytes = this.unfinished.after(data);
            this.hold(bytes)?;
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}

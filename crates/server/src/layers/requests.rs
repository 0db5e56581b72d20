//! Requests that are not whole yet: how many bytes they hold together, how long one may send nothing, and which are large.
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
use http_body::{Body as _, Frame, SizeHint};
use prost::bytes::Bytes;
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::{Sleep, sleep},
};
use tonic::{Status, body::Body};
use tower::{Layer, Service};

use super::{
    gzip::Members,
    received::{Received, encoding},
    turns::{InTurn, Turn, Turns},
};
use crate::status::{self, BrokenMessage};

/// A message with more bytes is large.
const SMALL_BYTES_MAX: usize = 64 * 1024;
/// A message that is compressed holds more than it has bytes.
const SMALL_COMPRESSED_BYTES_MAX: usize = 4 * 1024;

/// Adds [`Requests`] to a service.
#[derive(Debug, Clone)]
pub(crate) struct RequestsLayer {
    room: Room,
    turns: Turns,
    message_bytes_max: usize,
}

/// Room for the bytes of all requests.
#[derive(Debug, Clone)]
struct Room {
    free: Arc<Semaphore>,
    bytes_max: usize,
    silence_max: Duration,
}

impl RequestsLayer {
    /// Limits the bytes of all requests together, and the silence of each. No message holds more than `message_bytes_max`.
    pub(crate) fn new(bytes_max: usize, silence_max: Duration, message_bytes_max: usize) -> Self {
        let bytes_max = bytes_max.min(Semaphore::MAX_PERMITS);
        let room = Room { free: Arc::new(Semaphore::new(bytes_max)), bytes_max, silence_max };
        Self { room, turns: Turns::new(), message_bytes_max }
    }
}

impl<S> Layer<S> for RequestsLayer {
    type Service = Requests<S>;
    fn layer(&self, inner: S) -> Requests<S> {
        Requests {
            inner,
            room: self.room.clone(),
            turns: self.turns.clone(),
            message_bytes_max: self.message_bytes_max,
        }
    }
}

/// Refuses what exceeds the room for requests.
#[derive(Debug, Clone)]
pub(crate) struct Requests<S> {
    inner: S,
    room: Room,
    turns: Turns,
    message_bytes_max: usize,
}

impl<S> Service<Request<Body>> for Requests<S>
where
    S: Service<Request<Body>, Response = Response<Body>>,
{
    type Response = Response<Body>;
    type Error = S::Error;
    type Future = InTurn<S::Future>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, mut request: Request<Body>) -> Self::Future {
        let (room, turn) = (self.room.clone(), self.turns.of_request());
        let received = Received::of(&mut request);
        request.extensions_mut().insert(turn.clone());
        if request.body().is_end_stream() {
            received.end();
        }
        let is_gzip = encoding(request.headers()).is_some_and(|encoding| encoding == "gzip");
        let members = is_gzip.then(|| Members::new(self.message_bytes_max));
        let noted = turn.clone();
        let coming = |inner| {
            Body::new(Coming {
                inner,
                room,
                turn: noted,
                received,
                members,
                kept: None,
                held: None,
                silence: None,
            })
        };
        turn.take(self.inner.call(request.map(coming)))
    }
}

/// The body of a request.
struct Coming {
    inner: Body,
    room: Room,
    turn: Turn,
    received: Received,
    /// Where messages can be compressed as gzip.
    members: Option<Members>,
    /// Came, and is handed on once it is the request's turn.
    kept: Option<Frame<Bytes>>,
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

    /// Takes in bytes that came. Returns whether a large message begins with them.
    fn take_in(&mut self, data: &[u8]) -> Result<bool, Status> {
        if self.members.as_mut().is_some_and(|members| members.go_on(data)) {
            return Err(status::malformed_message(Some(BrokenMessage::GoesOn)));
        }
        let (before, bytes) = self.received.take(data);
        self.hold(bytes)?;
        let small_max =
            if self.received.is_compressed() { SMALL_COMPRESSED_BYTES_MAX } else { SMALL_BYTES_MAX };
        Ok(self.turn.note(before + data.len() > small_max))
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
        if let Some(frame) = this.kept.take() {
            return Poll::Ready(Some(Ok(frame)));
        }
        let Poll::Ready(frame) = Pin::new(&mut this.inner).poll_frame(cx) else {
            return Poll::Ready(Some(Err(ready!(this.poll_silence(cx)))));
        };
        this.silence = None;
        let is_first_of_large = match frame.as_ref().and_then(|frame| frame.as_ref().ok()?.data_ref()) {
            Some(data) => this.take_in(data)?,
            None => false,
        };
        if frame.is_none() {
            this.received.end();
        }
        if is_first_of_large {
            // What follows is done with the next step of the call, which is in turn.
            this.kept = frame.transpose()?;
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.kept.is_none() && self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}

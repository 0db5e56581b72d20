//! Incomplete requests: limits their total bytes and the silence of each, and notes which are large.
//!
//! *Invariant:* messages that have begun and not ended hold no more bytes together than the server allows, over all calls. A message
//! that is whole is decoded at once, and is bounded by what follows: fields, queues and windows.

use std::{
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};

use http::{Request, Response};
use http_body::{Body as _, Frame, SizeHint};
use prost::bytes::Bytes;
use tokio::time::{Sleep, sleep};
use tonic::{Status, body::Body};
use tower::{Layer, Service};

use super::{
    gzip::Members,
    received::{Received, encoding},
    turns::{InTurn, Turn, Turns},
};
use crate::{
    access::Guard,
    call::Call,
    memory::{MemoryBudget, Reservation},
    quota::{Allowance, RequestBytes},
    status::{self, BrokenMessage, OrRefuse as _},
};

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

/// What all requests share.
#[derive(Debug, Clone)]
struct Room {
    budget: MemoryBudget,
    silence_max: Duration,
}

impl RequestsLayer {
    /// Takes the bytes of requests from a budget, and the silence of each. No message holds more than `message_bytes_max`.
    pub(crate) fn new(budget: MemoryBudget, silence_max: Duration, message_bytes_max: usize) -> Self {
        let room = Room { budget, silence_max };
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
        let (noted, held) = (turn.clone(), room.budget.open());
        let call = request.extensions().get::<Call>();
        let guard = call.and_then(|call| call.guard.clone());
        let counted = call.and_then(|call| call.allowance.as_ref()).map(Allowance::request_bytes);
        let coming = |inner| {
            let (kept, silence) = (None, None);
            Body::new(Coming {
                inner,
                room,
                turn: noted,
                received,
                members,
                kept,
                held,
                counted,
                silence,
                guard,
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
    held: Reservation,
    /// The same bytes for the quota of the caller; none where that is not counted.
    counted: Option<RequestBytes>,
    /// Ends once nothing came for too long.
    silence: Option<Pin<Box<Sleep>>>,
    /// None where nobody had to identify themselves, and once it was checked at the end.
    guard: Option<Guard>,
}

impl Coming {
    /// Takes room for what a message holds so far, and gives back what it does not need.
    fn reserve(&mut self, bytes: usize) -> Result<(), Status> {
        if let Some(counted) = &mut self.counted {
            counted.resize(bytes).or_refuse()?;
        }
        if self.held.resize(bytes) {
            return Ok(());
        }
        Err(status::call_memory_full(self.room.budget.bytes_max()))
    }

    /// Takes in bytes that came. Returns whether a large message begins with them.
    fn take_in(&mut self, data: &[u8]) -> Result<bool, Status> {
        if self.members.as_mut().is_some_and(|members| members.go_on(data)) {
            return Err(status::malformed_message(Some(BrokenMessage::GoesOn)));
        }
        let (before, bytes) = self.received.take(data);
        self.reserve(bytes)?;
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
        if frame.is_none() || this.inner.is_end_stream() {
            // What came slowly is not read for a caller who lost its access meanwhile.
            if let Some(guard) = this.guard.take() {
                guard.check()?;
            }
        }
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

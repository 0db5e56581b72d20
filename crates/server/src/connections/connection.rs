//! A connection that is closed when its first request does not begin, or its peer takes nothing, for too long.

use std::{
    io,
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};

use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
    sync::OwnedSemaphorePermit,
    time::{Instant, Sleep, sleep_until},
};

use super::{calls::Calls, peers::Peer};

/// What every HTTP/2 connection starts with.
const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
/// What ends the head of an HTTP/1.1 request.
const HEAD_END: &[u8] = b"\r\n\r\n";

/// An accepted connection. Dropping it returns its permit.
pub(crate) struct Connection {
    stream: TcpStream,
    _permit: OwnedSemaphorePermit,
    _peer: Peer,
    start: Start,
    /// How long the peer may read nothing.
    stall_max: Duration,
    calls: Calls,
    /// Since when the peer takes nothing, though there is something to be sent.
    stalled_at: Option<Instant>,
    /// When it is looked at next.
    timer: Pin<Box<Sleep>>,
}

/// Whether the first request has begun.
enum Start {
    /// These bytes came so far; the rest has to come before this time.
    Waiting {
        bytes: Vec<u8>,
        until: Instant,
    },
    Begun,
}

impl Start {
    /// Takes in bytes that came.
    fn take(&mut self, came: &[u8]) {
        let Self::Waiting { bytes, .. } = self else { return };
        bytes.extend_from_slice(came);
        if PREFACE.starts_with(&bytes[..bytes.len().min(PREFACE.len())]) {
            if bytes.len() >= PREFACE.len() {
                *self = Self::Begun;
            }
        } else if bytes.windows(HEAD_END.len()).any(|window| window == HEAD_END) {
            *self = Self::Begun;
        } else {
            // The end of a long head can only be in what comes, or across its start.
            bytes.drain(..bytes.len().saturating_sub(HEAD_END.len() - 1));
        }
    }
}

impl Connection {
    pub(super) fn new(
        (stream, calls): (TcpStream, Calls),
        (permit, peer): (OwnedSemaphorePermit, Peer),
        start_max: Duration,
        stall_max: Duration,
    ) -> Self {
        let until = Instant::now() + start_max;
        Self {
            stream,
            _permit: permit,
            _peer: peer,
            start: Start::Waiting { bytes: Vec::new(), until },
            stall_max,
            calls,
            stalled_at: None,
            timer: Box::pin(sleep_until(until)),
        }
    }

    /// The calls over it.
    pub(super) fn calls(&self) -> &Calls {
        &self.calls
    }

    /// What became of a write. While a peer takes nothing, nothing is read from it either, so that the timer is looked at here, too.
    fn written(
        &mut self,
        context: &mut Context<'_>,
        written: Poll<io::Result<usize>>,
    ) -> Poll<io::Result<usize>> {
        if written.is_pending() {
            if self.stalled_at.is_none() {
                let now = Instant::now();
                self.stalled_at = Some(now);
                let until = now + self.stall_max;
                // Until the first request has begun, the time for that is shorter or over.
                if matches!(self.start, Start::Begun) {
                    self.timer.as_mut().reset(until);
                }
            }
            return self.poll_end(context).map(Err);
        }
        self.stalled_at = None;
        written
    }

    /// Ready once it is to be closed.
    fn poll_end(&mut self, context: &mut Context<'_>) -> Poll<io::Error> {
        loop {
            ready!(self.timer.as_mut().poll(context));
            let now = Instant::now();
            let (until, problem) = match (&self.start, self.stalled_at) {
                (Start::Waiting { until, .. }, _) => (*until, "no request began in time"),
                (Start::Begun, Some(since)) => (since + self.stall_max, "the peer takes nothing"),
                // Asked again with the next write that waits.
                (Start::Begun, None) => return Poll::Pending,
            };
            if now >= until {
                return Poll::Ready(io::Error::new(io::ErrorKind::TimedOut, problem));
            }
            self.timer.as_mut().reset(until);
        }
    }
}

impl AsyncRead for Connection {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        match Pin::new(&mut self.stream).poll_read(context, buffer) {
            Poll::Ready(read) => {
                self.start.take(&buffer.filled()[before..]);
                // A connection that sends a byte now and then has not begun either.
                if let Start::Waiting { until, .. } = &self.start
                    && Instant::now() >= *until
                {
                    let problem = "no request began in time";
                    return Poll::Ready(Err(io::Error::new(io::ErrorKind::TimedOut, problem)));
                }
                Poll::Ready(read)
            }
            Poll::Pending => self.poll_end(context).map(Err),
        }
    }
}

impl AsyncWrite for Connection {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.written(context, written)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffers: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(context, buffers);
        self.written(context, written)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn has_begun(parts: &[&[u8]]) -> bool {
        let mut start = Start::Waiting { bytes: Vec::new(), until: Instant::now() };
        for part in parts {
            start.take(part);
        }
        matches!(start, Start::Begun)
    }

    #[test]
    fn a_preface_or_a_whole_head_begins_a_connection_and_less_does_not() {
        assert!(has_begun(&[PREFACE]));
        assert!(has_begun(&[&PREFACE[..7], &PREFACE[7..]]));
        assert!(has_begun(&[b"POST / HTTP/1.1\r\nhost: a\r\n\r", b"\nbody"]));
        for part in [&b""[..], b"P", &PREFACE[..20], &PREFACE[..23], b"GET / HTTP/1.1\r\nhost: a\r\n"] {
            assert!(!has_begun(&[part]), "{part:?}");
        }
    }
}

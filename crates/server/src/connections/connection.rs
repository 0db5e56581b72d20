//! A connection that is closed when its first request does not begin in time, TLS handshake included.

use std::{
    io,
    pin::Pin,
    task::{Context, Poll, ready},
};

use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    sync::OwnedSemaphorePermit,
    time::{Instant, Sleep, sleep_until, timeout_at},
};
use tokio_rustls::TlsAcceptor;

use super::{
    calls::Calls, client_certificate::ClientCertificate, peers::Peer, socket::Socket, stream::Stream,
};

/// What every HTTP/2 connection starts with.
const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
/// What ends the head of an HTTP/1.1 request.
const HEAD_END: &[u8] = b"\r\n\r\n";

/// Maximum bytes of a connection that are encrypted and not sent: they are not counted among the unread answers. One record of TLS.
const ENCRYPTED_BYTES_MAX: usize = 16 * 1024;

/// An accepted connection. Dropping it returns its permit.
pub(crate) struct Connection {
    stream: Stream,
    _permit: OwnedSemaphorePermit,
    _peer: Peer,
    start: Start,
    calls: Calls,
    /// The client's certificate, if it sent one.
    client: Option<ClientCertificate>,
    /// Ready when the first request must have begun.
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
        (socket, calls): (Socket, Calls),
        (permit, peer): (OwnedSemaphorePermit, Peer),
        start_until: Instant,
    ) -> Self {
        Self {
            stream: Stream::Plain(socket),
            _permit: permit,
            _peer: peer,
            start: Start::Waiting { bytes: Vec::new(), until: start_until },
            calls,
            client: None,
            timer: Box::pin(sleep_until(start_until)),
        }
    }

    /// The same connection after the TLS handshake, which has to end before the first request has to begin.
    pub(super) async fn secured(self, acceptor: TlsAcceptor) -> io::Result<Self> {
        let (Stream::Plain(socket), Start::Waiting { until, .. }) = (self.stream, &self.start) else {
            return Err(io::Error::other("the connection has begun"));
        };
        let handshake =
            acceptor.accept_with(socket, |session| session.set_buffer_limit(Some(ENCRYPTED_BYTES_MAX)));
        let stream = timeout_at(*until, handshake)
            .await
            .map_err(|_| io::Error::new(io::ErrorKind::TimedOut, "the handshake did not end in time"))??;
        let (_, session) = stream.get_ref();
        let client =
            session.peer_certificates().and_then(<[_]>::first).and_then(|first| ClientCertificate::of(first));
        Ok(Self { stream: Stream::Tls(Box::new(stream)), client, ..self })
    }

    /// The calls over it.
    pub(super) fn calls(&self) -> &Calls {
        &self.calls
    }

    /// The client's certificate, if it sent one.
    pub(super) fn client(&self) -> Option<&ClientCertificate> {
        self.client.as_ref()
    }

    /// Ready once it is to be closed, because no request began in time.
    fn poll_late(&mut self, context: &mut Context<'_>) -> Poll<io::Error> {
        if matches!(self.start, Start::Begun) {
            return Poll::Pending;
        }
        ready!(self.timer.as_mut().poll(context));
        Poll::Ready(io::Error::new(io::ErrorKind::TimedOut, "no request began in time"))
    }

    /// What became of a write; one that waits does not put off the time of the first request.
    fn written(
        &mut self,
        context: &mut Context<'_>,
        written: Poll<io::Result<usize>>,
    ) -> Poll<io::Result<usize>> {
        if written.is_pending() { self.poll_late(context).map(Err) } else { written }
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
            Poll::Pending => self.poll_late(context).map(Err),
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

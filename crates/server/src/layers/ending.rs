//! Ends the streams of a connection that ends, so that their clients go on over another.
//!
//! *Invariant:* a call that has no answer yet is answered; only a stream of answers is ended before its end, between two of them.

use std::{
    future::Future,
    pin::Pin,
    task::{Context, Poll, ready},
};

use http::HeaderMap;
use tonic::Status;

use crate::{connections::Calls, status};

/// The end of a stream's connection, as the stream waits for it.
pub(super) struct Ending {
    calls: Option<Calls>,
    /// None until there was nothing to send for a while, as is never so where there is a single answer.
    waited_for: Option<Pin<Box<dyn Future<Output = ()> + Send>>>,
}

impl Ending {
    pub(super) fn new(calls: Calls) -> Self {
        Self { calls: Some(calls), waited_for: None }
    }

    /// What comes next of a stream; none where its connection ends first.
    pub(super) fn poll<T>(
        &mut self,
        cx: &mut Context<'_>,
        next: impl FnOnce(&mut Context<'_>) -> Poll<T>,
    ) -> Poll<Option<T>> {
        // First, where it is a stream: one that never has to wait would never end.
        if let Some(ending) = &mut self.waited_for
            && ending.as_mut().poll(cx).is_ready()
        {
            return Poll::Ready(None);
        }
        match next(cx) {
            Poll::Ready(next) => Poll::Ready(Some(next)),
            Poll::Pending => {
                if let Some(calls) = self.calls.take() {
                    let ending = self.waited_for.insert(Box::pin(calls.ending()));
                    ready!(ending.as_mut().poll(cx));
                    return Poll::Ready(None);
                }
                Poll::Pending
            }
        }
    }

    /// The last that its client receives.
    pub(super) fn trailers() -> Result<HeaderMap, Status> {
        let mut trailers = HeaderMap::new();
        status::connection_ends().add_header(&mut trailers)?;
        Ok(trailers)
    }
}

//! Large requests in turns: what is done with one runs on a thread of its own, and only a few of them run at once.
//!
//! *Invariant:* no thread that serves connections decodes, checks or previews a large message; those who ask something small meanwhile do not
//! wait for it. What is done with a small message stays on the thread that read it.

use std::{
    future::Future,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll, ready},
};

use tokio::{
    runtime::{Handle, RuntimeFlavor},
    sync::{AcquireError, OwnedSemaphorePermit, Semaphore},
    task::block_in_place,
};

use crate::processors::half_of_processors;

/// The turns of all requests.
#[derive(Debug, Clone)]
pub(super) struct Turns(Arc<Semaphore>);

/// The turns of one request; an extension of it. A clone belongs to the same request.
#[derive(Debug, Clone)]
pub(crate) struct Turn {
    turns: Turns,
    is_large: Arc<AtomicBool>,
}

impl Turns {
    /// As many at once as half of the processors, so that the other half is left for small requests.
    pub(super) fn new() -> Self {
        Self(Arc::new(Semaphore::new(half_of_processors())))
    }

    /// Those of a request of which nothing came yet.
    pub(super) fn of_request(&self) -> Turn {
        Turn { turns: self.clone(), is_large: Arc::new(AtomicBool::new(false)) }
    }
}

impl Turn {
    /// Notes whether the message that comes is large. Returns whether it is and the one before was not.
    pub(super) fn note(&self, is_large: bool) -> bool {
        !self.is_large.swap(is_large, Ordering::AcqRel) && is_large
    }

    /// Does work on messages of the request, in turn where they are large.
    pub(crate) fn take<F: Future>(self, work: F) -> InTurn<F> {
        InTurn { work: Box::pin(work), turn: self, waiting: None }
    }
}

type Waiting = Pin<Box<dyn Future<Output = Result<OwnedSemaphorePermit, AcquireError>> + Send>>;

/// Work that is done in turn. A turn is one step of it, so that none is held while the rest of a message is waited for.
pub(crate) struct InTurn<F> {
    work: Pin<Box<F>>,
    turn: Turn,
    waiting: Option<Waiting>,
}

impl<F: Future> Future for InTurn<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let Self { work, turn, waiting } = self.get_mut();
        if !turn.is_large.load(Ordering::Acquire) {
            return work.as_mut().poll(cx);
        }
        let turns = &turn.turns.0;
        let permit = ready!(
            waiting.get_or_insert_with(|| Box::pin(Arc::clone(turns).acquire_owned())).as_mut().poll(cx)
        );
        *waiting = None;
        let polled = run_blocking(|| work.as_mut().poll(cx));
        drop(permit);
        polled
    }
}

/// Does work that takes long while another thread takes over from this one.
fn run_blocking<T>(work: impl FnOnce() -> T) -> T {
    // Where there is one thread, nobody could take over.
    if Handle::current().runtime_flavor() == RuntimeFlavor::MultiThread {
        block_in_place(work)
    } else {
        work()
    }
}

//! The calls of one connection: whether some are under way, since when none is, and how long they may go on.

use std::{
    net::IpAddr,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
};

use tokio::{sync::watch, time::Instant};

use crate::memory::Unread;

/// Counts the calls of a connection. A clone counts for the same connection.
#[derive(Debug, Clone)]
pub(crate) struct Calls(Arc<Counted>);

#[derive(Debug)]
struct Counted {
    under_way: AtomicUsize,
    last_end: Mutex<Instant>,
    stage: watch::Sender<Stage>,
    /// Where the connection comes from.
    peer: IpAddr,
    unread: Unread,
}

/// How far a connection is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Stage {
    /// It takes calls.
    Open,
    /// The peer is asked to take its next calls elsewhere.
    Leaving,
    /// Streams of answers are to end.
    Ending,
}

/// A call under way, until it is dropped.
#[derive(Debug)]
pub(crate) struct Call(Calls);

impl Calls {
    pub(super) fn new(peer: IpAddr, unread: Unread) -> Self {
        let last_end = Mutex::new(Instant::now());
        let (under_way, stage) = (AtomicUsize::new(0), watch::Sender::new(Stage::Open));
        Self(Arc::new(Counted { under_way, last_end, stage, peer, unread }))
    }

    /// Counts a call.
    pub(crate) fn begin(&self) -> Call {
        self.0.under_way.fetch_add(1, Ordering::AcqRel);
        Call(self.clone())
    }

    /// Where the connection comes from.
    pub(crate) fn peer(&self) -> IpAddr {
        self.0.peer
    }

    /// Its answers that are not read yet.
    pub(crate) fn unread(&self) -> &Unread {
        &self.0.unread
    }

    /// Since when there is no call; none while there is one.
    pub(super) fn idle_since(&self) -> Option<Instant> {
        let is_idle = self.0.under_way.load(Ordering::Acquire) == 0;
        is_idle.then(|| *self.0.last_end.lock().unwrap_or_else(PoisonError::into_inner))
    }

    pub(super) fn enter(&self, stage: Stage) {
        self.0.stage.send_replace(stage);
    }

    /// Returns once the peer is asked to take its next calls elsewhere: a stream without an end begins to end.
    pub(crate) async fn leaving(self) {
        self.reach(Stage::Leaving).await;
    }

    /// Returns once streams of answers are to end at once.
    pub(crate) async fn ending(self) {
        self.reach(Stage::Ending).await;
    }

    async fn reach(self, wanted: Stage) {
        // The sender lives as long as this does.
        drop(self.0.stage.subscribe().wait_for(|stage| *stage >= wanted).await);
    }
}

impl Drop for Call {
    fn drop(&mut self) {
        let Self(Calls(counted)) = self;
        // Before the count falls, so that the time of an earlier call is never taken for that of this one.
        *counted.last_end.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now();
        counted.under_way.fetch_sub(1, Ordering::AcqRel);
    }
}

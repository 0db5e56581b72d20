//! The calls of one connection: whether some are under way, and since when none is.

use std::sync::{
    Arc, Mutex, PoisonError,
    atomic::{AtomicUsize, Ordering},
};

use tokio::time::Instant;

/// Counts the calls of a connection. A clone counts for the same connection.
#[derive(Debug, Clone)]
pub(crate) struct Calls(Arc<Counted>);

#[derive(Debug)]
struct Counted {
    under_way: AtomicUsize,
    last_end: Mutex<Instant>,
}

/// A call under way, until it is dropped.
#[derive(Debug)]
pub(crate) struct Call(Calls);

impl Calls {
    pub(super) fn new() -> Self {
        let last_end = Mutex::new(Instant::now());
        Self(Arc::new(Counted { under_way: AtomicUsize::new(0), last_end }))
    }

    /// Counts a call.
    pub(crate) fn begin(&self) -> Call {
        self.0.under_way.fetch_add(1, Ordering::AcqRel);
        Call(self.clone())
    }

    /// Since when there is no call; none while there is one.
    pub(super) fn idle_since(&self) -> Option<Instant> {
        let is_idle = self.0.under_way.load(Ordering::Acquire) == 0;
        is_idle.then(|| *self.0.last_end.lock().unwrap_or_else(PoisonError::into_inner))
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

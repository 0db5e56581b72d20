//! The queue between calls and the writer, and what both count.

use std::sync::{
    Mutex, PoisonError,
    atomic::{AtomicU64, AtomicUsize, Ordering},
    mpsc::SyncSender,
};

use tokio::sync::watch;

use super::{accepted::Accepted, record::Record};

/// Maximum number of entries that wait for the writer.
pub(super) const ENTRIES_MAX: usize = 4_096;
/// Of these, calls that were rejected: a flood of them leaves room for what admins do and for where changes come from.
const REJECTED_MAX: usize = ENTRIES_MAX / 2;

/// What the writer is sent.
pub(super) enum Entry {
    /// A call that was rejected, or that read.
    Call(Box<Record>),
    /// A change.
    Accepted(Accepted),
    /// Everything before is to be written; then this is notified.
    Flush(SyncSender<()>),
    /// The same, and nothing more comes.
    Close(SyncSender<()>),
}

/// What is known of the log.
#[derive(Debug)]
pub(super) struct State {
    /// Events that were not recorded.
    dropped: AtomicU64,
    /// Of these, those that no record counts.
    unrecorded: AtomicU64,
    /// How many entries of calls that were rejected wait for the writer.
    rejected: AtomicUsize,
    error: Mutex<Option<String>>,
    /// The position of the newest record of a call that was rejected or read.
    pub(super) newest: watch::Sender<i64>,
}

impl State {
    pub(super) fn new() -> Self {
        Self {
            dropped: AtomicU64::new(0),
            unrecorded: AtomicU64::new(0),
            rejected: AtomicUsize::new(0),
            error: Mutex::default(),
            newest: watch::Sender::new(0),
        }
    }

    /// Whether there is room for a call that was rejected; if so, it is taken.
    pub(super) fn enter_rejected(&self) -> bool {
        let entered = |waiting: usize| (waiting < REJECTED_MAX).then_some(waiting + 1);
        self.rejected.fetch_update(Ordering::Relaxed, Ordering::Relaxed, entered).is_ok()
    }

    /// The room of one is free again.
    pub(super) fn leave_rejected(&self) {
        self.rejected.fetch_sub(1, Ordering::Relaxed);
    }

    /// Counts events that are not recorded.
    pub(super) fn count_dropped(&self, count: u64) {
        self.dropped.fetch_add(count, Ordering::Relaxed);
        self.unrecorded.fetch_add(count, Ordering::Relaxed);
    }

    /// How many events were not recorded.
    pub(super) fn dropped(&self) -> u64 {
        self.dropped.load(Ordering::Relaxed)
    }

    /// How many of these no record counts; from now on one does.
    pub(super) fn take_unrecorded(&self) -> u64 {
        self.unrecorded.swap(0, Ordering::Relaxed)
    }

    /// A record that counts events could not be written.
    pub(super) fn still_unrecorded(&self, count: u64) {
        self.unrecorded.fetch_add(count, Ordering::Relaxed);
    }

    /// Why the log cannot be written.
    pub(super) fn error(&self) -> Option<String> {
        self.error.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Sets that; returns what it was.
    pub(super) fn set_error(&self, error: Option<String>) -> Option<String> {
        std::mem::replace(&mut *self.error.lock().unwrap_or_else(PoisonError::into_inner), error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_that_were_rejected_take_half_of_the_queue_at_most() {
        let state = State::new();
        assert_eq!((0..ENTRIES_MAX).filter(|_| state.enter_rejected()).count(), ENTRIES_MAX / 2);
        state.leave_rejected();
        assert!(state.enter_rejected() && !state.enter_rejected());
    }
}

//! The head of a journal, and those who wait for it to move.

use std::{
    sync::{Condvar, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tenseven_model::Revision;

use crate::Head;

/// The last durable entry of a journal.
#[derive(Debug, Default)]
pub(crate) struct Tail {
    head: Mutex<Head>,
    moved: Condvar,
}

impl Tail {
    /// A tail at this head.
    pub(crate) fn at(head: Head) -> Self {
        Self { head: Mutex::new(head), moved: Condvar::new() }
    }

    /// The head.
    pub(crate) fn head(&self) -> Head {
        *self.locked()
    }

    /// Moves the head, and wakes everyone who waits for that.
    pub(crate) fn move_to(&self, head: Head) {
        *self.locked() = head;
        self.moved.notify_all();
    }

    /// The head once it is after `revision`, or when `wait` is over.
    pub(crate) fn wait_after(&self, revision: Revision, wait: Duration) -> Head {
        let waiting = |head: &mut Head| head.revision <= revision;
        let waited = self.moved.wait_timeout_while(self.locked(), wait, waiting);
        *waited.unwrap_or_else(PoisonError::into_inner).0
    }

    fn locked(&self) -> MutexGuard<'_, Head> {
        self.head.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

//! The last state that was flushed, from which deciding starts again after a failure.

use std::sync::{Arc, Mutex, PoisonError};

use tenseven_state::State;

/// What the decider and the flusher share.
#[derive(Clone)]
pub(crate) struct LastFlushed(Arc<Mutex<Inside>>);

struct Inside {
    failures: u64,
    state: State,
}

impl LastFlushed {
    pub(crate) fn new(state: State) -> Self {
        Self(Arc::new(Mutex::new(Inside { failures: 0, state })))
    }

    /// How many flushes failed.
    pub(super) fn failures(&self) -> u64 {
        self.lock().failures
    }

    /// How many flushes failed, and the last state that was flushed.
    pub(super) fn get(&self) -> (u64, State) {
        let inside = self.lock();
        (inside.failures, inside.state.clone())
    }

    /// Remembers a state that was flushed.
    pub(super) fn set(&self, state: State) {
        self.lock().state = state;
    }

    /// Counts a flush that failed.
    pub(super) fn fail(&self) {
        self.lock().failures += 1;
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Inside> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

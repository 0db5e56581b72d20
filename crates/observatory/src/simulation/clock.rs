//! A clock that is set by hand.

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use tenseven_model::Timestamp;

use crate::Clock;

/// Clones are the same clock.
#[derive(Clone, Default)]
pub(super) struct ManualClock(Arc<AtomicI64>);

impl ManualClock {
    /// Moves the clock, forward or back.
    pub(super) fn advance(&self, micros: i64) {
        self.0.fetch_add(micros, Ordering::SeqCst);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_micros(self.0.load(Ordering::SeqCst))
    }
}

//! A clock that is set by hand.

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use tenseven_model::Timestamp;
use tenseven_observatory::Clock;

/// Stands still until it is set. Clones are the same clock.
#[derive(Debug, Clone, Default)]
pub struct ManualClock(Arc<AtomicI64>);

impl ManualClock {
    /// A clock that shows this many microseconds since 1970.
    pub fn at(micros: i64) -> Self {
        let clock = Self::default();
        clock.set(micros);
        clock
    }

    /// Sets the clock, forward or back.
    pub fn set(&self, micros: i64) {
        self.0.store(micros, Ordering::SeqCst);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_micros(self.0.load(Ordering::SeqCst))
    }
}

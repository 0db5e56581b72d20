//! The processors of the machine.

use std::thread::available_parallelism;

/// Half of them, rounded up: as many as work that can wait may take, so that the others are left to short calls.
pub(crate) fn half_of_processors() -> usize {
    available_parallelism().map_or(1, |processors| processors.get().div_ceil(2))
}

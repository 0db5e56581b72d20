//! What all watches of scores share, next to the hub.

use std::sync::Arc;

use tokio::sync::Semaphore;

use super::past::Past;

/// Most listings of current scores that are made at once.
const LISTINGS_MAX: usize = 2;

/// Where watches read what the hub does not have.
#[derive(Debug)]
pub(crate) struct Sources {
    pub(super) past: Past,
    pub(super) listings: Arc<Semaphore>,
}

impl Default for Sources {
    fn default() -> Self {
        Self { past: Past::default(), listings: Arc::new(Semaphore::new(LISTINGS_MAX)) }
    }
}

//! Resources that all watches of scores share, in addition to the hub.

use std::sync::Arc;

use tokio::sync::Semaphore;

use super::past::Past;
use crate::Limits;

/// Maximum number of listings of current scores that are made at once.
const LISTINGS_MAX: usize = 2;

/// Where watches read what the hub does not have.
#[derive(Debug)]
pub(crate) struct Sources {
    pub(super) past: Past,
    pub(super) listings: Arc<Semaphore>,
}

impl Sources {
    pub(crate) fn new(limits: &Limits) -> Self {
        Self { past: Past::new(limits), listings: Arc::new(Semaphore::new(LISTINGS_MAX)) }
    }
}

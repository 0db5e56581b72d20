//! Counters of rejections, as the server's status shows them.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use tenseven_model::access::QuotaLimit;

/// How often each limit was the reason to reject a call or a batch. A clone counts the same.
#[derive(Debug, Clone, Default)]
pub(crate) struct Counters(Arc<[AtomicU64; QuotaLimit::ALL.len()]>);

impl Counters {
    pub(super) fn note(&self, limit: QuotaLimit) {
        self.0[limit as usize].fetch_add(1, Ordering::Relaxed);
    }

    /// How often a limit was the reason.
    pub(crate) fn rejected(&self, limit: QuotaLimit) -> u64 {
        self.0[limit as usize].load(Ordering::Relaxed)
    }
}

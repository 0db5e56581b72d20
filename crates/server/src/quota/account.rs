//! What one partner uses now.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use tenseven_model::{PartnerId, access::QuotaLimit};
use tokio::time::Instant;

use super::rate::Rate;

/// What a partner uses now.
#[derive(Debug)]
pub(super) struct Account {
    /// Whose it is; none: that of all anonymous callers.
    pub(super) partner: Option<PartnerId>,
    pub(super) requests: Rate,
    pub(super) observations: Rate,
    /// What is limited at a time, by limit. Those of rates are not used.
    in_use: [AtomicU64; QuotaLimit::ALL.len()],
}

/// What is taken of a limit, until this is dropped.
#[derive(Debug)]
pub(super) struct Place {
    account: Arc<Account>,
    limit: QuotaLimit,
    count: u64,
}

impl Account {
    pub(super) fn new(partner: Option<PartnerId>) -> Self {
        let (requests, observations) = (Rate::default(), Rate::default());
        Self { partner, requests, observations, in_use: Default::default() }
    }

    /// How much of a limit is taken.
    pub(super) fn in_use(&self, limit: QuotaLimit) -> u64 {
        self.in_use[limit as usize].load(Ordering::Acquire)
    }

    /// Whether it is as a new one.
    pub(super) fn is_idle(&self, now: Instant) -> bool {
        let nothing_in_use = self.in_use.iter().all(|count| count.load(Ordering::Acquire) == 0);
        nothing_in_use && self.requests.is_free(now) && self.observations.is_free(now)
    }
}

impl Place {
    /// Takes nothing yet.
    pub(super) fn empty(account: &Arc<Account>, limit: QuotaLimit) -> Self {
        Self { account: Arc::clone(account), limit, count: 0 }
    }

    /// Takes one; none if that would be more than `max`.
    pub(super) fn take(account: &Arc<Account>, limit: QuotaLimit, max: u64) -> Option<Self> {
        let mut place = Self::empty(account, limit);
        place.resize(1, |total| total <= max).then_some(place)
    }

    /// Whose it is.
    pub(super) fn account(&self) -> &Arc<Account> {
        &self.account
    }

    /// Takes `count` in place of what was taken, if what all take then is allowed, or if it is not more. Returns whether it did.
    pub(super) fn resize(&mut self, count: u64, is_allowed: impl Fn(u64) -> bool) -> bool {
        let in_use = &self.account.in_use[self.limit as usize];
        let before = self.count;
        let is_more = count > before;
        let change = |total: u64| {
            let total = total - before + count;
            (!is_more || is_allowed(total)).then_some(total)
        };
        let is_changed = in_use.fetch_update(Ordering::AcqRel, Ordering::Acquire, change).is_ok();
        if is_changed {
            self.count = count;
        }
        is_changed
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.account.in_use[self.limit as usize].fetch_sub(self.count, Ordering::AcqRel);
    }
}

#[cfg(test)]
mod tests {
    use std::panic::{AssertUnwindSafe, catch_unwind};

    use super::*;

    fn account() -> Arc<Account> {
        Arc::new(Account::new(None))
    }

    #[test]
    fn no_more_is_taken_than_may_be_and_what_is_dropped_is_given_back() {
        let account = account();
        let take = || Place::take(&account, QuotaLimit::Watches, 2);
        let (first, second) = (take(), take());
        assert!(first.is_some() && second.is_some() && take().is_none());
        assert!(Place::take(&account, QuotaLimit::Streams, 2).is_some(), "each limit counts by itself");
        assert_eq!(account.in_use(QuotaLimit::Watches), 2);
        drop(first);
        assert!(take().is_some());
        drop(second);
        assert!(account.is_idle(Instant::now()));
    }

    #[test]
    fn what_a_call_that_panics_took_is_given_back() {
        let account = account();
        let panicked = catch_unwind(AssertUnwindSafe(|| {
            let _place = Place::take(&account, QuotaLimit::Watches, 2);
            assert_eq!(account.in_use(QuotaLimit::Watches), 2, "this fails");
        }));
        assert!(panicked.is_err());
        assert_eq!(account.in_use(QuotaLimit::Watches), 0);
    }
}

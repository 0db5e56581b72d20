//! A rate, of which a second's worth can be used at once.
//!
//! *Invariant:* whatever is charged is made up for at the rate. More than a second's worth is accepted when nothing is owed, and owed then: it
//! would never be accepted otherwise.

use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

use tokio::time::Instant;

/// What can be used at once.
const BURST: Duration = Duration::from_secs(1);

/// What was charged and is not made up for.
#[derive(Debug, Default)]
pub(super) struct Rate(Mutex<Option<Debt>>);

#[derive(Debug, Clone, Copy)]
struct Debt {
    /// When everything is made up for.
    free_at: Instant,
    /// At this rate.
    per_second: u64,
}

impl Debt {
    /// How long it takes to make up for it at a rate.
    fn owed(self, per_second: u64, now: Instant) -> Duration {
        let owed = self.free_at.saturating_duration_since(now);
        if self.per_second == per_second {
            return owed;
        }
        // What is owed is a count; at another rate it takes another time.
        let nanos = owed.as_nanos().saturating_mul(self.per_second.into()) / u128::from(per_second.max(1));
        Duration::from_nanos(u64::try_from(nanos).unwrap_or(u64::MAX))
    }
}

impl Rate {
    /// Charges `count`; or returns how long to wait until that can be charged.
    pub(super) fn charge(&self, count: u64, per_second: u64, now: Instant) -> Result<(), Duration> {
        let mut debt = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let owed = debt.map_or(Duration::ZERO, |debt| debt.owed(per_second, now));
        let needed = owed.saturating_add(time_of(count.min(per_second), per_second));
        let wait = needed.saturating_sub(BURST);
        if !wait.is_zero() {
            return Err(wait);
        }
        let free_at = now.checked_add(owed.saturating_add(time_of(count, per_second)));
        *debt = free_at.map(|free_at| Debt { free_at, per_second }).or(*debt);
        Ok(())
    }

    /// Whether nothing is owed.
    pub(super) fn is_free(&self, now: Instant) -> bool {
        let debt = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        debt.is_none_or(|debt| debt.free_at <= now)
    }
}

/// The time in which that is made up for.
fn time_of(count: u64, per_second: u64) -> Duration {
    let nanos = u128::from(count) * BURST.as_nanos() / u128::from(per_second.max(1));
    Duration::from_nanos(u64::try_from(nanos).unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    const MILLI: Duration = Duration::from_millis(1);

    #[test]
    fn what_is_owed_is_made_up_for_at_the_rate_of_now() {
        let (rate, start) = (Rate::default(), Instant::now());
        assert_eq!(rate.charge(100, 1, start), Ok(()));
        assert_eq!(rate.charge(1, 1, start), Err(100_000 * MILLI));
        assert_eq!(rate.charge(1, 1_000_000, start), Ok(()), "a limit that was raised counts at once");
        let (rate, start) = (Rate::default(), Instant::now());
        assert_eq!(rate.charge(100, 100, start), Ok(()));
        assert_eq!(rate.charge(1, 10, start), Err(9_100 * MILLI), "and one that was lowered, too");
    }

    #[test]
    fn a_second_is_used_at_once_and_then_what_is_made_up_for() {
        let (rate, start) = (Rate::default(), Instant::now());
        for _ in 0..10 {
            assert_eq!(rate.charge(1, 10, start), Ok(()));
        }
        assert_eq!(rate.charge(1, 10, start), Err(100 * MILLI));
        assert_eq!(rate.charge(1, 10, start + 99 * MILLI), Err(MILLI));
        assert_eq!(rate.charge(1, 10, start + 100 * MILLI), Ok(()));
        assert!(!rate.is_free(start + 1_099 * MILLI) && rate.is_free(start + 1_100 * MILLI));
        for _ in 0..10 {
            assert_eq!(
                rate.charge(1, 10, start + 9_000 * MILLI),
                Ok(()),
                "no more than a second is saved up"
            );
        }
        assert_eq!(rate.charge(1, 10, start + 9_000 * MILLI), Err(100 * MILLI));
    }

    #[test]
    fn more_than_a_second_fits_when_nothing_is_owed_and_is_made_up_for() {
        let (rate, start) = (Rate::default(), Instant::now());
        assert_eq!(rate.charge(35, 10, start), Ok(()));
        assert_eq!(rate.charge(1, 10, start), Err(2_600 * MILLI));
        assert_eq!(rate.charge(35, 10, start), Err(3_500 * MILLI));
        assert_eq!(rate.charge(35, 10, start + 3_500 * MILLI), Ok(()));
    }

    #[test]
    fn a_rate_that_changes_counts_from_the_next_charge_on() {
        let (rate, start) = (Rate::default(), Instant::now());
        assert_eq!(rate.charge(1, 1, start), Ok(()));
        assert_eq!(rate.charge(1, 1, start), Err(Duration::from_secs(1)));
        assert_eq!(rate.charge(9, 10, start), Ok(()), "what is owed is one of ten");
        assert_eq!(rate.charge(1, 10, start), Err(100 * MILLI));
        assert_eq!(rate.charge(u64::MAX, u64::MAX, start + 2_000 * MILLI), Ok(()));
    }
}

//! The lifetime of a connection: when its peer is asked to leave, and when it is closed.
//!
//! *Invariant:* a connection that takes calls is asked first, so that no call is lost that the peer begins meanwhile; it is closed only
//! when a grace is over.

use std::{
    hash::{BuildHasher as _, RandomState},
    time::Duration,
};

use tokio::time::{Instant, sleep_until};

use super::calls::{Calls, Stage};

/// How long a connection may go on.
#[derive(Debug, Clone, Copy)]
pub(crate) struct LifetimeLimits {
    /// How long there may be no call, or the peer may take nothing.
    pub(crate) idle_max: Duration,
    /// How old it may be, about.
    pub(crate) age_max: Duration,
    /// How long it may go on once the peer was asked to leave.
    pub(crate) grace: Duration,
    /// How long a call may take that is not answered when the grace is over.
    pub(crate) call_max: Duration,
}

/// What comes next for a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    /// The peer is to be asked to take its next calls elsewhere.
    Ask,
    /// It is to be closed, even if calls are in flight.
    Close,
}

/// Tracks the lifetime of one connection.
pub(super) struct Lifetime {
    calls: Calls,
    limits: LifetimeLimits,
    age_until: Instant,
    /// When the peer was asked to leave.
    asked_at: Option<Instant>,
}

impl Lifetime {
    pub(super) fn new(calls: Calls, limits: LifetimeLimits) -> Self {
        let age_until = Instant::now() + jittered(limits.age_max, RandomState::new().hash_one(()));
        Self { calls, limits, age_until, asked_at: None }
    }

    /// How long its peer may read nothing.
    pub(super) fn idle_max(&self) -> Duration {
        self.limits.idle_max
    }

    /// The next step, once it is due. To be called again after each.
    pub(super) async fn step(&mut self) -> Step {
        let LifetimeLimits { grace, call_max, .. } = self.limits;
        let Some(asked_at) = self.asked_at else {
            self.ask_due().await;
            self.asked_at = Some(Instant::now());
            self.calls.enter(Stage::Leaving);
            return Step::Ask;
        };
        sleep_until(asked_at + grace).await;
        if self.calls.idle_since().is_none() {
            self.calls.enter(Stage::Ending);
            sleep_until(asked_at + grace + call_max).await;
        }
        Step::Close
    }

    /// Returns once the connection is too old, or was without a call for too long.
    async fn ask_due(&self) {
        loop {
            let now = Instant::now();
            let idle_until = self.calls.idle_since().unwrap_or(now) + self.limits.idle_max;
            let until = idle_until.min(self.age_until);
            if now >= until {
                return;
            }
            sleep_until(until).await;
        }
    }
}

/// A tenth more or less, so that connections that were made together do not end together.
fn jittered(duration: Duration, random: u64) -> Duration {
    let thousandths = u32::try_from(900 + random % 201).unwrap_or(1_000);
    duration.saturating_mul(thousandths) / 1_000
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::memory::{MemoryBudget, Unread};

    const LIMITS: LifetimeLimits = LifetimeLimits {
        idle_max: Duration::from_secs(10),
        age_max: Duration::from_secs(100),
        grace: Duration::from_secs(3),
        call_max: Duration::from_secs(20),
    };

    fn calls() -> Calls {
        Calls::new(std::net::Ipv4Addr::LOCALHOST.into(), Unread::new(MemoryBudget::new(1)))
    }

    async fn after(lifetime: &mut Lifetime) -> (Step, u64) {
        let started = Instant::now();
        let step = lifetime.step().await;
        (step, started.elapsed().as_secs())
    }

    #[tokio::test(start_paused = true)]
    async fn a_connection_without_a_call_is_asked_and_then_closed() {
        let mut lifetime = Lifetime::new(calls(), LIMITS);
        assert_eq!(after(&mut lifetime).await, (Step::Ask, 10));
        assert_eq!(after(&mut lifetime).await, (Step::Close, 3));
    }

    #[tokio::test(start_paused = true)]
    async fn an_old_connection_is_asked_its_streams_end_and_its_last_calls_have_their_time() {
        let calls = calls();
        let call = calls.begin();
        let mut lifetime = Lifetime::new(calls.clone(), LIMITS);
        let (step, seconds) = after(&mut lifetime).await;
        assert_eq!(step, Step::Ask);
        assert!((90..=110).contains(&seconds), "{seconds}");
        calls.clone().leaving().await;
        let ending = tokio::spawn(calls.ending());
        assert_eq!(after(&mut lifetime).await, (Step::Close, 23));
        assert!(ending.is_finished());
        drop(call);
    }

    #[test]
    fn no_two_ages_need_to_be_the_same_and_none_is_far_off() {
        let hour = Duration::from_hours(1);
        assert_eq!(jittered(hour, 0), Duration::from_mins(54));
        assert_eq!(jittered(hour, 200), Duration::from_mins(66));
        assert_eq!(jittered(Duration::MAX, 7), Duration::MAX / 1_000);
    }
}

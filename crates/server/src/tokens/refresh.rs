//! When the keys at a URL are fetched: periodically, sooner after a failure, and when a call has a token with an unknown key id, at
//! most once a minute for that.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use tokio::{
    sync::{Notify, watch},
    time::Instant,
};

/// How often keys are fetched.
const INTERVAL: Duration = Duration::from_mins(10);
/// How long after the first failure they are fetched again; twice as long after each further one.
const RETRY_FIRST: Duration = Duration::from_secs(2);
/// Longest time between two attempts after failures.
const RETRY_MAX: Duration = Duration::from_mins(1);
/// How often an unknown key id causes a fetch at most.
const ASK_INTERVAL: Duration = Duration::from_mins(1);

/// When the keys at a URL are fetched.
pub(super) struct Refresh {
    requested: Arc<Notify>,
    /// How many attempts have ended.
    ended: watch::Sender<u64>,
    /// When a fetch was last asked for because of a key id, and how many attempts had ended then.
    asked: Mutex<Option<(Instant, u64)>>,
}

impl Refresh {
    pub(super) fn new() -> Self {
        Self { requested: Arc::default(), ended: watch::Sender::new(0), asked: Mutex::new(None) }
    }

    /// What a fetch is requested by.
    pub(super) fn requested(&self) -> &Arc<Notify> {
        &self.requested
    }

    /// Asks for a fetch where that is due, and returns what is ready once it ended; none if the last one was too recent.
    pub(super) fn ask(&self) -> Option<impl Future<Output = ()> + Send + use<>> {
        let mut asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        let ended = *self.ended.borrow();
        let awaited = match *asked {
            // The first attempt is under way since the start.
            _ if ended == 0 => 0,
            Some((at, before)) if at.elapsed() < ASK_INTERVAL => {
                if ended > before {
                    return None;
                }
                before
            }
            _ => {
                *asked = Some((Instant::now(), ended));
                self.requested.notify_one();
                ended
            }
        };
        let mut ends = self.ended.subscribe();
        Some(async move {
            // The other end is gone only where the server ends.
            let _ = ends.wait_for(|ended| *ended > awaited).await;
        })
    }

    /// Whether a fetch that was asked for has not ended.
    pub(super) fn is_awaited(&self) -> bool {
        let asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        asked.is_some_and(|(_, before)| *self.ended.borrow() <= before)
    }

    /// Notes that an attempt ended.
    pub(super) fn note_end(&self) {
        self.ended.send_modify(|ended| *ended += 1);
    }

    /// How long to wait after this number of failures in a row.
    pub(super) fn wait(failures: u32) -> Duration {
        match failures.checked_sub(1) {
            None => INTERVAL,
            Some(further) => RETRY_FIRST.saturating_mul(1 << further.min(16)).min(RETRY_MAX),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn an_unknown_key_id_causes_one_fetch_a_minute() {
        let refresh = Refresh::new();
        let start = refresh.ask().expect("the first attempt is under way");
        assert!(!refresh.is_awaited());
        refresh.note_end();
        start.await;
        let first = refresh.ask().expect("the first that is asked for is due");
        let second = refresh.ask().expect("it waits for the same");
        refresh.requested().notified().await;
        assert!(refresh.is_awaited());
        refresh.note_end();
        first.await;
        second.await;
        assert!(!refresh.is_awaited());
        tokio::time::advance(Duration::from_secs(59)).await;
        assert!(refresh.ask().is_none());
        tokio::time::advance(Duration::from_secs(1)).await;
        assert!(refresh.ask().is_some());
    }

    #[test]
    fn failures_are_retried_ever_later_and_successes_after_minutes() {
        let waits = [0, 1, 2, 5, 6, 1_000].map(|failures| Refresh::wait(failures).as_secs());
        assert_eq!(waits, [600, 2, 4, 32, 60, 60]);
    }
}

//! The pulse: batches the wakeups of watchers.
//!
//! All who wait are woken together, and the next time only after as long again as it took to serve them, or longer while much is written.
//! So a few get each change at once, and however many there are, most of the time is left to those who push and ask.
//!
//! *Invariant:* nobody waits for ever: a beat follows every revision, and what one watcher does delays the others by a bounded time.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tenseven_model::Revision;
use tenseven_observatory::Observatory;
use tokio::{
    sync::{Notify, watch},
    time::{Instant, sleep, timeout},
};

use super::Draining;

/// How long the next beat waits for watchers of the last one.
const SERVED_MAX: Duration = Duration::from_millis(250);

/// A beat with more revisions than this comes while much is written.
const FEW_REVISIONS: u64 = 16;
/// How much longer than a beat the pause after it is, then and otherwise.
const LONG_PAUSE: u32 = 3;
const PAUSE: u32 = 1;

/// Wakes those who wait for revisions.
pub(super) struct Pulse {
    newest: watch::Sender<Revision>,
    beat: Mutex<Beat>,
    served: Notify,
}

/// How many watchers there are of the beat that is served, and of the next one.
#[derive(Default)]
struct Beat {
    number: u64,
    serving: usize,
    waiting: usize,
}

/// A watcher that waits, or was woken and is still to be served. It is served once this is dropped.
pub(super) struct Serving {
    pulse: Arc<Pulse>,
    /// The beat that it waited for.
    beat: u64,
}

impl Pulse {
    /// Beats until the server stops.
    pub(super) fn start(observatory: &Arc<Observatory>, mut draining: Draining) -> Arc<Self> {
        let (newest, beat) = (watch::Sender::new(observatory.revision()), Mutex::default());
        let pulse = Arc::new(Self { newest, beat, served: Notify::new() });
        let (beating, observatory) = (Arc::clone(&pulse), Arc::clone(observatory));
        // Ends with the server.
        tokio::spawn(async move {
            tokio::select! {
                () = draining.begun() => {}
                () = beating.run(&observatory) => {}
            }
        });
        pulse
    }

    async fn run(&self, observatory: &Observatory) {
        loop {
            let beaten = *self.newest.borrow();
            observatory.newer_than(beaten).await;
            let (begun, newest) = (Instant::now(), observatory.revision());
            self.beat(newest);
            // Watchers that are still to be served then are among those of the next beat.
            drop(timeout(SERVED_MAX, self.all_served()).await);
            let is_busy = newest.number() - beaten.number() > FEW_REVISIONS;
            sleep(begun.elapsed() * if is_busy { LONG_PAUSE } else { PAUSE }).await;
        }
    }

    fn beat(&self, newest: Revision) {
        let mut beat = self.lock();
        beat.number += 1;
        beat.serving += std::mem::take(&mut beat.waiting);
        drop(beat);
        self.newest.send_replace(newest);
    }

    async fn all_served(&self) {
        while self.lock().serving > 0 {
            self.served.notified().await;
        }
        // What was sent is written by the connections' own tasks, which were woken before.
        tokio::task::yield_now().await;
    }

    /// Waits for a beat with revisions after this one; returns at once where there was one.
    pub(super) async fn wait_for_newer(self: &Arc<Self>, revision: Revision) -> Serving {
        let mut newest = self.newest.subscribe();
        loop {
            let waiting = self.join();
            if *newest.borrow_and_update() > revision {
                return waiting;
            }
            // The sender lives as long as this.
            drop(newest.changed().await);
            if *newest.borrow() > revision {
                return waiting;
            }
        }
    }

    fn join(self: &Arc<Self>) -> Serving {
        let mut beat = self.lock();
        beat.waiting += 1;
        Serving { pulse: Arc::clone(self), beat: beat.number }
    }

    fn lock(&self) -> MutexGuard<'_, Beat> {
        self.beat.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let mut beat = self.pulse.lock();
        if beat.number == self.beat {
            beat.waiting -= 1;
            return;
        }
        beat.serving -= 1;
        if beat.serving == 0 {
            self.pulse.served.notify_one();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::pin::pin;

    use futures_util::FutureExt as _;

    use super::*;

    fn pulse(newest: u64) -> Arc<Pulse> {
        let newest = watch::Sender::new(Revision::new(newest));
        Arc::new(Pulse { newest, beat: Mutex::default(), served: Notify::new() })
    }

    fn counts(pulse: &Pulse) -> (usize, usize) {
        let beat = pulse.lock();
        (beat.waiting, beat.serving)
    }

    #[tokio::test]
    async fn those_who_wait_are_woken_by_the_next_beat_and_the_one_after_waits_for_them() {
        let pulse = pulse(3);
        let (mut one, mut other) =
            (pin!(pulse.wait_for_newer(Revision::new(3))), pin!(pulse.wait_for_newer(Revision::new(3))));
        assert!(one.as_mut().now_or_never().is_none() && other.as_mut().now_or_never().is_none());
        pulse.beat(Revision::new(4));
        let (one, other) = (one.await, other.await);
        assert_eq!(counts(&pulse), (0, 2));
        let mut all_served = pin!(pulse.all_served());
        drop(one);
        assert!(all_served.as_mut().now_or_never().is_none());
        drop(other);
        all_served.await;
        assert_eq!(counts(&pulse), (0, 0));
    }

    #[tokio::test]
    async fn who_leaves_or_is_behind_is_waited_for_by_no_beat() {
        let pulse = pulse(3);
        {
            let mut left = pin!(pulse.wait_for_newer(Revision::new(3)));
            assert!(left.as_mut().now_or_never().is_none());
        }
        drop(pulse.wait_for_newer(Revision::new(1)).await);
        assert_eq!(counts(&pulse), (0, 0));
        let mut woken = pin!(pulse.wait_for_newer(Revision::new(3)));
        assert!(woken.as_mut().now_or_never().is_none());
        pulse.beat(Revision::new(4));
        drop(woken.await);
        pulse.all_served().await;
    }

    #[tokio::test]
    async fn a_watcher_that_is_ahead_of_a_beat_waits_for_the_next() {
        let pulse = pulse(3);
        let mut ahead = pin!(pulse.wait_for_newer(Revision::new(4)));
        assert!(ahead.as_mut().now_or_never().is_none());
        pulse.beat(Revision::new(4));
        assert!(ahead.as_mut().now_or_never().is_none());
        pulse.all_served().await;
        pulse.beat(Revision::new(5));
        drop(ahead.await);
        pulse.all_served().await;
        assert_eq!(counts(&pulse), (0, 0));
    }
}

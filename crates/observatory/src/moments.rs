//! Accept times: assigns them to groups of entries, and decides for which times an as-of read can be answered.
//!
//! *Invariant:* an answer for a time is final. It waits for the groups that are accepted up to that time, and no later group is
//! accepted at or before it.

use std::{
    collections::VecDeque,
    sync::{Mutex, MutexGuard, PoisonError},
};

use tenseven_model::Timestamp;
use tokio::sync::watch;
use tracing::warn;

use crate::UnsettledMoment;

/// The moments of groups that are not published yet, and of answers.
pub(crate) struct Moments {
    inside: Mutex<Inside>,
    /// When the oldest group that is not published yet is accepted.
    oldest: watch::Sender<Option<Timestamp>>,
}

struct Inside {
    /// The newest moment that an answer was given for. Groups get a later one.
    answered_until: Timestamp,
    /// Entries of this moment, and of later ones, may or may not be there after the next start.
    open_from: Option<Timestamp>,
    /// When the groups that are not published yet are accepted, in order.
    unpublished: VecDeque<Timestamp>,
    /// Whether no group will be published any more.
    is_abandoned: bool,
}

impl Default for Moments {
    fn default() -> Self {
        let answered_until = Timestamp::from_micros(i64::MIN / 2);
        let inside =
            Inside { answered_until, open_from: None, unpublished: VecDeque::new(), is_abandoned: false };
        Self { inside: Mutex::new(inside), oldest: watch::Sender::new(None) }
    }
}

impl Moments {
    /// When a new group is accepted: never before the group before it, nor at a moment that was answered for already. Must be
    /// followed by [`Self::settle`].
    pub(crate) fn begin(&self, now: Timestamp, last: Option<Timestamp>) -> Timestamp {
        let mut inside = self.lock();
        let floors = [last, inside.unpublished.back().copied(), Some(inside.answered_until)];
        let floor = floors.into_iter().flatten().max().unwrap_or(now);
        if now < floor {
            warn!(
                behind_us = floor.as_micros() - now.as_micros(),
                "the clock went back; revisions keep their order"
            );
        }
        let stamp = now.max(Timestamp::from_micros(floor.as_micros() + 1));
        if !inside.is_abandoned {
            inside.unpublished.push_back(stamp);
        }
        self.notify(&inside);
        stamp
    }

    /// Ends a group: its entries are published, or nothing of it is accepted.
    pub(crate) fn settle(&self, stamp: Timestamp) {
        let mut inside = self.lock();
        inside.unpublished.retain(|unpublished| *unpublished != stamp);
        self.notify(&inside);
    }

    /// Leaves open what is there from a moment on, because whether its entries are kept is unknown.
    pub(crate) fn leave_open_from(&self, stamp: Timestamp) {
        self.lock().leave_open_from(stamp);
    }

    /// Leaves open what is there from the oldest unpublished group on, because nobody will publish it.
    pub(crate) fn abandon(&self) {
        let mut inside = self.lock();
        if let Some(oldest) = inside.unpublished.front().copied() {
            inside.leave_open_from(oldest);
        }
        inside.is_abandoned = true;
        inside.unpublished.clear();
        self.notify(&inside);
    }

    /// Returns once what was accepted up to a time is published and can no longer change.
    pub(crate) async fn reach(&self, time: Timestamp) -> Result<(), UnsettledMoment> {
        {
            let mut inside = self.lock();
            inside.check(time)?;
            inside.answered_until = inside.answered_until.max(time);
        }
        let mut oldest = self.oldest.subscribe();
        // The sender lives as long as this.
        drop(oldest.wait_for(|oldest| oldest.is_none_or(|oldest| oldest > time)).await);
        self.lock().check(time)
    }

    fn notify(&self, inside: &Inside) {
        self.oldest.send_replace(inside.unpublished.front().copied());
    }

    fn lock(&self) -> MutexGuard<'_, Inside> {
        self.inside.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inside {
    fn leave_open_from(&mut self, stamp: Timestamp) {
        self.open_from = Some(self.open_from.map_or(stamp, |earlier| earlier.min(stamp)));
    }

    fn check(&self, time: Timestamp) -> Result<(), UnsettledMoment> {
        if self.open_from.is_some_and(|from| time >= from) {
            return Err(UnsettledMoment);
        }
        Ok(())
    }
}

//! A memory budget that all calls share.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use tokio::sync::watch;

/// A limit on the bytes that all calls hold. Clones share the same budget.
#[derive(Debug, Clone)]
pub(crate) struct MemoryBudget(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    held: AtomicUsize,
    bytes_max: usize,
    is_full: watch::Sender<bool>,
}

/// Reserved bytes; released when this is dropped.
#[derive(Debug)]
pub(crate) struct Reservation {
    budget: MemoryBudget,
    bytes: usize,
}

impl MemoryBudget {
    pub(crate) fn new(bytes_max: usize) -> Self {
        Self(Arc::new(Shared { held: AtomicUsize::new(0), bytes_max, is_full: watch::Sender::new(false) }))
    }

    /// Maximum number of reserved bytes before others wait.
    pub(crate) fn bytes_max(&self) -> usize {
        self.0.bytes_max
    }

    /// An empty reservation.
    pub(crate) fn open(&self) -> Reservation {
        Reservation { budget: self.clone(), bytes: 0 }
    }

    /// Reserves bytes that are allocated already, whether or not there is room.
    pub(crate) fn reserve(&self, bytes: usize) -> Reservation {
        let held = self.0.held.fetch_add(bytes, Ordering::AcqRel) + bytes;
        if held >= self.0.bytes_max {
            self.note();
        }
        Reservation { budget: self.clone(), bytes }
    }

    pub(crate) fn is_full(&self) -> bool {
        self.0.held.load(Ordering::Acquire) >= self.0.bytes_max
    }

    /// Whether the extra quarter beyond the limit, for connections that hold nothing yet, is used up as well.
    pub(crate) fn is_exhausted(&self) -> bool {
        self.0.held.load(Ordering::Acquire) >= self.0.bytes_max + self.0.bytes_max / 4
    }

    /// Whether twice the limit is reserved, which small answers may use.
    pub(crate) fn is_doubled(&self) -> bool {
        self.0.held.load(Ordering::Acquire) >= 2 * self.0.bytes_max
    }

    /// Returns once the budget is full.
    pub(crate) async fn filled(&self) {
        self.reach(true).await;
    }

    /// Returns once there is room.
    pub(crate) async fn room(&self) {
        self.reach(false).await;
    }

    async fn reach(&self, wanted: bool) {
        // The sender lives as long as this does.
        drop(self.0.is_full.subscribe().wait_for(|is_full| *is_full == wanted).await);
    }

    fn try_add(&self, bytes: usize) -> bool {
        let fits = |held: usize| held.checked_add(bytes).filter(|sum| *sum <= self.0.bytes_max);
        let added = self.0.held.fetch_update(Ordering::AcqRel, Ordering::Acquire, fits);
        if added.is_ok_and(|before| before + bytes == self.0.bytes_max) {
            self.note();
        }
        added.is_ok()
    }

    fn give_back(&self, bytes: usize) {
        let before = self.0.held.fetch_sub(bytes, Ordering::AcqRel);
        if before >= self.0.bytes_max {
            self.note();
        }
    }

    /// Notifies the waiters whether the budget is full.
    fn note(&self) {
        // Read under the lock of the channel, so that the last of several concurrent notifications is correct.
        self.0.is_full.send_if_modified(|noted| {
            let is_full = self.is_full();
            std::mem::replace(noted, is_full) != is_full
        });
    }
}

impl Reservation {
    /// Changes the reservation to `bytes`. Returns whether there is room; if not, nothing changes.
    pub(crate) fn resize(&mut self, bytes: usize) -> bool {
        if bytes <= self.bytes {
            self.budget.give_back(self.bytes - bytes);
        } else if !self.budget.try_add(bytes - self.bytes) {
            return false;
        }
        self.bytes = bytes;
        true
    }
}

impl Drop for Reservation {
    fn drop(&mut self) {
        self.budget.give_back(self.bytes);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_more_is_held_than_may_be_and_what_is_dropped_is_given_back() {
        let budget = MemoryBudget::new(100);
        let (mut one, mut other) = (budget.open(), budget.open());
        assert!(one.resize(60) && !other.resize(41) && other.resize(40));
        assert!(budget.is_full());
        assert!(one.resize(59) && !budget.is_full());
        drop(one);
        assert!(other.resize(100));
        drop(other);
        assert!(budget.open().resize(100));
    }

    #[tokio::test]
    async fn those_who_wait_learn_when_it_is_full_and_when_there_is_room() {
        let budget = MemoryBudget::new(100);
        budget.room().await;
        let answer = budget.reserve(250);
        budget.filled().await;
        assert!(budget.is_full() && !budget.open().resize(1));
        drop(answer);
        budget.room().await;
        let mut exact = budget.open();
        assert!(exact.resize(100));
        budget.filled().await;
        let waiting = budget.clone();
        let waiting = tokio::spawn(async move { waiting.room().await });
        tokio::task::yield_now().await;
        assert!(!waiting.is_finished());
        assert!(exact.resize(99));
        waiting.await.unwrap();
    }
}

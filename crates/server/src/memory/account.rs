//! The account: how many bytes calls hold together.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use tokio::sync::watch;

/// Bytes that all calls hold. A clone is the same account.
#[derive(Debug, Clone)]
pub(crate) struct Account(Arc<Book>);

#[derive(Debug)]
struct Book {
    held: AtomicUsize,
    bytes_max: usize,
    is_full: watch::Sender<bool>,
}

/// Bytes that are held until this is dropped.
#[derive(Debug)]
pub(crate) struct Hold {
    account: Account,
    bytes: usize,
}

impl Account {
    pub(crate) fn new(bytes_max: usize) -> Self {
        Self(Arc::new(Book { held: AtomicUsize::new(0), bytes_max, is_full: watch::Sender::new(false) }))
    }

    /// Most bytes that are held before others wait.
    pub(crate) fn bytes_max(&self) -> usize {
        self.0.bytes_max
    }

    /// Holds nothing yet.
    pub(crate) fn open(&self) -> Hold {
        Hold { account: self.clone(), bytes: 0 }
    }

    /// Holds bytes that are there already, whether or not there is room.
    pub(crate) fn hold(&self, bytes: usize) -> Hold {
        let held = self.0.held.fetch_add(bytes, Ordering::AcqRel) + bytes;
        if held >= self.0.bytes_max {
            self.note();
        }
        Hold { account: self.clone(), bytes }
    }

    pub(crate) fn is_full(&self) -> bool {
        self.0.held.load(Ordering::Acquire) >= self.0.bytes_max
    }

    /// Whether what is kept for those who hold nothing is taken as well: a quarter beyond the limit.
    pub(crate) fn is_exhausted(&self) -> bool {
        self.0.held.load(Ordering::Acquire) >= self.0.bytes_max + self.0.bytes_max / 4
    }

    /// Returns once as much is held as may be.
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

    /// Tells those who wait how it is.
    fn note(&self) {
        // Read under the lock of the channel, so that the last of several that note at once notes what is.
        self.0.is_full.send_if_modified(|noted| {
            let is_full = self.is_full();
            std::mem::replace(noted, is_full) != is_full
        });
    }
}

impl Hold {
    /// Holds so many bytes from now on. Returns whether there is room; if not, nothing changes.
    pub(crate) fn resize(&mut self, bytes: usize) -> bool {
        if bytes <= self.bytes {
            self.account.give_back(self.bytes - bytes);
        } else if !self.account.try_add(bytes - self.bytes) {
            return false;
        }
        self.bytes = bytes;
        true
    }
}

impl Drop for Hold {
    fn drop(&mut self) {
        self.account.give_back(self.bytes);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_more_is_held_than_may_be_and_what_is_dropped_is_given_back() {
        let account = Account::new(100);
        let (mut one, mut other) = (account.open(), account.open());
        assert!(one.resize(60) && !other.resize(41) && other.resize(40));
        assert!(account.is_full());
        assert!(one.resize(59) && !account.is_full());
        drop(one);
        assert!(other.resize(100));
        drop(other);
        assert!(account.open().resize(100));
    }

    #[tokio::test]
    async fn those_who_wait_learn_when_it_is_full_and_when_there_is_room() {
        let account = Account::new(100);
        account.room().await;
        let answer = account.hold(250);
        account.filled().await;
        assert!(account.is_full() && !account.open().resize(1));
        drop(answer);
        account.room().await;
        let mut exact = account.open();
        assert!(exact.resize(100));
        account.filled().await;
        let waiting = account.clone();
        let waiting = tokio::spawn(async move { waiting.room().await });
        tokio::task::yield_now().await;
        assert!(!waiting.is_finished());
        assert!(exact.resize(99));
        waiting.await.unwrap();
    }
}

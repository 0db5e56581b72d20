//! Answers of one connection that were made and are not read yet.

use std::{
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use bytes::Bytes;
use tokio::{
    sync::Notify,
    time::{Instant, sleep},
};

use super::{Account, Hold};

/// Most unread bytes of one connection before its next calls wait.
const CONNECTION_BYTES_MAX: usize = 4 * 1024 * 1024;
/// How long a peer may read nothing where the account is full.
const STALL_WHERE_FULL_MAX: Duration = Duration::from_secs(5);
/// How often it is looked at then.
const LOOK_INTERVAL: Duration = Duration::from_millis(500);

/// The unread answers of one connection. A clone is of the same connection.
#[derive(Debug, Clone)]
pub(crate) struct Unread(Arc<Sent>);

#[derive(Debug)]
struct Sent {
    account: Account,
    bytes: AtomicUsize,
    /// When the peer last read something, or was sent the first bytes.
    read_at: Mutex<Instant>,
    read: Notify,
}

/// Bytes of an answer, until the transport drops them.
struct Tracked {
    bytes: Bytes,
    unread: Unread,
    _hold: Hold,
}

impl Unread {
    pub(crate) fn new(account: Account) -> Self {
        let read_at = Mutex::new(Instant::now());
        Self(Arc::new(Sent { account, bytes: AtomicUsize::new(0), read_at, read: Notify::new() }))
    }

    /// Counts bytes that are handed to the transport, until it has sent them.
    pub(crate) fn track(&self, bytes: Bytes) -> Bytes {
        if bytes.is_empty() {
            return bytes;
        }
        if self.0.bytes.fetch_add(bytes.len(), Ordering::AcqRel) == 0 {
            self.note_read();
        }
        let hold = self.0.account.hold(bytes.len());
        Bytes::from_owner(Tracked { bytes, unread: self.clone(), _hold: hold })
    }

    /// Whether so much is unread that a call over the connection has to wait, or the account is full.
    pub(crate) fn is_full(&self) -> bool {
        self.has_much() || self.0.account.is_full()
    }

    /// Most bytes that all calls hold together.
    pub(crate) fn bytes_max(&self) -> usize {
        self.0.account.bytes_max()
    }

    /// Returns once a call over the connection need not wait.
    pub(crate) async fn room(&self) {
        loop {
            let read = self.0.read.notified();
            if self.has_much() {
                read.await;
            } else if self.0.account.is_full() {
                self.0.account.room().await;
            } else {
                return;
            }
        }
    }

    /// Returns once the peer has read nothing for too long, though there is something to be read: for `stall_max`, or for less where
    /// the account is full.
    pub(crate) async fn stalled(&self, stall_max: Duration) {
        loop {
            tokio::select! {
                () = sleep(stall_max) => {}
                () = self.0.account.filled() => sleep(LOOK_INTERVAL).await,
            }
            let is_full = self.0.account.is_full();
            let most = if is_full { stall_max.min(STALL_WHERE_FULL_MAX) } else { stall_max };
            if self.0.bytes.load(Ordering::Acquire) > 0 && self.read_at().elapsed() >= most {
                return;
            }
        }
    }

    fn has_much(&self) -> bool {
        self.0.bytes.load(Ordering::Acquire) > CONNECTION_BYTES_MAX
    }

    fn note_read(&self) {
        *self.0.read_at.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now();
    }

    fn read_at(&self) -> Instant {
        *self.0.read_at.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl AsRef<[u8]> for Tracked {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

impl Drop for Tracked {
    fn drop(&mut self) {
        let Sent { bytes, read, .. } = &*self.unread.0;
        bytes.fetch_sub(self.bytes.len(), Ordering::AcqRel);
        self.unread.note_read();
        read.notify_waiters();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STALL_MAX: Duration = Duration::from_mins(1);

    fn answer(bytes: usize) -> Bytes {
        Bytes::from(vec![0; bytes])
    }

    #[tokio::test(start_paused = true)]
    async fn calls_wait_while_much_is_unread_and_go_on_once_it_is_read() {
        let unread = Unread::new(Account::new(100 * CONNECTION_BYTES_MAX));
        unread.room().await;
        let sent = unread.track(answer(CONNECTION_BYTES_MAX + 1));
        assert!(unread.is_full());
        let (waiting, part) = (unread.clone(), sent.slice(7..));
        let waiting = tokio::spawn(async move { waiting.room().await });
        drop(sent);
        sleep(Duration::from_secs(1)).await;
        assert!(!waiting.is_finished(), "a part is unread");
        drop(part);
        waiting.await.unwrap();
    }

    #[tokio::test(start_paused = true)]
    async fn a_peer_that_reads_nothing_stalls_and_sooner_where_others_need_the_room() {
        let account = Account::new(1_000);
        let (one, other) = (Unread::new(account.clone()), Unread::new(account.clone()));
        let sent = one.track(answer(10));
        let started = Instant::now();
        one.stalled(STALL_MAX).await;
        assert!(started.elapsed() >= STALL_MAX);
        let more = other.track(answer(2_000));
        let started = Instant::now();
        one.stalled(STALL_MAX).await;
        assert!(started.elapsed() < STALL_WHERE_FULL_MAX);
        other.stalled(STALL_MAX).await;
        assert!(started.elapsed() >= STALL_WHERE_FULL_MAX && started.elapsed() < 2 * STALL_WHERE_FULL_MAX);
        assert!(one.is_full());
        drop((sent, more));
        assert!(!one.is_full());
        assert!(tokio::time::timeout(2 * STALL_MAX, one.stalled(STALL_MAX)).await.is_err());
    }
}

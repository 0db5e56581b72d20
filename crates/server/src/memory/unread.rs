//! The unread answers of one connection.

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

use super::{MemoryBudget, Reservation};

/// Maximum number of bytes that are handed to the transport at once, so that it shows when a part of a long answer is read.
const PIECE_BYTES_MAX: usize = 64 * 1024;
/// How long a peer may read nothing where the budget is full.
const STALL_WHERE_FULL_MAX: Duration = Duration::from_secs(5);
/// Unread bytes with which a connection still counts as one that reads.
const LITTLE: usize = PIECE_BYTES_MAX;
/// Maximum number of bytes of a small answer.
const SMALL_BYTES_MAX: usize = 16 * 1024;
/// How often it is looked at then.
const LOOK_INTERVAL: Duration = Duration::from_millis(500);

/// The unread answers of one connection. A clone is of the same connection.
#[derive(Debug, Clone)]
pub(crate) struct Unread(Arc<Sent>);

#[derive(Debug)]
struct Sent {
    budget: MemoryBudget,
    bytes: AtomicUsize,
    /// When the peer last read a piece, or was sent the first one.
    read_at: Mutex<Instant>,
    /// Is notified whenever the peer has read a piece.
    has_read: Notify,
}

/// The bytes of an answer that are not handed to the transport yet.
#[derive(Debug)]
pub(crate) struct Pieces {
    unread: Unread,
    rest: Bytes,
    reservation: Reservation,
}

/// Bytes that the peer has not read, until this is dropped.
#[derive(Debug)]
struct Pending {
    unread: Unread,
    bytes: usize,
    _reservation: Reservation,
}

/// A piece of an answer, until the transport drops it.
struct Tracked {
    bytes: Bytes,
    _pending: Pending,
}

/// Counts an answer between its making and its first byte, which a peer without a window never reads. It travels as an extension
/// of the response; all clones count once.
#[derive(Debug, Clone)]
pub(crate) struct Counted {
    _pending: Arc<Pending>,
}

/// What an answer takes that is still to be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Size {
    /// At most 16 KiB.
    Small,
    /// More, or not known.
    Any,
}

impl Size {
    /// The size of an answer of this many bytes.
    pub(crate) fn of(bytes: usize) -> Self {
        if bytes <= SMALL_BYTES_MAX { Self::Small } else { Self::Any }
    }
}

impl Unread {
    pub(crate) fn new(budget: MemoryBudget) -> Self {
        let read_at = Mutex::new(Instant::now());
        Self(Arc::new(Sent { budget, bytes: AtomicUsize::new(0), read_at, has_read: Notify::new() }))
    }

    /// Counts an answer of `bytes` bytes until the returned value is dropped.
    pub(crate) fn counted(&self, bytes: usize) -> Counted {
        Counted { _pending: Arc::new(self.pending(bytes)) }
    }

    /// Counts bytes of an answer that are handed to the transport piece by piece, until it has sent them.
    pub(crate) fn pieces(&self, bytes: Bytes) -> Pieces {
        Pieces { reservation: self.0.budget.reserve(bytes.len()), unread: self.clone(), rest: bytes }
    }

    fn pending(&self, bytes: usize) -> Pending {
        if self.0.bytes.fetch_add(bytes, Ordering::AcqRel) == 0 {
            self.note_read();
        }
        Pending { unread: self.clone(), bytes, _reservation: self.0.budget.reserve(bytes) }
    }

    /// Maximum number of bytes that all answers hold together before others wait.
    pub(crate) fn bytes_max(&self) -> usize {
        self.0.budget.bytes_max()
    }

    /// Whether another answer of this size over this connection has to wait: the budget is full, and the connection has a part in
    /// that. One that reads its answers waits only if the reserve for such connections is used up as well; for a small answer the
    /// reserve is larger.
    pub(crate) fn must_wait(&self, size: Size) -> bool {
        let budget = &self.0.budget;
        let has_part = self.0.bytes.load(Ordering::Acquire) > LITTLE;
        let is_used_up = match size {
            Size::Small => budget.is_doubled(),
            Size::Any => budget.is_exhausted(),
        };
        budget.is_full() && (has_part || is_used_up)
    }

    /// Returns once another answer of this size need not wait.
    pub(crate) async fn room(&self, size: Size) {
        while self.must_wait(size) {
            tokio::select! {
                () = self.0.budget.room() => {}
                () = self.0.has_read.notified() => {}
                () = sleep(LOOK_INTERVAL) => {}
            }
        }
    }

    /// Returns once the peer has read nothing for too long, though there is something to be read: for `stall_max`, or for less where
    /// the budget is full.
    pub(crate) async fn stalled(&self, stall_max: Duration) {
        loop {
            tokio::select! {
                () = sleep(stall_max) => {}
                () = self.0.budget.filled() => sleep(LOOK_INTERVAL).await,
            }
            let is_full = self.0.budget.is_full();
            let most = if is_full { stall_max.min(STALL_WHERE_FULL_MAX) } else { stall_max };
            if self.0.bytes.load(Ordering::Acquire) > 0 && self.read_at().elapsed() >= most {
                return;
            }
        }
    }

    fn note_read(&self) {
        *self.0.read_at.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now();
    }

    fn read_at(&self) -> Instant {
        *self.0.read_at.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Pieces {
    /// The next piece; none after the last.
    pub(crate) fn next(&mut self) -> Option<Bytes> {
        if self.rest.is_empty() {
            return None;
        }
        let piece = self.rest.split_to(self.rest.len().min(PIECE_BYTES_MAX));
        // Giving bytes back always succeeds.
        let _ = self.reservation.resize(self.rest.len());
        let pending = self.unread.pending(piece.len());
        Some(Bytes::from_owner(Tracked { bytes: piece, _pending: pending }))
    }

    /// Whether all pieces were handed out.
    pub(crate) fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }
}

impl AsRef<[u8]> for Tracked {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

impl Drop for Pending {
    fn drop(&mut self) {
        self.unread.0.bytes.fetch_sub(self.bytes, Ordering::AcqRel);
        self.unread.note_read();
        self.unread.0.has_read.notify_waiters();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STALL_MAX: Duration = Duration::from_mins(1);

    fn answer(bytes: usize) -> Bytes {
        Bytes::from(vec![0; bytes])
    }

    #[tokio::test]
    async fn an_answer_is_counted_once_until_its_last_piece_is_read() {
        let budget = MemoryBudget::new(2 * PIECE_BYTES_MAX);
        let unread = Unread::new(budget.clone());
        let mut pieces = unread.pieces(answer(2 * PIECE_BYTES_MAX));
        let (first, second) = (pieces.next().unwrap(), pieces.next().unwrap());
        assert!(pieces.next().is_none() && pieces.is_empty() && budget.is_full());
        let part = second.slice(7..);
        drop((first, second, pieces));
        assert!(!budget.is_full() && !budget.open().resize(PIECE_BYTES_MAX + 1), "a part is unread");
        drop(part);
        assert!(budget.open().resize(2 * PIECE_BYTES_MAX));
    }

    #[tokio::test(start_paused = true)]
    async fn whoever_reads_its_answers_need_not_wait_for_those_who_do_not() {
        let budget = MemoryBudget::new(LITTLE + 1);
        let (greedy, other) = (Unread::new(budget.clone()), Unread::new(budget.clone()));
        let mut pieces = greedy.pieces(answer(LITTLE + 1));
        let unread = [pieces.next(), pieces.next()];
        assert!(greedy.must_wait(Size::Small) && !other.must_wait(Size::Any));
        let beyond = other.counted(LITTLE);
        assert!(other.must_wait(Size::Any) && !other.must_wait(Size::Small));
        let more = other.counted(1);
        assert!(other.must_wait(Size::Small));
        drop(more);
        let silent = Unread::new(budget.clone());
        assert!(silent.must_wait(Size::Any) && !silent.must_wait(Size::Small));
        let doubled = greedy.counted(1);
        assert!(silent.must_wait(Size::Small));
        drop(doubled);
        let waiting = tokio::spawn(async move { greedy.room(Size::Small).await });
        drop((beyond, unread));
        waiting.await.unwrap();
    }

    #[tokio::test(start_paused = true)]
    async fn a_peer_that_reads_nothing_stalls_and_sooner_where_others_need_the_room() {
        let budget = MemoryBudget::new(1_000);
        let (one, other) = (Unread::new(budget.clone()), Unread::new(budget.clone()));
        // It has no window: the transport never asks for a piece.
        let sent = one.counted(10);
        let started = Instant::now();
        one.stalled(STALL_MAX).await;
        assert!(started.elapsed() >= STALL_MAX);
        let more = other.pending(2_000);
        let started = Instant::now();
        one.stalled(STALL_MAX).await;
        assert!(started.elapsed() < STALL_WHERE_FULL_MAX);
        other.stalled(STALL_MAX).await;
        assert!(started.elapsed() >= STALL_WHERE_FULL_MAX && started.elapsed() < 2 * STALL_WHERE_FULL_MAX);
        drop((sent, more));
        assert!(!one.must_wait(Size::Any));
        assert!(tokio::time::timeout(2 * STALL_MAX, one.stalled(STALL_MAX)).await.is_err());
    }
}

//! How many bytes of submissions wait for the writer.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

/// Bytes that are taken for submissions that wait.
#[derive(Debug, Clone)]
pub(crate) struct Queue {
    taken: Arc<AtomicUsize>,
    max: usize,
}

/// Room for one submission; given back when it is dropped.
#[derive(Debug)]
pub(crate) struct Room {
    taken: Arc<AtomicUsize>,
    bytes: usize,
}

impl Queue {
    pub(crate) fn new(max: usize) -> Self {
        Self { taken: Arc::default(), max }
    }

    /// Reserves room for `bytes` bytes, if there is any; an empty queue takes a submission of any size.
    pub(crate) fn take(&self, bytes: usize) -> Option<Room> {
        let fits =
            |taken: usize| (taken == 0 || taken.saturating_add(bytes) <= self.max).then(|| taken + bytes);
        self.taken.fetch_update(Ordering::SeqCst, Ordering::SeqCst, fits).ok()?;
        Some(Room { taken: Arc::clone(&self.taken), bytes })
    }
}

impl Drop for Room {
    fn drop(&mut self) {
        self.taken.fetch_sub(self.bytes, Ordering::SeqCst);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_what_fits_and_gives_it_back() {
        let queue = Queue::new(10);
        let first = queue.take(6).unwrap();
        assert!(queue.take(5).is_none());
        let second = queue.take(4).unwrap();
        assert!(queue.take(1).is_none());
        drop((first, second));
        assert!(queue.take(50).is_some(), "an empty queue takes a submission of any size");
    }
}

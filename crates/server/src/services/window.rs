//! Windows: limit how much of a stream is in flight at once.
//!
//! *Invariant:* room for the largest message is taken before one is read, so that the bound on bytes holds strictly.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// A limit on the number of messages in flight and on their total bytes.
pub(super) struct Window {
    messages: Arc<Semaphore>,
    bytes: Arc<Semaphore>,
    message_bytes_max: u32,
}

/// Permits one message in flight; returned when it is dropped.
#[derive(Debug)]
pub(super) struct WindowPermit {
    _message: OwnedSemaphorePermit,
    bytes: OwnedSemaphorePermit,
}

impl Window {
    pub(super) fn new(messages_max: usize, bytes_max: usize, message_bytes_max: usize) -> Self {
        let largest = u32::try_from(message_bytes_max.min(bytes_max)).unwrap_or(u32::MAX);
        let (messages, bytes) = (Arc::new(Semaphore::new(messages_max)), Arc::new(Semaphore::new(bytes_max)));
        Self { messages, bytes, message_bytes_max: largest }
    }

    /// Waits for a permit for the largest message; none only if the window is closed, which never happens.
    pub(super) async fn acquire(&self) -> Option<WindowPermit> {
        let message = Arc::clone(&self.messages).acquire_owned().await.ok()?;
        let bytes = Arc::clone(&self.bytes).acquire_many_owned(self.message_bytes_max).await.ok()?;
        Some(WindowPermit { _message: message, bytes })
    }
}

impl WindowPermit {
    /// Returns the part of the permit that a message of `bytes` bytes does not need.
    pub(super) fn keep(&mut self, bytes: usize) {
        let spare = self.bytes.num_permits().saturating_sub(bytes);
        drop(self.bytes.split(spare));
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt as _;

    use super::*;

    fn acquire(window: &Window) -> Option<WindowPermit> {
        window.acquire().now_or_never().flatten()
    }

    #[test]
    fn no_more_messages_than_the_window_holds_are_under_way() {
        let window = Window::new(2, 100, 10);
        let held = (acquire(&window).unwrap(), acquire(&window).unwrap());
        assert!(acquire(&window).is_none());
        drop(held);
        assert!(acquire(&window).is_some());
    }

    #[test]
    fn no_more_bytes_than_the_window_holds_are_under_way() {
        let window = Window::new(10, 100, 60);
        let mut first = acquire(&window).unwrap();
        assert!(acquire(&window).is_none(), "the first may still turn out to be large");
        first.keep(40);
        let second = acquire(&window).unwrap();
        assert!(acquire(&window).is_none());
        drop((first, second));
        assert!(acquire(&window).is_some());
    }
}

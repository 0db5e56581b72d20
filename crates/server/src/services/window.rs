//! Windows: how much of a stream is under way at once.
//!
//! *Invariant:* room for the largest message is taken before one is read, so that the bound on bytes holds strictly.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Room for so many messages of together so many bytes.
pub(super) struct Window {
    messages: Arc<Semaphore>,
    bytes: Arc<Semaphore>,
    message_bytes_max: u32,
}

/// Room for one message; given back when it is dropped.
#[derive(Debug)]
pub(super) struct Places {
    _message: OwnedSemaphorePermit,
    bytes: OwnedSemaphorePermit,
}

impl Window {
    pub(super) fn new(messages_max: usize, bytes_max: usize, message_bytes_max: usize) -> Self {
        let largest = u32::try_from(message_bytes_max.min(bytes_max)).unwrap_or(u32::MAX);
        let (messages, bytes) = (Arc::new(Semaphore::new(messages_max)), Arc::new(Semaphore::new(bytes_max)));
        Self { messages, bytes, message_bytes_max: largest }
    }

    /// Room for the largest message, once there is; none only where the window is closed, which nobody does.
    pub(super) async fn places(&self) -> Option<Places> {
        let message = Arc::clone(&self.messages).acquire_owned().await.ok()?;
        let bytes = Arc::clone(&self.bytes).acquire_many_owned(self.message_bytes_max).await.ok()?;
        Some(Places { _message: message, bytes })
    }
}

impl Places {
    /// Gives back what a message of so many bytes does not need.
    pub(super) fn keep(&mut self, bytes: usize) {
        let spare = self.bytes.num_permits().saturating_sub(bytes);
        drop(self.bytes.split(spare));
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt as _;

    use super::*;

    fn places(window: &Window) -> Option<Places> {
        window.places().now_or_never().flatten()
    }

    #[test]
    fn no_more_messages_than_the_window_holds_are_under_way() {
        let window = Window::new(2, 100, 10);
        let held = (places(&window).unwrap(), places(&window).unwrap());
        assert!(places(&window).is_none());
        drop(held);
        assert!(places(&window).is_some());
    }

    #[test]
    fn no_more_bytes_than_the_window_holds_are_under_way() {
        let window = Window::new(10, 100, 60);
        let mut first = places(&window).unwrap();
        assert!(places(&window).is_none(), "the first may still turn out to be large");
        first.keep(40);
        let second = places(&window).unwrap();
        assert!(places(&window).is_none());
        drop((first, second));
        assert!(places(&window).is_some());
    }
}

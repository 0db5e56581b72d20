//! Draining: notifies endless streams that the server is shutting down.

use tokio::sync::watch;

/// Notifies streams that the server is shutting down.
#[derive(Debug)]
pub(crate) struct Drain(watch::Sender<bool>);

/// Receives the notification that the server is shutting down.
#[derive(Debug, Clone)]
pub(crate) struct Draining(watch::Receiver<bool>);

impl Drain {
    /// A notifier that has not fired yet.
    pub(crate) fn new() -> (Self, Draining) {
        let (sender, receiver) = watch::channel(false);
        (Self(sender), Draining(receiver))
    }

    /// Notifies all receivers that the server is shutting down.
    pub(crate) fn begin(&self) {
        self.0.send_replace(true);
    }
}

impl Draining {
    /// Returns once the server is shutting down, or the notifier is dropped.
    pub(crate) async fn begun(&mut self) {
        drop(self.0.wait_for(|has_begun| *has_begun).await);
    }
}

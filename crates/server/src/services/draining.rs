//! Draining: word for streams without an end that the server stops.

use tokio::sync::watch;

/// Tells streams that the server stops.
#[derive(Debug)]
pub(crate) struct Drain(watch::Sender<bool>);

/// Hears when the server stops.
#[derive(Debug, Clone)]
pub(crate) struct Draining(watch::Receiver<bool>);

impl Drain {
    /// Nothing is told yet.
    pub(crate) fn new() -> (Self, Draining) {
        let (sender, receiver) = watch::channel(false);
        (Self(sender), Draining(receiver))
    }

    /// Tells that the server stops.
    pub(crate) fn begin(&self) {
        self.0.send_replace(true);
    }
}

impl Draining {
    /// Returns once the server stops, or is gone.
    pub(crate) async fn begun(&mut self) {
        drop(self.0.wait_for(|has_begun| *has_begun).await);
    }
}

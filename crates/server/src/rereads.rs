//! When the files that the server was set up from are read again: every few seconds, and when that is requested.

use std::{pin::Pin, sync::Arc, time::Duration};

use tokio::{sync::Notify, time::sleep};

/// How often files are read.
const READ_INTERVAL: Duration = Duration::from_secs(2);

/// Requests that a running server reads its certificates and the keys of its token issuers again.
#[derive(Clone)]
pub struct ReloadHandle(Vec<Arc<Notify>>);

impl ReloadHandle {
    /// What notifies all of these.
    pub(crate) fn new(requested: Vec<Arc<Notify>>) -> Self {
        Self(requested)
    }

    /// Requests a reload, which follows soon. Its outcome is logged.
    pub fn request(&self) {
        self.0.iter().for_each(|requested| requested.notify_one());
    }
}

/// Returns when files are to be read again, with whether that was requested; none once `stop` is ready.
pub(crate) async fn next_read(stop: Pin<&mut impl Future<Output = ()>>, requested: &Notify) -> Option<bool> {
    tokio::select! {
        () = stop => None,
        () = requested.notified() => Some(true),
        () = sleep(READ_INTERVAL) => Some(false),
    }
}

//! The memory of the process: what a burst of calls took is given back.

use std::time::Duration;

use tokio::task::spawn_blocking;

use crate::services::Draining;

/// How often memory is given back. A process that is idle takes no longer than this to be as small as it was.
const INTERVAL: Duration = Duration::from_secs(15);

/// Gives back what was freed, at once and then again and again, until the server stops.
pub(crate) async fn trim_periodically(mut draining: Draining) {
    // Only fails where the process ends.
    while spawn_blocking(tenseven_heap::trim).await.is_ok() {
        if tokio::time::timeout(INTERVAL, draining.begun()).await.is_ok() {
            return;
        }
    }
}

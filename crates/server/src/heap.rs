//! The memory of the process: what a burst of calls took is given back.

use std::time::Duration;

use tokio::task::spawn_blocking;

/// How often memory is given back. A process that is idle takes no longer than this to be as small as it was.
const INTERVAL: Duration = Duration::from_secs(15);

/// Gives back what was freed, at once and then again and again, until the process ends.
pub(crate) async fn keep_small() {
    // Only fails where the process ends.
    while spawn_blocking(tenseven_heap::trim).await.is_ok() {
        tokio::time::sleep(INTERVAL).await;
    }
}

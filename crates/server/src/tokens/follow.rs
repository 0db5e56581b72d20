//! Keeps the keys of an issuer up to date while the server runs.

use std::{path::Path, pin::Pin, sync::Arc};

use tenseven_model::Timestamp;
use tokio::time::sleep;
use tracing::{error, info, warn};

use super::{
    TokensError,
    fetch::{ANSWER_BYTES_MAX, Fetch},
    issuer::Issuer,
    key_set::KeySet,
    refresh::Refresh,
    settings::read_file,
};
use crate::rereads::next_read;

/// Reads the keys in a file.
pub(super) fn read_keys(path: &Path) -> Result<KeySet, TokensError> {
    let bytes = read_file(path, ANSWER_BYTES_MAX as u64)?;
    KeySet::read(&bytes).map_err(|error| TokensError::Keys { path: path.to_owned(), error })
}

/// Takes in what was read of the keys, and logs what changed.
fn take(issuer: &Issuer, read: Result<KeySet, String>, now: Timestamp) -> bool {
    let name = &issuer.settings.issuer;
    match read {
        Ok(keys) => {
            let count = keys.len();
            if issuer.replace(keys, now) {
                info!(issuer = name, keys = count, "the issuer's keys are in use");
            }
            true
        }
        Err(problem) => {
            // The same problem is logged once, however often the keys are read.
            if !issuer.note_problem(problem.clone()) {
                if issuer.has_keys() {
                    error!(
                        issuer = name,
                        error = problem,
                        "the issuer's keys cannot be read; those in use stay"
                    );
                } else {
                    warn!(
                        issuer = name,
                        error = problem,
                        "the issuer has no keys yet; its tokens are rejected"
                    );
                }
            }
            false
        }
    }
}

/// Follows the keys in a file until `stop` is ready.
pub(super) async fn follow_file(
    issuer: Arc<Issuer>,
    path: &Path,
    now: impl Fn() -> Timestamp,
    mut stop: Pin<&mut impl Future<Output = ()>>,
) {
    while next_read(stop.as_mut(), issuer.refresh.requested()).await.is_some() {
        let path = path.to_owned();
        let read = tokio::task::spawn_blocking(move || read_keys(&path));
        // Fails only where the process ends.
        let Ok(read) = read.await else { return };
        take(&issuer, read.map_err(|error| error.to_string()), now());
    }
}

/// Fetches the keys at a URL at once, and follows them until `stop` is ready.
pub(super) async fn follow_url(
    issuer: Arc<Issuer>,
    fetch: Fetch,
    now: impl Fn() -> Timestamp,
    mut stop: Pin<&mut impl Future<Output = ()>>,
) {
    let mut failures: u32 = 0;
    loop {
        let fetched = tokio::select! {
            () = stop.as_mut() => return,
            fetched = fetch.keys() => fetched,
        };
        failures = if take(&issuer, fetched, now()) { 0 } else { failures.saturating_add(1) };
        issuer.refresh.note_end();
        tokio::select! {
            () = stop.as_mut() => return,
            () = issuer.refresh.requested().notified() => {}
            () = sleep(Refresh::wait(failures)) => {}
        }
    }
}

//! Follows the journal, and records which call each new revision came from.
//!
//! *Invariant:* nobody waits for it. A revision whose call is not known any more has no record.

use std::{
    io,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use tenseven_model::Revision;
use tenseven_observatory::Observatory;
use tokio::time::sleep;
use tracing::error;

use super::log::{AuditLog, AuditSettings};
use crate::services::Draining;

/// Revisions that are read at once.
const REVISIONS_MAX: usize = 1_000;
/// Between two looks, so that it takes little time while much is written.
const PAUSE: Duration = Duration::from_millis(50);

/// Records where changes come from. A clone is the same.
#[derive(Clone)]
pub(crate) struct AuditFollower {
    log: AuditLog,
    observatory: Arc<Observatory>,
    reached: Arc<Mutex<Revision>>,
}

impl AuditFollower {
    /// Starts the log. It follows what comes after the newest revision.
    pub(crate) fn start(settings: AuditSettings, observatory: &Arc<Observatory>) -> io::Result<Self> {
        let (clock, keys, observatory) =
            (Arc::clone(observatory), Arc::clone(observatory), Arc::clone(observatory));
        let log =
            AuditLog::start(settings, Box::new(move || clock.now()), Box::new(move |id| keys.has_key(id)))?;
        let reached = Arc::new(Mutex::new(observatory.revision()));
        Ok(Self { log, observatory, reached })
    }

    /// The log.
    pub(crate) fn log(&self) -> &AuditLog {
        &self.log
    }

    /// Records what was accepted last, and ends the log. Blocks.
    pub(crate) fn close(&self) {
        self.catch_up();
        self.log.close();
    }

    /// Follows until the server is shutting down.
    pub(crate) async fn run(self, mut draining: Draining) {
        tokio::select! {
            () = draining.begun() => {}
            () = self.follow() => {}
        }
    }

    async fn follow(&self) {
        loop {
            let reached = *self.reached.lock().unwrap_or_else(PoisonError::into_inner);
            self.observatory.newer_than(reached).await;
            let follower = self.clone();
            if let Err(problem) = tokio::task::spawn_blocking(move || follower.catch_up()).await {
                error!(%problem, "where changes come from is no longer recorded");
                return;
            }
            sleep(PAUSE).await;
        }
    }

    /// Records everything up to the newest revision. Blocks.
    fn catch_up(&self) {
        let mut reached = self.reached.lock().unwrap_or_else(PoisonError::into_inner);
        let newest = self.observatory.revision();
        while *reached < newest {
            // What cannot be read is reported to who asks for it.
            let Ok(read) = self.observatory.accepted_changes(*reached, None, REVISIONS_MAX) else {
                self.log.count_dropped(newest.number().saturating_sub(reached.number()));
                *reached = newest;
                return;
            };
            if read.up_to <= *reached {
                // It is tried again after the pause.
                return;
            }
            for change in read.changes {
                self.log.accept(&change);
            }
            *reached = read.up_to;
        }
    }
}

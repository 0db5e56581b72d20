//! Live scores: the score changes of one version, shared by its watchers.
//!
//! *Invariant:* memory is bounded by the ring. A watcher that falls out of it reads the past until the ring reaches back far enough.

use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use tenseven_model::Revision;
use tokio::sync::watch;

use super::{follower::RevisionChange, ring::Ring};

/// What the newest revisions changed of the scores made with one version.
#[derive(Debug)]
pub(super) struct Live {
    ring: RwLock<Ring>,
    progress: watch::Sender<Progress>,
}

/// How far watchers can read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Progress {
    at: Revision,
    is_ended: bool,
}

impl Live {
    /// Starts after a revision.
    pub(super) fn new(at: Revision) -> Self {
        let progress = watch::Sender::new(Progress { at, is_ended: false });
        Self { ring: RwLock::new(Ring::new(at)), progress }
    }

    /// Up to which revision the changes are there.
    pub(super) fn at(&self) -> Revision {
        self.ring().at()
    }

    /// Whether all changes after a revision are there, or will be.
    pub(super) fn reaches_back_to(&self, revision: Revision) -> bool {
        !self.progress.borrow().is_ended && self.ring().reaches_back_to(revision)
    }

    /// Adds what the next revisions changed. Watchers are notified by [`Self::notify`].
    pub(super) fn add(&self, changes: Ring) {
        self.ring_mut().extend(changes);
    }

    /// Starts again after a revision; what lies before it is read from the past.
    pub(super) fn restart(&self, at: Revision) {
        *self.ring_mut() = Ring::new(at);
        self.notify();
    }

    /// Notifies those who wait for changes.
    pub(super) fn notify(&self) {
        let at = self.at();
        self.progress.send_modify(|progress| progress.at = at);
    }

    /// Ends it: the writer does not score this version any more.
    pub(super) fn end(&self) {
        self.progress.send_modify(|progress| progress.is_ended = true);
    }

    /// Waits for changes after a revision, or the end.
    pub(super) async fn wait_beyond(&self, revision: Revision) {
        let mut progress = self.progress.subscribe();
        // The sender lives as long as this.
        drop(progress.wait_for(|progress| progress.at > revision || progress.is_ended).await);
    }

    /// The changes after a revision; see [`Ring::after`].
    pub(super) fn after(
        &self,
        revision: Revision,
        count: usize,
    ) -> Option<(Vec<Arc<RevisionChange>>, Revision)> {
        self.ring().after(revision, count)
    }

    fn ring(&self) -> RwLockReadGuard<'_, Ring> {
        self.ring.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn ring_mut(&self) -> RwLockWriteGuard<'_, Ring> {
        self.ring.write().unwrap_or_else(PoisonError::into_inner)
    }
}

//! Feeds: a follower and the ring that it fills, for any number of watchers.
//!
//! *Invariant:* a feed runs as far ahead of the fastest of its watchers as its ring has room for, and no further; it ends with
//! the last of them.

use std::sync::{
    Arc, Mutex, PoisonError, RwLock, Weak,
    atomic::{AtomicBool, Ordering},
};

use tenseven_engine::Board;
use tenseven_model::Revision;
use tokio::sync::{OwnedSemaphorePermit, watch};
use tracing::error;

use super::{
    follower::{Follower, RevisionChange},
    ring::Ring,
};
use crate::{QueryError, Unreadable, records::unreadable, shared::Shared, tail::Tail};

/// Most revisions that are followed before watchers are told of them.
const TOLD_TOGETHER_MAX: usize = 64;

/// About how many observations are followed before watchers are told, so that large batches come one by one, and a feed that
/// nobody waits for any more ends soon.
const OBSERVED_TOGETHER_MAX: usize = 500;

/// How far a feed is, and why it goes no further, if it does not.
type Progress = (Revision, Option<QueryError>);

/// What a version's scores became, one revision after the other.
#[derive(Debug)]
pub(super) struct Feed {
    follower: Mutex<Follower>,
    ring: RwLock<Ring>,
    progress: watch::Sender<Progress>,
    /// How far the fastest watcher is.
    taken: watch::Sender<Revision>,
    /// Held by a feed that started in the past.
    place: Mutex<Option<OwnedSemaphorePermit>>,
    is_past: AtomicBool,
}

impl Feed {
    /// Starts a feed at a revision, of which these are the scores. With a `place` it counts among those of the past.
    pub(super) fn start(
        shared: &Arc<Shared>,
        (board, revision): (Arc<Board>, Revision),
        place: Option<OwnedSemaphorePermit>,
    ) -> Arc<Self> {
        let feed = Arc::new(Self {
            follower: Mutex::new(Follower { board, revision }),
            ring: RwLock::new(Ring::new(revision)),
            progress: watch::Sender::new((revision, None)),
            taken: watch::Sender::new(revision),
            is_past: AtomicBool::new(place.is_some()),
            place: Mutex::new(place),
        });
        tokio::spawn(run(Arc::downgrade(shared), Arc::downgrade(&feed), shared.revisions(), revision));
        feed
    }

    /// Up to which revision it is filled.
    pub(super) fn at(&self) -> Revision {
        self.ring().at()
    }

    /// Whether it started in the past, and is not yet the one that others should join.
    pub(super) fn is_past(&self) -> bool {
        self.is_past.load(Ordering::Relaxed)
    }

    /// Counts it among the feeds of the present from now on.
    pub(super) fn settle_in_present(&self) {
        self.is_past.store(false, Ordering::Relaxed);
        drop(self.place.lock().unwrap_or_else(PoisonError::into_inner).take());
    }

    /// Whether it has, or will have, all changes behind a revision.
    pub(super) fn reaches_back_to(&self, revision: Revision) -> bool {
        self.ring().reaches_back_to(revision)
    }

    /// Waits until there is something behind a revision.
    pub(super) async fn beyond(&self, revision: Revision) -> Result<(), QueryError> {
        let mut progress = self.progress.subscribe();
        let reached = progress.wait_for(|(at, failed)| *at > revision || failed.is_some()).await;
        match reached.as_deref() {
            Ok((at, Some(failed))) if *at <= revision => Err(failed.clone()),
            // The sender lives as long as the feed.
            _ => Ok(()),
        }
    }

    /// The changes behind a revision; see [`Ring::after`]. They count as taken.
    pub(super) fn after(
        &self,
        revision: Revision,
        count: usize,
    ) -> Option<(Vec<Arc<RevisionChange>>, Revision)> {
        let found = self.ring().after(revision, count)?;
        self.taken.send_if_modified(|taken| {
            let is_further = found.1 > *taken;
            *taken = found.1.max(*taken);
            is_further
        });
        Some(found)
    }

    fn ring(&self) -> std::sync::RwLockReadGuard<'_, Ring> {
        self.ring.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Follows the next few entries. Blocks while it does.
    fn advance(&self, shared: &Shared) -> Progress {
        let mut follower = self.follower.lock().unwrap_or_else(PoisonError::into_inner);
        let (mut failed, mut observed) = (None, 0);
        for entry in Tail::new(shared, follower.revision).take(TOLD_TOGETHER_MAX) {
            match entry {
                Ok(entry) if let Some(retired) = follower.retired_by(&entry) => {
                    failed = Some(QueryError::Retired(Box::new(retired)));
                    break;
                }
                Ok(entry) => {
                    let change = follower.take(&entry, shared.world.geography());
                    self.ring.write().unwrap_or_else(PoisonError::into_inner).put(change);
                    observed += entry.event.versions().len();
                    if observed >= OBSERVED_TOGETHER_MAX {
                        break;
                    }
                }
                Err(problem) => failed = Some(unreadable(&problem).into()),
            }
        }
        self.progress.send_replace((follower.revision, failed.clone()));
        (follower.revision, failed)
    }
}

/// Keeps a feed filled as long as there is one.
async fn run(
    shared: Weak<Shared>,
    feed: Weak<Feed>,
    mut revisions: watch::Receiver<Revision>,
    mut at: Revision,
) {
    let Some(taken) = feed.upgrade().map(|feed| feed.taken.subscribe()) else { return };
    loop {
        // Neither holds the feed: both end when it is gone, or the observatory is.
        let is_ended = tokio::select! {
            newer = revisions.wait_for(|newest| *newest > at) => newer.is_err(),
            () = gone(taken.clone()) => true,
        };
        if is_ended || !is_wanted(&feed, taken.clone()).await {
            return;
        }
        let (Some(feed), Some(shared)) = (feed.upgrade(), shared.upgrade()) else { return };
        let advancing = tokio::task::spawn_blocking({
            let feed = Arc::clone(&feed);
            move || feed.advance(&shared)
        });
        match advancing.await {
            Ok((_, Some(_))) => return,
            Ok((reached, None)) => at = reached,
            Err(died) => {
                error!(error = %died, "following scores ended unexpectedly; their watchers are told");
                feed.progress.send_replace((at, Some(QueryError::from(Unreadable { revision: at.next() }))));
                return;
            }
        }
    }
}

/// Waits until some watcher is near; false once there is none any more.
async fn is_wanted(feed: &Weak<Feed>, mut taken: watch::Receiver<Revision>) -> bool {
    let is_near = |taken: &Revision| feed.upgrade().is_none_or(|feed| !feed.ring().is_ahead_of(*taken));
    taken.wait_for(is_near).await.is_ok()
}

/// Returns once the other end is gone.
async fn gone(mut taken: watch::Receiver<Revision>) {
    while taken.changed().await.is_ok() {}
}

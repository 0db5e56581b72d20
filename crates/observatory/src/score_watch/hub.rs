//! The hub: hands what the writer's scoring changed to the live scores of the versions that are watched.
//!
//! *Invariants:*
//! - The writer scores a version once, watched or not: the scores that it publishes of a watched version are those that were
//!   made for its watchers.
//! - No change is missed and none comes twice: a version starts to be followed at the published revision, under the lock that every
//!   publication takes.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError, Weak},
};

use tenseven_engine::{Board, Geography};
use tenseven_model::{FrameworkRef, Revision};
use tenseven_store::Entry;

use super::{
    follower::{Follower, RevisionChange},
    live::Live,
};
use crate::snapshot::Snapshot;

/// The live scores of the versions that are watched. Their watchers alone hold them.
#[derive(Debug, Default)]
pub(crate) struct Hub {
    live: Mutex<HashMap<FrameworkRef, Weak<Live>>>,
}

/// What entries changed of the scores made with one watched version.
#[derive(Debug)]
pub(crate) struct Followed {
    /// The version.
    pub(crate) framework: FrameworkRef,
    /// Its scores with all entries.
    pub(crate) board: Arc<Board>,
    live: Arc<Live>,
    changes: Vec<RevisionChange>,
    /// Whether the version is retired by one of the entries.
    is_ended: bool,
}

/// Entries that follow a published state.
#[derive(Clone, Copy)]
pub(crate) struct Commit<'a> {
    pub(crate) before: &'a Snapshot,
    pub(crate) entries: &'a [Arc<Entry>],
    pub(crate) geography: &'a Geography,
}

impl Followed {
    /// Follows the published scores of a version; none if there are none.
    fn new(framework: &FrameworkRef, live: Arc<Live>, commit: Commit<'_>) -> Option<Self> {
        let Commit { before, entries, geography } = commit;
        let (board, revision) = (Arc::clone(before.board(framework)?), before.revision());
        let framework = framework.clone();
        let mut follower = Follower { board, revision };
        let retirement = entries.iter().position(|entry| follower.retired_by(entry).is_some());
        let until = retirement.unwrap_or(entries.len());
        let changes = entries[..until].iter().map(|entry| follower.take(entry, geography)).collect();
        Some(Self { framework, live, changes, board: follower.board, is_ended: retirement.is_some() })
    }
}

impl Hub {
    /// The live scores of a version. Where nobody watches it yet they start at the revision that `newest` returns, if it returns any.
    pub(super) fn live(
        &self,
        framework: &FrameworkRef,
        newest: impl FnOnce() -> Option<Revision>,
    ) -> Option<Arc<Live>> {
        let mut live = self.lock();
        if let Some(known) = live.get(framework).and_then(Weak::upgrade) {
            return Some(known);
        }
        let started = Arc::new(Live::new(newest()?));
        live.insert(framework.clone(), Arc::downgrade(&started));
        Some(started)
    }

    /// What entries change of the watched versions. Live scores of a version that has no published scores any more end.
    pub(crate) fn follow(&self, commit: Commit<'_>) -> Vec<Followed> {
        let watched: Vec<_> = {
            let mut live = self.lock();
            live.retain(|_, live| live.strong_count() > 0);
            live.iter().filter_map(|(framework, live)| Some((framework.clone(), live.upgrade()?))).collect()
        };
        let follow = |(framework, live): (FrameworkRef, Arc<Live>)| {
            let followed = Followed::new(&framework, Arc::clone(&live), commit);
            if followed.is_none() {
                self.lock().remove(&framework);
                live.end();
            }
            followed
        };
        watched.into_iter().filter_map(follow).collect()
    }

    /// Publishes a state by `publish`, and adds to the live scores what its entries changed. Versions that are watched only since
    /// [`Self::follow`] are followed here.
    pub(crate) fn publish(&self, followed: &mut Vec<Followed>, commit: Commit<'_>, publish: impl FnOnce()) {
        let live = self.lock();
        for (framework, live) in live.iter() {
            if followed.iter().all(|known| known.framework != *framework)
                && let Some(live) = live.upgrade()
            {
                followed.extend(Followed::new(framework, live, commit));
            }
        }
        publish();
        for Followed { live, changes, .. } in followed.iter_mut() {
            live.add(std::mem::take(changes));
        }
    }

    /// Notifies those who watch.
    pub(crate) fn notify(followed: &[Followed]) {
        for Followed { live, is_ended, .. } in followed {
            live.notify();
            if *is_ended {
                live.end();
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<FrameworkRef, Weak<Live>>> {
        self.live.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

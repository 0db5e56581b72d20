//! The hub: publishes the score changes of the writer to the live scores of the watched versions.
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

use super::{follower::Follower, live::Live, ring::Ring};
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
    changes: Ring,
    /// Whether the version is retired by one of the entries.
    is_ended: bool,
}

/// Live scores that have what was published, and whose watchers are still to be notified.
#[derive(Debug)]
pub(crate) struct Published {
    live: Arc<Live>,
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
        let mut changes = Ring::new(revision);
        entries[..until].iter().for_each(|entry| changes.put(follower.take(entry, geography)));
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

    /// Publishes the state of a revision by `publish`, and adds to the live scores what its entries changed. Versions that are watched
    /// only since [`Self::follow`] are live from this revision on: nothing is scored while others wait for the lock.
    pub(crate) fn publish(
        &self,
        followed: Vec<Followed>,
        revision: Revision,
        publish: impl FnOnce(),
    ) -> Vec<Published> {
        let watched = self.lock();
        publish();
        for (framework, live) in watched.iter() {
            if followed.iter().all(|known| known.framework != *framework)
                && let Some(live) = live.upgrade()
            {
                live.restart(revision);
            }
        }
        let add = |Followed { live, changes, is_ended, .. }: Followed| {
            live.add(changes);
            Published { live, is_ended }
        };
        followed.into_iter().map(add).collect()
    }

    /// Notifies those who watch.
    pub(crate) fn notify(published: &[Published]) {
        for Published { live, is_ended } in published {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_that_is_watched_only_since_the_entries_were_scored_is_live_after_them() {
        let (hub, framework) = (Hub::default(), "target-10-7".parse().unwrap());
        let live = hub.live(&framework, || Some(Revision::new(5))).unwrap();
        let mut was_published = false;
        hub.publish(Vec::new(), Revision::new(7), || was_published = true);
        assert!(was_published);
        assert_eq!(live.at(), Revision::new(7));
        // What lies between is read from the past.
        let reaches = [5, 6, 7].map(|revision| live.reaches_back_to(Revision::new(revision)));
        assert_eq!(reaches, [false, false, true]);
    }
}

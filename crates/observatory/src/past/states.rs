//! Past states: folded from the nearest checkpoint, or from the nearest state that is kept.
//!
//! *Invariant:* one fold runs at a time; who asks for the same moment meanwhile waits for it.

use std::sync::{Arc, Mutex, PoisonError};

use tenseven_model::Revision;
use tenseven_state::State;
use tenseven_store::Storage;
use tokio::sync::Semaphore;

use super::lru::LruCache;
use crate::{
    Limits, Unreadable,
    accepted::accepted,
    checkpoint,
    records::{unreadable, unreadable_version},
    snapshot::Snapshot,
};

/// Maximum number of concurrent reads of past states.
const READERS_MAX: usize = 2;

/// The past states that were requested last.
pub(crate) struct PastStates {
    kept: Mutex<LruCache<Revision, Arc<Snapshot>>>,
    folding: Mutex<()>,
    turns: Arc<Semaphore>,
}

impl PastStates {
    pub(crate) fn new(limits: &Limits) -> Self {
        let kept = LruCache::new(limits.past_states_max, limits.past_bytes_max / 4);
        let turns = Arc::new(Semaphore::new(READERS_MAX));
        Self { kept: Mutex::new(kept), folding: Mutex::new(()), turns }
    }

    /// The result of a read of the past, which blocks. Few run at once, and those who wait hold no thread; none where the read panicked
    /// or the process ends.
    pub(crate) async fn in_turn<T: Send + 'static>(
        &self,
        read: impl FnOnce() -> T + Send + 'static,
    ) -> Option<T> {
        let turn = Arc::clone(&self.turns).acquire_owned().await.ok()?;
        // The turn ends with the work, also where nobody waits for it any more.
        let read = tokio::task::spawn_blocking(move || {
            let read = read();
            drop(turn);
            read
        });
        read.await.ok()
    }

    /// Keeps a state that was just shown and will be requested again, as the next page of a listing will.
    pub(crate) fn keep(&self, state: &Arc<Snapshot>) {
        let cost = state.bytes();
        self.lock().keep(state.revision(), Arc::clone(state), cost);
    }

    /// The state at a revision if it is kept.
    pub(crate) fn get(&self, revision: Revision) -> Option<Arc<Snapshot>> {
        self.lock().get(&revision)
    }

    /// The state at a revision up to the journal's head. Blocks while it is made.
    pub(crate) fn make(
        &self,
        journal: &dyn Storage,
        revision: Revision,
    ) -> Result<Arc<Snapshot>, Unreadable> {
        let turn = self.folding.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(state) = self.get(revision) {
            return Ok(state);
        }
        let mut state = self.base(journal, revision);
        for entry in journal.read_after(state.revision()) {
            if state.revision() == revision {
                break;
            }
            let entry = entry.map_err(|error| unreadable(&error))?;
            state.fold(accepted(&entry), &entry.event).map_err(|problem| unreadable_version(&problem))?;
        }
        let state = Arc::new(Snapshot::from(state));
        self.keep(&state);
        drop(turn);
        Ok(state)
    }

    /// The nearest state up to a revision that need not be folded.
    fn base(&self, journal: &dyn Storage, revision: Revision) -> State {
        let near = self.lock().best(|known| (*known <= revision).then_some(*known));
        let after = near.as_ref().map_or(Revision::ZERO, |near| near.revision());
        let found = checkpoint::nearest(journal, after, revision);
        found.or_else(|| near.map(|near| State::clone(&near))).unwrap_or_default()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, LruCache<Revision, Arc<Snapshot>>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tenseven_catalog::Catalog;
    use tenseven_model::{AsOf, ReadAt};
    use tenseven_state::World;
    use tenseven_testkit::TestJournal;

    use super::*;
    use crate::{Observatory, SystemClock};

    #[test]
    fn however_many_ask_for_the_past_threads_are_left_for_others() {
        let world = World::new(Catalog::bundled());
        let journal = Box::new(TestJournal::default());
        let opened = Observatory::open(journal, world, Limits::default(), Box::new(SystemClock));
        let observatory = Arc::new(opened.unwrap());
        let threads = READERS_MAX + 1;
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .max_blocking_threads(threads)
            .enable_time()
            .build()
            .unwrap();
        // No fold ends while this is held.
        let folding = observatory.shared.past_states.folding.lock().unwrap();
        let asked: Vec<_> = (0..4 * threads)
            .map(|_| {
                let observatory = Arc::clone(&observatory);
                let read = ReadAt { as_of: AsOf::Revision(Revision::new(1)), ..ReadAt::default() };
                runtime.spawn(async move { observatory.view(read, Duration::ZERO).await.map(drop) })
            })
            .collect();
        runtime.block_on(async {
            // All of them wait by now.
            tokio::time::sleep(Duration::from_millis(200)).await;
            let other = tokio::task::spawn_blocking(|| ());
            tokio::time::timeout(Duration::from_secs(10), other).await.expect("a thread is free").unwrap();
        });
        drop(folding);
        for asked in asked {
            assert_eq!(runtime.block_on(asked).unwrap(), Ok(()));
        }
    }
}

//! Past score changes, replayed a few revisions at a time.
//!
//! *Invariants:*
//! - Nothing is held for a watcher between two reads, so that one that does not read keeps nothing from others.
//! - Memory is bounded, and few chunks are made at once. Those who wait take turns, and share the chunks that they have in common:
//!   chunks end at round revisions.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tenseven_engine::Board;
use tenseven_model::{FrameworkRef, Revision};
use tenseven_state::frameworks::RetiredFramework;
use tokio::sync::Semaphore;

use super::{
    error::ScoreWatchError,
    follower::{Follower, RevisionChange},
};
use crate::{
    Limits, Unreadable, View,
    past::{LruCache, Moment, PastBoards},
    records::unreadable,
    shared::Shared,
    snapshot::NotScored,
    tail::Tail,
};

/// Maximum number of chunks that are made at once.
const CHUNKS_AT_ONCE_MAX: usize = 2;
/// A chunk ends at the next multiple of this many revisions, or earlier.
const CHUNK_REVISIONS: u64 = 64;
/// A chunk ends once it holds about this many observations.
const CHUNK_OBSERVATIONS_MAX: usize = 500;
/// A chunk ends once its changes take about this many bytes.
const CHUNK_BYTES_MAX: usize = 128 * 1024;
/// How many chunks are kept, and about how many bytes of them.
const KEPT_CHUNKS_MAX: usize = 256;
const KEPT_BYTES_MAX: u64 = 16 * 1024 * 1024;

/// What a few revisions changed.
#[derive(Debug)]
pub(super) struct Chunk {
    pub(super) changes: Vec<Arc<RevisionChange>>,
    /// The revision up to which they are all.
    pub(super) up_to: Revision,
}

/// Makes chunks, and keeps the last of them.
#[derive(Debug)]
pub(super) struct Past {
    turns: Arc<Semaphore>,
    kept: Mutex<LruCache<Moment, Arc<Chunk>>>,
    /// The scores at the ends of chunks, apart from those that questions keep: either would push the others out.
    boards: Arc<PastBoards>,
}

impl Past {
    pub(super) fn new(limits: &Limits) -> Self {
        let kept = Mutex::new(LruCache::new(KEPT_CHUNKS_MAX, KEPT_BYTES_MAX));
        let boards = Arc::new(PastBoards::watched(limits));
        Self { turns: Arc::new(Semaphore::new(CHUNKS_AT_ONCE_MAX)), kept, boards }
    }

    /// What the revisions after one changed, which must not be the newest.
    pub(super) async fn after(
        &self,
        shared: &Arc<Shared>,
        framework: &FrameworkRef,
        revision: Revision,
    ) -> Result<Arc<Chunk>, ScoreWatchError> {
        let start = (framework.clone(), revision);
        if let Some(chunk) = self.lock().get(&start) {
            return Ok(chunk);
        }
        // Fails only while the process ends.
        let ends = |_| Unreadable { revision };
        let turn = Arc::clone(&self.turns).acquire_owned().await.map_err(ends)?;
        // Others who waited may have made it.
        if let Some(chunk) = self.lock().get(&start) {
            return Ok(chunk);
        }
        let (reading, boards, at) = (Arc::clone(shared), Arc::clone(&self.boards), start.clone());
        // The turn ends with the work, also where nobody waits for it any more.
        let made = tokio::task::spawn_blocking(move || {
            let made = make(&reading, &boards, at);
            drop(turn);
            made
        });
        // It fails only where it panicked or the process ends.
        let made = made.await;
        let chunk = Arc::new(made.map_err(|_| Unreadable { revision })??);
        let bytes: usize = chunk.changes.iter().map(|change| change.bytes()).sum();
        self.lock().keep(start, Arc::clone(&chunk), bytes as u64);
        Ok(chunk)
    }

    fn lock(&self) -> MutexGuard<'_, LruCache<Moment, Arc<Chunk>>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The scores by a version at a revision. Blocks while they are made.
pub(super) fn board_at(
    shared: &Arc<Shared>,
    (framework, revision): &Moment,
) -> Result<Arc<Board>, ScoreWatchError> {
    let view = View::made(shared, *revision)?;
    let published = view.state().version_of(framework)?;
    Ok(view.board(&published)?)
}

fn make(shared: &Arc<Shared>, boards: &PastBoards, start: Moment) -> Result<Chunk, ScoreWatchError> {
    let board = match boards.kept(&start) {
        Some(board) => board,
        None => board_at(shared, &start)?,
    };
    let (framework, revision) = start;
    let mut follower = Follower { board, revision };
    let (mut changes, mut observations, mut bytes) = (Vec::new(), 0, 0);
    for entry in Tail::new(shared, revision) {
        let entry = entry.map_err(|problem| unreadable(&problem))?;
        if let Some(retired) = follower.retired_by(&entry) {
            if follower.revision == revision {
                let current = shared.state.load().frameworks().newest_of(&framework.id).cloned();
                let current = current.map(|current| current.framework.reference());
                let retired = RetiredFramework { retired, current };
                return Err(NotScored::Retired(Box::new(retired)).into());
            }
            break;
        }
        observations += entry.event.versions().len();
        let change = follower.take(&entry, shared.world.geography());
        bytes += change.bytes();
        if !change.changes.is_empty() {
            changes.push(Arc::new(change));
        }
        if bytes >= CHUNK_BYTES_MAX
            || observations >= CHUNK_OBSERVATIONS_MAX
            || follower.revision.number().is_multiple_of(CHUNK_REVISIONS)
        {
            break;
        }
    }
    let Follower { board, revision: up_to } = follower;
    boards.keep((framework, up_to), board);
    Ok(Chunk { changes, up_to })
}

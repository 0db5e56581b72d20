//! Scores that the writer does not maintain: at past revisions, and of versions of a framework that are not the newest.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tenseven_engine::Board;
use tenseven_model::{FrameworkRef, Revision};

use super::lru::LruCache;
use crate::Limits;

/// A framework at a revision.
pub(crate) type Moment = (FrameworkRef, Revision);

/// The boards that were requested last.
#[derive(Debug)]
pub(crate) struct PastBoards(Mutex<LruCache<Moment, (Revision, Arc<Board>)>>);

impl PastBoards {
    /// Keeps those that were requested.
    pub(crate) fn asked(limits: &Limits) -> Self {
        Self::new(limits.past_boards_max, limits.past_bytes_max / 2)
    }

    /// Keeps those that watchers go on from.
    pub(crate) fn watched(limits: &Limits) -> Self {
        Self::new(limits.past_boards_max, limits.past_bytes_max / 4)
    }

    fn new(count_max: usize, bytes_max: u64) -> Self {
        Self(Mutex::new(LruCache::new(count_max, bytes_max)))
    }

    /// The scores at that moment, if they are kept.
    pub(crate) fn kept(&self, moment: &Moment) -> Option<Arc<Board>> {
        self.lock().get(moment).map(|(_, board)| board)
    }

    /// Keeps scores for the next question about that moment.
    pub(crate) fn keep(&self, moment: Moment, board: Arc<Board>) {
        let (revision, cost) = (moment.1, board.bytes() as u64);
        self.lock().keep(moment, (revision, board), cost);
    }

    /// The scores at that moment, made by `make` if they are not kept. It is given the scores of the nearest earlier revision that
    /// are kept.
    pub(crate) fn get(
        &self,
        moment: Moment,
        make: impl FnOnce(Option<(Revision, Arc<Board>)>) -> Board,
    ) -> Arc<Board> {
        let earlier = {
            let mut kept = self.lock();
            if let Some((_, board)) = kept.get(&moment) {
                return board;
            }
            let (framework, revision) = &moment;
            kept.best(|(known, at)| (known == framework && at <= revision).then_some(*at))
        };
        // Made without the lock: two readers may do the same work, but none waits for another's.
        let board = Arc::new(make(earlier));
        self.keep(moment, Arc::clone(&board));
        board
    }

    fn lock(&self) -> MutexGuard<'_, LruCache<Moment, (Revision, Arc<Board>)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use tenseven_catalog::Catalog;
    use tenseven_model::Value;
    use tenseven_state::World;
    use tenseven_testkit::{TestJournal, as_changes, observation, submission};

    use super::*;
    use crate::{Observatory, SystemClock, View};

    /// What may be kept, in bytes; a moment of this test takes some hundred thousand.
    const BYTES_MAX: u64 = 1_500_000;

    #[test]
    fn however_many_moments_are_read_no_more_bytes_are_kept_than_may_be() {
        let limits = Limits { past_bytes_max: BYTES_MAX, past_boards_max: 100, ..Limits::default() };
        let (journal, world) = (Box::new(TestJournal::default()), World::new(Catalog::bundled()));
        let observatory = Observatory::open(journal, world, limits, Box::new(SystemClock)).unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        let areas: Vec<_> = Catalog::bundled().areas().iter().map(|area| area.alpha3.to_string()).collect();
        for year in 2_000..2_020 {
            let value = Value::Level("basic".parse().unwrap());
            let of = |area: &String| observation("dual-nationality", area, &year.to_string(), value.clone());
            let batch = areas.iter().take(100).map(of);
            runtime.block_on(observatory.submit_changes(submission(year), as_changes(batch))).unwrap();
        }
        let shared = &observatory.shared;
        let newest = observatory.revision().number();
        for revision in (newest - 19..newest).rev() {
            let view = View::made(shared, Revision::new(revision)).unwrap();
            let published = view.state().version_of(&"target-10-7@1.0.0".parse().unwrap()).unwrap();
            let board = view.board(&published).unwrap();
            assert!(
                board.bytes() > board.panel().bytes() && board.panel().bytes() >= 32 * board.panel().len()
            );
            let (count, bytes) = shared.past_boards.lock().held();
            assert!(count >= 1 && bytes <= BYTES_MAX / 2, "{count} with {bytes} bytes");
        }
        let (count, _) = shared.past_boards.lock().held();
        assert!((2..19).contains(&count), "{count} are kept");
    }
}

//! Scores of past moments, kept for the next question about them.
//!
//! *Invariant:* what is kept equals what would be made again, because the engine is a function; so anything can be
//! dropped at any time.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, PoisonError},
};

use tenseven_engine::Board;
use tenseven_model::{FrameworkRef, Revision};

/// A framework at a revision.
type Moment = (FrameworkRef, Revision);

/// The last few that were asked for, the newest question last.
pub(crate) struct PastBoards {
    max: usize,
    kept: Mutex<VecDeque<(Moment, Arc<Board>)>>,
}

impl PastBoards {
    pub(crate) fn new(max: usize) -> Self {
        Self { max, kept: Mutex::new(VecDeque::new()) }
    }

    /// The scores at that moment, made by `make` if they are not kept.
    pub(crate) fn get(&self, key: Moment, make: impl FnOnce() -> Board) -> Arc<Board> {
        if let Some(board) = self.take(&key) {
            self.keep(key, Arc::clone(&board));
            return board;
        }
        // Made without the lock: two readers may do the same work, but none waits for another's.
        let board = Arc::new(make());
        self.keep(key, Arc::clone(&board));
        board
    }

    fn take(&self, key: &Moment) -> Option<Arc<Board>> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let place = kept.iter().position(|(known, _)| known == key)?;
        kept.remove(place).map(|(_, board)| board)
    }

    fn keep(&self, key: Moment, board: Arc<Board>) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.retain(|(known, _)| *known != key);
        kept.push_back((key, board));
        while kept.len() > self.max {
            kept.pop_front();
        }
    }
}

//! Scores of past moments.

use std::sync::{Arc, Mutex, PoisonError};

use tenseven_engine::Board;
use tenseven_model::{FrameworkRef, Revision};

use super::kept::Kept;
use crate::Limits;

/// A framework at a revision.
type Moment = (FrameworkRef, Revision);

/// The last few that were asked for.
pub(crate) struct PastBoards(Mutex<Kept<Moment, Arc<Board>>>);

impl PastBoards {
    pub(crate) fn new(limits: &Limits) -> Self {
        Self(Mutex::new(Kept::new(limits.past_boards_max, limits.past_cells_max)))
    }

    /// The scores at that moment, made by `make` if they are not kept.
    pub(crate) fn get(&self, key: Moment, make: impl FnOnce() -> Board) -> Arc<Board> {
        if let Some(board) = self.0.lock().unwrap_or_else(PoisonError::into_inner).get(&key) {
            return board;
        }
        // Made without the lock: two readers may do the same work, but none waits for another's.
        let board = Arc::new(make());
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.keep(key, Arc::clone(&board), board.slots() as u64);
        board
    }
}

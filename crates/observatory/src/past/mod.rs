//! The registry as it was, made again from the journal and kept for the next question.
//!
//! *Invariant:* what is kept equals what would be made again, because states are folds and the engine is a function; so
//! anything can be dropped at any time.

mod boards;
mod kept;
mod states;

pub(crate) use boards::{Moment, PastBoards};
pub(crate) use kept::Kept;
pub(crate) use states::PastStates;

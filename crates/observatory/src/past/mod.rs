//! Past states of the registry, rebuilt from the journal and cached.
//!
//! *Invariant:* what is kept equals what would be made again, because states are folds and the engine is a function; so
//! anything can be dropped at any time.

mod boards;
mod lru;
mod states;

pub(crate) use boards::{Moment, PastBoards};
pub(crate) use lru::LruCache;
pub(crate) use states::PastStates;

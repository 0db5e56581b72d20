//! Checkpoints: what the fold of a journal was at a revision, so that a start need not fold everything.
//!
//! *Invariant:* they are caches. Deleting all of them loses nothing, and none is given back that is damaged or of
//! another history.
//!
//! What their content means is the concern of who writes it.

mod history;
mod info;
mod memory;

pub(crate) use history::check_history;
pub use info::CheckpointInfo;
pub(crate) use memory::MemoryCheckpoints;

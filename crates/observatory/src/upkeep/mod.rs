//! What operators do to a journal while no server runs on it: check it, and give up old versions.
//!
//! *Invariant:* nothing here changes the journal that it reads. New files are written next to it, and are complete before one
//! is used.

mod compact;
mod problem;
mod verify;

pub use compact::{Compacted, check_horizon, compact};
pub use problem::{Problem, UpkeepError};
pub use verify::{Verified, verify};

use tenseven_model::Revision;

/// Called with the progress of the work: the last revision that is done, and the last that exists.
pub type Progress<'a> = &'a mut dyn FnMut(Revision, Revision);

//! What operators do to a journal while no server runs on it: check it, and give up old versions.
//!
//! *Invariant:* nothing here changes the journal that it reads. What is made is made beside it, and is whole before it
//! is used.

mod compact;
mod problem;
mod verify;

pub use compact::{Compacted, check_horizon, compact};
pub use problem::{Problem, UpkeepError};
pub use verify::{Verified, verify};

use tenseven_model::Revision;

/// Is told how far the work has come: the last revision that is done, and the last that there is.
pub type Progress<'a> = &'a mut dyn FnMut(Revision, Revision);

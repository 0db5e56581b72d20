//! What operators do to a journal while no server runs on it: check it, give up old versions, bring it into the present
//! format.
//!
//! *Invariant:* nothing here changes the journal that it reads. What is made is made beside it, and is whole before it
//! is used.

mod compact;
mod migrate;
mod problem;
mod verify;

pub use compact::{Compacted, check_horizon, compact};
pub use migrate::{Migrated, migrate};
pub use problem::{Problem, UpkeepError};
pub use verify::{Verified, verify};

use tenseven_model::Revision;

/// Is told how far the work has come: the last revision that is done, and the last that there is.
pub type Progress<'a> = &'a mut dyn FnMut(Revision, Revision);

/// Observations after which entries are appended together.
const APPENDED_TOGETHER: usize = 20_000;
/// Entries that are appended together at most.
const ENTRIES_TOGETHER: usize = 256;

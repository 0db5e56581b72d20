//! Upkeep: what operators do with journals and backups.
//!
//! *Invariant:* what is made has its name only once it is whole.

mod download;
mod progress;
mod tell;

pub(crate) use download::download;
pub(crate) use progress::Bar;
pub(crate) use tell::{Told, tell};

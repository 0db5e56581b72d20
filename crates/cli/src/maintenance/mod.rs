//! Maintenance of journals and backups by operators.
//!
//! *Invariant:* a file gets its name once it is complete.

mod download;
mod facts;
mod progress;

pub(crate) use download::download;
pub(crate) use facts::{Fact, print_facts};
pub(crate) use progress::Bar;

//! What every journal has to do, as a suite that each implementation runs. Requires the feature `conformance`.
//!
//! A check is a function that gets an empty journal, uses it, and panics where the journal breaks a promise of
//! [`Journal`](crate::Journal) or [`Checkpoints`](crate::Checkpoints). [`run`] runs all of them. [`run_reopened`] is for journals
//! that persist: after each check it closes the journal, opens it again and compares everything that can be read; then it does the
//! same after removing each of the files that are derived, so that "deleting the index costs time and nothing else" is tested with
//! everything that a check wrote.
//!
//! ```
//! use tenseven_store::{MemoryJournal, conformance};
//!
//! conformance::run(|| Box::new(MemoryJournal::new()));
//! ```
//!
//! To add a check: write a function that takes `&dyn Storage` in the file of its subject, and add it to the `CHECKS` of that file.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    reason = "a check panics where a journal breaks a promise"
)]

mod appending;
mod check;
mod checkpoints;
mod contents;
mod lookups;
mod reading;
pub mod samples;
mod suite;

pub use check::Check;
use check::list;
pub use suite::{Derived, checks, run, run_reopened};

//! What tests of several crates share. Only ever a dev-dependency.
//!
//! Nothing here decides what is right: it makes inputs, and stands in for what a test must control (time, the disk).

#![expect(
    clippy::expect_used,
    clippy::missing_panics_doc,
    reason = "a test that cannot be set up has failed"
)]

mod clock;
mod history;
mod journal;

pub use clock::ManualClock;
pub use history::{history, observation, submission};
pub use journal::{Failure, TestJournal};

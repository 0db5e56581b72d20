//! What tests of several crates share. Only ever a dev-dependency.
//!
//! # Where to start
//!
//! [`TestJournal`], a journal in memory that fails or waits when it is told to, and [`ManualClock`].
//! [`history`](history()) makes random batches that the registry accepts, [`TokenSigner`] tokens as identity providers do.
//!
//! # What is absent
//!
//! Any judgement of what is right: it makes inputs, and replaces what a test must control (time, the disk). Servers and sockets
//! are in `tests/src`.
//!
//! # To add a replacement of something that a test must control
//!
//! 1. Write it in a file of its own in `crates/testkit/src`, as an implementation of the trait that production code takes, such as
//!    `crates/testkit/src/clock.rs`.
//! 2. Re-export it in `crates/testkit/src/lib.rs`. What only one crate's tests need stays in that crate.

#![expect(
    clippy::expect_used,
    clippy::missing_panics_doc,
    reason = "a test that cannot be set up has failed"
)]

mod clock;
mod history;
mod journal;
mod token;

pub use clock::ManualClock;
pub use history::{as_changes, history, observation, submission};
pub use journal::{Failure, TestJournal};
pub use token::{RSA_PUBLIC_PEM, TokenSigner, hs256, key_set, signed_part};

//! The journal from outside: one suite for every implementation, and what only a journal on disk can do.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "helpers of tests"
)]

mod chain;
mod checkpoints;
mod compaction;
mod damage;
mod disk;
mod pages;
mod samples;
mod suite;

//! The journal from outside: the conformance suite, and what only a journal on disk does.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "helpers of tests"
)]

mod backups;
mod builder;
mod checkpoints;
mod conformance;
mod damage;
mod disk;
mod interrupted;
mod samples;

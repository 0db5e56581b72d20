//! What a crash at any moment leaves on a disk, and whether it can be recovered.
//!
//! [`SimulatedDisk`](disk::SimulatedDisk) records what a protocol does to its files, and [`explore`](explorer::explore)
//! runs the recovery on every state, or a sample of the states, in which a crash after each operation can leave the disk.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "helpers of tests"
)]

mod choices;
mod content;
mod disk;
mod disk_tests;
mod exploration;
mod explorer;
mod faults;
mod handle;
mod journal;
mod operation;
mod outcomes;
mod random;
mod report;
mod toy_log;
mod toy_manifest;
mod volume;

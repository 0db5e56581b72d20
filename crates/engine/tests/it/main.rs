//! What the engine promises, seen from outside.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a fixture that cannot be made is a failed test"
)]

mod chunks;
mod cost;
mod decisions;
mod exact;
mod existence;
mod fixture;
mod formulas;
mod history;
mod hostile;
mod like_for_like;
mod others;
mod relative;
mod report;
mod resolve;
mod scores;
mod stages;
mod weights;

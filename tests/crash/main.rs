//! Tests that kill processes and cut the power. They run only when named: `cargo test -p tenseven-tests --test crash`.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::too_many_lines,
    clippy::similar_names,
    reason = "tests: what does not hold fails them, and their names follow what they test"
)]

mod concurrent_starts;
mod damages;
mod disk;
mod full_disk;
mod kills;
mod nested_power_cuts;
mod outside;
mod power_cut;
mod start_up_kills;

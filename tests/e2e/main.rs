//! Black-box tests: the real binary, real sockets, what a partner sends and sees.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::too_many_lines,
    clippy::similar_names,
    reason = "tests: what does not hold fails them, and their names follow what they test"
)]

mod access;
mod access_commands;
mod areas;
mod assessments;
mod changes;
mod client_settings;
mod coding_commands;
mod coding_refusals;
mod comparisons;
mod connection_ends;
mod connections;
mod demo;
mod desk;
mod durability;
mod explanations;
mod exports;
mod exposure;
mod files;
mod frameworks;
mod histories;
mod latency;
mod listings;
mod look_ups;
mod masks;
mod past;
mod past_memory;
mod practices;
mod publishing;
mod push;
mod ranks;
mod raw;
mod reasons;
mod recomputed;
mod refusals;
mod reports;
mod resuming;
mod roots;
mod score_watches;
mod scores;
mod standard;
mod stopping;
mod streams;
mod texts;
mod tls;
mod trends;
mod upkeep;
mod watches;
mod web;
mod withdrawals;
mod worst_cases;

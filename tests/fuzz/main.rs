//! Changed requests: every method of the contract is called over one connection with what no client sends.
//!
//! Requests of the golden conversations are changed by fields and by bytes, with numbers that come again for the same seed. Every answer is a
//! status of the contract with its reason. Afterwards the server has not panicked, took no more memory than it may, and its journal
//! verifies and leads to the same revision.
//!
//! `FUZZ_SEED` and `FUZZ_REQUESTS` choose what is sent; `FUZZ_REPLAY` names the file of one request that is sent again.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::disallowed_methods,
    clippy::cast_possible_truncation,
    reason = "tests: what does not hold fails them; they measure time, and cut random numbers"
)]

mod corpora;
mod encoding;
mod fields;
mod random;
mod request;
mod run;
mod seeds;
mod socket;
mod target;
mod verdict;

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use run::{Extent, replay, run};

/// Requests of the long form.
const LONG: u64 = 1_000_000;
/// How long the short form takes, and how long the long one may take.
const SHORT_MAX: Duration = Duration::from_mins(1);
const LONG_MAX: Duration = Duration::from_hours(2);

#[test]
fn changed_requests_are_answered_as_the_contract_says() {
    if let Ok(file) = std::env::var("FUZZ_REPLAY") {
        return in_runtime(replay(&file));
    }
    let requests = named("FUZZ_REQUESTS").unwrap_or(u64::MAX);
    in_runtime(run(Extent { seed: seed(), requests, time: SHORT_MAX }));
}

/// `cargo test --release -p tenseven-tests --test fuzz a_million -- --ignored --nocapture`
#[test]
#[ignore = "a million requests take several minutes"]
fn a_million_changed_requests_are_answered_as_the_contract_says() {
    let requests = named("FUZZ_REQUESTS").unwrap_or(LONG);
    in_runtime(run(Extent { seed: seed(), requests, time: LONG_MAX }));
}

/// `cargo test --release -p tenseven-tests --test fuzz corpora -- --ignored`
#[test]
#[ignore = "it writes files into the tree"]
fn fills_the_corpora_of_cargo_fuzz() {
    in_runtime(async {
        corpora::fill().await;
        Ok(())
    });
}

fn in_runtime(run: impl Future<Output = Result<(), String>>) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    if let Err(what) = runtime.block_on(run) {
        panic!("{what}");
    }
}

/// The seed that is named, or another each time.
fn seed() -> u64 {
    named("FUZZ_SEED").unwrap_or_else(|| SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs())
}

fn named(variable: &str) -> Option<u64> {
    std::env::var(variable).ok().map(|value| value.parse().unwrap())
}

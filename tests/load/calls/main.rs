//! What a call costs: the real server against floors that are measured in the same run.
//!
//! `cargo bench -p tenseven-tests --bench calls` measures, in turns and over several rounds:
//! - `GetScores` against an *echo floor*: a tonic server with the same settings that returns the same bytes and does nothing else. Both are
//!   driven by `h2load` (Debian package `nghttp2-client`), with several numbers of connections and of calls in flight.
//! - `PushObservations` of one observation against a *raw floor*: the same bytes appended to a file and flushed, all that wait
//!   together at once.
//! - A million observations in batches of 1,000, pushed against a raw floor, listed and exported. `--peer postgres` runs the same job in
//!   `PostgreSQL` (Debian package `postgresql`), in turns with ours.
//! - `GetScores` of a polite partner next to a greedy one, and alone. The ratio of their 99th percentiles is printed, and not held against a limit:
//!   others who use the machine change it. `--greedy` does only that.
//!
//! It prints medians and ratios, and fails where another ratio is below 80 % of the one that is committed here each time that it is measured.
//! `--quick` does less of it, and no million; `--bulk` does only the million.

#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::disallowed_methods,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a benchmark takes the time, prints it, and stops where something fails"
)]

mod bulk;
mod echo;
mod greedy;
mod h2load;
mod postgres;
mod pushes;
mod raw;
mod sample;
mod scores;

use std::process::ExitCode;

/// What part of a committed ratio must be reached: the machine is shared, and rounds differ.
const TOLERANCE: f64 = 0.8;

/// How often all is measured at most, where some ratio is too low.
const ATTEMPTS_MAX: usize = 3;

/// How much is measured.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Extent {
    /// Rounds, each with a turn of either side.
    pub(crate) rounds: usize,
    /// Seconds of each turn.
    pub(crate) seconds: u32,
}

/// A ratio, and the one that was measured when this was committed.
pub(crate) struct Verdict {
    pub(crate) what: String,
    pub(crate) ratio: f64,
    pub(crate) committed: f64,
}

impl Verdict {
    fn is_too_low(&self) -> bool {
        self.ratio < TOLERANCE * self.committed
    }
}

/// Whether there is to be a peer. `PostgreSQL` is the only one.
fn has_peer(arguments: &[String]) -> bool {
    let Some(flag) = arguments.iter().position(|argument| argument == "--peer") else { return false };
    assert_eq!(
        arguments.get(flag + 1).map(String::as_str),
        Some("postgres"),
        "the peer that is known is postgres"
    );
    true
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [flag, response] = arguments.as_slice()
        && flag == echo::FLAG
    {
        echo::serve(response);
        return ExitCode::SUCCESS;
    }
    let threads = || tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("threads");
    if let [flag, address, key] = arguments.as_slice()
        && flag == greedy::FLAG
    {
        threads().block_on(greedy::call_without_end(address, key));
        return ExitCode::SUCCESS;
    }
    let is_quick = arguments.iter().any(|argument| argument == "--quick");
    let extent = if is_quick { Extent { rounds: 3, seconds: 1 } } else { Extent { rounds: 7, seconds: 2 } };
    let runtime = threads();
    runtime.block_on(greedy::measure(extent));
    if arguments.iter().any(|argument| argument == "--greedy") {
        return ExitCode::SUCCESS;
    }
    if !is_quick {
        let extent = Extent { rounds: 5, ..extent };
        let peer = has_peer(&arguments).then(|| postgres::Postgres::start(bulk::indicators(extent)));
        runtime.block_on(bulk::measure(extent, peer.as_ref()));
    }
    if arguments.iter().any(|argument| argument == "--bulk") {
        return ExitCode::SUCCESS;
    }
    let mut best: Vec<Verdict> = Vec::new();
    // Others can disturb a measurement; a change that costs something is there each time.
    for _ in 0..ATTEMPTS_MAX {
        let mut verdicts = runtime.block_on(scores::measure(extent));
        verdicts.extend(runtime.block_on(pushes::measure(extent)));
        for (verdict, before) in verdicts.iter_mut().zip(&best) {
            verdict.ratio = verdict.ratio.max(before.ratio);
        }
        best = verdicts;
        if !best.iter().any(Verdict::is_too_low) {
            break;
        }
    }
    let failed: Vec<&Verdict> = best.iter().filter(|verdict| verdict.is_too_low()).collect();
    for Verdict { what, ratio, committed } in &failed {
        println!(
            "{what}: ratio {ratio:.2} is below {TOLERANCE} of {committed:.2}, which was measured before"
        );
    }
    if failed.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

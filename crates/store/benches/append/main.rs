//! The cost of a durable append, compared with the minimum cost of durability on the same disk.
//!
//! Writers wait for their batch to be durable, and send the next one then. A committer takes all that wait and makes
//! them durable at once: in one append to a journal, or, for the same number of bytes, in one write to a plain file and
//! one `fdatasync`. The two take turns, so that both see the same disk. `cargo bench -p tenseven-store`; with `--check` only the rows
//! with a target, and a failure where one is missed.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::disallowed_methods,
    clippy::cast_possible_truncation,
    reason = "a benchmark takes the time, prints it, and stops where something fails"
)]

mod batch;
mod codec;
mod disk;
mod group;
mod sides;

use std::process::ExitCode;

use batch::Kind;
use sides::Ratios;

/// Observations of a batch.
const SIZES: [usize; 3] = [1, 100, 1_000];
/// Writers that wait at a time.
const WRITERS: [usize; 3] = [1, 16, 64];

/// What has to be reached: observations of a batch, writers, and the least ratio of commits a second.
const TARGETS: [(usize, usize, f64); 3] = [(1_000, 1, 0.85), (1_000, 16, 0.6), (1_000, 64, 0.6)];
/// The highest ratio of the times that 99 in a hundred commits were not above, in these rows.
const P99_RATIO_MAX: f64 = 1.5;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().collect();
    if let [_, scan, path, cache_mebibytes] = arguments.as_slice()
        && scan == disk::SCAN
    {
        disk::scan(path, cache_mebibytes);
        return ExitCode::SUCCESS;
    }
    if arguments.iter().any(|argument| argument == "--check") {
        return check();
    }
    // `cargo bench -p tenseven-store --bench append -- 1000 64` measures only the row with these two numbers.
    let wanted: Vec<usize> = arguments.iter().filter_map(|argument| argument.parse().ok()).collect();
    let rows = SIZES.into_iter().flat_map(|size| WRITERS.map(|writers| [size, writers]));
    codec::print();
    sides::print_head();
    for [size, writers] in rows.filter(|row| wanted.is_empty() || wanted == row) {
        sides::compare(Kind::Plain, size, writers);
    }
    if wanted.is_empty() {
        for writers in WRITERS {
            sides::compare(Kind::WithEvidence, 1_000, writers);
        }
        disk::print();
    }
    ExitCode::SUCCESS
}

/// Measures the rows that have a target, and fails if one is missed.
fn check() -> ExitCode {
    let mut missed = false;
    sides::print_head();
    for (size, writers, commits_min) in TARGETS {
        let Ratios { commits, p99 } = sides::compare(Kind::Plain, size, writers);
        if commits < commits_min || p99 > P99_RATIO_MAX {
            missed = true;
            println!(
                "missed: {commits:.2} of the raw commits a second, at least {commits_min}; p99 {p99:.2} times that of raw, at most {P99_RATIO_MAX}"
            );
        }
    }
    if missed { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

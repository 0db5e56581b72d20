//! What a durable append costs, beside the least that durability costs on the same disk.
//!
//! Writers wait for their batch to be durable, and send the next one then. A committer takes all that wait and makes
//! them durable at once: in one append to a journal, or, for the same number of bytes, in one write to a plain file and
//! one `fdatasync`. The two take turns, so that both see the same disk. `cargo bench -p tenseven-store`.

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

use batch::Kind;

/// Observations of a batch.
const SIZES: [usize; 3] = [1, 100, 1_000];
/// Writers that wait at a time.
const WRITERS: [usize; 3] = [1, 16, 64];

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    if let [_, scan, path, cache_mebibytes] = arguments.as_slice()
        && scan == disk::SCAN
    {
        return disk::scan(path, cache_mebibytes);
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
}

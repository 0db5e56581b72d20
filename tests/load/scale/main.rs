//! What a registry costs as it grows: time to start, memory, disk, and the time of questions about the past.
//!
//! A journal with the observations is made by a process that ends like a killed one, and the real binary is started on it.
//! `cargo bench -p tenseven-tests --bench scale` does so for 1 and 10 million, and for many revisions of one observation each; give
//! other numbers, in millions, after `--`, and `singles` for the latter.

#![expect(
    clippy::expect_used,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a benchmark takes the time, prints it, and stops where something fails"
)]

mod ask;
mod child;
mod disk;
mod memory;
mod registry;
mod row;
mod singles;

use tempfile::tempdir_in;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if child::run(&arguments) {
        return;
    }
    let millions: Vec<usize> = arguments.iter().filter_map(|text| text.parse().ok()).collect();
    let wants_singles = arguments.iter().any(|argument| argument == "singles");
    let wants_all = millions.is_empty() && !wants_singles;
    let directory = || tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a directory for the journal");
    if wants_all || wants_singles {
        singles::measure(directory().path());
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("threads");
    for count in if wants_all { vec![1, 10] } else { millions } {
        runtime.block_on(row::measure(directory().path(), count)).print();
    }
}

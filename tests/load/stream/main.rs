//! Many observations through one stream: how fast, in how much memory, and whether each is there once though the client was
//! killed on the way.
//!
//! The real server and the real `tenseven push` run as processes of their own; the file is generated. The client is killed
//! at a random place and started again, then once more with everything there, and an export is compared with the file.
//! `cargo bench -p tenseven-tests --bench stream` does so for 1 and 10 million observations; give other numbers, in
//! thousands, after `--`.

#![expect(
    clippy::expect_used,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a benchmark takes the time, prints it, and stops where something fails"
)]

mod input;
mod measure;
mod process;
mod row;

use tempfile::tempdir_in;

fn main() {
    let thousands: Vec<usize> = std::env::args().skip(1).filter_map(|text| text.parse().ok()).collect();
    let thousands = if thousands.is_empty() { vec![1_000, 10_000] } else { thousands };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("threads");
    row::print_head();
    for count in thousands {
        let directory = tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a directory for file and journal");
        runtime.block_on(measure::measure(directory.path(), count)).print();
    }
}

//! What a registry costs as it grows: time to start, memory, disk, and the time of questions about the past.
//!
//! A journal with so many observations is made, and the real binary is started on it. `cargo bench -p tenseven-tests --bench scale`
//! does so for 1 and 10 million; give other numbers, in millions, behind `--`.

#![expect(
    clippy::expect_used,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a benchmark takes the time, prints it, and stops where something fails"
)]

mod ask;
mod process;
mod registry;
mod row;

use tempfile::tempdir_in;

fn main() {
    let millions: Vec<usize> = std::env::args().skip(1).filter_map(|text| text.parse().ok()).collect();
    let millions = if millions.is_empty() { vec![1, 10] } else { millions };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("threads");
    row::print_head();
    for count in millions {
        let directory = tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a directory for the journal");
        runtime.block_on(row::measure(directory.path(), count)).print();
    }
}

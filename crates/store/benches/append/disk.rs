//! How much disk and memory many observations take.

use std::{fs, time::Instant};

use tenseven_model::Revision;
use tenseven_store::{Entry, Journal, JournalOptions, SledJournal};

use crate::{
    batch::{Kind, batch},
    sides::append,
};

const SIZE: usize = 1_000;
/// Batches that go into the journal, and that go into one append.
const BATCHES: u64 = 16_000;
const GROUP: usize = 16;

pub(crate) fn print() {
    let directory = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let path = directory.path().join("journal");
    let journal = SledJournal::open(&path, JournalOptions::default()).unwrap();
    let mut group: Vec<Entry> = (1..=GROUP as u64).map(|seed| batch(Kind::Plain, SIZE, seed)).collect();
    let start = Instant::now();
    while journal.head().revision.number() < BATCHES {
        append(&journal, &mut group);
    }
    let observations = BATCHES as f64 * SIZE as f64;
    let written = observations / start.elapsed().as_secs_f64();
    drop(journal);
    for (name, options) in
        [("64 MiB", JournalOptions::default()), ("16 MiB", JournalOptions::default().cache_bytes(16 << 20))]
    {
        let before = resident();
        let start = Instant::now();
        let journal = SledJournal::open(&path, options).unwrap();
        let opened = start.elapsed();
        let disk = journal.disk_bytes().unwrap();
        let start = Instant::now();
        let read = journal.read_after(Revision::ZERO).map(Result::unwrap).count();
        println!(
            "{observations:.0} observations written at {written:.0}/s: {:.0} MB, {:.1} bytes each on disk; opened in {opened:.1?}; \
             {read} entries read with a cache of {name} at {:.0} observations/s, resident memory {:.0} MB more",
            disk as f64 / 1e6,
            disk as f64 / observations,
            observations / start.elapsed().as_secs_f64(),
            (resident() - before) / 1e6,
        );
    }
}

/// Resident memory of this process, in bytes.
fn resident() -> f64 {
    let pages = fs::read_to_string("/proc/self/statm").unwrap();
    pages.split_whitespace().nth(1).unwrap().parse::<f64>().unwrap() * 4_096.0
}

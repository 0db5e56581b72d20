//! How much disk and memory many observations take.

use std::{fs, process::Command, time::Instant};

use tenseven_model::{Revision, event::Event};
use tenseven_store::{DiskJournal, Entry, Journal as _, JournalOptions};

use crate::{
    batch::{Kind, batch},
    sides::append,
};

const SIZE: usize = 1_000;
/// The argument that makes this program read a journal and nothing else.
pub(crate) const SCAN: &str = "scan";
/// Batches that the journal has when it is read, and that go into one append.
const BATCHES: [u64; 2] = [12_000, 36_000];
const GROUP: usize = 16;

pub(crate) fn print() {
    let directory = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let path = directory.path().join("journal");
    let mut group: Vec<Entry> = (1..=GROUP as u64).map(|seed| batch(Kind::Plain, SIZE, seed)).collect();
    for batches in BATCHES {
        let journal = DiskJournal::open(&path, JournalOptions::default()).unwrap();
        let before = journal.head().revision.number();
        let start = Instant::now();
        while journal.head().revision.number() < batches {
            append(&journal, &mut group);
        }
        let written = (journal.head().revision.number() - before) as f64 * SIZE as f64;
        println!("written at {:.0} observations/s", written / start.elapsed().as_secs_f64());
        drop(journal);
        for cache_mebibytes in [64, 16, 1] {
            // A process of its own, whose memory is its own.
            let scan = Command::new(std::env::current_exe().unwrap())
                .args([SCAN, path.to_str().unwrap(), &cache_mebibytes.to_string()])
                .status();
            assert!(scan.unwrap().success());
        }
    }
}

/// Reads a whole journal, and prints what that takes.
pub(crate) fn scan(path: &str, cache_mebibytes: &str) {
    let before = resident();
    let options = JournalOptions::default().cache_bytes(cache_mebibytes.parse::<u64>().unwrap() << 20);
    let start = Instant::now();
    let journal = DiskJournal::open(path, options).unwrap();
    let (opened, after_opening) = (start.elapsed(), resident());
    let disk = journal.disk_bytes().unwrap() as f64;
    let start = Instant::now();
    let mut entries = 0;
    let mut observations = 0;
    for entry in journal.read_after(Revision::ZERO) {
        entries += 1;
        if let Event::Observations(versions) = entry.unwrap().event {
            observations += versions.len();
        }
    }
    println!(
        "cache of {cache_mebibytes} MiB: {:.0} MB on disk, {:.1} bytes an observation; opened in {opened:.1?} with {:.0} MB resident; \
         {entries} entries read at {:.0} observations/s, {:.0} MB resident then",
        disk / 1e6,
        disk / observations as f64,
        (after_opening - before) / 1e6,
        observations as f64 / start.elapsed().as_secs_f64(),
        (resident() - before) / 1e6,
    );
}

/// Resident memory of this process, in bytes.
fn resident() -> f64 {
    let pages = fs::read_to_string("/proc/self/statm").unwrap();
    pages.split_whitespace().nth(1).unwrap().parse::<f64>().unwrap() * 4_096.0
}

//! tmp
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]
mod entries;
mod pack;

use std::path::Path;
use tenseven_model::Revision;
use tenseven_store::{Journal, JournalOptions, SledJournal};

#[test]
#[ignore = "writes"]
fn write() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("journal");
    for revision in 1..=entries::COUNT {
        if revision % 4 == 1 {
            let journal = SledJournal::open(&path, JournalOptions::default()).unwrap();
            let some: Vec<_> = (revision..revision + 4).map(entries::entry).collect();
            journal.append(Revision::new(revision - 1), &some).unwrap();
        }
    }
    let packed = pack::pack(&path).unwrap();
    std::fs::write(Path::new(env!("CARGO_MANIFEST_DIR")).join("compat/format-1.pack.zst"), packed).unwrap();
}

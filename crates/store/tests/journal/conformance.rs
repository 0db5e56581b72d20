//! Every journal passes the suite, and what is derived may be deleted at any time.

use std::path::Path;

use tenseven_store::{
    DiskJournal, JournalOptions, MemoryJournal, Storage,
    conformance::{self, Derived},
};

/// What a journal on disk makes of its log, and can make again.
const DERIVED: &[Derived] = &[
    Derived { name: "index", holds_checkpoints: false },
    Derived { name: "acknowledged", holds_checkpoints: false },
    Derived { name: "owner", holds_checkpoints: false },
    Derived { name: "checkpoints", holds_checkpoints: true },
];

fn open(path: &Path, options: &JournalOptions) -> Box<dyn Storage> {
    Box::new(DiskJournal::open(path, options.clone()).unwrap())
}

#[test]
fn a_journal_in_memory_passes() {
    conformance::run(|| Box::new(MemoryJournal::new()));
}

#[test]
fn a_journal_on_disk_passes_and_derived_files_may_be_lost() {
    let options = JournalOptions::default();
    conformance::run_reopened(|path| open(path, &options), DERIVED);
}

#[test]
fn a_journal_on_disk_with_short_segments_passes_and_derived_files_may_be_lost() {
    let options = JournalOptions::default().segment_length_min(8_192);
    conformance::run_reopened(|path| open(path, &options), DERIVED);
}

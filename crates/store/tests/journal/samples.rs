//! Journals on disk.

use std::path::{Path, PathBuf};

use tenseven_model::Revision;
pub(crate) use tenseven_store::conformance::samples::{batch, long, repetitive};
use tenseven_store::{DiskJournal, Entry, Journal, JournalOptions, OpenError, Record};

/// A journal on disk in `directory`.
pub(crate) fn on_disk(directory: &tempfile::TempDir) -> DiskJournal {
    open(directory.path().join("journal")).unwrap()
}

pub(crate) fn open(path: impl AsRef<Path>) -> Result<DiskJournal, OpenError> {
    DiskJournal::open(path, JournalOptions::default())
}

/// With segments so short that a few entries fill some.
pub(crate) fn short_segments() -> JournalOptions {
    JournalOptions::default().segment_length_min(8_192)
}

pub(crate) fn entries(journal: &dyn Journal) -> Vec<Entry> {
    journal.read_after(Revision::ZERO).map(Result::unwrap).collect()
}

pub(crate) fn records(journal: &dyn Journal) -> Vec<Record> {
    journal.records_after(Revision::ZERO).map(Result::unwrap).collect()
}

/// The file of a segment.
pub(crate) fn segment(journal: &Path, generation: u64, number: u64) -> PathBuf {
    journal.join(format!("log-{generation}/{number:010}.segment"))
}

/// Copies a directory with everything in it.
pub(crate) fn copy(from: &Path, to: &Path) {
    std::fs::create_dir(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap().map(Result::unwrap) {
        let to = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &to);
        } else {
            std::fs::copy(entry.path(), to).unwrap();
        }
    }
}

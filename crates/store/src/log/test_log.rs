//! A log in a directory of its own, for tests.

use std::{
    fs::{self, File},
    os::unix::fs::FileExt as _,
    path::PathBuf,
    sync::Arc,
};

use tempfile::TempDir;
use tenseven_model::{History, HistoryId, Lineage, Revision};

use super::{
    LogWalk, LogWriter, NewLog, Position, Recovered, SEGMENT_HEADER_LENGTH, create_log, layout::segment_name,
    position::LogEnd, recover, test_files::TestFiles, writer::Committed,
};
use crate::{
    AppendError, Entry, Head, JournalOptions, OpenError,
    file_system::{Access, FileSystem},
    record::{PreparedEntry, Sealed, seal_all},
};

/// A log in a directory of its own.
pub(super) struct TestLog {
    pub(super) directory: TempDir,
    pub(super) files: TestFiles,
    pub(super) options: JournalOptions,
}

impl TestLog {
    /// With segments of at least `segment_length` bytes.
    pub(super) fn new(segment_length: u64) -> Self {
        let files = TestFiles::new();
        let options =
            JournalOptions::default().on(Arc::new(files.clone())).segment_length_min(segment_length);
        Self { directory: tempfile::tempdir().unwrap(), files, options }
    }

    pub(super) fn files(&self) -> Arc<dyn FileSystem> {
        Arc::new(self.files.clone())
    }

    /// Begins the log.
    pub(super) fn created(&self) -> LogWriter {
        let first = History { id: HistoryId::of_version_8([1; 16]), after: Revision::ZERO };
        let new = NewLog { lineage: Lineage::of(vec![first]).unwrap(), horizon: Revision::ZERO };
        create_log(&self.files(), self.directory.path().to_owned(), new, &self.options).unwrap()
    }

    pub(super) fn recovered(&self) -> Result<Recovered, OpenError> {
        recover(&*self.files(), self.directory.path(), Access::ReadWrite, &mut |_| ())
    }

    /// A writer after the end of the log.
    pub(super) fn writer(&self) -> LogWriter {
        let recovered = self.recovered().unwrap();
        LogWriter::new(&self.files(), recovered, &self.options).unwrap().0
    }

    /// All entries up to the log's end.
    pub(super) fn entries(&self) -> Vec<Entry> {
        let Recovered { log, end, .. } = self.recovered().unwrap();
        let start = Position { revision: Revision::new(1), segment: 1, offset: SEGMENT_HEADER_LENGTH };
        LogWalk::new(Arc::new(log), start, end).map(|record| record.unwrap().entry().unwrap()).collect()
    }

    pub(super) fn segment(&self, number: u64) -> PathBuf {
        self.directory.path().join(segment_name(number))
    }

    pub(super) fn segment_count(&self) -> usize {
        let names = fs::read_dir(self.directory.path()).unwrap().map(|entry| entry.unwrap().file_name());
        names.filter(|name| name.to_string_lossy().ends_with(".segment")).count()
    }

    /// Changes bytes of a segment, and returns what was there before.
    pub(super) fn edit(
        &self,
        number: u64,
        offset: u64,
        length: usize,
        edit: impl FnOnce(&mut [u8]),
    ) -> Vec<u8> {
        let file = File::options().read(true).write(true).open(self.segment(number)).unwrap();
        let mut bytes = vec![0; length];
        file.read_exact_at(&mut bytes, offset).unwrap();
        let before = bytes.clone();
        edit(&mut bytes);
        file.write_all_at(&bytes, offset).unwrap();
        before
    }
}

/// Commits entries after `head`.
pub(super) fn commit(
    writer: &mut LogWriter,
    head: Head,
    entries: &[Entry],
) -> Result<Committed, AppendError> {
    writer.commit(&sealed(head, entries))
}

pub(super) fn sealed(head: Head, entries: &[Entry]) -> Vec<Sealed> {
    seal_all(head, &PreparedEntry::all(entries).unwrap()).unwrap()
}

/// Commits each entry on its own to a new log, and returns where the log ended before each, and at last.
pub(super) fn written(log: &TestLog, entries: &[Entry]) -> Vec<LogEnd> {
    let mut writer = log.created();
    let mut ends = vec![writer.end()];
    for entry in entries {
        let committed = commit(&mut writer, ends[ends.len() - 1].head, std::slice::from_ref(entry)).unwrap();
        ends.push(committed.end);
    }
    ends
}

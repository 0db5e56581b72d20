//! The journal on disk.

use std::{
    fmt,
    io::{self, Read, Write},
    path::Path,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError, RwLock,
        atomic::{AtomicBool, Ordering},
    },
};

use tenseven_model::{Lineage, Revision, SubmissionId};

use super::{
    acknowledged::Acknowledged,
    builder::{BuildError, JournalBuilder},
    open,
    options::JournalOptions,
    owner_file::OwnerFile,
};
use crate::{
    AppendError, CheckpointError, CheckpointInfo, Checkpoints, Head, Journal, OpenError, PreparedEntry,
    ReadError, Record, Records, Stamp,
    checkpoint::{CheckpointFiles, check_history},
    file_system::DirectoryLock,
    index::{Index, IndexFault},
    log::{FrameHeader, Layout, Log, LogEnd, LogWalk, LogWriter, Position, Progress},
    record::{self, Sealed},
    rules::{check_present, check_sequence},
};

/// A journal on disk. Its directory stays locked until it is dropped.
pub struct DiskJournal {
    pub(super) layout: Layout,
    /// The number of its log.
    pub(super) generation: u64,
    pub(super) log: Arc<Log>,
    pub(super) end: Mutex<LogEnd>,
    /// None where it is open for reading.
    pub(super) writer: Arc<Mutex<Option<Writer>>>,
    pub(super) lineage: Lineage,
    pub(super) horizon: Revision,
    pub(super) index: RwLock<Arc<Index>>,
    /// Whether the stored index is to be removed when the journal is closed.
    pub(super) index_failed: AtomicBool,
    pub(super) checkpoints: CheckpointFiles,
    pub(super) _owner: Option<OwnerFile>,
    /// Released last.
    pub(super) _lock: Box<dyn DirectoryLock>,
}

/// What one append after the other needs.
#[derive(Debug)]
pub(super) struct Writer {
    log: LogWriter,
    acknowledged: Acknowledged,
    /// Whether nothing is appended any more.
    failed: bool,
    /// How many logs were begun to replace this one.
    rewrites: u64,
}

impl Writer {
    pub(super) fn new(log: LogWriter, acknowledged: Acknowledged) -> Self {
        Self { log, acknowledged, failed: false, rewrites: 0 }
    }

    /// Publishes the log that was begun as this one's replacement number `rewrite` and ends at `head`. This one then takes nothing
    /// more.
    pub(super) fn replace(
        &mut self,
        rewrite: u64,
        head: Head,
        publish: impl FnOnce() -> Result<(), OpenError>,
    ) -> Result<(), BuildError> {
        let own = self.log.end().head;
        if self.failed {
            return Err(AppendError::Poisoned.into());
        }
        if self.rewrites != rewrite {
            return Err(BuildError::Superseded);
        }
        if own.revision != head.revision {
            return Err(AppendError::HeadMoved { expected: head.revision, head: own.revision }.into());
        }
        if own != head {
            return Err(AppendError::OtherHistory { expected: head, head: own }.into());
        }
        // Whether it is the current one is unknown if this fails.
        self.failed = true;
        Ok(publish()?)
    }
}

impl DiskJournal {
    /// Opens the journal in the directory `path`, or makes it there, with access for this user only.
    #[expect(clippy::needless_pass_by_value, reason = "options are made where they are passed")]
    pub fn open(path: impl AsRef<Path>, options: JournalOptions) -> Result<Self, OpenError> {
        open::open(path.as_ref(), &options, &mut |_| ())
    }

    /// Opens as [`Self::open`] does, and reports how far the log is read: that takes a while where the index has to be made again.
    #[expect(clippy::needless_pass_by_value, reason = "options are made where they are passed")]
    pub fn open_with_progress(
        path: impl AsRef<Path>,
        options: JournalOptions,
        progress: Progress<'_>,
    ) -> Result<Self, OpenError> {
        open::open(path.as_ref(), &options, progress)
    }

    /// Opens the journal in the directory `path` for reading, all of which is read once. Changes nothing, and works on a read-only
    /// mount. Others may do the same meanwhile, but nobody can open it for writing.
    #[expect(clippy::needless_pass_by_value, reason = "options are made where they are passed")]
    pub fn open_read_only(
        path: impl AsRef<Path>,
        options: JournalOptions,
        progress: Progress<'_>,
    ) -> Result<Self, OpenError> {
        open::open_read_only(path.as_ref(), &options, progress)
    }

    /// The directory that it is in.
    pub fn path(&self) -> &Path {
        &self.layout.root
    }

    /// Begins a log that is to replace this one, in which versions superseded up to `horizon` may be left out. Finishing it fails
    /// if something was appended that it lacks, or if another one was begun. Once it is finished this journal takes nothing more; it
    /// has to be dropped and opened again.
    pub fn rewrite(&self, horizon: Revision, options: &JournalOptions) -> Result<JournalBuilder, BuildError> {
        let mut writer = self.writer();
        let Some(writer) = writer.as_mut() else { return Err(AppendError::ReadOnly.into()) };
        if writer.failed {
            return Err(AppendError::Poisoned.into());
        }
        writer.rewrites += 1;
        JournalBuilder::rewrite(self, writer.rewrites, options, horizon)
    }

    /// The bytes that its files take on the disk, room reserved for the next appends included.
    pub fn disk_bytes(&self) -> io::Result<u64> {
        super::disk_use::disk_bytes(&self.layout.root)
    }

    /// Where the log ends.
    pub(crate) fn end(&self) -> LogEnd {
        *self.end.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Makes records durable, then moves the end.
    fn keep(&self, writer: &mut Writer, sealed: &[Sealed]) -> Result<Head, AppendError> {
        let committed = writer.log.commit(sealed).inspect_err(|error| {
            writer.failed = !matches!(error, AppendError::DiskFull { .. });
        })?;
        writer.acknowledged.note(committed.end);
        let index = self.index();
        for (sealed, position) in sealed.iter().zip(&committed.positions) {
            index.add(sealed.stamp, *position);
        }
        index.move_to(committed.end);
        *self.end.lock().unwrap_or_else(PoisonError::into_inner) = committed.end;
        Ok(committed.end.head)
    }

    fn index(&self) -> Arc<Index> {
        Arc::clone(&self.index.read().unwrap_or_else(PoisonError::into_inner))
    }

    fn writer(&self) -> MutexGuard<'_, Option<Writer>> {
        self.writer.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Asks the index, which is made again in memory where it cannot be used.
    fn ask<T>(&self, question: impl Fn(&Index) -> Result<T, IndexFault>) -> Result<T, ReadError> {
        if let Ok(answer) = question(&self.index()) {
            return Ok(answer);
        }
        self.make_index_again()?;
        question(&self.index()).map_err(|fault| {
            let place = self.log.place_of_end(self.end());
            ReadError::Storage { revision: self.end().head.revision, place, source: io::Error::other(fault) }
        })
    }

    /// Makes the index from the log, in memory. The stored one is removed when the journal is closed, and made again by the next
    /// start.
    fn make_index_again(&self) -> Result<(), ReadError> {
        // Nothing is appended meanwhile.
        let _writer = self.writer();
        self.index_failed.store(true, Ordering::Relaxed);
        let index = Index::in_memory(self.log.salt(), Index::start());
        open::fill(&index, &self.log, self.end(), &mut |_| ())?;
        *self.index.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(index);
        Ok(())
    }

    /// Where a revision is, and the header of its frame.
    fn find(&self, revision: Revision) -> Result<(Position, FrameHeader), ReadError> {
        check_present(revision, self.head().revision)?;
        let start = self.log.segment_start(revision);
        // Only within the segment of the revision: what follows the end of another one is void.
        let near = self.ask(|index| index.position(revision))?.filter(|near| near.segment == start.segment);
        match near.map(|near| self.log.find(near, revision)) {
            Some(Ok(found)) => Ok(found),
            // The index is not the truth: where it leads nowhere, the log is read from the start of the segment.
            Some(Err(_)) | None => self.log.find(start, revision),
        }
    }
}

impl Journal for DiskJournal {
    fn head(&self) -> Head {
        self.end().head
    }

    fn lineage(&self) -> Lineage {
        self.lineage.clone()
    }

    fn horizon(&self) -> Revision {
        self.horizon
    }

    fn append_prepared(
        &self,
        expected_head: Revision,
        entries: &[PreparedEntry],
    ) -> Result<Head, AppendError> {
        let mut writer = self.writer();
        let Some(writer) = writer.as_mut() else { return Err(AppendError::ReadOnly) };
        if writer.failed {
            return Err(AppendError::Poisoned);
        }
        let head = self.head();
        check_sequence(head.revision, expected_head, entries.iter().map(PreparedEntry::stamp))?;
        let sealed = record::seal_all(head, entries)?;
        self.keep(writer, &sealed)
    }

    fn record(&self, revision: Revision) -> Result<Record, ReadError> {
        let (position, _) = self.find(revision)?;
        self.log.record(position)
    }

    fn stamp(&self, revision: Revision) -> Result<Stamp, ReadError> {
        self.find(revision).map(|(_, header)| header.stamp)
    }

    fn records_after(&self, revision: Revision) -> Records {
        let end = self.end();
        if revision >= end.head.revision {
            return Box::new(std::iter::empty());
        }
        match self.find(revision.next()) {
            Ok((position, _)) => Box::new(LogWalk::new(Arc::clone(&self.log), position, end)),
            Err(error) => Box::new(std::iter::once(Err(error))),
        }
    }

    fn revision_of(&self, submission: SubmissionId) -> Result<Option<Revision>, ReadError> {
        // In the order of revisions: wherever the index has them, the first one counts.
        let mut revisions = self.ask(|index| index.revisions(submission))?;
        revisions.sort_unstable();
        for revision in revisions {
            if revision <= self.head().revision && self.stamp(revision)?.submission == submission {
                return Ok(Some(revision));
            }
        }
        Ok(None)
    }
}

impl Checkpoints for DiskJournal {
    fn checkpoints(&self) -> Result<Vec<CheckpointInfo>, CheckpointError> {
        self.checkpoints.list()
    }

    fn write_checkpoint(
        &self,
        at: Head,
        write: &mut dyn FnMut(&mut dyn Write) -> io::Result<()>,
    ) -> Result<CheckpointInfo, CheckpointError> {
        check_history(self, at)?;
        self.checkpoints.write(at, write)
    }

    fn read_checkpoint(
        &self,
        revision: Revision,
    ) -> Result<(CheckpointInfo, Box<dyn Read + Send>), CheckpointError> {
        let (info, content) = self.checkpoints.read(revision)?;
        check_history(self, info.head)?;
        Ok((info, content))
    }

    fn remove_checkpoint(&self, revision: Revision) -> Result<(), CheckpointError> {
        self.checkpoints.remove(revision)
    }
}

impl Drop for DiskJournal {
    fn drop(&mut self) {
        if self.writer().is_none() {
            return;
        }
        *self.writer() = None;
        if self.index_failed.load(Ordering::Relaxed) {
            open::remove_index(&self.layout);
        } else {
            self.index().close();
        }
    }
}

impl fmt::Debug for DiskJournal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DiskJournal")
            .field("path", &self.layout.root)
            .field("head", &self.head())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
#[path = "journal_tests.rs"]
mod tests;

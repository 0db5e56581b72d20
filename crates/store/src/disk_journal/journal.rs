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

use super::{filling, owner_file::OwnerFile, writer::Writer};
use crate::{
    AppendError, CheckpointError, CheckpointInfo, Checkpoints, Head, Journal, PreparedEntry, ReadError,
    Record, Records, Stamp,
    checkpoint::{CheckpointFiles, check_history},
    file_system::DirectoryLock,
    index::{Index, IndexFault},
    log::{FrameHeader, Layout, Log, LogEnd, LogWalk, Position},
    record::{Sealed, seal_all},
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

impl DiskJournal {
    /// The directory that it is in.
    pub fn path(&self) -> &Path {
        &self.layout.root
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
        let committed = writer.commit(sealed)?;
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

    pub(super) fn writer(&self) -> MutexGuard<'_, Option<Writer>> {
        self.writer.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Asks the index, which is made again in memory where it cannot be used.
    fn ask<T>(&self, question: impl Fn(&Index) -> Result<T, IndexFault>) -> Result<T, ReadError> {
        let index = self.index();
        if let Ok(answer) = question(&index) {
            return Ok(answer);
        }
        self.replace_index(&index)?;
        question(&self.index()).map_err(|fault| {
            let position = self.log.position_of_end(self.end());
            ReadError::Storage {
                revision: self.end().head.revision,
                position,
                source: io::Error::other(fault),
            }
        })
    }

    /// Replaces a faulty index by one that is made from the log, in memory. The stored one is removed when the journal is closed,
    /// and made again by the next start.
    fn replace_index(&self, faulty: &Arc<Index>) -> Result<(), ReadError> {
        // Nothing is appended meanwhile.
        let _writer = self.writer();
        if !Arc::ptr_eq(&self.index(), faulty) {
            // Another reader has replaced it.
            return Ok(());
        }
        self.index_failed.store(true, Ordering::Relaxed);
        let index = Index::in_memory(self.log.salt(), Index::start());
        filling::fill(&index, &self.log, self.end(), &mut |_| ())?;
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
        writer.check()?;
        let head = self.head();
        check_sequence(head.revision, expected_head, entries.iter().map(PreparedEntry::stamp))?;
        let sealed = seal_all(head, entries)?;
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
            filling::remove_index(&self.layout);
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

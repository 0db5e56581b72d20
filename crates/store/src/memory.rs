//! A journal in memory, for tests and rehearsals.
//!
//! *Invariant:* it keeps every promise of [`Journal`], except that nothing survives the process. It keeps
//! entries as the bytes that would be on disk, so that the same limits and the same codec apply between writer and
//! reader.

use std::{
    collections::HashMap,
    io::{Read, Write},
    path::Path,
    sync::{Arc, Mutex, PoisonError, RwLock},
};

use tenseven_model::{History, HistoryId, Lineage, Revision, SubmissionId};

use crate::{
    AppendError, CheckpointError, CheckpointInfo, Checkpoints, Head, Journal, LogPosition, PreparedEntry,
    ReadError, Record, Records,
    checkpoint::{MemoryCheckpoints, check_history},
    record,
    rules::{check_present, check_sequence},
};

/// The history of a journal in memory that was given no other.
const HISTORY: HistoryId = HistoryId::from_bytes(*b"journal in memor");

/// A journal in memory.
#[derive(Debug)]
pub struct MemoryJournal {
    kept: Arc<RwLock<Kept>>,
    /// Held by the one who appends.
    writer: Mutex<()>,
    checkpoints: MemoryCheckpoints,
    lineage: Lineage,
}

/// The records, by revision.
#[derive(Debug, Default)]
struct Kept {
    head: Head,
    records: Vec<Record>,
    submissions: HashMap<SubmissionId, Revision>,
}

impl Default for MemoryJournal {
    fn default() -> Self {
        Self::with_history(HISTORY)
    }
}

impl MemoryJournal {
    /// An empty journal.
    pub fn new() -> Self {
        Self::default()
    }

    /// An empty journal that begins this history.
    pub fn with_history(id: HistoryId) -> Self {
        let first = History { id, after: Revision::ZERO };
        Self {
            kept: Arc::default(),
            writer: Mutex::default(),
            checkpoints: MemoryCheckpoints::default(),
            lineage: Lineage::of(vec![first]).unwrap_or_default(),
        }
    }

    fn get(kept: &RwLock<Kept>, revision: Revision) -> Option<Record> {
        let index = usize::try_from(revision.number().checked_sub(1)?).ok()?;
        kept.read().unwrap_or_else(PoisonError::into_inner).records.get(index).cloned()
    }
}

impl Journal for MemoryJournal {
    fn head(&self) -> Head {
        self.kept.read().unwrap_or_else(PoisonError::into_inner).head
    }

    fn lineage(&self) -> Lineage {
        self.lineage.clone()
    }

    fn horizon(&self) -> Revision {
        Revision::ZERO
    }

    fn append_prepared(
        &self,
        expected_head: Revision,
        entries: &[PreparedEntry],
    ) -> Result<Head, AppendError> {
        let _writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        let head = self.head();
        check_sequence(head.revision, expected_head, entries.iter().map(PreparedEntry::stamp))?;
        let sealed = record::seal_all(head, entries)?;
        let mut kept = self.kept.write().unwrap_or_else(PoisonError::into_inner);
        for sealed in sealed {
            let position = LogPosition { segment: Path::new("(in memory)").into(), offset: 0 };
            kept.head = sealed.head();
            kept.submissions.entry(sealed.stamp.submission).or_insert(sealed.stamp.revision);
            kept.records.push(Record::new(sealed.stamp, sealed.chain.tag(), sealed.record, position));
        }
        Ok(kept.head)
    }

    fn record(&self, revision: Revision) -> Result<Record, ReadError> {
        let head = self.head().revision;
        check_present(revision, head)?;
        Self::get(&self.kept, revision).ok_or(ReadError::Absent { revision, head })
    }

    fn records_after(&self, revision: Revision) -> Records {
        let (kept, head) = (Arc::clone(&self.kept), self.head().revision.number());
        let revisions = revision.number().min(head) + 1..=head;
        Box::new(revisions.map_while(move |next| Self::get(&kept, Revision::new(next)).map(Ok)))
    }

    fn revision_of(&self, submission: SubmissionId) -> Result<Option<Revision>, ReadError> {
        Ok(self.kept.read().unwrap_or_else(PoisonError::into_inner).submissions.get(&submission).copied())
    }
}

impl Checkpoints for MemoryJournal {
    fn checkpoints(&self) -> Result<Vec<CheckpointInfo>, CheckpointError> {
        Ok(self.checkpoints.list())
    }

    fn write_checkpoint(
        &self,
        at: Head,
        write: &mut dyn FnMut(&mut dyn Write) -> std::io::Result<()>,
    ) -> Result<CheckpointInfo, CheckpointError> {
        check_history(self, at)?;
        self.checkpoints.write(at, write)
    }

    fn read_checkpoint(
        &self,
        revision: Revision,
    ) -> Result<(CheckpointInfo, Box<dyn Read + Send>), CheckpointError> {
        self.checkpoints.read(revision)
    }

    fn remove_checkpoint(&self, revision: Revision) -> Result<(), CheckpointError> {
        self.checkpoints.remove(revision)
    }
}

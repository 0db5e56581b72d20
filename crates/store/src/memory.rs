//! A journal in memory, for tests and rehearsals.
//!
//! *Invariant:* it holds to everything that [`Journal`] says, except that nothing survives the process. It keeps
//! entries as the bytes that would lie on disk, so that the same limits and the same codec stand between writer and
//! reader.

use std::{
    io::{Read, Write},
    path::Path,
    sync::{Arc, Mutex, PoisonError, RwLock},
    time::Duration,
};

use bytes::Bytes;
use tenseven_model::{Lineage, ObservationKey, Revision};

use crate::{
    AppendError, ChainHash, CheckpointError, CheckpointInfo, Entries, Entry, EntryFault, Head, Journal,
    Outcome, ReadError, Record, Records, Versioned,
    checkpoint::{MemoryCheckpoints, check_history},
    journal::{check_head, check_sequence, single_history},
    record::{self, Sealed},
    tail::Tail,
    walk::{Source, Walk, check_present},
};

/// A journal in memory.
#[derive(Debug, Default)]
pub struct MemoryJournal {
    kept: Kept,
    tail: Tail,
    /// Held by the one who appends.
    writer: Mutex<()>,
    checkpoints: MemoryCheckpoints,
}

/// The records, by revision.
#[derive(Debug, Clone, Default)]
struct Kept {
    records: Arc<RwLock<Vec<Bytes>>>,
    horizon: Revision,
}

impl Source for Kept {
    fn record(&self, revision: Revision) -> Result<Bytes, ReadError> {
        let place = revision.number().checked_sub(1).and_then(|place| usize::try_from(place).ok());
        let records = self.records.read().unwrap_or_else(PoisonError::into_inner);
        let found = place.and_then(|place| records.get(place)).cloned();
        found.ok_or_else(|| self.damaged(revision, EntryFault::MissingEntry))
    }

    fn horizon(&self) -> Revision {
        self.horizon
    }

    fn path(&self) -> &Path {
        Path::new("(in memory)")
    }
}

impl MemoryJournal {
    /// An empty journal.
    pub fn new() -> Self {
        Self::default()
    }

    /// An empty journal that takes compacted entries up to `horizon`.
    pub fn create_compacted(horizon: Revision) -> Self {
        Self { kept: Kept { horizon, ..Kept::default() }, ..Self::default() }
    }

    /// Appends entries from which superseded versions were left out, each with the chain hash of the entry that it
    /// was made from, all or none.
    pub fn append_compacted(
        &self,
        expected: Head,
        entries: &[(Entry, ChainHash)],
    ) -> Result<Head, AppendError> {
        let _writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        let head = self.tail.head();
        check_head(head, expected)?;
        Ok(self.keep(record::seal_compacted(head, self.kept.horizon, entries)?))
    }

    fn keep(&self, sealed: Vec<Sealed>) -> Head {
        let Some(head) = sealed.last().map(|last| last.head) else { return self.tail.head() };
        let mut records = self.kept.records.write().unwrap_or_else(PoisonError::into_inner);
        records.extend(sealed.into_iter().map(|sealed| Bytes::from(sealed.bytes)));
        drop(records);
        self.tail.move_to(head);
        head
    }
}

impl Journal for MemoryJournal {
    fn head(&self) -> Head {
        self.tail.head()
    }

    fn lineage(&self) -> Lineage {
        single_history()
    }

    fn horizon(&self) -> Revision {
        self.kept.horizon
    }

    fn append(&self, expected_head: Revision, entries: &[Entry]) -> Result<Head, AppendError> {
        let _writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        let head = self.tail.head();
        check_sequence(head.revision, expected_head, entries)?;
        Ok(self.keep(record::seal_all(head, entries.iter().map(|entry| (entry, None)))?))
    }

    fn read(&self, revision: Revision) -> Result<Entry, ReadError> {
        check_present(revision, self.head().revision)?;
        self.kept.decoded(revision).map(|(entry, ..)| entry)
    }

    fn find(&self, revision: Revision, key: &ObservationKey) -> Result<Option<Versioned>, ReadError> {
        check_present(revision, self.head().revision)?;
        self.kept.find(revision, key)
    }

    fn find_all(
        &self,
        revision: Revision,
        keys: &[&ObservationKey],
    ) -> Result<Vec<Option<Versioned>>, ReadError> {
        check_present(revision, self.head().revision)?;
        self.kept.find_all(revision, keys)
    }

    fn outcome(&self, revision: Revision) -> Result<Outcome, ReadError> {
        check_present(revision, self.head().revision)?;
        self.kept.outcome(revision)
    }

    fn read_after(&self, revision: Revision) -> Entries {
        let walk = Walk::new(self.kept.clone(), revision, self.head().revision);
        Box::new(walk.map(|found| found.map(|(entry, _)| entry)))
    }

    fn wait_after(&self, revision: Revision, wait: Duration) -> Head {
        self.tail.wait_after(revision, wait)
    }

    fn records_after(&self, revision: Revision) -> Records {
        let walk = Walk::new(self.kept.clone(), revision, self.head().revision);
        Box::new(walk.map(|found| found.map(|(_, record)| record)))
    }

    fn append_records(&self, expected: Head, records: &[Record]) -> Result<Head, AppendError> {
        let _writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        let head = self.tail.head();
        check_head(head, expected)?;
        Ok(self.keep(record::sealed(head, self.kept.horizon, records)?))
    }

    fn checkpoints(&self) -> Result<Vec<CheckpointInfo>, CheckpointError> {
        Ok(self.checkpoints.list())
    }

    fn write_checkpoint(
        &self,
        at: Head,
        write: &mut dyn FnMut(&mut dyn Write) -> std::io::Result<()>,
    ) -> Result<CheckpointInfo, CheckpointError> {
        check_history(&self.kept, self.head(), at)?;
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

//! The journal, watched for damage.
//!
//! *Invariant:* once an entry turned out to be damaged, that is known for as long as the process lives, so that nothing
//! more is acknowledged into a journal that might not open again.

use std::{
    io::{Read, Result as IoResult, Write},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use tenseven_model::{Lineage, ObservationKey, Revision};
use tenseven_store::{
    AppendError, CheckpointError, CheckpointInfo, Entries, Entry, Head, Journal, Outcome, ReadError, Record,
    Records, Versioned,
};

/// A journal that remembers whether something of it was found damaged.
pub(crate) struct Guarded {
    journal: Box<dyn Journal>,
    damaged: Arc<AtomicBool>,
}

impl Guarded {
    pub(crate) fn new(journal: Box<dyn Journal>) -> Self {
        Self { journal, damaged: Arc::default() }
    }

    /// Whether an entry was found damaged.
    pub(crate) fn is_damaged(&self) -> bool {
        self.damaged.load(Ordering::Acquire)
    }

    fn noted<T>(&self, read: Result<T, ReadError>) -> Result<T, ReadError> {
        note(&self.damaged, &read);
        read
    }
}

fn note<T>(damaged: &AtomicBool, read: &Result<T, ReadError>) {
    if matches!(read, Err(ReadError::Corrupt(_))) {
        damaged.store(true, Ordering::Release);
    }
}

impl Journal for Guarded {
    fn head(&self) -> Head {
        self.journal.head()
    }

    fn lineage(&self) -> Lineage {
        self.journal.lineage()
    }

    fn horizon(&self) -> Revision {
        self.journal.horizon()
    }

    fn append(&self, expected_head: Revision, entries: &[Entry]) -> Result<Head, AppendError> {
        self.journal.append(expected_head, entries)
    }

    fn read(&self, revision: Revision) -> Result<Entry, ReadError> {
        self.noted(self.journal.read(revision))
    }

    fn find(&self, revision: Revision, key: &ObservationKey) -> Result<Option<Versioned>, ReadError> {
        self.noted(self.journal.find(revision, key))
    }

    fn find_all(
        &self,
        revision: Revision,
        keys: &[&ObservationKey],
    ) -> Result<Vec<Option<Versioned>>, ReadError> {
        self.noted(self.journal.find_all(revision, keys))
    }

    fn outcome(&self, revision: Revision) -> Result<Outcome, ReadError> {
        self.noted(self.journal.outcome(revision))
    }

    fn read_after(&self, revision: Revision) -> Entries {
        let damaged = Arc::clone(&self.damaged);
        Box::new(self.journal.read_after(revision).inspect(move |read| note(&damaged, read)))
    }

    fn wait_after(&self, revision: Revision, wait: Duration) -> Head {
        self.journal.wait_after(revision, wait)
    }

    fn records_after(&self, revision: Revision) -> Records {
        let damaged = Arc::clone(&self.damaged);
        Box::new(self.journal.records_after(revision).inspect(move |read| note(&damaged, read)))
    }

    fn append_records(&self, expected: Head, records: &[Record]) -> Result<Head, AppendError> {
        self.journal.append_records(expected, records)
    }

    fn checkpoints(&self) -> Result<Vec<CheckpointInfo>, CheckpointError> {
        self.journal.checkpoints()
    }

    fn write_checkpoint(
        &self,
        at: Head,
        write: &mut dyn FnMut(&mut dyn Write) -> IoResult<()>,
    ) -> Result<CheckpointInfo, CheckpointError> {
        self.journal.write_checkpoint(at, write)
    }

    fn read_checkpoint(
        &self,
        revision: Revision,
    ) -> Result<(CheckpointInfo, Box<dyn Read + Send>), CheckpointError> {
        self.journal.read_checkpoint(revision)
    }

    fn remove_checkpoint(&self, revision: Revision) -> Result<(), CheckpointError> {
        self.journal.remove_checkpoint(revision)
    }
}

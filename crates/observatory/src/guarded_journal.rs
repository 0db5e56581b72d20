//! A journal wrapper that detects damage.
//!
//! *Invariant:* once an entry turned out to be damaged, writes are refused for as long as the process lives, so that nothing more is
//! acknowledged into a journal that might not open again.

use std::{
    io::{Read, Result as IoResult, Write},
    sync::Arc,
};

use tenseven_model::{Lineage, Revision, SubmissionId};
use tenseven_store::{
    AppendError, CheckpointError, CheckpointInfo, Checkpoints, Head, Journal, PreparedEntry, ReadError,
    Record, Records, Stamp, Storage,
};
use tracing::error;

use crate::write_failure::{FirstFailure, WriteFailure};

/// A journal that remembers whether something of it was found damaged.
pub(crate) struct GuardedJournal {
    journal: Box<dyn Storage>,
    failure: Arc<FirstFailure>,
}

impl GuardedJournal {
    pub(crate) fn new(journal: Box<dyn Storage>) -> Self {
        Self { journal, failure: Arc::default() }
    }

    /// Why writes are refused, once they are.
    pub(crate) fn failure(&self) -> &Arc<FirstFailure> {
        &self.failure
    }

    fn noted<T>(&self, read: Result<T, ReadError>) -> Result<T, ReadError> {
        note(&self.failure, &read);
        read
    }
}

fn note<T>(failure: &FirstFailure, read: &Result<T, ReadError>) {
    if let Err(ReadError::Corrupt(corruption)) = read
        && failure.set(WriteFailure::JournalDamaged)
    {
        error!(
            error = %corruption,
            "the journal is damaged; reads go on, writes are refused until it is restored from a backup"
        );
    }
}

impl Journal for GuardedJournal {
    fn head(&self) -> Head {
        self.journal.head()
    }

    fn lineage(&self) -> Lineage {
        self.journal.lineage()
    }

    fn horizon(&self) -> Revision {
        self.journal.horizon()
    }

    fn append_prepared(
        &self,
        expected_head: Revision,
        entries: &[PreparedEntry],
    ) -> Result<Head, AppendError> {
        self.journal.append_prepared(expected_head, entries)
    }

    fn record(&self, revision: Revision) -> Result<Record, ReadError> {
        self.noted(self.journal.record(revision))
    }

    fn records_after(&self, revision: Revision) -> Records {
        let failure = Arc::clone(&self.failure);
        Box::new(self.journal.records_after(revision).inspect(move |read| note(&failure, read)))
    }

    fn revision_of(&self, submission: SubmissionId) -> Result<Option<Revision>, ReadError> {
        self.noted(self.journal.revision_of(submission))
    }

    fn stamp(&self, revision: Revision) -> Result<Stamp, ReadError> {
        self.noted(self.journal.stamp(revision))
    }
}

impl Checkpoints for GuardedJournal {
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

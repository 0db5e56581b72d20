//! A journal in memory that outlives its observatory, counts its appends, and fails or waits when told to.

use std::{
    io::{self, Read, Write},
    path::Path,
    sync::{
        Arc, Condvar, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};

use tenseven_model::{Lineage, Revision, SubmissionId};
use tenseven_store::{
    AppendError, CheckpointError, CheckpointInfo, Checkpoints, Corruption, EntryFault, Head, Journal,
    LogPosition, MemoryJournal, PreparedEntry, ReadError, Record, Records, Stamp,
};

/// How the next appends fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Failure {
    /// There is no room on the disk.
    DiskFull,
    /// The disk reports an error.
    Storage,
    /// The program has a fault.
    Panic,
}

#[derive(Default)]
struct Inside {
    journal: MemoryJournal,
    appends: AtomicUsize,
    failure: Mutex<Option<Failure>>,
    damaged: Mutex<Option<Revision>>,
    panics_at: Mutex<Option<Revision>>,
    held: Mutex<bool>,
    released: Condvar,
    lineage: Mutex<Option<Lineage>>,
}

/// Clones are the same journal.
#[derive(Clone, Default)]
pub struct TestJournal(Arc<Inside>);

impl TestJournal {
    /// How many appends succeeded.
    pub fn appends(&self) -> usize {
        self.0.appends.load(Ordering::SeqCst)
    }

    /// Makes appends fail so from now on, or succeed again.
    pub fn fail(&self, failure: Option<Failure>) {
        *self.0.failure.lock().expect("no test panics with the lock") = failure;
    }

    /// Makes an entry unreadable, as bits that flipped on the disk would.
    pub fn damage(&self, revision: Revision) {
        *self.0.damaged.lock().expect("no test panics with the lock") = Some(revision);
    }

    fn check(&self, revision: Revision) -> Result<(), ReadError> {
        if *self.0.damaged.lock().expect("no test panics with the lock") != Some(revision) {
            return Ok(());
        }
        let position = LogPosition { segment: Path::new("test").into(), offset: 0 };
        Err(ReadError::Corrupt(Corruption { revision, position, fault: EntryFault::Checksum }))
    }

    /// Makes whoever reads on to an entry panic, as a fault of the program would.
    pub fn panic_at(&self, revision: Revision) {
        *self.0.panics_at.lock().expect("no test panics with the lock") = Some(revision);
    }

    /// Gives the journal another lineage from now on, as a restore does.
    pub fn set_lineage(&self, lineage: Lineage) {
        *self.0.lineage.lock().expect("no test panics with the lock") = Some(lineage);
    }

    /// Makes appends wait until [`Self::release`].
    pub fn hold(&self) {
        *self.0.held.lock().expect("no test panics with the lock") = true;
    }

    /// Lets waiting appends go on.
    pub fn release(&self) {
        *self.0.held.lock().expect("no test panics with the lock") = false;
        self.0.released.notify_all();
    }
}

impl Journal for TestJournal {
    fn head(&self) -> Head {
        self.0.journal.head()
    }

    fn horizon(&self) -> Revision {
        self.0.journal.horizon()
    }

    fn append_prepared(
        &self,
        expected_head: Revision,
        entries: &[PreparedEntry],
    ) -> Result<Head, AppendError> {
        let held = self.0.held.lock().expect("no test panics with the lock");
        drop(self.0.released.wait_while(held, |held| *held).expect("no test panics with the lock"));
        let failure = *self.0.failure.lock().expect("no test panics with the lock");
        assert!(failure != Some(Failure::Panic), "told to panic");
        match failure {
            Some(Failure::DiskFull) => {
                let source = io::ErrorKind::StorageFull.into();
                return Err(AppendError::DiskFull { path: "test".into(), wanted: 1, source });
            }
            Some(Failure::Storage) => {
                let source = io::Error::other("told to fail");
                return Err(AppendError::Storage { action: "write", path: "test".into(), source });
            }
            Some(Failure::Panic) | None => {}
        }
        let appended = self.0.journal.append_prepared(expected_head, entries)?;
        self.0.appends.fetch_add(1, Ordering::SeqCst);
        Ok(appended)
    }

    fn lineage(&self) -> Lineage {
        let lineage = self.0.lineage.lock().expect("no test panics with the lock");
        lineage.clone().unwrap_or_else(|| self.0.journal.lineage())
    }

    fn record(&self, revision: Revision) -> Result<Record, ReadError> {
        self.check(revision)?;
        self.0.journal.record(revision)
    }

    fn stamp(&self, revision: Revision) -> Result<Stamp, ReadError> {
        // As of a record on the disk whose content is damaged and whose header is not.
        self.0.journal.stamp(revision)
    }

    fn records_after(&self, revision: Revision) -> Records {
        let panics_at = *self.0.panics_at.lock().expect("no test panics with the lock");
        Box::new(self.0.journal.records_after(revision).inspect(move |record| {
            let read = record.as_ref().ok().map(|record| record.stamp().revision);
            assert!(read.is_none() || read != panics_at, "told to panic");
        }))
    }

    fn revision_of(&self, submission: SubmissionId) -> Result<Option<Revision>, ReadError> {
        self.0.journal.revision_of(submission)
    }
}

impl Checkpoints for TestJournal {
    fn checkpoints(&self) -> Result<Vec<CheckpointInfo>, CheckpointError> {
        self.0.journal.checkpoints()
    }

    fn write_checkpoint(
        &self,
        at: Head,
        write: &mut dyn FnMut(&mut dyn Write) -> io::Result<()>,
    ) -> Result<CheckpointInfo, CheckpointError> {
        self.0.journal.write_checkpoint(at, write)
    }

    fn read_checkpoint(
        &self,
        revision: Revision,
    ) -> Result<(CheckpointInfo, Box<dyn Read + Send>), CheckpointError> {
        self.0.journal.read_checkpoint(revision)
    }

    fn remove_checkpoint(&self, revision: Revision) -> Result<(), CheckpointError> {
        self.0.journal.remove_checkpoint(revision)
    }
}

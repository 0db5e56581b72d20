//! What a journal can do, whichever way it is kept.

use std::io::{self, Read, Write};

use tenseven_model::{Lineage, ObservationKey, Revision, SubmissionId, Timestamp, event::ObservationVersion};

use crate::{
    AppendError, CheckpointError, CheckpointInfo, Entry, Head, PreparedEntry, ReadError, Record, Stamp,
};

/// Entries in order, one at a time. After an error nothing follows.
pub type Entries = Box<dyn Iterator<Item = Result<Entry, ReadError>> + Send>;

/// Records in order, one at a time. After an error nothing follows.
pub type Records = Box<dyn Iterator<Item = Result<Record, ReadError>> + Send>;

/// A log of entries with contiguous revisions, starting at 1.
///
/// All methods take `&self`: any thread may read while one appends. Appends from several threads are put in a row,
/// and all but one of those that expect the same head fail.
///
/// To add another kind of journal, implement the methods without a default, and run the suite
/// of the module `conformance` on it.
pub trait Journal: Send + Sync {
    /// The last durable entry; the default when nothing was appended yet.
    fn head(&self) -> Head;

    /// The histories up to the present one. They do not change while the journal is open.
    fn lineage(&self) -> Lineage;

    /// Versions superseded up to here were given up (compaction); [`Revision::ZERO`]: nothing was.
    fn horizon(&self) -> Revision;

    /// Appends prepared entries that follow `expected_head` without a gap, all or none, and returns the new head once
    /// they are durable. Without entries nothing happens.
    ///
    /// After [`AppendError::Storage`] it is unknown whether the entries are kept. The journal then refuses every
    /// append until it is opened again, and goes on answering reads up to the old head. Any other error leaves the
    /// journal as it was.
    fn append_prepared(
        &self,
        expected_head: Revision,
        entries: &[PreparedEntry],
    ) -> Result<Head, AppendError>;

    /// Prepares entries and appends them, as [`Self::append_prepared`] does.
    fn append(&self, expected_head: Revision, entries: &[Entry]) -> Result<Head, AppendError> {
        self.append_prepared(expected_head, &PreparedEntry::all(entries)?)
    }

    /// The record of one entry, of any revision from 1 to the head.
    fn record(&self, revision: Revision) -> Result<Record, ReadError>;

    /// The records after `revision`, up to the head at the time of the call. They are read as they are asked for, not kept
    /// in memory, and each is checked to have the next revision.
    fn records_after(&self, revision: Revision) -> Records;

    /// The revision that a submission was accepted at, if it was.
    fn revision_of(&self, submission: SubmissionId) -> Result<Option<Revision>, ReadError>;

    /// Which submission an entry answers, and when it was accepted.
    fn stamp(&self, revision: Revision) -> Result<Stamp, ReadError> {
        self.record(revision).map(|record| record.stamp())
    }

    /// The last revision accepted at or before this time; [`Revision::ZERO`] if there is none.
    fn revision_at(&self, time: Timestamp) -> Result<Revision, ReadError> {
        // Times never decrease from one entry to the next.
        let (mut before, mut after) = (0, self.head().revision.number() + 1);
        while after - before > 1 {
            let middle = before + (after - before) / 2;
            if self.stamp(Revision::new(middle))?.committed_at <= time {
                before = middle;
            } else {
                after = middle;
            }
        }
        Ok(Revision::new(before))
    }

    /// One entry.
    fn read(&self, revision: Revision) -> Result<Entry, ReadError> {
        self.record(revision)?.entry()
    }

    /// The entries after `revision`, as [`Self::records_after`] gives them.
    fn read_after(&self, revision: Revision) -> Entries {
        let mut records = self.records_after(revision);
        let mut failed = false;
        Box::new(std::iter::from_fn(move || {
            if failed {
                return None;
            }
            let entry = records.next()?.and_then(|record| record.entry());
            failed = entry.is_err();
            Some(entry)
        }))
    }

    /// One version of one observation; none if the entry holds no such key, or other content.
    fn find(
        &self,
        revision: Revision,
        key: &ObservationKey,
    ) -> Result<Option<ObservationVersion>, ReadError> {
        self.record(revision)?.find(key)
    }

    /// What [`Self::find`] finds for each of these keys, in their order, read in one pass.
    fn find_all(
        &self,
        revision: Revision,
        keys: &[&ObservationKey],
    ) -> Result<Vec<Option<ObservationVersion>>, ReadError> {
        self.record(revision)?.find_all(keys)
    }
}

/// States that were made of the entries up to a revision, so that a start need not fold everything.
pub trait Checkpoints: Send + Sync {
    /// The checkpoints that are there, oldest first. One whose head cannot be read is listed with
    /// [`crate::ChainHash::ZERO`], so that it can be removed.
    fn checkpoints(&self) -> Result<Vec<CheckpointInfo>, CheckpointError>;

    /// Writes a checkpoint of the fold at `at`, an entry of this journal. It is durable and visible whole, or not
    /// there at all. Replaces one of the same revision.
    fn write_checkpoint(
        &self,
        at: Head,
        write: &mut dyn FnMut(&mut dyn Write) -> io::Result<()>,
    ) -> Result<CheckpointInfo, CheckpointError>;

    /// Reads a checkpoint as a stream that checks itself: damage is an error of kind
    /// [`std::io::ErrorKind::InvalidData`], never wrong bytes, and the end comes only after all of it was checked.
    fn read_checkpoint(
        &self,
        revision: Revision,
    ) -> Result<(CheckpointInfo, Box<dyn Read + Send>), CheckpointError>;

    /// Removes a checkpoint.
    fn remove_checkpoint(&self, revision: Revision) -> Result<(), CheckpointError>;
}

/// A journal and its checkpoints.
pub trait Storage: Journal + Checkpoints {}

impl<T: Journal + Checkpoints> Storage for T {}

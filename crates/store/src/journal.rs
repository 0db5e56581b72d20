//! What a journal can do, whichever way it is kept.

use std::{
    io::{Read, Write},
    time::Duration,
};

use tenseven_model::{History, HistoryId, Lineage, ObservationKey, Revision};

use crate::{
    AppendError, ChainHash, CheckpointError, CheckpointInfo, Content, Entry, Head, Outcome, PracticeVersion,
    ReadError, Versioned,
    record::{EXPANDED_LENGTH_MAX, OBSERVATION_COUNT_MAX},
};

/// Entries in order, one at a time. After an error nothing follows.
pub type Entries = Box<dyn Iterator<Item = Result<Entry, ReadError>> + Send>;

/// Records in order, one at a time. After an error nothing follows.
pub type Records = Box<dyn Iterator<Item = Result<Record, ReadError>> + Send>;

/// The bytes of an entry as the chain hashes them, to be kept elsewhere and appended again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// The entry.
    pub revision: Revision,
    /// Its chain hash; of a compacted entry, that of what it was. Reckoned anew from the bytes when it is appended.
    pub chain: ChainHash,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// A log of entries with contiguous revisions, starting at 1.
///
/// All methods take `&self`: any thread may read while one appends. Appends from several threads are put in a row,
/// and all but one of those that expect the same head fail.
pub trait Journal: Send + Sync {
    /// The last durable entry; the default when nothing was appended yet.
    fn head(&self) -> Head;

    /// The histories that lead to the head, oldest first.
    fn lineage(&self) -> Lineage;

    /// Versions superseded up to here were given up (compaction); [`Revision::ZERO`]: nothing was.
    fn horizon(&self) -> Revision;

    /// Appends entries that follow `expected_head` without a gap, all or none, and returns the new head once they
    /// are durable. Without entries nothing happens.
    ///
    /// After [`AppendError::Storage`] it is unknown whether the entries are kept. The journal then refuses every
    /// append until it is opened again, and goes on answering reads up to the old head. Any other error leaves the
    /// journal as it was.
    fn append(&self, expected_head: Revision, entries: &[Entry]) -> Result<Head, AppendError>;

    /// One entry, of any revision from 1 to the head.
    fn read(&self, revision: Revision) -> Result<Entry, ReadError>;

    /// One version of one observation, without building the rest of its batch; none if the entry holds no such key,
    /// or other content.
    fn find(&self, revision: Revision, key: &ObservationKey) -> Result<Option<Versioned>, ReadError>;

    /// What [`Self::find`] finds for each of these keys, in their order, read in one pass.
    fn find_all(
        &self,
        revision: Revision,
        keys: &[&ObservationKey],
    ) -> Result<Vec<Option<Versioned>>, ReadError>;

    /// What the submission of an entry was answered, without building its content.
    fn outcome(&self, revision: Revision) -> Result<Outcome, ReadError>;

    /// The entries after `revision`, up to the head at the time of the call. Entries are read as they are asked
    /// for, not kept in memory, and each is checked to follow the one before.
    fn read_after(&self, revision: Revision) -> Entries;

    /// Waits until something after `revision` is durable, at most `wait`, and returns the head then. With
    /// [`Self::read_after`] it makes a tail.
    fn wait_after(&self, revision: Revision, wait: Duration) -> Head;

    /// The records after `revision`, up to the head at the time of the call, for a backup. Checked as those of
    /// [`Self::read_after`].
    fn records_after(&self, revision: Revision) -> Records;

    /// Appends records of another journal that follow `expected`, all or none, and returns the new head once they
    /// are durable. Each has to decode, to have the next revision, and to be chained to the one before it; compacted
    /// records are taken up to the [`Self::horizon`]. Errors leave the journal as [`Self::append`] does.
    fn append_records(&self, expected: Head, records: &[Record]) -> Result<Head, AppendError>;

    /// The checkpoints that are there, oldest first. One whose head cannot be read stands with
    /// [`crate::ChainHash::ZERO`], so that it can be removed.
    fn checkpoints(&self) -> Result<Vec<CheckpointInfo>, CheckpointError>;

    /// Writes a checkpoint of the fold at `at`, an entry of this journal. It is durable and visible whole, or not
    /// there at all. Replaces one of the same revision.
    fn write_checkpoint(
        &self,
        at: Head,
        write: &mut dyn FnMut(&mut dyn Write) -> std::io::Result<()>,
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

/// Succeeds if the revisions of `entries` follow `head`.
pub(crate) fn check_sequence<'a>(
    head: Revision,
    expected_head: Revision,
    entries: impl IntoIterator<Item = &'a Entry>,
) -> Result<(), AppendError> {
    if head != expected_head {
        return Err(AppendError::HeadMoved { expected: expected_head, head });
    }
    let mut last = head;
    for (place, entry) in entries.into_iter().enumerate() {
        if entry.revision != last.next() {
            return Err(AppendError::NotContiguous { place, expected: last.next(), found: entry.revision });
        }
        last = entry.revision;
    }
    Ok(())
}

/// Succeeds if `head` is the one that records are to follow.
pub(crate) fn check_head(head: Head, expected: Head) -> Result<(), AppendError> {
    if head.revision != expected.revision {
        return Err(AppendError::HeadMoved { expected: expected.revision, head: head.revision });
    }
    if head.chain != expected.chain {
        return Err(AppendError::OtherHistory { expected, head });
    }
    Ok(())
}

/// Succeeds if what an entry holds may be kept.
pub(crate) fn check_content(entry: &Entry) -> Result<(), AppendError> {
    let versions = entry.content.versions();
    let (revision, count) = (entry.revision, versions.len());
    let cited = match &entry.content {
        Content::Coding(filed) => filed.previous.as_slice(),
        Content::Adjudication(adjudicated) => &adjudicated.codings,
        Content::Practices(versions) => return check_practices(entry.revision, versions),
        Content::Observations(_) | Content::Framework(_) => &[],
    };
    if let Some((place, previous)) =
        cited.iter().copied().enumerate().find(|(_, cited)| *cited >= revision || *cited == Revision::ZERO)
    {
        return Err(AppendError::Previous { revision, place, previous });
    }
    if count > OBSERVATION_COUNT_MAX {
        return Err(AppendError::TooManyObservations { revision, count, max: OBSERVATION_COUNT_MAX });
    }
    let mut length = 0;
    for (place, version) in versions.iter().enumerate() {
        if let Some(previous) = version.previous
            && (previous >= revision || previous == Revision::ZERO)
        {
            return Err(AppendError::Previous { revision, place, previous });
        }
        length += version.text_bytes();
    }
    if length > EXPANDED_LENGTH_MAX {
        return Err(AppendError::EntryTooLong { revision, length, max: EXPANDED_LENGTH_MAX });
    }
    Ok(())
}

fn check_practices(revision: Revision, versions: &[PracticeVersion]) -> Result<(), AppendError> {
    for (place, version) in versions.iter().enumerate() {
        if let Some(previous) = version.previous
            && (previous >= revision || previous == Revision::ZERO)
        {
            return Err(AppendError::Previous { revision, place, previous });
        }
    }
    Ok(())
}

/// The lineage of a journal that knows one history only.
pub(crate) fn single_history() -> Lineage {
    let mut lineage = Lineage::new();
    let first = History { id: HistoryId::of_version_8([0; 16]), after: Revision::ZERO };
    // The first history is always accepted.
    let _ = lineage.push(first);
    lineage
}

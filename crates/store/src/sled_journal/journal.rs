//! The journal on disk.

use std::{
    fmt,
    io::{self, Read, Write},
    path::Path,
    sync::{Mutex, MutexGuard},
    time::Duration,
};

use tenseven_model::{Lineage, ObservationKey, Revision};

use super::{
    directory,
    open::{self, Opened},
    options::JournalOptions,
    room::Room,
    source::SledSource,
    witness::Witness,
};
use crate::{
    AppendError, ChainHash, CheckpointError, CheckpointInfo, Entries, Entry, Head, Journal, OpenError,
    Outcome, ReadError, Record, Records, Versioned,
    checkpoint::{CheckpointFiles, check_history},
    format::{Press, cut},
    journal::{check_head, check_sequence, single_history},
    keys::EntryPartKey,
    record::{self, Sealed},
    tail::Tail,
    walk::{Source as _, Walk, check_present},
};

/// A journal on disk. It stays open, and its directory locked, until it and all iterators of
/// [`Journal::read_after`] and [`Journal::records_after`] are dropped.
pub struct SledJournal {
    source: SledSource,
    tail: Tail,
    writer: Mutex<Writer>,
    checkpoints: CheckpointFiles,
}

/// What one append after the other needs.
struct Writer {
    failed: bool,
    room: Room,
    witness: Witness,
    press: Press,
}

impl SledJournal {
    /// Opens the journal in the directory `path`, or makes it there, with access for this user only.
    pub fn open(path: impl AsRef<Path>, options: JournalOptions) -> Result<Self, OpenError> {
        open::open(path.as_ref(), options).map(Self::of)
    }

    /// Makes a journal in the directory `path` that takes compacted entries up to `horizon`.
    pub fn create_compacted(
        path: impl AsRef<Path>,
        options: JournalOptions,
        horizon: Revision,
    ) -> Result<Self, OpenError> {
        open::create_compacted(path.as_ref(), options, horizon).map(Self::of)
    }

    fn of(opened: Opened) -> Self {
        let Opened { source, witness, checkpoints, head } = opened;
        Self {
            source,
            tail: Tail::at(head),
            writer: Mutex::new(Writer { failed: false, room: Room::new(), witness, press: Press::new() }),
            checkpoints,
        }
    }

    /// The directory that it lies in.
    pub fn path(&self) -> &Path {
        &self.source.path
    }

    /// The bytes that its files take on the disk, room reserved for the next appends included.
    pub fn disk_bytes(&self) -> io::Result<u64> {
        directory::disk_bytes(&self.source.path)
    }

    /// Appends entries from which superseded versions were left out, each with the chain hash of the entry that it
    /// was made from, all or none. Errors leave the journal as [`Journal::append`] does.
    pub fn append_compacted(
        &self,
        expected: Head,
        entries: &[(Entry, ChainHash)],
    ) -> Result<Head, AppendError> {
        let mut writer = self.writer()?;
        let head = self.tail.head();
        check_head(head, expected)?;
        let sealed = record::seal_compacted(head, self.source.horizon, entries)?;
        self.keep(&mut writer, &sealed)
    }

    fn writer(&self) -> Result<MutexGuard<'_, Writer>, AppendError> {
        let writer = self.writer.lock().map_err(|_| AppendError::Poisoned)?;
        if writer.failed { Err(AppendError::Poisoned) } else { Ok(writer) }
    }

    /// Makes records durable, then moves the head.
    fn keep(&self, writer: &mut Writer, sealed: &[Sealed]) -> Result<Head, AppendError> {
        let Some(head) = sealed.last().map(|last| last.head) else { return Ok(self.tail.head()) };
        let (pairs, length) = parts(sealed, &mut writer.press);
        let engine = &self.source.engine;
        writer.room.reserve(engine.log(), &self.source.path, length)?;
        if let Err(error) = engine.commit(pairs) {
            writer.failed = true;
            return Err(AppendError::Storage(error));
        }
        writer.witness.acknowledge(head);
        self.tail.move_to(head);
        Ok(head)
    }

    fn walk(&self, after: Revision) -> Walk<SledSource> {
        Walk::new(self.source.clone(), after, self.tail.head().revision)
    }
}

impl Journal for SledJournal {
    fn head(&self) -> Head {
        self.tail.head()
    }

    fn lineage(&self) -> Lineage {
        single_history()
    }

    fn horizon(&self) -> Revision {
        self.source.horizon
    }

    fn append(&self, expected_head: Revision, entries: &[Entry]) -> Result<Head, AppendError> {
        let mut writer = self.writer()?;
        let head = self.tail.head();
        check_sequence(head.revision, expected_head, entries)?;
        let sealed = record::seal_all(head, entries.iter().map(|entry| (entry, None)))?;
        self.keep(&mut writer, &sealed)
    }

    fn read(&self, revision: Revision) -> Result<Entry, ReadError> {
        check_present(revision, self.tail.head().revision)?;
        self.source.decoded(revision).map(|(entry, ..)| entry)
    }

    fn find(&self, revision: Revision, key: &ObservationKey) -> Result<Option<Versioned>, ReadError> {
        check_present(revision, self.tail.head().revision)?;
        self.source.find(revision, key)
    }

    fn find_all(
        &self,
        revision: Revision,
        keys: &[&ObservationKey],
    ) -> Result<Vec<Option<Versioned>>, ReadError> {
        check_present(revision, self.tail.head().revision)?;
        self.source.find_all(revision, keys)
    }

    fn outcome(&self, revision: Revision) -> Result<Outcome, ReadError> {
        check_present(revision, self.tail.head().revision)?;
        self.source.outcome(revision)
    }

    fn read_after(&self, revision: Revision) -> Entries {
        Box::new(self.walk(revision).map(|found| found.map(|(entry, _)| entry)))
    }

    fn wait_after(&self, revision: Revision, wait: Duration) -> Head {
        self.tail.wait_after(revision, wait)
    }

    fn records_after(&self, revision: Revision) -> Records {
        Box::new(self.walk(revision).map(|found| found.map(|(_, record)| record)))
    }

    fn append_records(&self, expected: Head, records: &[Record]) -> Result<Head, AppendError> {
        let mut writer = self.writer()?;
        let head = self.tail.head();
        check_head(head, expected)?;
        let sealed = record::sealed(head, self.source.horizon, records)?;
        self.keep(&mut writer, &sealed)
    }

    fn checkpoints(&self) -> Result<Vec<CheckpointInfo>, CheckpointError> {
        self.checkpoints.list()
    }

    fn write_checkpoint(
        &self,
        at: Head,
        write: &mut dyn FnMut(&mut dyn Write) -> io::Result<()>,
    ) -> Result<CheckpointInfo, CheckpointError> {
        check_history(&self.source, self.tail.head(), at)?;
        self.checkpoints.write(at, write)
    }

    fn read_checkpoint(
        &self,
        revision: Revision,
    ) -> Result<(CheckpointInfo, Box<dyn Read + Send>), CheckpointError> {
        let (info, content) = self.checkpoints.read(revision)?;
        check_history(&self.source, self.tail.head(), info.head)?;
        Ok((info, content))
    }

    fn remove_checkpoint(&self, revision: Revision) -> Result<(), CheckpointError> {
        self.checkpoints.remove(revision)
    }
}

type Pairs = Vec<([u8; EntryPartKey::LENGTH], Vec<u8>)>;

/// All parts of all records with their keys, and the bytes that they have together.
fn parts(sealed: &[Sealed], press: &mut Press) -> (Pairs, u64) {
    let (mut pairs, mut length) = (Pairs::new(), 0);
    for Sealed { head, bytes, has_much_text } in sealed {
        for (place, part) in (0..).zip(cut(press.stored(bytes, *has_much_text))) {
            let key = EntryPartKey { revision: head.revision, part: place }.ser();
            let value = part.ser(&key);
            length += (key.len() + value.len()) as u64;
            pairs.push((key, value));
        }
    }
    (pairs, length)
}

impl fmt::Debug for SledJournal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SledJournal")
            .field("path", &self.source.path)
            .field("head", &self.tail.head())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
#[path = "journal_tests.rs"]
mod tests;

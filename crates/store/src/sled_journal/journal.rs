//! The journal on disk.

use std::{
    fmt,
    path::Path,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
};

use tenseven_model::Revision;

use super::{
    engine::Engine,
    entries::SledEntries,
    open::{Opened, open},
    options::JournalOptions,
    room::Room,
    witness::Witness,
};
use crate::{
    AppendError, Entries, Entry, Journal, OpenError, format::cut, journal::check_sequence,
    keys::EntryPartKey, record,
};

/// A journal on disk. It stays open, and its directory locked, until it and all iterators of
/// [`Journal::read_after`] are dropped.
pub struct SledJournal {
    engine: Arc<Engine>,
    path: Arc<Path>,
    /// The last durable revision. Set only by the one who holds `writer`.
    head: AtomicU64,
    writer: Mutex<Writer>,
}

/// What one append after the other needs.
#[derive(Debug)]
struct Writer {
    failed: bool,
    room: Room,
    witness: Witness,
}

impl SledJournal {
    /// Opens the journal in the directory `path`, or makes it there, with access for this user only.
    pub fn open(path: impl AsRef<Path>, options: JournalOptions) -> Result<Self, OpenError> {
        let path: Arc<Path> = Arc::from(path.as_ref());
        let Opened { engine, witness, head } = open(&path, options)?;
        Ok(Self {
            engine: Arc::new(engine),
            path,
            head: AtomicU64::new(head.number()),
            writer: Mutex::new(Writer { failed: false, room: Room::new(), witness }),
        })
    }

    /// The directory that it lies in.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

impl Journal for SledJournal {
    fn head(&self) -> Revision {
        Revision::new(self.head.load(Ordering::Acquire))
    }

    fn append(&self, expected_head: Revision, entries: &[Entry]) -> Result<Revision, AppendError> {
        let mut writer = self.writer.lock().map_err(|_| AppendError::Poisoned)?;
        if writer.failed {
            return Err(AppendError::Poisoned);
        }
        let new_head = check_sequence(self.head(), expected_head, entries)?;
        if entries.is_empty() {
            return Ok(new_head);
        }
        let (pairs, length) = parts(entries)?;
        writer.room.reserve(self.engine.log(), &self.path, length)?;
        if let Err(error) = self.engine.commit(pairs) {
            writer.failed = true;
            return Err(AppendError::Storage(error));
        }
        writer.witness.acknowledge(new_head);
        self.head.store(new_head.number(), Ordering::Release);
        Ok(new_head)
    }

    fn read_after(&self, revision: Revision) -> Entries {
        Box::new(SledEntries::new(Arc::clone(&self.engine), Arc::clone(&self.path), revision, self.head()))
    }
}

type Pairs = Vec<([u8; EntryPartKey::LENGTH], Vec<u8>)>;

/// All parts of all entries with their keys, and the bytes that they have together.
fn parts(entries: &[Entry]) -> Result<(Pairs, u64), AppendError> {
    let (mut pairs, mut length) = (Pairs::new(), 0);
    for (entry, record) in entries.iter().zip(record::encode_all(entries)?) {
        for (place, part) in (0..).zip(cut(&record)) {
            let key = EntryPartKey { revision: entry.revision, part: place }.ser();
            let value = part.ser(&key);
            length += (key.len() + value.len()) as u64;
            pairs.push((key, value));
        }
    }
    Ok((pairs, length))
}

impl fmt::Debug for SledJournal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SledJournal")
            .field("path", &self.path)
            .field("head", &self.head())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
#[path = "journal_tests.rs"]
mod tests;

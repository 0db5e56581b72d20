//! Reading entries from disk.
//!
//! Each part is asked for by its key rather than by walking over a range: sled counts a page as used once for each
//! call and gives pages up only after enough uses, so that a walk through 1.2 GB of entries took memory to 666 MB
//! where this takes 156 MB, in less time.

use std::{ops::RangeInclusive, path::Path, sync::Arc};

use tenseven_model::Revision;

use super::engine::Engine;
use crate::{
    Corruption, Entry, EntryFault, ReadError, StorageError,
    format::{Join, Part},
    keys::EntryPartKey,
    record,
};

/// Reads the entries of some revisions, one at a time.
pub(super) struct SledEntries {
    engine: Arc<Engine>,
    path: Arc<Path>,
    revisions: RangeInclusive<u64>,
    failed: bool,
}

impl SledEntries {
    /// Reads the entries after `after` up to `head`.
    pub(super) fn new(engine: Arc<Engine>, path: Arc<Path>, after: Revision, head: Revision) -> Self {
        let revisions = after.number().saturating_add(1)..=head.number();
        Self { engine, path, revisions, failed: after >= head }
    }
}

impl Iterator for SledEntries {
    type Item = Result<Entry, ReadError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.failed {
            return None;
        }
        let entry = read_entry(&self.engine, &self.path, Revision::new(self.revisions.next()?));
        self.failed = entry.is_err();
        Some(entry)
    }
}

/// Reads one entry.
pub(super) fn read_entry(engine: &Engine, path: &Path, revision: Revision) -> Result<Entry, ReadError> {
    let entry = read_record(engine, revision)
        .and_then(|bytes| record::decode(revision, &bytes).map_err(Failure::Damaged));
    entry.map_err(|failure| {
        let path = path.to_owned();
        match failure {
            Failure::Damaged(fault) => ReadError::Corrupt(Corruption { revision, path, fault }),
            Failure::Storage(source @ StorageError::Engine { .. }) => {
                ReadError::Corrupt(Corruption { revision, path, fault: EntryFault::Page(source) })
            }
            Failure::Storage(source) => ReadError::Storage { revision, path, source },
        }
    })
}

/// Number of parts that the entry says that it has.
pub(super) fn part_count(bytes: &[u8], key: EntryPartKey) -> Result<u32, EntryFault> {
    let part = Part::deser(&key.ser(), bytes);
    part.map(|part| part.count).map_err(|source| EntryFault::Part { part: key.part, source })
}

enum Failure {
    Damaged(EntryFault),
    Storage(StorageError),
}

fn read_record(engine: &Engine, revision: Revision) -> Result<Vec<u8>, Failure> {
    let first = value(engine, EntryPartKey { revision, part: 0 })?;
    let first = first.ok_or(Failure::Damaged(EntryFault::MissingEntry))?;
    let mut join = part_of(&first, revision, 0)
        .and_then(|part| Join::start(part).map_err(|source| EntryFault::Part { part: 0, source }))
        .map_err(Failure::Damaged)?;
    for part in 1..join.count() {
        let count = join.count();
        let bytes = value(engine, EntryPartKey { revision, part })?;
        let bytes = bytes.ok_or(Failure::Damaged(EntryFault::MissingPart { part, count }))?;
        add(&mut join, &bytes, revision, part).map_err(Failure::Damaged)?;
    }
    Ok(join.finish())
}

fn add(join: &mut Join, bytes: &[u8], revision: Revision, part: u32) -> Result<(), EntryFault> {
    let found = part_of(bytes, revision, part)?;
    if !join.fits(&found) {
        return Err(EntryFault::Mixed { part });
    }
    join.push(found).map_err(|source| EntryFault::Part { part, source })
}

fn part_of(bytes: &[u8], revision: Revision, part: u32) -> Result<Part<'_>, EntryFault> {
    Part::deser(&EntryPartKey { revision, part }.ser(), bytes)
        .map_err(|source| EntryFault::Part { part, source })
}

fn value(engine: &Engine, key: EntryPartKey) -> Result<Option<sled::IVec>, Failure> {
    engine.get(&key.ser()).map_err(Failure::Storage)
}

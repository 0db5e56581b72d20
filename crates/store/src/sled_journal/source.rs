//! Records as they lie on disk.
//!
//! Each part is asked for by its key rather than by walking over a range, which bounds the memory that reading takes.
//! sled spreads its cache over 256 shards. A shard notes every use of a page, and looks at its notes, and gives pages up,
//! only once it has 64 of them. A walk over a range counts as one use a page, so that a shard keeps 64 pages whatever the
//! cache's size; asked for by key, a page of 17 parts is used 17 times, and a shard keeps about four. Measured, resident
//! memory after reading a whole journal:
//!
//! | journal on disk | cache of 64 MiB | 16 MiB | 1 MiB |
//! |---|---|---|---|
//! | 207 MB | 81 MB | 69 MB | 69 MB |
//! | 587 MB | 107 MB | 76 MB | 76 MB |
//!
//! So some 70 MB are the least, and the cache's size comes on top of less than that.

use std::{path::Path, sync::Arc};

use bytes::Bytes;
use tenseven_model::Revision;

use super::engine::Engine;
use crate::{
    EntryFault, ReadError, StorageError,
    format::{Join, Part, Shape, decompressed},
    keys::EntryPartKey,
    walk::Source,
};

/// The records of a journal on disk, and what has to be known of it to read them.
#[derive(Debug, Clone)]
pub(super) struct SledSource {
    pub(super) engine: Arc<Engine>,
    pub(super) path: Arc<Path>,
    pub(super) horizon: Revision,
}

impl Source for SledSource {
    fn record(&self, revision: Revision) -> Result<Bytes, ReadError> {
        read_record(&self.engine, revision).map(Bytes::from).map_err(|failure| match failure {
            Failure::Damaged(fault) => self.damaged(revision, fault),
            Failure::Storage(source @ StorageError::Engine { .. }) => {
                self.damaged(revision, EntryFault::Page(source))
            }
            Failure::Storage(source) => {
                ReadError::Storage { revision, path: self.path.to_path_buf(), source }
            }
        })
    }

    fn horizon(&self) -> Revision {
        self.horizon
    }

    fn path(&self) -> &Path {
        &self.path
    }
}

/// Number of parts that the entry says that it has.
pub(super) fn part_count(bytes: &[u8], key: EntryPartKey) -> Result<u32, EntryFault> {
    let part = Part::deser(&key.ser(), bytes);
    part.map(|part| part.shape.count).map_err(|source| EntryFault::Part { part: key.part, source })
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
    let count = join.shape().count;
    for part in 1..count {
        let bytes = value(engine, EntryPartKey { revision, part })?;
        let bytes = bytes.ok_or(Failure::Damaged(EntryFault::MissingPart { part, count }))?;
        add(&mut join, &bytes, revision, part).map_err(Failure::Damaged)?;
    }
    let Shape { compressed, record_length: length, .. } = join.shape();
    let stored = join.finish();
    if !compressed {
        return Ok(stored);
    }
    decompressed(&stored, length)
        .map_err(|detail| Failure::Damaged(EntryFault::Compression { length, detail }))
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

//! Records as they lie on disk.
//!
//! Each part is asked for by its key rather than by walking over a range: sled counts a page as used once for each
//! call and gives pages up only after enough uses, so that a walk through 1.2 GB of entries took memory to 666 MB
//! where this takes 156 MB, in less time.

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

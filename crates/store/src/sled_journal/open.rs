//! Opening a journal: what has to be true before it takes or gives an entry.

use std::path::Path;

use tenseven_model::Revision;

use super::{
    directory,
    engine::Engine,
    entries::{part_count, read_entry},
    options::JournalOptions,
    witness::Witness,
};
use crate::{
    Corruption, EntryFault, OpenError, ReadError, StorageError,
    format::{FORMAT_VERSION, deser_version, ser_version},
    keys::{EntryPartKey, MetaKey},
};

/// A journal that may be used, and its head.
pub(super) struct Opened {
    pub(super) engine: Engine,
    pub(super) witness: Witness,
    pub(super) head: Revision,
}

/// Opens the journal in `path`, or makes it.
pub(super) fn open(path: &Path, options: JournalOptions) -> Result<Opened, OpenError> {
    let above = directory::prepare(path)?;
    let engine = Engine::open(path, options)?;
    let (witness, acknowledged) = Witness::open(path)?;
    if options.own_sync {
        // Entries that were written, but not synced when the process before this one died, count from here on.
        directory::sync(path, &above)?;
    }
    if engine.has_page_outside_log().map_err(|error| failed(path, error))? {
        let detail = "blobs/ holds pages, which a journal never has".to_owned();
        return Err(OpenError::Damaged { path: path.to_owned(), detail });
    }
    let last = engine.last_key(EntryPartKey::all()).map_err(|error| failed(path, error))?;
    check_format(&engine, path, last.is_none())?;
    let head = match last {
        None => Revision::ZERO,
        Some(key) => head(&engine, path, &key)?,
    };
    if head < acknowledged {
        return Err(OpenError::Shortened { path: path.to_owned(), head, acknowledged });
    }
    if options.own_sync {
        witness.acknowledge(head);
    }
    Ok(Opened { engine, witness, head })
}

/// Refuses a later format, and marks a new journal with this one.
fn check_format(engine: &Engine, path: &Path, is_empty: bool) -> Result<(), OpenError> {
    let key = MetaKey::Format.ser();
    let found = engine.get(&key).map_err(|error| failed(path, error))?;
    let damaged = |detail: &str| OpenError::Damaged { path: path.to_owned(), detail: detail.to_owned() };
    let Some(found) = found else {
        if !is_empty {
            return Err(damaged("it has entries, but does not say in which format"));
        }
        let version = ser_version(FORMAT_VERSION).to_vec();
        return engine.commit(vec![(key, version)]).map_err(|error| failed(path, error));
    };
    match deser_version(&found) {
        Some(FORMAT_VERSION) => Ok(()),
        Some(found) if found > FORMAT_VERSION => {
            Err(OpenError::NewerFormat { path: path.to_owned(), found, known: FORMAT_VERSION })
        }
        _ => Err(damaged("the number of its format is not one")),
    }
}

/// The head of a journal whose last key is `key`. The last entry has to be whole.
fn head(engine: &Engine, path: &Path, key: &[u8]) -> Result<Revision, OpenError> {
    let corrupt = |revision, fault| OpenError::Corrupt(Corruption { revision, path: path.to_owned(), fault });
    let key = EntryPartKey::deser(key)
        .map_err(|error| corrupt(Revision::ZERO, EntryFault::Key(error.0)))
        .and_then(|found| match found.revision {
            Revision::ZERO => Err(corrupt(Revision::ZERO, EntryFault::Key(key.to_vec()))),
            _ => Ok(found),
        })?;
    let entry = read_entry(engine, path, key.revision).map_err(|error| match error {
        ReadError::Corrupt(corruption) => OpenError::Corrupt(corruption),
        ReadError::Storage { source, .. } => failed(path, source),
    })?;
    let last = engine.get(&key.ser()).map_err(|error| failed(path, error))?.unwrap_or_default();
    match part_count(&last, key).map_err(|fault| corrupt(key.revision, fault))? {
        count if key.part < count => Ok(entry.revision),
        count => Err(corrupt(key.revision, EntryFault::ExtraPart { part: key.part, count })),
    }
}

fn failed(path: &Path, error: StorageError) -> OpenError {
    match error {
        StorageError::Io { action, source } => directory::failed(action, path, source),
        StorageError::Engine { .. } | StorageError::OutsideLog => {
            OpenError::Damaged { path: path.to_owned(), detail: error.to_string() }
        }
    }
}

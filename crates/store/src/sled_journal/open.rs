//! Opening a journal: what has to be true before it takes or gives an entry.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use tenseven_model::Revision;

use super::{
    directory,
    engine::Engine,
    found::Found,
    options::JournalOptions,
    source::{SledSource, part_count},
    witness::{Noted, Witness},
};
use crate::{
    Corruption, EntryFault, Head, OpenError, ReadError, StorageError,
    checkpoint::CheckpointFiles,
    format::{FORMAT_VERSION, deser_horizon, deser_version, ser_horizon, ser_version},
    keys::{EntryPartKey, MetaKey},
    walk::Source as _,
};

/// A journal that may be used, and its head.
pub(super) struct Opened {
    pub(super) source: SledSource,
    pub(super) witness: Witness,
    pub(super) checkpoints: CheckpointFiles,
    pub(super) head: Head,
}

/// Opens the journal in `path`, or makes it.
pub(super) fn open(path: &Path, options: JournalOptions) -> Result<Opened, OpenError> {
    open_as(path, options, Expected::Current)
}

/// Makes a journal in `path` that takes compacted entries up to `horizon`.
pub(super) fn create_compacted(
    path: &Path,
    options: JournalOptions,
    horizon: Revision,
) -> Result<Opened, OpenError> {
    let mut opened = open(path, options)?;
    if opened.head.revision != Revision::ZERO {
        return Err(OpenError::NotEmpty { path: path.to_owned(), head: opened.head.revision });
    }
    let pair = (MetaKey::Horizon.ser(), ser_horizon(horizon).to_vec());
    opened.source.engine.commit(vec![pair]).map_err(|error| failed(path, error))?;
    opened.source.horizon = horizon;
    Ok(opened)
}

/// Opens a journal of format 1 in `path`, to be read only.
pub(super) fn open_format_1(path: &Path, options: JournalOptions) -> Result<Opened, OpenError> {
    open_as(path, options, Expected::One)
}

/// The format that a journal has to have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Expected {
    /// That of this release; a new journal gets it.
    Current,
    /// Format 1.
    One,
}

fn open_as(path: &Path, options: JournalOptions, expected: Expected) -> Result<Opened, OpenError> {
    let above = directory::prepare(path)?;
    let found = Found::take(path)?;
    let opened = open_found(path, &above, options, expected);
    match (&opened, found) {
        (_, None) => {}
        // Who has it open may have changed it since.
        (Ok(_) | Err(OpenError::Locked { .. }), Some(found)) => found.discard(),
        (Err(_), Some(found)) => {
            found.put_back().map_err(|error| directory::failed("put back", path, error))?;
        }
    }
    opened
}

fn open_found(
    path: &Path,
    above: &[PathBuf],
    options: JournalOptions,
    expected: Expected,
) -> Result<Opened, OpenError> {
    let engine = Engine::open(path, options)?;
    let (witness, noted) = Witness::open(path)?;
    if options.own_sync {
        // Entries that were written, but not synced when the process before this one died, count from here on.
        directory::sync(path, above)?;
    }
    if engine.has_page_outside_log().map_err(|error| failed(path, error))? {
        return Err(damaged(path, "blobs/ holds pages, which a journal never has"));
    }
    let last = engine.last_key(EntryPartKey::all()).map_err(|error| failed(path, error))?;
    check_format(&engine, path, expected, last.is_none())?;
    let horizon = horizon(&engine, path)?;
    let source = SledSource { engine: Arc::new(engine), path: Arc::from(path), horizon };
    let head = match last {
        None => Head::default(),
        Some(key) => head(&source, &key)?,
    };
    check_acknowledged(&source, head, noted)?;
    let checkpoints = checkpoints(path, options, expected)?;
    if options.own_sync && expected == Expected::Current {
        witness.acknowledge(head);
    }
    Ok(Opened { source, witness, checkpoints, head })
}

/// The checkpoints beside a journal; a journal that is only read is left as it is.
fn checkpoints(
    path: &Path,
    options: JournalOptions,
    expected: Expected,
) -> Result<CheckpointFiles, OpenError> {
    let folder = path.join("checkpoints");
    let checkpoints = CheckpointFiles::at(folder.clone());
    if expected == Expected::Current {
        let prepared = checkpoints.prepare();
        let made = prepared.map_err(|error| directory::failed("prepare", &folder, error))?;
        if made && options.own_sync {
            directory::sync_one(path)?;
        }
    }
    Ok(checkpoints)
}

/// Refuses another format, and marks a new journal with this one.
fn check_format(engine: &Engine, path: &Path, expected: Expected, is_empty: bool) -> Result<(), OpenError> {
    let key = MetaKey::Format.ser();
    let found = engine.get(&key).map_err(|error| failed(path, error))?;
    let Some(found) = found else {
        if !is_empty || expected == Expected::One {
            return Err(damaged(path, "it does not say in which format it is"));
        }
        let version = ser_version(FORMAT_VERSION).to_vec();
        return engine.commit(vec![(key, version)]).map_err(|error| failed(path, error));
    };
    let path = path.to_owned();
    match (deser_version(&found), expected) {
        (Some(FORMAT_VERSION), Expected::Current) | (Some(1), Expected::One) => Ok(()),
        (Some(found @ 1), Expected::Current) => {
            Err(OpenError::OlderFormat { path, found, known: FORMAT_VERSION })
        }
        (Some(found), Expected::One) => Err(OpenError::OtherFormat { path, found, wanted: 1 }),
        (Some(found), _) if found > FORMAT_VERSION => {
            Err(OpenError::NewerFormat { path, found, known: FORMAT_VERSION })
        }
        _ => Err(damaged(&path, "the number of its format is not one")),
    }
}

/// How far the journal was compacted.
fn horizon(engine: &Engine, path: &Path) -> Result<Revision, OpenError> {
    let found = engine.get(&MetaKey::Horizon.ser()).map_err(|error| failed(path, error))?;
    let horizon = found.map_or(Some(Revision::ZERO), |bytes| deser_horizon(&bytes));
    horizon.ok_or_else(|| damaged(path, "the note of how far it was compacted is not sound"))
}

/// The head of a journal whose last key is `key`. The last entry has to be whole.
fn head(source: &SledSource, key: &[u8]) -> Result<Head, OpenError> {
    let path = &*source.path;
    let corrupt = |revision, fault| OpenError::Corrupt(Corruption { revision, path: path.to_owned(), fault });
    let key = EntryPartKey::deser(key)
        .map_err(|error| corrupt(Revision::ZERO, EntryFault::Key(error.0)))
        .and_then(|found| match found.revision {
            Revision::ZERO => Err(corrupt(Revision::ZERO, EntryFault::Key(key.to_vec()))),
            _ => Ok(found),
        })?;
    let chain = source.chain(key.revision).map_err(|error| unreadable(path, error))?;
    let last = source.engine.get(&key.ser()).map_err(|error| failed(path, error))?.unwrap_or_default();
    match part_count(&last, key).map_err(|fault| corrupt(key.revision, fault))? {
        count if key.part < count => Ok(Head { revision: key.revision, chain }),
        count => Err(corrupt(key.revision, EntryFault::ExtraPart { part: key.part, count })),
    }
}

/// Refuses a journal that lost its end, or whose last acknowledged entry is another than was acknowledged.
fn check_acknowledged(source: &SledSource, head: Head, noted: Noted) -> Result<(), OpenError> {
    let path = source.path.to_path_buf();
    let Noted { revision, chain } = noted;
    if head.revision < revision {
        return Err(OpenError::Shortened { path, head: head.revision, acknowledged: revision });
    }
    let Some(expected) = chain else { return Ok(()) };
    let found = if revision == head.revision { Ok(head.chain) } else { source.chain(revision) };
    let found = found.map_err(|error| unreadable(&path, error))?;
    if found == expected {
        return Ok(());
    }
    let fault = EntryFault::Replaced { expected, found };
    Err(OpenError::Corrupt(Corruption { revision, path, fault }))
}

fn unreadable(path: &Path, error: ReadError) -> OpenError {
    match error {
        ReadError::Corrupt(corruption) => OpenError::Corrupt(corruption),
        ReadError::Storage { source, .. } => failed(path, source),
        ReadError::Absent { .. } => damaged(path, &error.to_string()),
    }
}

fn damaged(path: &Path, detail: &str) -> OpenError {
    OpenError::Damaged { path: path.to_owned(), detail: detail.to_owned() }
}

fn failed(path: &Path, error: StorageError) -> OpenError {
    match error {
        StorageError::Io { action, source } => directory::failed(action, path, source),
        StorageError::Engine { .. } | StorageError::OutsideLog => damaged(path, &error.to_string()),
    }
}

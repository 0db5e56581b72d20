//! The old journal: values of sled under keys. `01 01` is the format, `01 02` the horizon; a part of an entry has the key 02, revision
//! (8 bytes), part (4 bytes), big-endian.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    path::Path,
};

use bytes::Bytes;
use tenseven_model::Revision;
use tenseven_store::ENTRY_LENGTH_MAX;

use crate::{
    error::{EntryFault, ImportError},
    part,
};

const FORMAT: [u8; 2] = [1, 1];
const HORIZON: [u8; 2] = [1, 2];
const PART: u8 = 2;
/// Bytes that sled keeps in memory.
const CACHE_BYTES: u64 = 16 * 1024 * 1024;

/// An old journal that may be read.
pub(crate) struct Source {
    db: sled::Db,
    /// The last entry.
    pub(crate) last: Revision,
    /// Versions superseded up to here may be left out.
    pub(crate) horizon: Revision,
}

impl Source {
    /// Opens the copy of a journal.
    pub(crate) fn open(path: &Path) -> Result<Self, ImportError> {
        let config = sled::Config::new().path(path).cache_capacity(CACHE_BYTES).flush_every_ms(None);
        let db = guarded("open the journal", || config.open())?;
        let format = guarded("read the format", || db.get(FORMAT))?;
        let format = format.as_deref().and_then(|value| value.split_last_chunk::<4>());
        let Some((format, checksum)) = format else {
            return Err(ImportError::Damaged("its format is not stated"));
        };
        let number = <[u8; 4]>::try_from(format).ok().map(u32::from_be_bytes);
        match number.filter(|_| crc32c::crc32c(format).to_be_bytes() == *checksum) {
            Some(2) => {}
            Some(other) => return Err(ImportError::Format(other)),
            None => return Err(ImportError::Damaged("the number of its format is none")),
        }
        let horizon = guarded("read the horizon", || db.get(HORIZON))?;
        let horizon = horizon.map_or(Some(Revision::ZERO), |value| read_horizon(&value));
        let horizon = horizon.ok_or(ImportError::Damaged("its horizon is none"))?;
        let last = guarded("find the last entry", || db.last())?;
        let last = last.map_or(Some(Revision::ZERO), |(key, _)| last_revision(&key));
        let last = last.ok_or(ImportError::Damaged("its last key is none of an entry"))?;
        Ok(Self { db, last, horizon })
    }

    /// The record of an entry.
    pub(crate) fn record(&self, revision: Revision) -> Result<Bytes, ImportError> {
        let failed = |fault| ImportError::Entry { revision, fault };
        let (mut stored, mut part, mut first) = (Vec::new(), 0, None);
        let shape = loop {
            let key = key(revision, part);
            let value = guarded("read an entry", || self.db.get(key))?;
            let value = value.ok_or_else(|| failed(EntryFault::Missing(part)))?;
            let wrong = |detail| failed(EntryFault::Part(part, detail));
            let (shape, payload) = part::read(&key, &value).map_err(wrong)?;
            if shape != *first.get_or_insert(shape) {
                return Err(wrong("it is of another record than the first"));
            }
            if payload.len() as u64 != shape.payload_length(part) {
                return Err(wrong("it has another length"));
            }
            stored.extend_from_slice(payload);
            part += 1;
            if part >= shape.count {
                break shape;
            }
        };
        if guarded("read an entry", || self.db.contains_key(key(revision, part)))? {
            return Err(failed(EntryFault::Extra(part)));
        }
        if !shape.is_compressed {
            return Ok(stored.into());
        }
        decompressed(&stored, shape.record_length)
            .ok_or_else(|| failed(EntryFault::Compression(shape.record_length)))
    }
}

fn decompressed(frame: &[u8], length: u32) -> Option<Bytes> {
    let length = usize::try_from(length).ok().filter(|length| *length <= ENTRY_LENGTH_MAX)?;
    let record = zstd::bulk::Decompressor::new().ok()?.decompress(frame, length).ok()?;
    (record.len() == length).then(|| record.into())
}

fn read_horizon(value: &[u8]) -> Option<Revision> {
    let (revision, checksum) = value.split_first_chunk::<8>()?;
    (crc32c::crc32c(revision).to_be_bytes() == *checksum)
        .then(|| Revision::new(u64::from_be_bytes(*revision)))
}

/// The revision of the journal's last key: zero where no entry is.
fn last_revision(key: &[u8]) -> Option<Revision> {
    match key {
        [1, _] => Some(Revision::ZERO),
        [PART, rest @ ..] if rest.len() == 12 => {
            rest.first_chunk().map(|revision| Revision::new(u64::from_be_bytes(*revision)))
        }
        _ => None,
    }
}

fn key(revision: Revision, part: u32) -> [u8; 13] {
    let mut key = [PART; 13];
    key[1..9].copy_from_slice(&revision.number().to_be_bytes());
    key[9..].copy_from_slice(&part.to_be_bytes());
    key
}

/// Runs one call of sled, which panics on some damaged files.
fn guarded<T>(action: &'static str, call: impl FnOnce() -> sled::Result<T>) -> Result<T, ImportError> {
    match catch_unwind(AssertUnwindSafe(call)) {
        Ok(result) => result.map_err(|error| ImportError::Sled { action, detail: error.to_string() }),
        Err(_) => Err(ImportError::Sled { action, detail: "it panicked".to_owned() }),
    }
}

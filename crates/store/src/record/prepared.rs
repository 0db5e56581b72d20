//! Entries that are encoded, hashed and compressed: most of the work of an append, none of which needs the entry before.
//!
//! *Invariant:* what is prepared does not depend on how many threads prepared it.

use std::{num::NonZero, sync::OnceLock, thread};

use bytes::Bytes;

use super::{
    compression::compressed,
    encode::{encode, prepare},
    limits::ENTRY_LENGTH_MAX,
};
use crate::{AppendError, Entry, RecordHash, Stamp, rules::check_content};

/// From how many observations on a thread more pays for its start.
const OBSERVATIONS_PER_THREAD_MIN: usize = 4_000;
/// Most threads that prepare one append.
const THREADS_MAX: usize = 4;

/// An entry that is ready to be appended. It can be made on any thread while earlier entries are being written, so that
/// [`crate::Journal::append_prepared`] has little left to do.
#[derive(Debug, Clone)]
pub struct PreparedEntry {
    pub(super) stamp: Stamp,
    pub(super) hash: RecordHash,
    pub(super) record: Bytes,
    pub(super) zstd_frame: Option<Bytes>,
}

impl PreparedEntry {
    /// Prepares an entry. Fails if it holds what a journal does not accept, wherever it is appended.
    pub fn new(entry: &Entry) -> Result<Self, AppendError> {
        check_content(entry)?;
        let encoded = encode(entry, prepare(entry), None);
        let (revision, length) = (entry.revision, encoded.record_length());
        if length > ENTRY_LENGTH_MAX {
            return Err(AppendError::EntryTooLong { revision, length, max: ENTRY_LENGTH_MAX });
        }
        let (stamp, hash, has_much_text) = (entry.stamp(), encoded.hash(), encoded.has_much_text);
        let record = encoded.into_record();
        let zstd_frame = has_much_text.then(|| compressed(&record)).flatten();
        Ok(Self { stamp, hash, record, zstd_frame })
    }

    /// Prepares entries on as many threads as pay. Fails with the first entry that cannot be prepared.
    pub fn all(entries: &[Entry]) -> Result<Vec<Self>, AppendError> {
        let observations: usize = entries.iter().map(observation_count).sum();
        let threads =
            cores().min(THREADS_MAX).min(observations / OBSERVATIONS_PER_THREAD_MIN).min(entries.len());
        if threads < 2 {
            return in_turn(entries);
        }
        let mut shares = entries.chunks(entries.len().div_ceil(threads));
        let own = shares.next().unwrap_or_default();
        thread::scope(|scope| {
            let others: Vec<_> = shares.map(|share| (share, scope.spawn(move || in_turn(share)))).collect();
            let mut prepared = in_turn(own)?;
            for (share, other) in others {
                // A panic there is met again here.
                prepared.extend(other.join().unwrap_or_else(|_| in_turn(share))?);
            }
            Ok(prepared)
        })
    }

    /// Which entry it is.
    pub fn stamp(&self) -> Stamp {
        self.stamp
    }

    /// Bytes of its record, before compression.
    pub fn record_length(&self) -> usize {
        self.record.len()
    }
}

fn in_turn(entries: &[Entry]) -> Result<Vec<PreparedEntry>, AppendError> {
    entries.iter().map(PreparedEntry::new).collect()
}

fn observation_count(entry: &Entry) -> usize {
    entry.event.versions().len()
}

/// How many threads can run at once; asked for once, as the answer takes some files to read.
fn cores() -> usize {
    static CORES: OnceLock<usize> = OnceLock::new();
    *CORES.get_or_init(|| thread::available_parallelism().map_or(1, NonZero::get))
}

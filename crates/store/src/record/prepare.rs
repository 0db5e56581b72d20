//! Preparing the entries of an append: most of the work of writing them, none of which needs the entry before.
//!
//! *Invariant:* what is prepared does not depend on how many threads prepared it.

use std::{num::NonZero, sync::OnceLock, thread};

use super::encode::{Encoded, encode, prepare};
use crate::{AppendError, Entry, RecordHash, rules::check_content};

/// From how many observations on a thread more pays for its start.
const OBSERVATIONS_PER_THREAD_MIN: usize = 4_000;
/// Most threads that prepare one append.
const THREADS_MAX: usize = 4;

/// The records of entries, each with its hash; fails with the first entry that cannot be written.
pub(super) fn prepare_all(entries: &[Entry]) -> Result<Vec<(Encoded, RecordHash)>, AppendError> {
    let observations: usize = entries.iter().map(observation_count).sum();
    let threads = cores().min(THREADS_MAX).min(observations / OBSERVATIONS_PER_THREAD_MIN).min(entries.len());
    if threads < 2 {
        return in_turn(entries);
    }
    let mut shares = entries.chunks(entries.len().div_ceil(threads));
    let own = shares.next().unwrap_or_default();
    thread::scope(|scope| {
        let others: Vec<_> = shares.map(|share| (share, scope.spawn(move || in_turn(share)))).collect();
        let mut prepared = in_turn(own)?;
        for (share, other) in others {
            // A thread that died says nothing of its entries; they are prepared here, or the same is met again.
            prepared.extend(other.join().unwrap_or_else(|_| in_turn(share))?);
        }
        Ok(prepared)
    })
}

/// Succeeds if an entry may be kept.
pub(super) fn check(entry: &Entry) -> Result<(), AppendError> {
    check_content(entry)
}

fn in_turn(entries: &[Entry]) -> Result<Vec<(Encoded, RecordHash)>, AppendError> {
    let ready = |entry: &Entry| {
        check_content(entry)?;
        let encoded = encode(entry, prepare(entry), None);
        let hash = encoded.hash();
        Ok((encoded, hash))
    };
    entries.iter().map(ready).collect()
}

fn observation_count(entry: &Entry) -> usize {
    entry.event.versions().len()
}

/// How many threads can run at once; asked for once, as the answer takes some files to read.
fn cores() -> usize {
    static CORES: OnceLock<usize> = OnceLock::new();
    *CORES.get_or_init(|| thread::available_parallelism().map_or(1, NonZero::get))
}

//! The part of the index that is in sled.
//!
//! *Invariant:* one merge is one batch of sled, and carries how far it goes. The counts of all buckets are stored with them, so
//! that a bucket that lost entries, or was lost, is noticed when it is read.
//!
//! sled 0.34.7 may panic on files that it does not understand; its panics are caught, and count as damage.

use std::{
    fs,
    io::ErrorKind,
    panic::{AssertUnwindSafe, catch_unwind},
    path::Path,
    sync::{Mutex, PoisonError},
    thread,
    time::Duration,
};

use tenseven_model::Revision;

use super::{
    bucket::{self, Hashed, bits_for, bucket_of},
    meta::Meta,
    part::Part,
};
use crate::log::{LogEnd, Position, Salt};

const META: [u8; 1] = [1];
const BUCKET: u8 = 2;
const POSITION: u8 = 3;
const COUNTS: u8 = 4;
/// How often, and how long each time, the lock of sled is waited for: 2 seconds at most.
const LOCK_TRIES: u32 = 400;
const LOCK_WAIT: Duration = Duration::from_millis(5);
/// Counts in one value.
const COUNTS_TOGETHER: usize = 1_000;

/// The stored part cannot be used, and has to be made again.
#[derive(Debug, Clone, thiserror::Error)]
#[error("the index cannot be used: {0}")]
pub(crate) struct IndexFault(String);

impl IndexFault {
    pub(super) fn of(detail: impl std::fmt::Display) -> Self {
        Self(detail.to_string())
    }
}

/// The stored part.
#[derive(Debug)]
pub(super) struct Store {
    db: sled::Db,
    kept: Mutex<Kept>,
}

/// What is known of the stored part.
#[derive(Debug, Clone)]
struct Kept {
    meta: Meta,
    /// Entries of each bucket.
    counts: Vec<u32>,
}

impl Store {
    /// Opens the store at `path`, or makes it. It is empty if it is of another log than the one with this salt.
    pub(super) fn open(path: &Path, log: Salt, start: LogEnd, cache_bytes: u64) -> Result<Self, IndexFault> {
        guarded(|| {
            let config = sled::Config::new().path(path).cache_capacity(cache_bytes).flush_every_ms(None);
            check_files(path)?;
            let db = open(&config).map_err(IndexFault::of)?;
            let found = db.get(META).map_err(IndexFault::of)?;
            let Some(found) = found else {
                return Ok(Self { db, kept: Mutex::new(Kept::empty(log, start)) });
            };
            let meta = Meta::read(&found).ok_or_else(|| IndexFault::of("its description is damaged"))?;
            if meta.log != log {
                return Err(IndexFault::of("it belongs to another log"));
            }
            let counts = counts(&db, meta.count)?;
            Ok(Self { db, kept: Mutex::new(Kept { meta, counts }) })
        })
    }

    /// Where the stored part ends.
    pub(super) fn end(&self) -> LogEnd {
        self.kept().meta.end
    }

    /// How many submissions it has. May wait for a merge.
    pub(super) fn len(&self) -> u64 {
        self.kept().meta.count
    }

    /// The revisions of the submissions with this hash.
    pub(super) fn revisions(&self, hash: u64, found: &mut Vec<Revision>) -> Result<(), IndexFault> {
        let kept = self.kept();
        let entries = guarded(|| self.bucket(&kept, bucket_of(hash, bits(&kept.counts))))?;
        let first = entries.partition_point(|(other, _)| *other < hash);
        let same = entries[first..].iter().take_while(|(other, _)| *other == hash);
        found.extend(same.map(|(_, revision)| Revision::new(*revision)));
        Ok(())
    }

    /// The last kept position at or before a revision.
    pub(super) fn position(&self, revision: Revision) -> Result<Option<Position>, IndexFault> {
        guarded(|| {
            let found = self.db.get_lt(position_key(revision.next())).map_err(IndexFault::of)?;
            let Some((key, value)) = found else { return Ok(None) };
            if key.first() != Some(&POSITION) {
                return Ok(None);
            }
            let position = read_position(&key, &value);
            position.map(Some).ok_or_else(|| IndexFault::of("a position is damaged"))
        })
    }

    /// Adds a part that follows. One at a time; lookups are answered meanwhile.
    pub(super) fn merge(&self, part: &Part) -> Result<(), IndexFault> {
        let before = self.kept().clone();
        let mut batch = sled::Batch::default();
        for position in &part.positions {
            batch.insert(&position_key(position.revision), position_value(position));
        }
        let count = before.meta.count + part.len();
        let counts = guarded(|| self.merge_buckets(&before, &part.sorted(), bits_for(count), &mut batch))?;
        for (number, counts) in (0..).zip(counts.chunks(COUNTS_TOGETHER)) {
            let (key, value) = counts_pair(number, counts);
            batch.insert(&key, value);
        }
        let meta = Meta { end: part.end, count, ..before.meta };
        batch.insert(&META, meta.bytes());
        // From here on lookups wait: the counts have to be those of the buckets.
        let mut kept = self.kept();
        guarded(|| self.db.apply_batch(batch).map_err(IndexFault::of))?;
        *kept = Kept { meta, counts };
        Ok(())
    }

    /// Hands everything to the operating system, so that the next start has less to add.
    pub(super) fn hand_over(&self) -> Result<(), IndexFault> {
        guarded(|| self.db.flush().map(drop).map_err(IndexFault::of))
    }

    /// Puts the buckets that change into the batch, and returns how many entries each bucket has then.
    fn merge_buckets(
        &self,
        kept: &Kept,
        added: &[Hashed],
        bits_after: u32,
        batch: &mut sled::Batch,
    ) -> Result<Vec<u32>, IndexFault> {
        let bits_before = bits(&kept.counts);
        let bits_after = bits_after.max(bits_before);
        let splits = 1_u32 << (bits_after - bits_before);
        let mut counts = Vec::with_capacity(1 << bits_after);
        let mut rest = added;
        for before in 0..1_u32 << bits_before {
            let end = rest.partition_point(|(hash, _)| bucket_of(*hash, bits_before) == before);
            let (new, after) = rest.split_at(end);
            rest = after;
            if new.is_empty() && splits == 1 {
                counts.push(kept.counts.get(before as usize).copied().unwrap_or_default());
                continue;
            }
            let mut entries = self.bucket(kept, before)?;
            entries.extend_from_slice(new);
            entries.sort_unstable();
            for bucket in before * splits..(before + 1) * splits {
                let end = entries.partition_point(|(hash, _)| bucket_of(*hash, bits_after) <= bucket);
                let own: Vec<Hashed> = entries.drain(..end).collect();
                let key = bucket_key(bucket);
                counts.push(u32::try_from(own.len()).unwrap_or(u32::MAX));
                batch.insert(&key, bucket::value(&key, &own));
            }
        }
        Ok(counts)
    }

    /// The entries of a bucket, as many as were put there.
    fn bucket(&self, kept: &Kept, bucket: u32) -> Result<Vec<Hashed>, IndexFault> {
        let expected = kept.counts.get(bucket as usize).copied().unwrap_or_default();
        let key = bucket_key(bucket);
        let entries = match self.db.get(key).map_err(IndexFault::of)? {
            Some(value) => bucket::entries(&key, &value),
            None => Some(Vec::new()),
        };
        entries
            .filter(|entries| entries.len() == expected as usize)
            .ok_or_else(|| IndexFault::of("submissions are missing"))
    }

    fn kept(&self) -> std::sync::MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Kept {
    fn empty(log: Salt, start: LogEnd) -> Self {
        Self { meta: Meta { log, end: start, count: 0 }, counts: vec![0] }
    }
}

fn bits(counts: &[u32]) -> u32 {
    counts.len().next_power_of_two().trailing_zeros()
}

/// Succeeds if a directory, if there is one, has only files and directories in it: sled would wait for ever for what comes out of a pipe.
fn check_files(directory: &Path) -> Result<(), IndexFault> {
    let entries = match fs::read_dir(directory) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        entries => entries.map_err(IndexFault::of)?,
    };
    for entry in entries {
        let entry = entry.map_err(IndexFault::of)?;
        let kind = entry.file_type().map_err(IndexFault::of)?;
        if kind.is_dir() {
            check_files(&entry.path())?;
        } else if !kind.is_file() {
            return Err(IndexFault::of(format!("{} is not a file", entry.path().display())));
        }
    }
    Ok(())
}

/// Opens the database. sled's threads hold its lock for a moment longer than the handle lives that this process had before, and
/// nobody else is here: the journal's own lock is held.
fn open(config: &sled::Config) -> sled::Result<sled::Db> {
    for _ in 0..LOCK_TRIES {
        match config.open() {
            Err(sled::Error::Io(error)) if error.to_string().contains("could not acquire lock") => {
                thread::sleep(LOCK_WAIT);
            }
            opened => return opened,
        }
    }
    config.open()
}

/// A panic of sled is a fault of the index, nothing worse.
fn guarded<T>(work: impl FnOnce() -> Result<T, IndexFault>) -> Result<T, IndexFault> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| Err(IndexFault::of("sled panicked")))
}

fn bucket_key(bucket: u32) -> [u8; 5] {
    let mut key = [BUCKET; 5];
    key[1..].copy_from_slice(&bucket.to_be_bytes());
    key
}

fn position_key(revision: Revision) -> [u8; 9] {
    let mut key = [POSITION; 9];
    key[1..].copy_from_slice(&revision.number().to_be_bytes());
    key
}

/// 8 bytes segment, 8 bytes offset, 4 bytes CRC-32C of key and these.
fn position_value(position: &Position) -> Vec<u8> {
    let mut value = position.segment.to_be_bytes().to_vec();
    value.extend_from_slice(&position.offset.to_be_bytes());
    let checksum = crc32c::crc32c_append(crc32c::crc32c(&position_key(position.revision)), &value);
    value.extend_from_slice(&checksum.to_be_bytes());
    value
}

fn read_position(key: &[u8], value: &[u8]) -> Option<Position> {
    let revision = u64::from_be_bytes(*key.last_chunk()?);
    let (segment, rest) = value.split_first_chunk::<8>()?;
    let position = Position {
        revision: Revision::new(revision),
        segment: u64::from_be_bytes(*segment),
        offset: u64::from_be_bytes(*rest.first_chunk()?),
    };
    (position_value(&position) == value).then_some(position)
}

fn counts_pair(number: u32, counts: &[u32]) -> ([u8; 5], Vec<u8>) {
    let mut key = [COUNTS; 5];
    key[1..].copy_from_slice(&number.to_be_bytes());
    let mut value: Vec<u8> = counts.iter().flat_map(|count| count.to_be_bytes()).collect();
    let checksum = crc32c::crc32c_append(crc32c::crc32c(&key), &value);
    value.extend_from_slice(&checksum.to_be_bytes());
    (key, value)
}

fn is_counts_pair((key, value): (&[u8], &[u8]), number: u32, counts: &[u32]) -> bool {
    let (expected_key, expected_value) = counts_pair(number, counts);
    key == expected_key && value == expected_value
}

/// The counts of all buckets, which are `count` together.
fn counts(db: &sled::Db, count: u64) -> Result<Vec<u32>, IndexFault> {
    let mut counts = Vec::new();
    for (number, found) in (0..).zip(db.scan_prefix([COUNTS])) {
        let (key, value) = found.map_err(IndexFault::of)?;
        let read = value.split_last_chunk::<4>().map(|(bytes, _)| {
            bytes.as_chunks::<4>().0.iter().map(|bytes| u32::from_be_bytes(*bytes)).collect::<Vec<u32>>()
        });
        match read {
            Some(read) if is_counts_pair((&key, &value), number, &read) => counts.extend(read),
            _ => return Err(IndexFault::of("its counts are damaged")),
        }
    }
    if counts.iter().copied().map(u64::from).sum::<u64>() != count || !counts.len().is_power_of_two() {
        return Err(IndexFault::of("its counts do not add up"));
    }
    Ok(counts)
}

//! sled, held so that nothing of it leaks: its panics become errors, and its lock is gone once it is dropped.

use std::{
    any::Any,
    fs::{self, File, TryLockError},
    io::ErrorKind,
    ops::RangeInclusive,
    panic::{AssertUnwindSafe, catch_unwind},
    path::{Path, PathBuf},
    thread,
    time::Duration,
};

use super::{
    directory::failed,
    options::JournalOptions,
    owner_file::{OwnerFile, owner},
};
use crate::{OpenError, StorageError};

/// How often a drop asks whether sled's lock is gone, and how long it waits in between.
const RELEASE_TRIES_MAX: u32 = 200;
const RELEASE_WAIT: Duration = Duration::from_millis(5);

/// An open sled database, and an own handle on its log.
#[derive(Debug)]
pub(super) struct Engine {
    /// None only while it is dropped.
    db: Option<sled::Db>,
    log: File,
    blobs: PathBuf,
    own_sync: bool,
    /// None only while it is dropped.
    owner: Option<OwnerFile>,
}

impl Engine {
    /// Opens the database in `path`, or makes it.
    pub(super) fn open(path: &Path, options: JournalOptions) -> Result<Self, OpenError> {
        let JournalOptions { cache_bytes, own_sync } = options;
        let config = sled::Config::new().path(path).cache_capacity(cache_bytes).flush_every_ms(None);
        let damaged = |detail| OpenError::Damaged { path: path.to_owned(), detail };
        let db = match catch_unwind(AssertUnwindSafe(|| config.open())) {
            Ok(Ok(db)) => db,
            Ok(Err(sled::Error::Io(error))) if error.to_string().contains("could not acquire lock") => {
                return Err(OpenError::Locked { path: path.to_owned(), owner: owner(path) });
            }
            Ok(Err(sled::Error::Io(error))) if error.kind() != ErrorKind::UnexpectedEof => {
                return Err(failed("open journal", path, error));
            }
            Ok(Err(error)) => return Err(damaged(error.to_string())),
            Err(panic) => return Err(damaged(panic_text(panic.as_ref()))),
        };
        let log = path.join("db");
        let log =
            File::options().read(true).write(true).open(&log).map_err(|error| failed("open", &log, error))?;
        let owner = Some(OwnerFile::write(path)?);
        Ok(Self { db: Some(db), log, blobs: path.join("blobs"), own_sync, owner })
    }

    /// The log's file.
    pub(super) fn log(&self) -> &File {
        &self.log
    }

    /// The value of a key.
    pub(super) fn get(&self, key: &[u8]) -> Result<Option<sled::IVec>, StorageError> {
        guarded("read a value", || self.db().get(key))
    }

    /// The last key in a range.
    pub(super) fn last_key<K: AsRef<[u8]>>(
        &self,
        range: RangeInclusive<K>,
    ) -> Result<Option<sled::IVec>, StorageError> {
        guarded("find the last key", || self.db().range(range).next_back().transpose())
            .map(|found| found.map(|(key, _)| key))
    }

    /// Writes pairs, all or none, and returns once they are durable.
    pub(super) fn commit<K: AsRef<[u8]> + Copy>(&self, pairs: Vec<(K, Vec<u8>)>) -> Result<(), StorageError> {
        let keys: Vec<K> = pairs.iter().map(|(key, _)| *key).collect();
        self.write(pairs)?;
        // sled splits an overfull page when it is visited next. Visiting all of them now keeps the splits in this
        // flush, so that no reader writes to the log.
        for key in keys {
            guarded("settle a page", || self.db().get(key))?;
        }
        guarded("flush", || self.db().flush())?;
        if self.own_sync {
            self.log.sync_data().map_err(|source| StorageError::Io { action: "sync the log", source })?;
        }
        if self.has_page_outside_log()? { Err(StorageError::OutsideLog) } else { Ok(()) }
    }

    fn write<K: AsRef<[u8]>>(&self, mut pairs: Vec<(K, Vec<u8>)>) -> Result<(), StorageError> {
        if pairs.len() == 1
            && let Some((key, value)) = pairs.pop()
        {
            // One pair is one message of the log, and so atomic without a batch's manifest, which is a write of its own.
            return guarded("write a value", || self.db().insert(key, value)).map(drop);
        }
        let mut batch = sled::Batch::default();
        for (key, value) in pairs {
            batch.insert(key.as_ref(), value);
        }
        guarded("apply a batch", || self.db().apply_batch(batch))
    }

    /// Whether sled wrote a page into a file of its own.
    pub(super) fn has_page_outside_log(&self) -> Result<bool, StorageError> {
        let listed = fs::read_dir(&self.blobs).map(|mut files| files.next().is_some());
        listed.map_err(|source| StorageError::Io { action: "list the pages outside the log", source })
    }

    #[expect(clippy::expect_used, reason = "it is taken only in drop")]
    fn db(&self) -> &sled::Db {
        self.db.as_ref().expect("the database is there until it is dropped")
    }

    /// Makes every later sync fail, as a broken disk would, until it is mended with what is returned.
    #[cfg(test)]
    pub(super) fn break_sync(&mut self) -> File {
        // A character device cannot be synced.
        std::mem::replace(&mut self.log, File::options().read(true).write(true).open("/dev/null").unwrap())
    }

    /// Undoes [`Self::break_sync`].
    #[cfg(test)]
    pub(super) fn mend_sync(&mut self, log: File) {
        self.log = log;
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        // Whoever has the lock next writes a note of its own.
        drop(self.owner.take());
        // sled panics when its last sync fails; what was acknowledged was synced before, so nothing is lost.
        let _ = catch_unwind(AssertUnwindSafe(|| drop(self.db.take())));
        // sled's threads may hold the file, and with it the lock, for a moment longer than its handle lives.
        for _ in 0..RELEASE_TRIES_MAX {
            match self.log.try_lock() {
                Err(TryLockError::WouldBlock) => thread::sleep(RELEASE_WAIT),
                Ok(()) | Err(TryLockError::Error(_)) => break,
            }
        }
    }
}

/// Runs one call of sled. It panics on some damaged pages.
fn guarded<T>(action: &'static str, call: impl FnOnce() -> sled::Result<T>) -> Result<T, StorageError> {
    match catch_unwind(AssertUnwindSafe(call)) {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(sled::Error::Io(source))) if source.kind() != ErrorKind::UnexpectedEof => {
            Err(StorageError::Io { action, source })
        }
        Ok(Err(error)) => Err(StorageError::Engine { action, detail: error.to_string() }),
        Err(panic) => Err(StorageError::Engine { action, detail: panic_text(panic.as_ref()) }),
    }
}

fn panic_text(panic: &(dyn Any + Send)) -> String {
    let text =
        panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref::<&str>().copied());
    format!("it panicked: {}", text.unwrap_or("no text"))
}

//! The lock on the directory of a journal.

use std::{io::ErrorKind, path::Path, thread, time::Duration};

use super::owner_file;
use crate::{
    OpenError,
    file_system::{DirectoryLock, FileSystem, LockMode},
    log::failed,
};

/// How often, and how long apart, a lock is tried for that somebody holds who did not note that.
const LOCK_TRIES: u32 = 100;
const LOCK_WAIT: Duration = Duration::from_millis(20);

/// Locks the directory of a journal.
pub(super) fn lock(
    files: &dyn FileSystem,
    path: &Path,
    mode: LockMode,
) -> Result<Box<dyn DirectoryLock>, OpenError> {
    for _ in 0..LOCK_TRIES {
        match files.lock(path, mode) {
            Ok(Some(lock)) => return Ok(lock),
            Ok(None) => {}
            Err(error) if error.kind() == ErrorKind::NotFound => {
                return Err(OpenError::Absent(path.to_owned()));
            }
            Err(error) => return Err(failed("lock", path, error)),
        }
        // Who has it open may be about to note that, or about to end.
        if let owner @ Some(_) = owner_file::owner(files, path) {
            return Err(OpenError::Locked { path: path.to_owned(), owner });
        }
        thread::sleep(LOCK_WAIT);
    }
    Err(OpenError::Locked { path: path.to_owned(), owner: None })
}

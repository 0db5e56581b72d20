//! A copy of the old journal's files, which sled may change.

use std::{
    fs::{self, File, TryLockError},
    path::{Path, PathBuf},
};

use tempfile::TempDir;

use crate::error::ImportError;

/// Bytes of overhead that sled and a new segment may take.
const ROOM_MORE: u64 = 16 * 1024 * 1024;

/// Copies the files of the journal in `old` into a temporary directory in `to`.
pub(crate) fn copy(old: &Path, to: &Path) -> Result<TempDir, ImportError> {
    if !old.join("conf").is_file() || !old.join("db").is_file() {
        return Err(ImportError::NoJournal(old.to_owned()));
    }
    // Held while the files are copied, so that no server starts meanwhile.
    let db = old.join("db");
    let lock = File::open(&db).map_err(ImportError::io("open", &db))?;
    match lock.try_lock_shared() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => return Err(ImportError::InUse(old.to_owned())),
        Err(TryLockError::Error(error)) => return Err(ImportError::io("lock", &db)(error)),
    }
    let files = files(&truth(old))?;
    check_room(to, &files)?;
    let copy = tempfile::Builder::new()
        .prefix(".import-")
        .tempdir_in(to)
        .map_err(ImportError::io("make a directory in", to))?;
    for (file, _) in files {
        let target = copy.path().join(file.file_name().unwrap_or_default());
        fs::copy(&file, target).map_err(ImportError::io("copy", &file))?;
    }
    Ok(copy)
}

/// The directory whose files count: after a start that was cut short, those that the start had put aside as it found them.
fn truth(old: &Path) -> PathBuf {
    let found = old.join("found");
    // Closing a journal removes the note.
    if old.join("owner").exists() && found.join("db").is_file() { found } else { old.to_owned() }
}

/// The files that are copied, and their lengths.
fn files(from: &Path) -> Result<Vec<(PathBuf, u64)>, ImportError> {
    let mut files = Vec::new();
    for entry in fs::read_dir(from).map_err(ImportError::io("list", from))? {
        let entry = entry.map_err(ImportError::io("list", from))?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let path = entry.path();
        if name == "blobs" {
            // A journal's values are too short for sled to make files of their pages.
            let mut pages = fs::read_dir(&path).map_err(ImportError::io("list", &path))?;
            if pages.next().is_some() {
                return Err(ImportError::Damaged("`blobs` holds pages, which no journal has"));
            }
        } else if ["conf", "db", "witness"].contains(&name.as_str()) || name.starts_with("snap.") {
            let length = entry.metadata().map_err(ImportError::io("look at", &path))?.len();
            files.push((path, length));
        }
    }
    Ok(files)
}

/// Succeeds if there is room for a copy, and for a new journal which is not longer.
fn check_room(to: &Path, files: &[(PathBuf, u64)]) -> Result<(), ImportError> {
    let found = rustix::fs::statvfs(to).map_err(|error| ImportError::io("look at", to)(error.into()))?;
    let available = found.f_bavail.saturating_mul(found.f_frsize);
    let needed = files.iter().map(|(_, length)| length).sum::<u64>().saturating_mul(2) + ROOM_MORE;
    if available >= needed {
        return Ok(());
    }
    Err(ImportError::Room { path: to.to_owned(), needed, available })
}

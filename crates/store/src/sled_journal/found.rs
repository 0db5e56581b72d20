//! A journal's files as they were found, kept while one that was not closed is opened.
//!
//! sled takes damage in the log for the end of an interrupted write and cuts the log there, so that opening a damaged
//! journal would destroy what lies behind the damage. After a clean close it has nothing to recover, and cuts nothing.
//!
//! *Invariant:* an opening that is refused leaves the files as it found them, also if it is cut short itself.

use std::{
    ffi::OsString,
    fs::{self, File, TryLockError},
    io,
    path::{Path, PathBuf},
};

use super::directory::failed;
use crate::OpenError;

/// The folder that the files are kept in, once all of them are there.
const FOLDER: &str = "found";
/// The folder until then.
const PARTIAL: &str = "found.partial";

/// Files of a journal that were copied before it was opened.
#[derive(Debug)]
pub(super) struct Found {
    path: PathBuf,
}

impl Found {
    /// Copies the files of the journal in `path`, if the process before did not close it and none has it open. None
    /// if there is nothing to fear, or no room for a copy.
    pub(super) fn take(path: &Path) -> Result<Option<Self>, OpenError> {
        let found = Self { path: path.to_owned() };
        let log = path.join("db");
        // Whoever opens a journal leaves a note, and removes it in closing.
        if !path.join("owner").exists() || !log.exists() {
            return Ok(None);
        }
        let lock = File::open(&log).map_err(|error| failed("open", &log, error))?;
        if matches!(lock.try_lock(), Err(TryLockError::WouldBlock)) {
            return Ok(None);
        }
        if path.join(FOLDER).exists() {
            // The opening before this one was cut short.
            found.put_back().map_err(|error| failed("put back", path, error))?;
        }
        // Without a copy the journal is opened all the same: nobody said that it is damaged.
        Ok(found.copy().is_ok().then_some(found))
    }

    /// Gives the copies up: the journal is open.
    pub(super) fn discard(self) {
        // What is left is put back by the next opening, before anything is appended.
        let _ = fs::remove_dir_all(self.path.join(FOLDER));
    }

    /// Puts the files back as they were found.
    pub(super) fn put_back(&self) -> io::Result<()> {
        let folder = self.path.join(FOLDER);
        for name in names(&self.path)? {
            fs::remove_file(self.path.join(name))?;
        }
        for name in names(&folder)? {
            fs::copy(folder.join(&name), self.path.join(&name))?;
            File::open(self.path.join(&name))?.sync_all()?;
        }
        File::open(&self.path)?.sync_all()?;
        fs::remove_dir_all(folder)
    }

    fn copy(&self) -> io::Result<()> {
        let (partial, folder) = (self.path.join(PARTIAL), self.path.join(FOLDER));
        if partial.exists() {
            fs::remove_dir_all(&partial)?;
        }
        fs::create_dir(&partial)?;
        let copied = names(&self.path)
            .and_then(|names| names.iter().try_for_each(|name| copy_one(&self.path, &partial, name)))
            .and_then(|()| fs::rename(&partial, &folder));
        if copied.is_err() {
            let _ = fs::remove_dir_all(&partial);
        }
        copied
    }
}

fn copy_one(from: &Path, to: &Path, name: &OsString) -> io::Result<()> {
    fs::copy(from.join(name), to.join(name)).map(drop)
}

/// The files that opening may change.
fn names(folder: &Path) -> io::Result<Vec<OsString>> {
    let names = fs::read_dir(folder)?.map(|entry| entry.map(|entry| entry.file_name()));
    let changes = |name: &OsString| {
        let name = name.to_string_lossy();
        ["conf", "db", "owner", "witness"].contains(&name.as_ref()) || name.starts_with("snap.")
    };
    names.filter(|name| name.as_ref().map_or(true, changes)).collect()
}

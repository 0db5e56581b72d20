//! The directory that a journal lies in: made, recognised, synced.

use std::{
    fs::{self, DirBuilder, File},
    io::{self, ErrorKind},
    os::unix::fs::{DirBuilderExt as _, MetadataExt as _},
    path::{Path, PathBuf},
};

use crate::OpenError;

/// Names of a journal's files, and of what a fresh file system has.
const KNOWN_NAMES: [&str; 9] =
    ["blobs", "checkpoints", "conf", "db", "found", "found.partial", "owner", "witness", "lost+found"];

/// Bytes that a file's count of blocks counts in, whatever the file system's own blocks are.
const BLOCK_LENGTH: u64 = 512;

/// Makes the directory if it is absent, with access for this user only, and refuses one that holds other things.
/// Returns the directories above it that have to be synced so that its name lasts, the outermost first.
pub(super) fn prepare(path: &Path) -> Result<Vec<PathBuf>, OpenError> {
    match fs::metadata(path) {
        Ok(found) if found.is_dir() => {
            refuse_foreign(path)?;
            Ok(parent(path).into_iter().collect())
        }
        Ok(_) => Err(OpenError::NotDirectory(path.to_owned())),
        Err(error) if error.kind() == ErrorKind::NotFound => {
            let above = parents_until_one_exists(path);
            let made = DirBuilder::new().recursive(true).mode(0o700).create(path);
            made.map_err(|error| failed("create directory", path, error))?;
            Ok(above)
        }
        Err(error) => Err(failed("look at", path, error)),
    }
}

/// The error for a failed step of opening.
pub(super) fn failed(action: &'static str, path: &Path, source: io::Error) -> OpenError {
    let path = path.to_owned();
    match source.kind() {
        ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => {
            OpenError::Permission { action, path, source }
        }
        ErrorKind::NotADirectory | ErrorKind::AlreadyExists => OpenError::NotDirectory(path),
        _ => OpenError::Io { action, path, source },
    }
}

fn refuse_foreign(path: &Path) -> Result<(), OpenError> {
    let names: Vec<_> = fs::read_dir(path)
        .and_then(|entries| entries.map(|entry| Ok(entry?.file_name())).collect::<io::Result<_>>())
        .map_err(|error| failed("list", path, error))?;
    let has = |name: &str| names.iter().any(|found| found == name);
    // sled makes `conf` before `db`, so a `db` alone is somebody else's file, which sled would overwrite.
    if has("db") && has("conf") {
        return Ok(());
    }
    let known = |name: &str| (KNOWN_NAMES.contains(&name) && name != "db") || name.starts_with("snap.");
    match names.iter().map(|name| name.to_string_lossy()).find(|name| !known(name)) {
        None => Ok(()),
        Some(found) => Err(OpenError::Foreign { path: path.to_owned(), found: found.into_owned() }),
    }
}

fn parent(path: &Path) -> Option<PathBuf> {
    let path = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    match path.parent() {
        Some(parent) if parent.as_os_str().is_empty() => Some(PathBuf::from(".")),
        parent => parent.map(Path::to_owned),
    }
}

fn parents_until_one_exists(path: &Path) -> Vec<PathBuf> {
    let mut above = Vec::new();
    for parent in path.ancestors().skip(1) {
        let parent = if parent.as_os_str().is_empty() { Path::new(".") } else { parent };
        above.push(parent.to_owned());
        if parent.exists() {
            break;
        }
    }
    above.reverse();
    above
}

/// Syncs everything that sled leaves unsynced: its files, its directories, and the names of those.
pub(super) fn sync(path: &Path, above: &[PathBuf]) -> Result<(), OpenError> {
    for name in ["conf", "db", "blobs", "witness"] {
        sync_one(&path.join(name))?;
    }
    sync_one(path)?;
    for parent in above.iter().rev() {
        match sync_one(parent) {
            // A parent that may be passed but not read was made by others, who answer for its names.
            Err(OpenError::Permission { .. }) => {}
            result => result?,
        }
    }
    Ok(())
}

/// Bytes that everything below `path` takes on the disk.
pub(super) fn disk_bytes(path: &Path) -> io::Result<u64> {
    let mut bytes = 0;
    for file in fs::read_dir(path)? {
        let file = file?;
        bytes += match file.metadata() {
            Ok(found) if found.is_dir() => disk_bytes(&file.path())?,
            Ok(found) => found.blocks() * BLOCK_LENGTH,
            // It was removed meanwhile.
            Err(error) if error.kind() == ErrorKind::NotFound => 0,
            Err(error) => return Err(error),
        };
    }
    Ok(bytes)
}

/// Syncs a file, or the names in a directory.
pub(super) fn sync_one(path: &Path) -> Result<(), OpenError> {
    File::open(path).and_then(|file| file.sync_all()).map_err(|error| failed("sync", path, error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_every_directory_that_gets_a_new_name() {
        let base = tempfile::tempdir().unwrap();
        let path = base.path().join("a/b/journal");
        assert_eq!(
            prepare(&path).unwrap(),
            [base.path().to_owned(), base.path().join("a"), base.path().join("a/b")]
        );
        assert_eq!(prepare(&path).unwrap(), [base.path().canonicalize().unwrap().join("a/b")]);
        assert_eq!(parents_until_one_exists(Path::new("journal")), [Path::new(".")]);
    }

    #[test]
    fn what_a_creation_that_was_cut_short_leaves_is_taken_up() {
        let base = tempfile::tempdir().unwrap();
        for names in [&["blobs"][..], &["blobs", "conf"], &["lost+found", "snap.0.generating"]] {
            let path = base.path().join(names.join("-"));
            fs::create_dir(&path).unwrap();
            for name in names {
                fs::write(path.join(name), "").unwrap();
            }
            assert!(prepare(&path).is_ok(), "{names:?}");
        }
    }

    #[test]
    fn refuses_a_directory_with_other_files_even_if_one_is_called_db() {
        let base = tempfile::tempdir().unwrap();
        for name in ["letter.txt", "db"] {
            let path = base.path().join(format!("with-{name}"));
            fs::create_dir(&path).unwrap();
            fs::write(path.join(name), "dear").unwrap();
            let refused = prepare(&path);
            assert!(
                matches!(&refused, Err(OpenError::Foreign { found, .. }) if found == name),
                "{refused:?}"
            );
        }
    }
}

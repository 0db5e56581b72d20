//! The directory of a journal: what is in it, and making one.

use std::{
    io::{self, ErrorKind},
    path::{Path, PathBuf},
};

use super::{
    layout::{Layout, SEGMENT_HEADER_LENGTH, log_generation, segment_number},
    manifest::{self, Manifest, ManifestFault},
};
use crate::{
    OpenError,
    file_system::{Access, FileSystem, read_up_to},
};

/// What a directory holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Prepared {
    /// A journal.
    Journal(Manifest),
    /// Nothing, or what a creation that was cut short left.
    Empty,
}

/// Looks at a directory, which changes nothing.
pub(crate) fn prepare(files: &dyn FileSystem, layout: &Layout) -> Result<Prepared, OpenError> {
    let root = &layout.root;
    let entries = files.list(root).map_err(|error| failed("list", root, error))?;
    if let Some(found) = entries.iter().find(|entry| entry.is_directory && entry.name == "journal") {
        // The directory of a journal is in this one, perhaps.
        return Err(OpenError::Foreign { path: root.clone(), found: found.name.clone() });
    }
    let names: Vec<String> = entries.into_iter().map(|entry| entry.name).collect();
    let has = |name: &str| names.iter().any(|found| found == name);
    if has("journal") {
        return read_manifest(files, layout).map(Prepared::Journal);
    }
    if has("conf") && has("db") {
        return Err(OpenError::Prerelease(root.clone()));
    }
    if let Some(found) = names.iter().find(|name| !Layout::is_own(name)) {
        return Err(OpenError::Foreign { path: root.clone(), found: found.clone() });
    }
    if has(Layout::RESTORING) {
        return Err(OpenError::Unfinished(root.clone()));
    }
    // A creation writes the manifest last, and nothing before it but an empty log.
    let used = ["acknowledged", "index", "checkpoints"].into_iter().any(has);
    let logs: Vec<PathBuf> =
        names.iter().filter_map(|name| log_generation(name)).map(|number| layout.log(number)).collect();
    if used || has_frames(files, &logs)? {
        let detail = "it is missing, though there is a log".to_owned();
        return Err(OpenError::Damaged { path: layout.manifest(), detail });
    }
    Ok(Prepared::Empty)
}

fn read_manifest(files: &dyn FileSystem, layout: &Layout) -> Result<Manifest, OpenError> {
    let path = layout.manifest();
    match Manifest::read(files, &path).map_err(|error| failed("read", &path, error))? {
        Ok(manifest) => Ok(manifest),
        Err(ManifestFault::Format(found)) => {
            Err(OpenError::NewerFormat { path: layout.root.clone(), found, known: manifest::FORMAT })
        }
        Err(ManifestFault::Damaged) => {
            let detail = "the bytes from byte 0 on are not those that were written".to_owned();
            Err(OpenError::Damaged { path, detail })
        }
    }
}

/// Whether one of these logs has anything but zeros after the header of its first segment.
fn has_frames(files: &dyn FileSystem, logs: &[PathBuf]) -> Result<bool, OpenError> {
    for log in logs {
        for entry in files.list(log).map_err(|error| failed("list", log, error))? {
            if segment_number(&entry.name).is_none() {
                continue;
            }
            let path = log.join(entry.name);
            let read = || {
                let file = files.open(&path, Access::Read)?;
                let mut first = [0; 4];
                read_up_to(&*file, &mut first, SEGMENT_HEADER_LENGTH)?;
                Ok(first != [0; 4])
            };
            if read().map_err(|error| failed("read", &path, error))? {
                return Ok(true);
            }
        }
    }
    Ok(false)
}

/// Removes logs and files that are not part of the journal with this manifest: what an interrupted creation, restore or
/// compaction left. What cannot be removed stays until the next time.
pub(crate) fn remove_leftovers(files: &dyn FileSystem, layout: &Layout, current: Option<u64>) {
    let Ok(entries) = files.list(&layout.root) else { return };
    for entry in entries {
        let is_other_log = log_generation(&entry.name).is_some_and(|generation| Some(generation) != current);
        if is_other_log {
            let _ = remove_log(files, &layout.root.join(&entry.name));
        }
    }
    if let Some(current) = current {
        let log = layout.log(current);
        for name in ["spare.unfinished", "next.unfinished"] {
            let _ = files.remove_file(&log.join(name));
        }
        // A restore that published its log was killed before it removed its mark.
        let _ = files.remove_file(&layout.root.join(Layout::RESTORING));
    }
}

/// Removes the directory of a log with everything in it.
pub(crate) fn remove_log(files: &dyn FileSystem, directory: &Path) -> io::Result<()> {
    for entry in files.list(directory)? {
        files.remove_file(&directory.join(entry.name))?;
    }
    files.remove_directory(directory)
}

/// Makes a directory and those above it that do not exist yet. Its own name is made durable by [`sync_name`], once it is known to
/// be wanted; those above it are durable before anything is made in them, as a later start does not look at them again.
pub(crate) fn make_directories(files: &dyn FileSystem, path: &Path) -> Result<(), OpenError> {
    let mut missing = Vec::new();
    for directory in path.ancestors() {
        let directory = if directory.as_os_str().is_empty() { Path::new(".") } else { directory };
        match files.list(directory) {
            Ok(_) => break,
            Err(error) if error.kind() == ErrorKind::NotFound => missing.push(directory),
            // It is there, and others made it.
            Err(_) if !missing.is_empty() => break,
            Err(error) => return Err(failed("list", directory, error)),
        }
    }
    for directory in missing.into_iter().rev() {
        if let Some(parent) = parent(directory) {
            sync_name(files, parent)?;
        }
        match files.create_directory(directory) {
            Err(error) if error.kind() != ErrorKind::AlreadyExists => {
                return Err(failed("make directory", directory, error));
            }
            _ => {}
        }
    }
    Ok(())
}

/// Makes the name of a directory durable.
pub(crate) fn sync_name(files: &dyn FileSystem, directory: &Path) -> Result<(), OpenError> {
    let Some(parent) = parent(directory) else { return Ok(()) };
    match files.sync_directory(parent) {
        // A parent that may be passed but not read was made by others, who answer for its names.
        Err(error) if error.kind() != ErrorKind::PermissionDenied => Err(failed("sync", parent, error)),
        _ => Ok(()),
    }
}

fn parent(path: &Path) -> Option<&Path> {
    path.parent().map(|parent| if parent.as_os_str().is_empty() { Path::new(".") } else { parent })
}

/// The error for a failed step of opening.
pub(crate) fn failed(action: &'static str, path: &Path, source: io::Error) -> OpenError {
    let path = path.to_owned();
    match source.kind() {
        ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => {
            OpenError::Permission { action, path, source }
        }
        ErrorKind::NotADirectory => OpenError::NotDirectory(path),
        _ => OpenError::Io { action, path, source },
    }
}

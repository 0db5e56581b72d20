//! A file next to the log that names the process that has the journal open, so that the error of a second process can name it.
//!
//! *Invariant:* the lock decides who may open the journal, never the note. It is written once the lock is held and
//! removed before it is given back; a note that a killed process left is recognised because that process no longer exists; otherwise it is
//! overwritten.
//!
//! The file `owner`: three lines of text, process id, program and host. Nothing depends on it, so it may change.

use std::{
    io,
    path::{Path, PathBuf},
    sync::Arc,
};

use rustix::{
    io::Errno,
    process::{Pid, test_kill_process},
    system::uname,
};

use crate::{
    Owner,
    file_system::{Access, FileSystem, read_up_to},
};

/// Longest note that is read, in bytes.
const LENGTH_MAX: usize = 4096;

/// The note, until it is dropped.
#[derive(Debug)]
pub(super) struct OwnerFile {
    files: Arc<dyn FileSystem>,
    file: PathBuf,
}

impl OwnerFile {
    /// Notes that this process has the journal in `path` open.
    pub(super) fn write(files: &Arc<dyn FileSystem>, path: &Path) -> io::Result<Self> {
        let file = path.join("owner");
        let Owner { process, program, host } = this_process();
        // One that cannot be removed is in the way of the new one, which is an error.
        let _ = files.remove_file(&file);
        files.create(&file)?.write_all_at(format!("{process}\n{program}\n{host}\n").as_bytes(), 0)?;
        Ok(Self { files: Arc::clone(files), file })
    }
}

impl Drop for OwnerFile {
    fn drop(&mut self) {
        // A leftover note is recognised because its process no longer exists.
        let _ = self.files.remove_file(&self.file);
    }
}

/// Who has the journal in `path` open, which somebody has; none if it is not known.
pub(super) fn owner(files: &dyn FileSystem, path: &Path) -> Option<Owner> {
    let owner = read(files, &path.join("owner")).ok().flatten()?;
    let elsewhere = owner.host != host();
    (elsewhere || is_alive(owner.process)).then_some(owner)
}

fn read(files: &dyn FileSystem, file: &Path) -> io::Result<Option<Owner>> {
    let mut bytes = vec![0; LENGTH_MAX];
    let count = read_up_to(&*files.open(file, Access::Read)?, &mut bytes, 0)?;
    let text = String::from_utf8_lossy(&bytes[..count]);
    let mut lines = text.lines().map(str::to_owned);
    let owner = (|| {
        let process = lines.next()?.parse().ok()?;
        Some(Owner { process, program: lines.next()?, host: lines.next()? })
    })();
    Ok(owner)
}

fn this_process() -> Owner {
    let program = std::env::current_exe().ok();
    let program =
        program.as_deref().and_then(Path::file_name).map(|name| name.to_string_lossy().into_owned());
    // A line each; line feeds in a program's name are removed.
    let program = program.unwrap_or_default().replace(['\n', '\r'], " ");
    Owner { process: std::process::id(), program, host: host() }
}

fn host() -> String {
    uname().nodename().to_string_lossy().into_owned()
}

fn is_alive(process: u32) -> bool {
    let pid = i32::try_from(process).ok().and_then(Pid::from_raw);
    // A process of another user is alive, too: it only may not be signalled.
    pid.is_some_and(|pid| matches!(test_kill_process(pid), Ok(()) | Err(Errno::PERM)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::file_system::DiskFileSystem;

    fn owner(path: &Path) -> Option<Owner> {
        super::owner(&DiskFileSystem, path)
    }

    #[test]
    fn names_this_process_until_it_is_dropped() {
        let directory = tempfile::tempdir().unwrap();
        let file =
            OwnerFile::write(&(Arc::new(DiskFileSystem) as Arc<dyn FileSystem>), directory.path()).unwrap();
        assert_eq!(owner(directory.path()).map(|owner| owner.process), Some(std::process::id()));
        drop(file);
        assert_eq!(owner(directory.path()), None);
    }

    #[test]
    fn a_note_of_a_process_that_is_gone_names_nobody() {
        let directory = tempfile::tempdir().unwrap();
        let mut gone = std::process::Command::new("true").spawn().unwrap();
        let process = gone.id();
        gone.wait().unwrap();
        for text in [format!("{process}\ntrue\n{}\n", host()), "\n".to_owned(), "x\ny\nz\n".to_owned()] {
            std::fs::write(directory.path().join("owner"), text).unwrap();
            assert_eq!(owner(directory.path()), None);
        }
    }

    #[test]
    fn a_process_on_another_host_is_named() {
        let directory = tempfile::tempdir().unwrap();
        std::fs::write(directory.path().join("owner"), "7\ntenseven\nelsewhere\n").unwrap();
        let named = owner(directory.path()).unwrap();
        assert_eq!(named.to_string(), "process 7 (tenseven) on host elsewhere");
    }
}

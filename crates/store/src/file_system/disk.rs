//! The operating system's files.

use std::{
    fs::{DirBuilder, File, Metadata, OpenOptions},
    io::{self, ErrorKind},
    os::unix::fs::{DirBuilderExt as _, FileExt as _, MetadataExt as _, OpenOptionsExt as _},
    path::Path,
};

use rustix::{
    fs::{FallocateFlags, FlockOperation, OFlags, fallocate, flock},
    io::Errno,
};

use super::{Access, DirectoryEntry, DirectoryLock, FileHandle, FileLock, FileSystem, LockMode};

/// Passes each call to the operating system.
#[derive(Debug, Clone, Copy, Default)]
pub struct DiskFileSystem;

impl FileSystem for DiskFileSystem {
    fn create(&self, path: &Path) -> io::Result<Box<dyn FileHandle>> {
        let mut options = OpenOptions::new();
        options.read(true).write(true).create_new(true).mode(0o600);
        Ok(Box::new(DiskFile(options.open(path)?)))
    }

    fn open(&self, path: &Path, access: Access) -> io::Result<Box<dyn FileHandle>> {
        let mut options = OpenOptions::new();
        options.read(true).write(access == Access::ReadWrite);
        // A pipe in the place of a file would block for ever if nobody writes to it.
        let file = options.custom_flags(OFlags::NONBLOCK.bits().cast_signed()).open(path)?;
        if file.metadata()?.is_file() {
            Ok(Box::new(DiskFile(file)))
        } else {
            Err(io::Error::new(ErrorKind::InvalidInput, "it is not a regular file"))
        }
    }

    fn create_directory(&self, path: &Path) -> io::Result<()> {
        DirBuilder::new().mode(0o700).create(path)
    }

    fn list(&self, path: &Path) -> io::Result<Vec<DirectoryEntry>> {
        let mut entries = Vec::new();
        for entry in std::fs::read_dir(path)? {
            let entry = entry?;
            let name = entry.file_name().to_string_lossy().into_owned();
            entries.push(DirectoryEntry { name, is_directory: entry.file_type()?.is_dir() });
        }
        entries.sort();
        Ok(entries)
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        std::fs::rename(from, to)
    }

    fn remove_file(&self, path: &Path) -> io::Result<()> {
        std::fs::remove_file(path)
    }

    fn remove_directory(&self, path: &Path) -> io::Result<()> {
        std::fs::remove_dir(path)
    }

    fn sync_directory(&self, path: &Path) -> io::Result<()> {
        open_directory(path)?.sync_all()
    }

    fn lock(&self, path: &Path, mode: LockMode) -> io::Result<Option<Box<dyn DirectoryLock>>> {
        let directory = open_directory(path)?;
        let operation = match mode {
            LockMode::Shared => FlockOperation::NonBlockingLockShared,
            LockMode::Exclusive => FlockOperation::NonBlockingLockExclusive,
        };
        let is_held = try_flock(&directory, operation)?;
        Ok(is_held.then(|| Box::new(DiskLock(directory)) as Box<dyn DirectoryLock>))
    }
}

/// Locks without waiting. Returns whether the lock is held; then it is until the file is closed.
fn try_flock(file: &File, operation: FlockOperation) -> io::Result<bool> {
    match flock(file, operation) {
        Ok(()) => Ok(true),
        Err(Errno::WOULDBLOCK) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

/// Fails at once where there is something else than a directory.
fn open_directory(path: &Path) -> io::Result<File> {
    OpenOptions::new().read(true).custom_flags(OFlags::DIRECTORY.bits().cast_signed()).open(path)
}

/// The lock belongs to the open directory and ends with it, however the process ends.
#[derive(Debug)]
struct DiskLock(#[expect(dead_code, reason = "it is held, not read")] File);

impl DirectoryLock for DiskLock {}

#[derive(Debug)]
struct DiskFile(File);

impl FileHandle for DiskFile {
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        loop {
            match self.0.read_at(buffer, offset) {
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                read => return read,
            }
        }
    }

    fn write_all_at(&self, bytes: &[u8], offset: u64) -> io::Result<()> {
        self.0.write_all_at(bytes, offset)
    }

    fn allocate(&self, length: u64) -> io::Result<()> {
        match fallocate(&self.0, FallocateFlags::empty(), 0, length) {
            Ok(()) => Ok(()),
            Err(error @ (Errno::NOSPC | Errno::DQUOT | Errno::FBIG | Errno::IO)) => Err(error.into()),
            // A file system without fallocate.
            Err(_) => self.0.set_len(length.max(self.0.metadata()?.len())),
        }
    }

    fn truncate(&self, length: u64) -> io::Result<()> {
        self.0.set_len(length)
    }

    fn length(&self) -> io::Result<u64> {
        Ok(self.0.metadata()?.len())
    }

    fn sync(&self) -> io::Result<()> {
        self.0.sync_data()
    }

    fn lock(&self, path: &Path) -> io::Result<FileLock> {
        if !try_flock(&self.0, FlockOperation::NonBlockingLockExclusive)? {
            return Ok(FileLock::HeldByOther);
        }
        let identity = |metadata: Metadata| (metadata.dev(), metadata.ino());
        let named = match std::fs::metadata(path) {
            Ok(metadata) => Some(identity(metadata)),
            Err(error) if error.kind() == ErrorKind::NotFound => None,
            Err(error) => return Err(error),
        };
        let is_named = named == Some(identity(self.0.metadata()?));
        Ok(if is_named { FileLock::Held } else { FileLock::Renamed })
    }
}

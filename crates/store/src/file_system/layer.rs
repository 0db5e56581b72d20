//! What the journal asks of a file system.

use std::{fmt, io, path::Path};

/// Whether a file is opened for writing too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Reading only; works on a read-only mount.
    Read,
    /// Reading and writing.
    ReadWrite,
}

/// How a directory is locked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LockMode {
    /// Others may hold the lock in this mode as well.
    Shared,
    /// Nobody else may hold the lock.
    Exclusive,
}

/// One name in a directory.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct DirectoryEntry {
    /// The name, without the directory. Bytes that are not UTF-8 are replaced.
    pub name: String,
    /// Whether it is a directory.
    pub is_directory: bool,
}

/// Held lock on a directory; dropping it releases the lock.
pub trait DirectoryLock: Send + Sync + fmt::Debug {}

/// What became of an attempt to lock a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileLock {
    /// The handle holds the lock until it is closed.
    Held,
    /// Another handle holds it.
    HeldByOther,
    /// The path names another file by now, or none.
    Renamed,
}

/// An open file. Any thread may read while one writes.
pub trait FileHandle: Send + Sync + fmt::Debug {
    /// Reads at most `buffer.len()` bytes from `offset` on; fewer at the end of the file, or where the system gives fewer.
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize>;

    /// Writes all of `bytes` from `offset` on. Writing after the end extends the file.
    fn write_all_at(&self, bytes: &[u8], offset: u64) -> io::Result<()>;

    /// Makes the file at least `length` bytes long and reserves room for all of them. New bytes are zeros. A file system that cannot
    /// reserve room makes the file longer all the same.
    fn allocate(&self, length: u64) -> io::Result<()>;

    /// Cuts the file to `length` bytes. The log is never cut; a backup that was interrupted is.
    fn truncate(&self, length: u64) -> io::Result<()>;

    /// The file's length in bytes.
    fn length(&self) -> io::Result<u64>;

    /// Makes everything that was written to the file durable, its length included; not its name.
    fn sync(&self) -> io::Result<()>;

    /// Locks the file, which was opened as `path`, without waiting.
    fn lock(&self, path: &Path) -> io::Result<FileLock>;
}

/// The file operations that the journal needs.
pub trait FileSystem: Send + Sync + fmt::Debug {
    /// Makes a file that is open for reading and writing, and only for this user. Fails if the name is taken, by a link too.
    fn create(&self, path: &Path) -> io::Result<Box<dyn FileHandle>>;

    /// Opens a file that exists.
    fn open(&self, path: &Path, access: Access) -> io::Result<Box<dyn FileHandle>>;

    /// Makes a directory, only for this user. Its parent must exist.
    fn create_directory(&self, path: &Path) -> io::Result<()>;

    /// The names in a directory, sorted.
    fn list(&self, path: &Path) -> io::Result<Vec<DirectoryEntry>>;

    /// Gives a file or directory another name in the same file system. A file of that name is replaced.
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()>;

    /// Removes a file.
    fn remove_file(&self, path: &Path) -> io::Result<()>;

    /// Removes an empty directory.
    fn remove_directory(&self, path: &Path) -> io::Result<()>;

    /// Makes the names in a directory durable.
    fn sync_directory(&self, path: &Path) -> io::Result<()>;

    /// Locks a directory that exists, without waiting; none if somebody else holds the lock. Works on a read-only mount.
    fn lock(&self, path: &Path, mode: LockMode) -> io::Result<Option<Box<dyn DirectoryLock>>>;
}

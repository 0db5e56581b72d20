//! The one layer through which the journal touches files.
//!
//! Everything that has to survive a crash, the log, checkpoints, backups and their directories, is read and written through
//! [`FileSystem`]. [`DiskFileSystem`] passes each call to the operating system. Tests replace it with one that
//! records the calls and replays every state in which a crash could leave a disk.
//!
//! *Invariant:* no other module of the log names `std::fs`. What a call promises is what POSIX promises: a write is durable
//! after [`FileHandle::sync`], a name (created, renamed or removed) after [`FileSystem::sync_directory`] of its directory.

mod cursor;
mod disk;
mod exact;
mod layer;
mod no_room;

pub(crate) use cursor::FileCursor;
pub use disk::DiskFileSystem;
pub(crate) use exact::{read_exact_at, read_up_to};
pub use layer::{Access, DirectoryEntry, DirectoryLock, FileHandle, FileLock, FileSystem, LockMode};
pub(crate) use no_room::is_no_room;

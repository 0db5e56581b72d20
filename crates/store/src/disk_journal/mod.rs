//! The journal on disk: the log, the index after it, checkpoints, and the lock on their directory.

mod acknowledged;
mod builder;
mod disk_use;
mod filling;
mod journal;
mod locking;
mod open;
mod owner_file;
mod writer;

pub use builder::JournalBuilder;
pub use journal::DiskJournal;

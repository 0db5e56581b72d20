//! The journal on disk: the log, the index after it, checkpoints, and the lock on their directory.

mod acknowledged;
mod builder;
mod disk_use;
mod journal;
mod open;
mod options;
mod owner_file;

pub use builder::{BuildError, JournalBuilder};
pub use journal::DiskJournal;
pub use options::JournalOptions;

//! The journal on disk, kept by sled 0.34.7.
//!
//! sled's own `flush` is not enough to survive a power cut: on Linux it is `sync_file_range`, which neither commits
//! the file's length and extents nor reaches the disk's write cache, and it never syncs `conf`, `snap.*`, `blobs/`
//! or a directory. So this module syncs the files and directories itself when it opens a journal (`directory`), and
//! the log's data after every flush (`engine`).
//!
//! *Invariant:* one append is one atomic write (a sled batch, or a single value), one flush and one sync, and nothing
//! else is written between the write and the sync. sled reuses the room of a page once it believes the page's successor to be stable, and it
//! believes so after its own flush; as nothing follows before the sync, its belief is true by the time it acts on it.
//!
//! *Invariant:* no page leaves the log for `blobs/`, which sled never syncs: values are too short for that
//! (`crate::format`), and every append checks it before it is acknowledged.
//!
//! *Invariant:* a journal that lost its end is refused. sled takes damage anywhere in the log that it has to replay for
//! the end of an interrupted write, and silently cuts the log there; the `witness` remembers how far the journal was.
//!
//! No background thread runs: sled's periodic flusher is off, so that nothing but an append writes.

mod directory;
mod engine;
mod format_1;
mod found;
mod journal;
mod open;
mod options;
mod owner_file;
mod room;
mod source;
mod witness;

pub use format_1::{FormatOneJournal, read_format_1};
pub use journal::SledJournal;
pub use options::JournalOptions;

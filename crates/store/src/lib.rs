//! The journal of `tenseven`: every accepted change of the registry, in order, durable before it is acknowledged.
//!
//! The journal is the only source of truth; everything else is a fold over it. [`Journal`] says what a journal can
//! do, [`DiskJournal`] keeps one on disk, [`MemoryJournal`] one in memory. The trait is shaped for a replicated log:
//! an append names the head that it expects, and revisions are contiguous.
//!
//! *Invariant:* when [`Journal::append`] returns a revision, the entries up to it survive a power cut, and no reader
//! has seen them before.
//!
//! *Invariant:* what is read is what was appended. Every frame carries a checksum, and every entry the hash of the one before it;
//! anything damaged, missing, exchanged or too new is an error that names the revision, never a panic and never skipped.
//!
//! How an entry gets to disk, one module a step: `record` turns it into bytes, `log` compresses them where that pays, puts them
//! into frames and makes a commit of them durable, `index` remembers where they are. `disk_journal` ties these together,
//! `checkpoint` keeps what others made of the entries, `backup` copies the log into a file. All file operations but those of the
//! index go through [`file_system`]. `FORMAT.md` says what every byte means.
//!
//! This crate knows sled; no other does. It reads no clock and judges no observation: what may be accepted was
//! decided before.
//!
//! To add another kind of journal: 1. implement [`Journal`] and [`Checkpoints`] in a crate of its own; 2. run the suite of the
//! module `conformance` (a feature of the same name) on it.

mod backup;
mod chain;
mod checkpoint;
#[cfg(any(test, feature = "conformance"))]
pub mod conformance;
mod disk_journal;
mod entry;
mod error;
pub mod file_system;
mod history_bytes;
mod index;
mod journal;
mod log;
mod memory;
mod options;
mod owner;
mod record;
mod rules;
mod stamp;
mod stored_record;

pub use backup::{BackupError, BackupHeader, BackupReader, BackupWriter, read_frames, write_frame};
pub use chain::{ChainHash, ChainHashError, Head, RecordHash};
pub use checkpoint::CheckpointInfo;
pub use disk_journal::{DiskJournal, JournalBuilder};
pub use entry::Entry;
pub use error::{
    AppendError, BuildError, CheckpointError, Corruption, EntryFault, LogPlace, OpenError, ReadError,
    SegmentHeaderFault,
};
pub use journal::{Checkpoints, Entries, Journal, Records, Storage};
pub use log::Progress;
pub use memory::MemoryJournal;
pub use options::JournalOptions;
pub use owner::Owner;
pub use record::{
    APPEND_LENGTH_MAX, AssessmentFault, ColumnFault, DecodeError, ENTRY_LENGTH_MAX, EXPANDED_LENGTH_MAX,
    OBSERVATION_COUNT_MAX, ObservationFault, PracticeRecordFault, PreparedEntry, TextsFault, VarintFault,
    decode_entry,
};
pub use stamp::Stamp;
pub use stored_record::Record;

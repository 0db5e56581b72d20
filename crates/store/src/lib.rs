//! The journal of `tenseven`: every accepted change of the registry, in order, durable before it is acknowledged.
//!
//! The journal is the only source of truth; everything else is a fold over it. The trait is shaped for a replicated log:
//! an append names the head that it expects, and revisions are contiguous.
//!
//! *Invariant:* when [`Journal::append`] returns a revision, the entries up to it survive a power cut, and no reader
//! has seen them before.
//!
//! *Invariant:* what is read is what was appended. Every frame carries a checksum, and every entry the hash of the one before it;
//! anything damaged, missing, exchanged or too new is an error that names the revision, never a panic and never skipped.
//!
//! # Where to start
//!
//! [`Journal`]: what a journal can do. [`DiskJournal`] keeps one on disk, [`MemoryJournal`] one in memory.
//!
//! How an entry gets to disk, one module a step: `crates/store/src/record` turns it into bytes, `crates/store/src/log` compresses them
//! where that pays, puts them into frames and makes a commit of them durable, `crates/store/src/index` remembers where they are.
//! `crates/store/src/disk_journal` ties these together, `crates/store/src/checkpoint` keeps what others made of the entries,
//! `crates/store/src/backup` copies the log into a file. All file operations but those of the index go through [`file_system`].
//! `crates/store/FORMAT.md` states what every byte means.
//!
//! # What is absent
//!
//! Rules: no observation is judged here, because what may be accepted was decided before. Clocks. This crate knows sled, and no
//! other does.
//!
//! # To add a kind of journal
//!
//! 1. Implement [`Journal`] and [`Checkpoints`] in a crate of its own.
//! 2. Run the suite of `crates/store/src/conformance` on it; the feature `conformance` makes it public.
//!
//! # To add a promise of every journal
//!
//! 1. State it in the documentation of [`Journal`] or [`Checkpoints`], in `crates/store/src/journal.rs`.
//! 2. Write a check in the file for its subject in `crates/store/src/conformance`, and add it to the `CHECKS` of that file.
//!
//! # To add a kind of event
//!
//! 1. Describe its record in `crates/store/FORMAT.md` and `proto/tenseven/journal/v1/record.proto`. What was written in the old way
//!    is read for ever.
//! 2. Write it in `crates/store/src/record/encode.rs` and read it in `crates/store/src/record/decode.rs`; what is wrong with one is a
//!    variant in `crates/store/src/record/decode_error.rs`.
//! 3. Draw it in the samples of `crates/store/src/conformance/samples.rs`, so that every journal is tested with it.

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
    AppendError, BuildError, CheckpointError, Corruption, EntryFault, LogPosition, OpenError, ReadError,
    SegmentHeaderFault,
};
pub use journal::{Checkpoints, Entries, Journal, Records, Storage};
pub use log::Progress;
pub use memory::MemoryJournal;
pub use options::JournalOptions;
pub use owner::Owner;
pub use record::{
    APPEND_LENGTH_MAX, AccessRecordFault, AssessmentFault, ColumnFault, DecodeError, ENTRY_LENGTH_MAX,
    EXPANDED_LENGTH_MAX, OBSERVATION_COUNT_MAX, ObservationFault, PracticeRecordFault, PreparedEntry,
    RetirementRecordFault, TextsFault, VarintFault, decode_entry,
};
pub use stamp::Stamp;
pub use stored_record::Record;

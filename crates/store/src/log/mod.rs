//! The log: append-only segments of frames, the only copy of what was accepted.
//!
//! *Invariant:* bytes are written once. A commit is one write after the end of the last segment and one sync; it counts when the
//! sync returned. What an interrupted or failed commit leaves is void because the next segment names the end of the one before
//! it, not because somebody erased it.
//!
//! *Invariant:* a file gets its name after its content is synced, and counts after its directory is synced.
//!
//! `FORMAT.md` describes every byte. Start with [`Log`] for reading and [`LogWriter`] for appending; `recovery` finds the end of
//! a log that was not closed.

mod directory;
mod frame;
mod frame_reader;
mod header;
mod layout;
mod manifest;
mod position;
mod reader;
mod recovery;
mod salt;
mod segment;
mod spare;
mod tear;
#[cfg(test)]
mod test_files;
#[cfg(test)]
mod test_log;
mod walk;
mod writer;

pub(crate) use directory::{
    Prepared, failed, make_directories, prepare, remove_leftovers, remove_log, remove_unfinished, sync_name,
};
pub(crate) use frame::{FrameHeader, HEADER_LENGTH as FRAME_HEADER_LENGTH, payload, push_frame};
pub(crate) use layout::{Layout, SEGMENT_HEADER_LENGTH};
pub(crate) use manifest::Manifest;
pub(crate) use position::{LogEnd, Position};
pub(crate) use reader::Log;
pub use recovery::Progress;
pub(crate) use recovery::{PROGRESS_REVISIONS, Recovered, recover};
pub(crate) use salt::Salt;
#[cfg(test)]
pub(crate) use test_files::TestFiles;
pub(crate) use walk::LogWalk;
pub(crate) use writer::{Committed, LogWriter, NewLog, create_log};

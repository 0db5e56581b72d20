//! Checkpoints: what the fold of a journal was at a revision, so that a start need not fold everything.
//!
//! *Invariant:* they are caches. Deleting all of them loses nothing, and none is given back that is damaged or of
//! another history. One that is there is there whole.
//!
//! A checkpoint's file, persisted, must stay stable (numbers are big-endian):
//!
//! | part | bytes | what |
//! |---|---|---|
//! | header | 0–7 | `t7check` and a line feed |
//! | | 8 | format of the file, 1 |
//! | | 9–16 | revision |
//! | | 17–48 | chain hash of the entry of that revision |
//! | | 49–52 | CRC-32C of the bytes before |
//! | frame, any number | 0–3 | length of its content, 1 to 65,536 |
//! | | 4–7 | CRC-32C of the header, of the offset of its content in the whole content (8 bytes), of its length (4 bytes) and of its content |
//! | | 8– | its content |
//! | trailer | 0–3 | zero |
//! | | 4–11 | length of the whole content |
//! | | 12–43 | BLAKE3 of the whole content |
//! | | 44–47 | CRC-32C of the header and of the trailer's bytes before |
//!
//! Nothing follows the trailer. The meaning of the content is defined by its writer.

mod files;
mod header;
mod history;
mod info;
mod memory;
mod reader;
mod trailer;
mod writer;

pub(crate) use files::CheckpointFiles;
pub(crate) use history::check_history;
pub use info::CheckpointInfo;
pub(crate) use memory::MemoryCheckpoints;

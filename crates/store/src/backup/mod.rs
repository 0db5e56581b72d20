//! Backups: a copy of the log in one file.
//!
//! A full backup begins at the first entry; one that begins after another backup holds what came since. Persisted; must stay
//! stable. Numbers are big-endian:
//!
//! | part | bytes | content |
//! |---|---|---|
//! | header | 0–15 | `tenseven backup` and a line feed |
//! | | 16 | format, 1 |
//! | | 17–24 | horizon: versions superseded up to this revision were given up |
//! | | 25–64 | the entry that the backup begins after: 8 bytes revision, 32 bytes chain hash; zeros in a full backup |
//! | | 65–66 | number of histories |
//! | | 67– | the histories, oldest first: 16 bytes id, 8 bytes the last revision before it |
//! | | – | CRC-32C of the bytes before |
//! | frames | | as in the log, with a salt of zeros, each a commit of its own |
//! | end | 0–3 | zeros |
//! | | 4–43 | the last entry: 8 bytes revision, 32 bytes chain hash |
//! | | 44–47 | CRC-32C of bytes 0–43 |
//!
//! *Invariant:* a file with its own name is whole and durable. One that is being written ends in `.partial`, is locked by who writes it, and is
//! continued.

mod error;
mod frames;
mod layout;
mod read;
mod write;

pub use error::BackupError;
pub use frames::{read_frames, write_frame};
pub use layout::BackupHeader;
pub use read::BackupReader;
pub use write::BackupWriter;

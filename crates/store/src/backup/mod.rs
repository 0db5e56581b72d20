//! Backups: a journal's records in one file, to be kept elsewhere and restored.
//!
//! *Invariant:* a backup is a prefix of the journal's history, whatever was written meanwhile; a backup that was cut
//! short goes on behind its last whole record. Reading one checks every byte, that every record decodes, and that each
//! is chained to the one before; what is damaged is named by its revision and never passed over.
//!
//! The file, persisted, must stay stable (numbers are big-endian): 16 bytes `tenseven backup\n`, 1 byte format, 8 bytes horizon,
//! 4 bytes CRC-32C of those 25; then each record: 4 bytes length, never 0, 4 bytes CRC-32C of the revision's 8 bytes and the
//! record, the record; then the end: 4 bytes 0, 8 bytes head revision, 32 bytes chain hash of the head, 4 bytes CRC-32C of
//! those 44. Nothing follows.

mod error;
mod layout;
mod read;
#[cfg(test)]
mod tests;
mod write;

pub use error::BackupError;
pub use read::BackupReader;
pub use write::BackupWriter;

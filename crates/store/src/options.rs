//! How a journal on disk is opened.

use std::sync::Arc;

use crate::file_system::{DiskFileSystem, FileSystem};

/// Shortest segment by default, in bytes. A commit that is longer gets a segment of its own length.
const SEGMENT_LENGTH_MIN: u64 = 1024 * 1024;

/// How a journal on disk is opened.
#[derive(Debug, Clone)]
pub struct JournalOptions {
    pub(crate) cache_bytes: u64,
    pub(crate) files: Arc<dyn FileSystem>,
    pub(crate) has_index: bool,
    pub(crate) in_background: bool,
    pub(crate) random: fn() -> [u8; 16],
    pub(crate) segment_length_min: u64,
}

impl JournalOptions {
    /// Bytes of the index kept in memory by default: 16 MiB.
    pub const CACHE_BYTES_DEFAULT: u64 = 16 * 1024 * 1024;
    /// Fewest bytes of the index kept in memory: 1 MiB.
    pub const CACHE_BYTES_MIN: u64 = 1024 * 1024;

    /// Keeps about `bytes` of the index in memory, at least [`Self::CACHE_BYTES_MIN`].
    #[must_use]
    pub fn cache_bytes(self, bytes: u64) -> Self {
        Self { cache_bytes: bytes.max(Self::CACHE_BYTES_MIN), ..self }
    }

    /// Touches files through `files`, on the thread of the caller alone, and keeps the index in memory: for tests that record
    /// every file operation.
    #[must_use]
    pub fn on(self, files: Arc<dyn FileSystem>) -> Self {
        Self { files, has_index: false, in_background: false, ..self }
    }

    /// Takes salts and history ids from `random`.
    #[must_use]
    pub fn random(self, random: fn() -> [u8; 16]) -> Self {
        Self { random, ..self }
    }

    /// Makes segments of at least `bytes`: short ones let a test see many.
    #[must_use]
    pub fn segment_length_min(self, bytes: u64) -> Self {
        Self { segment_length_min: bytes, ..self }
    }
}

impl Default for JournalOptions {
    fn default() -> Self {
        Self {
            cache_bytes: Self::CACHE_BYTES_DEFAULT,
            files: Arc::new(DiskFileSystem),
            has_index: true,
            in_background: true,
            random: || *uuid::Uuid::new_v4().as_bytes(),
            segment_length_min: SEGMENT_LENGTH_MIN,
        }
    }
}

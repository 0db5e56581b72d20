//! Room on the disk, taken before an append needs it.
//!
//! sled stops for good when a write fails half-way. So the room that an append might need is reserved behind the
//! log's end first, which fails before anything is written. A file system that cannot reserve room goes without.

use std::{fs::File, io, path::Path};

use rustix::{
    fs::{FallocateFlags, fallocate},
    io::Errno,
};

use crate::AppendError;

/// Bytes that sled may write for each byte appended: the value, and pages that it rewrites whole.
const WRITTEN_PER_BYTE: u64 = 4;
/// Bytes that sled may write for any append: a few segments.
const WRITTEN_ALWAYS: u64 = 4 * 512 * 1024;
/// Bytes reserved beyond what one append needs, so that few appends reserve.
const RESERVED_AHEAD: u64 = 16 * 1024 * 1024;

/// What is reserved.
#[derive(Debug)]
pub(super) struct Room {
    length: u64,
    reserved_to: u64,
    supported: bool,
}

impl Room {
    /// Nothing is reserved yet.
    pub(super) fn new() -> Self {
        Self { length: 0, reserved_to: 0, supported: true }
    }

    /// Makes sure that `bytes` can be appended to `log`, of the journal in `path`.
    pub(super) fn reserve(&mut self, log: &File, path: &Path, bytes: u64) -> Result<(), AppendError> {
        let Ok(length) = log.metadata().map(|found| found.len()) else { return Ok(()) };
        if length < self.length {
            // sled cut the file, and the reserved room with it.
            self.reserved_to = length;
        }
        self.length = length;
        let wanted = bytes.saturating_mul(WRITTEN_PER_BYTE).saturating_add(WRITTEN_ALWAYS);
        if !self.supported || length.saturating_add(wanted) <= self.reserved_to {
            return Ok(());
        }
        let reserve =
            |bytes| fallocate(log, FallocateFlags::KEEP_SIZE, length, bytes).map(|()| length + bytes);
        match reserve(wanted.saturating_add(RESERVED_AHEAD)).or_else(|_| reserve(wanted)) {
            Ok(reserved_to) => self.reserved_to = reserved_to,
            Err(error @ (Errno::NOSPC | Errno::DQUOT)) => {
                let source = io::Error::from(error);
                return Err(AppendError::DiskFull { path: path.to_owned(), wanted, source });
            }
            Err(_) => self.supported = false,
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::MetadataExt as _;

    use super::*;

    #[test]
    fn reserves_behind_the_end_without_making_the_file_longer() {
        let file = tempfile::tempfile().unwrap();
        let mut room = Room::new();
        room.reserve(&file, Path::new("journal"), 1_000_000).unwrap();
        let found = file.metadata().unwrap();
        assert_eq!(found.len(), 0);
        assert!(found.blocks() * 512 >= 4_000_000, "{} blocks", found.blocks());
        let before = room.reserved_to;
        room.reserve(&file, Path::new("journal"), 1_000_000).unwrap();
        assert_eq!(room.reserved_to, before, "reserved again though there was room");
    }

    #[test]
    fn a_file_that_cannot_be_reserved_is_written_without() {
        let mut room = Room::new();
        let device = File::options().write(true).open("/dev/null").unwrap();
        room.reserve(&device, Path::new("journal"), 1).unwrap();
        assert!(!room.supported);
    }
}

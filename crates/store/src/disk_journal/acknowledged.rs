//! How far the log was acknowledged. Persisted; must stay stable. 20 bytes, numbers big-endian:
//!
//! | bytes | content |
//! |---|---|
//! | 0–7 | revision of the last acknowledged entry |
//! | 8–15 | first 8 bytes of its chain hash |
//! | 16–19 | CRC-32C of the bytes before |
//!
//! It is written after each commit, in place and without a sync: a power cut may take the newest of it, a kill does not. A start
//! compares it with the end of the log, so that bytes that were acknowledged and lost are not taken for a write that was cut
//! short. A file that is absent or damaged is ignored.

use std::{io::ErrorKind, path::Path};

use tenseven_model::Revision;

use crate::{
    OpenError,
    chain::ChainTag,
    file_system::{Access, FileHandle, FileSystem, read_up_to},
    log::{Log, LogEnd, failed},
};

const LENGTH: usize = 20;

/// What was noted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Noted {
    revision: Revision,
    tag: ChainTag,
}

/// Notes what is acknowledged.
#[derive(Debug)]
pub(super) struct Acknowledged(Option<Box<dyn FileHandle>>);

impl Acknowledged {
    /// Opens the file at `path`, or makes it. Where it cannot be written the journal goes without.
    pub(super) fn open(files: &dyn FileSystem, path: &Path) -> Self {
        let opened = match files.open(path, Access::ReadWrite) {
            Err(error) if error.kind() == ErrorKind::NotFound => files.create(path),
            opened => opened,
        };
        Self(opened.ok())
    }

    /// Notes that everything up to `end` is acknowledged.
    pub(super) fn note(&self, end: LogEnd) {
        if let Some(file) = &self.0 {
            let noted = Noted { revision: end.head.revision, tag: end.head.chain.tag() };
            // What is not noted is only not checked.
            let _ = file.write_all_at(&noted.bytes(), 0);
        }
    }
}

impl Noted {
    /// What is noted at `path`, if anything.
    pub(super) fn read(files: &dyn FileSystem, path: &Path) -> Result<Option<Self>, OpenError> {
        let file = match files.open(path, Access::Read) {
            Ok(file) => file,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(failed("open", path, error)),
        };
        let mut bytes = [0; LENGTH];
        let count = read_up_to(&*file, &mut bytes, 0).map_err(|error| failed("read", path, error))?;
        Ok(if count == LENGTH { Self::of(&bytes) } else { None })
    }

    /// Succeeds if a log that ends at `end` holds what was acknowledged.
    pub(super) fn check(&self, log: &Log, end: LogEnd) -> Result<(), OpenError> {
        let same = self.revision != end.head.revision || self.tag == end.head.chain.tag();
        if same && self.revision <= end.head.revision {
            return Ok(());
        }
        Err(OpenError::Shortened {
            position: log.position_of_end(end),
            head: end.head.revision,
            acknowledged: self.revision,
        })
    }

    /// Whether this is what is noted once everything up to `end` is acknowledged.
    pub(super) fn is_of(&self, end: LogEnd) -> bool {
        self.revision == end.head.revision && self.tag == end.head.chain.tag()
    }

    fn bytes(self) -> [u8; LENGTH] {
        let mut bytes = [0; LENGTH];
        bytes[..8].copy_from_slice(&self.revision.number().to_be_bytes());
        bytes[8..16].copy_from_slice(&self.tag.0);
        let checksum = crc32c::crc32c(&bytes[..16]).to_be_bytes();
        bytes[16..].copy_from_slice(&checksum);
        bytes
    }

    fn of(bytes: &[u8; LENGTH]) -> Option<Self> {
        let part = |from: usize| {
            let mut part = [0; 8];
            part.copy_from_slice(&bytes[from..from + 8]);
            part
        };
        (bytes[16..] == crc32c::crc32c(&bytes[..16]).to_be_bytes())
            .then(|| Self { revision: Revision::new(u64::from_be_bytes(part(0))), tag: ChainTag(part(8)) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_flipped_bit_makes_it_ignored() {
        let noted = Noted { revision: Revision::new(7), tag: ChainTag([1; 8]) };
        assert_eq!(Noted::of(&noted.bytes()), Some(noted));
        for byte in 0..LENGTH {
            let mut damaged = noted.bytes();
            damaged[byte] ^= 4;
            assert_eq!(Noted::of(&damaged), None, "byte {byte}");
        }
    }
}

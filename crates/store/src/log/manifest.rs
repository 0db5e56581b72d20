//! The manifest: which log is the current one. Persisted; must stay stable. 32 bytes, numbers big-endian:
//!
//! | bytes | content |
//! |---|---|
//! | 0–11 | `t7 journal` and two line feeds |
//! | 12–15 | format of the journal, 1 |
//! | 16–23 | generation: `log-N` is the current log |
//! | 24–27 | 0 |
//! | 28–31 | CRC-32C of the bytes before |
//!
//! *Invariant:* it is replaced as a whole, by one rename. Until then the log that it named before is the current one.

use std::{io, path::Path};

use super::layout::Layout;
use crate::file_system::{Access, FileSystem, read_exact_at};

const LENGTH: usize = 32;
const MAGIC: &[u8; 12] = b"t7 journal\n\n";
/// The format of journals that this release writes and reads.
pub(crate) const FORMAT: u32 = 1;

/// Which log is current.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Manifest {
    /// The number in the name of the log's directory.
    pub(crate) generation: u64,
}

/// Why bytes are no manifest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ManifestFault {
    /// They are not those that were written.
    Damaged,
    /// Another release wrote them.
    Format(u32),
}

impl Manifest {
    /// Reads the manifest at `path`.
    pub(crate) fn read(files: &dyn FileSystem, path: &Path) -> io::Result<Result<Self, ManifestFault>> {
        let file = files.open(path, Access::Read)?;
        let mut bytes = [0; LENGTH];
        if file.length()? != LENGTH as u64 {
            return Ok(Err(ManifestFault::Damaged));
        }
        read_exact_at(&*file, &mut bytes, 0)?;
        Ok(Self::of(&bytes))
    }

    /// Makes this the manifest of a journal.
    pub(crate) fn write(self, files: &dyn FileSystem, layout: &Layout) -> io::Result<()> {
        let path = layout.manifest();
        let unfinished = path.with_added_extension(Layout::UNFINISHED);
        remove_if_there(files, &unfinished)?;
        let file = files.create(&unfinished)?;
        file.write_all_at(&self.bytes(), 0)?;
        file.sync()?;
        files.rename(&unfinished, &path)?;
        files.sync_directory(&layout.root)
    }

    fn bytes(self) -> [u8; LENGTH] {
        let mut bytes = [0; LENGTH];
        bytes[..12].copy_from_slice(MAGIC);
        bytes[12..16].copy_from_slice(&FORMAT.to_be_bytes());
        bytes[16..24].copy_from_slice(&self.generation.to_be_bytes());
        let checksum = crc32c::crc32c(&bytes[..28]).to_be_bytes();
        bytes[28..].copy_from_slice(&checksum);
        bytes
    }

    fn of(bytes: &[u8; LENGTH]) -> Result<Self, ManifestFault> {
        let checksum = crc32c::crc32c(&bytes[..28]).to_be_bytes();
        if bytes[..12] != MAGIC[..] || bytes[28..] != checksum {
            return Err(ManifestFault::Damaged);
        }
        let (mut format, mut generation) = ([0; 4], [0; 8]);
        format.copy_from_slice(&bytes[12..16]);
        generation.copy_from_slice(&bytes[16..24]);
        match u32::from_be_bytes(format) {
            FORMAT => Ok(Self { generation: u64::from_be_bytes(generation) }),
            other => Err(ManifestFault::Format(other)),
        }
    }
}

/// Removes a file that an interrupted write may have left.
pub(super) fn remove_if_there(files: &dyn FileSystem, path: &Path) -> io::Result<()> {
    match files.remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_flipped_bit_shows() {
        let bytes = Manifest { generation: 258 }.bytes();
        assert_eq!(Manifest::of(&bytes), Ok(Manifest { generation: 258 }));
        for at in 0..LENGTH {
            let mut damaged = bytes;
            damaged[at] ^= 1;
            assert_eq!(Manifest::of(&damaged), Err(ManifestFault::Damaged), "byte {at}");
        }
    }
}

//! A note, beside the log, of how far the journal was acknowledged.
//!
//! *Invariant:* the note never names a revision that is not durable: it is written after the sync. It is not synced
//! itself, so that it costs no time; after a power cut it may be some seconds old. It can therefore prove that
//! entries are gone, never that none are.
//!
//! The file `witness`, persisted, must stay stable: 8 bytes revision, 4 bytes CRC-32C of them, big-endian. A file
//! that is absent, too short or damaged says nothing.

use std::{fs::File, io::ErrorKind, os::unix::fs::FileExt as _, path::Path};

use tenseven_model::Revision;

use super::directory::failed;
use crate::OpenError;

/// Bytes of the note.
const LENGTH: usize = 12;

/// The note's file.
#[derive(Debug)]
pub(super) struct Witness(File);

impl Witness {
    /// Opens the note of the journal in `path`, or makes it; returns the revision that it names.
    pub(super) fn open(path: &Path) -> Result<(Self, Revision), OpenError> {
        let path = path.join("witness");
        let opened = File::options().read(true).write(true).create(true).truncate(false).open(&path);
        let file = opened.map_err(|error| failed("open", &path, error))?;
        let mut bytes = [0; LENGTH];
        let named = match file.read_exact_at(&mut bytes, 0) {
            Ok(()) => deser(&bytes).unwrap_or(Revision::ZERO),
            Err(error) if error.kind() == ErrorKind::UnexpectedEof => Revision::ZERO,
            Err(error) => return Err(failed("read", &path, error)),
        };
        Ok((Self(file), named))
    }

    /// Notes that everything up to `head` is durable.
    pub(super) fn acknowledge(&self, head: Revision) {
        // The entries are durable, so the append has succeeded; without the note their loss might go unnoticed.
        let _ = self.0.write_all_at(&ser(head), 0);
    }
}

fn ser(head: Revision) -> [u8; LENGTH] {
    let revision = head.number().to_be_bytes();
    let mut bytes = [0; LENGTH];
    bytes[..8].copy_from_slice(&revision);
    bytes[8..].copy_from_slice(&crc32c::crc32c(&revision).to_be_bytes());
    bytes
}

fn deser(bytes: &[u8; LENGTH]) -> Option<Revision> {
    let (revision, checksum) = bytes.split_first_chunk::<8>()?;
    (crc32c::crc32c(revision).to_be_bytes() == *checksum)
        .then(|| Revision::new(u64::from_be_bytes(*revision)))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn names_the_last_revision_noted() {
        let directory = tempfile::tempdir().unwrap();
        let (witness, named) = Witness::open(directory.path()).unwrap();
        assert_eq!(named, Revision::ZERO);
        witness.acknowledge(Revision::new(300));
        witness.acknowledge(Revision::new(301));
        assert_eq!(Witness::open(directory.path()).unwrap().1, Revision::new(301));
    }

    #[test]
    fn a_short_note_says_nothing() {
        let directory = tempfile::tempdir().unwrap();
        std::fs::write(directory.path().join("witness"), &ser(Revision::new(9))[..11]).unwrap();
        assert_eq!(Witness::open(directory.path()).unwrap().1, Revision::ZERO);
        std::fs::write(directory.path().join("witness"), [0; LENGTH]).unwrap();
        assert_eq!(Witness::open(directory.path()).unwrap().1, Revision::ZERO);
    }

    proptest! {
        #[test]
        fn is_read_back_from_its_bytes_and_tells_any_flipped_bit(revision: u64, place in 0..LENGTH, bit in 0u8..8) {
            let mut bytes = ser(Revision::new(revision));
            prop_assert_eq!(deser(&bytes), Some(Revision::new(revision)));
            bytes[place] ^= 1 << bit;
            prop_assert_eq!(deser(&bytes), None);
        }
    }
}

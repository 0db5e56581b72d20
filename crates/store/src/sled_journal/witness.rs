//! A note, beside the log, of how far the journal was acknowledged.
//!
//! *Invariant:* the note never names a revision that is not durable: it is written after the sync. It is not synced
//! itself, so that it costs no time; after a power cut it may be some seconds old. It can therefore prove that
//! entries are gone, never that none are.
//!
//! The file `witness`, persisted, must stay stable: 8 bytes revision, 32 bytes chain hash, 4 bytes CRC-32C of them,
//! numbers big-endian. In journals of format 1: 8 bytes revision, 4 bytes CRC-32C. A file that is absent, too short or
//! damaged says nothing.

use std::{fs::File, io, os::unix::fs::FileExt as _, path::Path};

use tenseven_model::Revision;

use super::directory::failed;
use crate::{ChainHash, Head, OpenError};

/// Bytes of the note.
const LENGTH: usize = 44;
/// Bytes of the note of a journal of format 1.
const LENGTH_1: usize = 12;
/// Bytes of the checksum, which are the last.
const CHECKSUM_LENGTH: usize = 4;

/// The note's file.
#[derive(Debug)]
pub(super) struct Witness(File);

/// What a note says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Noted {
    /// A revision that was acknowledged.
    pub(super) revision: Revision,
    /// Its chain hash, if the note says it.
    pub(super) chain: Option<ChainHash>,
}

impl Witness {
    /// Opens the note of the journal in `path`, or makes it; returns what it says.
    pub(super) fn open(path: &Path) -> Result<(Self, Noted), OpenError> {
        let path = path.join("witness");
        let opened = File::options().read(true).write(true).create(true).truncate(false).open(&path);
        let file = opened.map_err(|error| failed("open", &path, error))?;
        let bytes = read(&file).map_err(|error| failed("read", &path, error))?;
        Ok((Self(file), deser(&bytes).unwrap_or_default()))
    }

    /// Notes that everything up to `head` is durable.
    pub(super) fn acknowledge(&self, head: Head) {
        // The entries are durable, so the append has succeeded; without the note their loss might go unnoticed.
        let _ = self.0.write_all_at(&ser(head), 0);
    }
}

fn read(file: &File) -> io::Result<Vec<u8>> {
    let mut bytes = [0; LENGTH];
    let mut length = 0;
    while length < LENGTH {
        match file.read_at(&mut bytes[length..], length as u64)? {
            0 => break,
            more => length += more,
        }
    }
    Ok(bytes[..length].to_vec())
}

fn ser(head: Head) -> [u8; LENGTH] {
    let Head { revision, chain: ChainHash(chain) } = head;
    let mut bytes = [0; LENGTH];
    bytes[..8].copy_from_slice(&revision.number().to_be_bytes());
    bytes[8..40].copy_from_slice(&chain);
    let checksum = crc32c::crc32c(&bytes[..40]).to_be_bytes();
    bytes[40..].copy_from_slice(&checksum);
    bytes
}

fn deser(bytes: &[u8]) -> Option<Noted> {
    let (covered, checksum) = bytes.split_last_chunk::<CHECKSUM_LENGTH>()?;
    if crc32c::crc32c(covered).to_be_bytes() != *checksum {
        return None;
    }
    let (revision, chain) = covered.split_first_chunk::<8>()?;
    let revision = Revision::new(u64::from_be_bytes(*revision));
    match bytes.len() {
        LENGTH_1 => Some(Noted { revision, chain: None }),
        LENGTH => Some(Noted { revision, chain: Some(ChainHash(chain.try_into().ok()?)) }),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn head(revision: u64, byte: u8) -> Head {
        Head { revision: Revision::new(revision), chain: ChainHash([byte; 32]) }
    }

    fn noted(head: Head) -> Noted {
        Noted { revision: head.revision, chain: Some(head.chain) }
    }

    #[test]
    fn names_the_last_head_noted() {
        let directory = tempfile::tempdir().unwrap();
        let (witness, found) = Witness::open(directory.path()).unwrap();
        assert_eq!(found, Noted::default());
        witness.acknowledge(head(300, 1));
        witness.acknowledge(head(301, 2));
        assert_eq!(Witness::open(directory.path()).unwrap().1, noted(head(301, 2)));
    }

    #[test]
    fn a_short_note_says_nothing() {
        let directory = tempfile::tempdir().unwrap();
        for bytes in [&ser(head(9, 9))[..LENGTH - 1], &[0; LENGTH_1], &[0; LENGTH]] {
            std::fs::write(directory.path().join("witness"), bytes).unwrap();
            assert_eq!(Witness::open(directory.path()).unwrap().1, Noted::default());
        }
    }

    #[test]
    fn reads_a_note_of_format_1() {
        let directory = tempfile::tempdir().unwrap();
        let revision = 300_u64.to_be_bytes();
        let note = [&revision[..], &crc32c::crc32c(&revision).to_be_bytes()].concat();
        std::fs::write(directory.path().join("witness"), note).unwrap();
        let expected = Noted { revision: Revision::new(300), chain: None };
        assert_eq!(Witness::open(directory.path()).unwrap().1, expected);
    }

    proptest! {
        #[test]
        fn is_read_back_from_its_bytes_and_tells_any_flipped_bit(
            revision: u64, byte: u8, place in 0..LENGTH, bit in 0u8..8
        ) {
            let mut bytes = ser(head(revision, byte));
            prop_assert_eq!(deser(&bytes), Some(noted(head(revision, byte))));
            bytes[place] ^= 1 << bit;
            prop_assert_eq!(deser(&bytes), None);
        }
    }
}

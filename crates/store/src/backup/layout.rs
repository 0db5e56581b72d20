//! The header and the end of a backup. See [`super`] for their bytes.

use tenseven_model::{Lineage, Revision};

use crate::{
    ChainHash, Head,
    history_bytes::{HISTORY_LENGTH, history_bytes, read_histories},
};

pub(super) const MAGIC: &[u8; 16] = b"tenseven backup\n";
pub(super) const FORMAT: u8 = 1;
/// Bytes of a header before its histories.
pub(super) const FIXED_LENGTH: usize = 67;
/// Bytes of the end, zeros included.
pub(super) const END_LENGTH: usize = 48;

/// The header of a backup.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BackupHeader {
    /// Versions superseded up to here were given up before the backup was made.
    pub horizon: Revision,
    /// The entry that it begins after; the default in a full backup.
    pub after: Head,
    /// The histories of the journal.
    pub lineage: Lineage,
}

impl BackupHeader {
    pub(super) fn bytes(&self) -> Vec<u8> {
        let mut bytes = MAGIC.to_vec();
        bytes.push(FORMAT);
        bytes.extend_from_slice(&self.horizon.number().to_be_bytes());
        bytes.extend_from_slice(&head_bytes(self.after));
        let histories = self.lineage.histories();
        bytes.extend_from_slice(&u16::try_from(histories.len()).unwrap_or(u16::MAX).to_be_bytes());
        for history in histories.iter().take(usize::from(u16::MAX)) {
            bytes.extend_from_slice(&history_bytes(history));
        }
        let checksum = crc32c::crc32c(&bytes);
        bytes.extend_from_slice(&checksum.to_be_bytes());
        bytes
    }

    /// How many bytes of histories follow the fixed part, checksum included.
    pub(super) fn rest_length(fixed: &[u8; FIXED_LENGTH]) -> usize {
        usize::from(u16::from_be_bytes([fixed[65], fixed[66]])) * HISTORY_LENGTH + 4
    }

    /// The header with these bytes, whose magic and format are right; none if it is damaged.
    pub(super) fn read(bytes: &[u8]) -> Option<Self> {
        let (covered, checksum) = bytes.split_last_chunk::<4>()?;
        if crc32c::crc32c(covered).to_be_bytes() != *checksum {
            return None;
        }
        let histories = read_histories(covered.get(FIXED_LENGTH..)?)?;
        Some(Self {
            horizon: Revision::new(u64::from_be_bytes(*covered.get(17..25)?.first_chunk()?)),
            after: head(covered.get(25..65)?)?,
            lineage: Lineage::of(histories)?,
        })
    }
}

/// The bytes of the end.
pub(super) fn end(head: Head) -> [u8; END_LENGTH] {
    let mut bytes = [0; END_LENGTH];
    bytes[4..44].copy_from_slice(&head_bytes(head));
    let checksum = crc32c::crc32c(&bytes[..44]);
    bytes[44..].copy_from_slice(&checksum.to_be_bytes());
    bytes
}

fn head_bytes(head: Head) -> [u8; 40] {
    let mut bytes = [0; 40];
    bytes[..8].copy_from_slice(&head.revision.number().to_be_bytes());
    bytes[8..].copy_from_slice(&head.chain.0);
    bytes
}

fn head(bytes: &[u8]) -> Option<Head> {
    let (revision, chain) = bytes.split_first_chunk::<8>()?;
    let chain = ChainHash(*chain.first_chunk()?);
    Some(Head { revision: Revision::new(u64::from_be_bytes(*revision)), chain })
}

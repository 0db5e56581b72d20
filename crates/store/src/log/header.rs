//! The header of a segment. Persisted; must stay stable. Numbers are big-endian:
//!
//! | bytes | content |
//! |---|---|
//! | 0–7 | `t7 log` and two line feeds |
//! | 8–11 | format, 1 |
//! | 12–15 | CRC-32C of all other bytes of the header |
//! | 16–23 | number of the segment, from 1 |
//! | 24–31 | the last revision before the segment |
//! | 32–63 | its chain hash |
//! | 64–71 | where the frames of the segment before end; 0 for the first segment |
//! | 72–79 | horizon: the last revision that may be compacted |
//! | 80–95 | salt |
//! | 96–97 | number of histories, at most 160 |
//! | 98– | the histories, oldest first: 16 bytes id, 8 bytes the last revision before it |
//! | –4087 | zeros |
//! | 4088–4095 | length that the file was made with; 0 if that is not known |

use tenseven_model::{Lineage, Revision};

use super::{layout::SEGMENT_HEADER_LENGTH, salt::Salt};
use crate::{
    ChainHash, Head, SegmentHeaderFault,
    history_bytes::{HISTORY_LENGTH, history_bytes, read_histories},
};

const LENGTH: usize = 4096;
const _: () = assert!(LENGTH as u64 == SEGMENT_HEADER_LENGTH);
const MAGIC: &[u8; 8] = b"t7 log\n\n";
/// The format that this release writes and reads.
pub(crate) const FORMAT: u32 = 1;
const HISTORIES_FROM: usize = 98;
const FILE_LENGTH_FROM: usize = 4088;
/// Most histories that a header holds. Older ones are forgotten, and then count as unknown.
pub(crate) const HISTORIES_MAX: usize = 160;

/// The header of a segment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SegmentHeader {
    /// Its number, from 1.
    pub(crate) number: u64,
    /// The last entry before it.
    pub(crate) after: Head,
    /// Where the frames of the segment before it end.
    pub(crate) previous_end: u64,
    /// The last revision that may be compacted.
    pub(crate) horizon: Revision,
    /// What its checksums begin with.
    pub(crate) salt: Salt,
    /// The histories up to it.
    pub(crate) lineage: Lineage,
    /// The length that its file was made with, which no commit changes. A shorter file was cut.
    pub(crate) file_length: u64,
}

impl SegmentHeader {
    pub(super) fn bytes(&self) -> Vec<u8> {
        let mut bytes = vec![0; LENGTH];
        bytes[..8].copy_from_slice(MAGIC);
        bytes[8..12].copy_from_slice(&FORMAT.to_be_bytes());
        bytes[16..24].copy_from_slice(&self.number.to_be_bytes());
        bytes[24..32].copy_from_slice(&self.after.revision.number().to_be_bytes());
        bytes[32..64].copy_from_slice(&self.after.chain.0);
        bytes[64..72].copy_from_slice(&self.previous_end.to_be_bytes());
        bytes[72..80].copy_from_slice(&self.horizon.number().to_be_bytes());
        bytes[80..96].copy_from_slice(&self.salt.0);
        let histories = self.lineage.histories();
        let known = &histories[histories.len().saturating_sub(HISTORIES_MAX)..];
        bytes[96..98].copy_from_slice(&u16::try_from(known.len()).unwrap_or(0).to_be_bytes());
        for (history, place) in known.iter().zip(bytes[HISTORIES_FROM..].chunks_exact_mut(HISTORY_LENGTH)) {
            place.copy_from_slice(&history_bytes(history));
        }
        bytes[FILE_LENGTH_FROM..].copy_from_slice(&self.file_length.to_be_bytes());
        let checksum = checksum(&bytes).to_be_bytes();
        bytes[12..16].copy_from_slice(&checksum);
        bytes
    }

    pub(super) fn read(bytes: &[u8]) -> Result<Self, SegmentHeaderFault> {
        if bytes.len() < LENGTH || bytes[..8] != MAGIC[..] {
            return Err(SegmentHeaderFault::Magic);
        }
        let format = u32::from_be_bytes(array(bytes, 8));
        if u32::from_be_bytes(array(bytes, 12)) != checksum(&bytes[..LENGTH]) {
            return Err(SegmentHeaderFault::Checksum);
        }
        if format != FORMAT {
            return Err(SegmentHeaderFault::Format { found: format });
        }
        let number = |from| u64::from_be_bytes(array(bytes, from));
        let count = usize::from(u16::from_be_bytes(array(bytes, 96)));
        Ok(Self {
            number: number(16),
            after: Head { revision: Revision::new(number(24)), chain: ChainHash(array(bytes, 32)) },
            previous_end: number(64),
            horizon: Revision::new(number(72)),
            salt: Salt(array(bytes, 80)),
            lineage: lineage(&bytes[HISTORIES_FROM..FILE_LENGTH_FROM], count)
                .ok_or(SegmentHeaderFault::Histories)?,
            file_length: number(FILE_LENGTH_FROM),
        })
    }
}

fn lineage(bytes: &[u8], count: usize) -> Option<Lineage> {
    Lineage::of(read_histories(bytes.get(..count * HISTORY_LENGTH)?)?)
}

fn checksum(bytes: &[u8]) -> u32 {
    crc32c::crc32c_append(crc32c::crc32c(&bytes[..12]), &bytes[16..])
}

fn array<const COUNT: usize>(bytes: &[u8], from: usize) -> [u8; COUNT] {
    let mut part = [0; COUNT];
    part.copy_from_slice(&bytes[from..from + COUNT]);
    part
}

#[cfg(test)]
mod tests {
    use tenseven_model::{History, HistoryId};

    use super::*;

    #[test]
    fn is_read_back_and_any_flipped_bit_shows() {
        let first = History { id: HistoryId::of_version_8([1; 16]), after: Revision::ZERO };
        let second = History { id: HistoryId::of_version_8([2; 16]), after: Revision::new(5) };
        let header = SegmentHeader {
            number: 3,
            after: Head { revision: Revision::new(9), chain: ChainHash([7; 32]) },
            previous_end: 4711,
            horizon: Revision::new(4),
            salt: Salt([8; 16]),
            lineage: Lineage::of(vec![first, second]).unwrap(),
            file_length: 1 << 20,
        };
        let bytes = header.bytes();
        assert_eq!(SegmentHeader::read(&bytes), Ok(header));
        for at in (0..200).chain([4000, 4088, 4095]) {
            let mut damaged = bytes.clone();
            damaged[at] ^= 0x10;
            assert!(SegmentHeader::read(&damaged).is_err(), "byte {at}");
        }
    }
}

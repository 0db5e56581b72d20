//! A frame: one record of the log with its header. Persisted; must stay stable. Numbers are big-endian:
//!
//! | bytes | content |
//! |---|---|
//! | 0–3 | length of the payload, plus `a8000000` |
//! | 4–7 | CRC-32C, continued from the segment's salt, of bytes 0–3, 8–55 and the payload |
//! | 8–11 | length of the record; that of the payload unless it is compressed |
//! | 12 | 0 |
//! | 13 | flags: 1 the payload is a zstd frame, 2 first frame of its commit, 4 last frame of its commit |
//! | 14–15 | header check: low 16 bits of the CRC-32C, continued from the salt, of bytes 0–3, 8–13 and 16–55 |
//! | 16–23 | revision |
//! | 24–31 | when the entry was accepted, in microseconds since 1970 |
//! | 32–47 | submission id |
//! | 48–55 | first 8 bytes of the entry's chain hash |
//! | 56– | payload |
//! | last | 23 |
//!
//! A frame neither begins nor ends with a zero byte, so that each sector that it reaches into by a few bytes shows whether it was
//! written.

use bytes::Bytes;
use tenseven_model::{Revision, SubmissionId, Timestamp};

use super::salt::Salt;
use crate::{
    Stamp,
    chain::ChainTag,
    record::{ENTRY_LENGTH_MAX, Stored},
};

/// Bytes of a header.
pub(crate) const HEADER_LENGTH: usize = 56;
/// Added to the length of a payload, which is at most 64 MiB. Several bits, so that no single one that flips leaves a zero byte.
const BEGIN: u32 = 0xa800_0000;
/// The bits that belong to [`BEGIN`].
const BEGIN_BITS: u32 = 0xf800_0000;
/// The last byte of a frame.
const END: u8 = 23;
const COMPRESSED: u8 = 1;
const FIRST: u8 = 2;
const LAST: u8 = 4;

/// The header of a frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct FrameHeader {
    /// Which entry it is of.
    pub(crate) stamp: Stamp,
    /// The beginning of the entry's chain hash.
    pub(crate) tag: ChainTag,
    /// Bytes of the payload.
    pub(crate) payload_length: u32,
    /// Bytes of the record.
    pub(crate) record_length: u32,
    /// Whether the payload is a zstd frame of the record.
    pub(crate) is_compressed: bool,
    /// Whether it is the first frame of its commit.
    pub(crate) is_first: bool,
    /// Whether it is the last frame of its commit.
    pub(crate) is_last: bool,
}

impl FrameHeader {
    /// The header with these bytes; none if its check fails.
    pub(crate) fn read(bytes: &[u8; HEADER_LENGTH], salt: Salt) -> Option<Self> {
        let begin = u32::from_be_bytes(array(bytes, 0));
        let payload_length = begin & !BEGIN_BITS;
        let flags = bytes[13];
        // Cheap tests first: this is called for every byte where the end of a log is looked for.
        if payload_length == 0
            || begin & BEGIN_BITS != BEGIN
            || bytes[12] != 0
            || flags & !(COMPRESSED | FIRST | LAST) != 0
            || usize::try_from(payload_length).is_ok_and(|length| length > ENTRY_LENGTH_MAX)
            || u16::from_be_bytes(array(bytes, 14)) != header_check(bytes, salt)
        {
            return None;
        }
        Some(Self {
            stamp: Stamp {
                revision: Revision::new(u64::from_be_bytes(array(bytes, 16))),
                committed_at: Timestamp::from_micros(i64::from_be_bytes(array(bytes, 24))),
                submission: SubmissionId::from_bytes(array(bytes, 32)).ok()?,
            },
            tag: ChainTag(array(bytes, 48)),
            payload_length,
            record_length: u32::from_be_bytes(array(bytes, 8)),
            is_compressed: flags & COMPRESSED != 0,
            is_first: flags & FIRST != 0,
            is_last: flags & LAST != 0,
        })
    }

    /// Bytes of the whole frame.
    pub(crate) fn frame_length(&self) -> u64 {
        HEADER_LENGTH as u64 + u64::from(self.payload_length) + 1
    }
}

/// The payload of a whole frame; none if its bytes are not those that were written.
pub(crate) fn payload(frame: &Bytes, salt: Salt) -> Option<Bytes> {
    let header: &[u8; HEADER_LENGTH] = frame.first_chunk()?;
    let end = frame.len().checked_sub(1).filter(|end| *end >= HEADER_LENGTH)?;
    let payload = frame.slice(HEADER_LENGTH..end);
    let sound = frame[end] == END && u32::from_be_bytes(array(header, 4)) == checksum(header, &payload, salt);
    sound.then_some(payload)
}

/// Adds the frame of a record.
pub(crate) fn push_frame(
    frames: &mut Vec<u8>,
    (stamp, tag): (Stamp, ChainTag),
    stored: Stored<'_>,
    (is_first, is_last): (bool, bool),
    salt: Salt,
) {
    let mut header = [0; HEADER_LENGTH];
    header[..4].copy_from_slice(&(saturated(stored.bytes.len()) | BEGIN).to_be_bytes());
    header[8..12].copy_from_slice(&saturated(stored.record_length).to_be_bytes());
    let flag = |set: bool, bit: u8| if set { bit } else { 0 };
    header[13] = flag(stored.compressed, COMPRESSED) | flag(is_first, FIRST) | flag(is_last, LAST);
    header[16..24].copy_from_slice(&stamp.revision.number().to_be_bytes());
    header[24..32].copy_from_slice(&stamp.committed_at.as_micros().to_be_bytes());
    header[32..48].copy_from_slice(stamp.submission.as_bytes());
    header[48..].copy_from_slice(&tag.0);
    let check = header_check(&header, salt).to_be_bytes();
    header[14..16].copy_from_slice(&check);
    let checksum = checksum(&header, stored.bytes, salt).to_be_bytes();
    header[4..8].copy_from_slice(&checksum);
    frames.extend_from_slice(&header);
    frames.extend_from_slice(stored.bytes);
    frames.push(END);
}

fn header_check(header: &[u8; HEADER_LENGTH], salt: Salt) -> u16 {
    let check = crc32c::crc32c_append(salt.seed(), &header[..4]);
    let check = crc32c::crc32c_append(check, &header[8..14]);
    let [_, _, high, low] = crc32c::crc32c_append(check, &header[16..]).to_be_bytes();
    u16::from_be_bytes([high, low])
}

fn checksum(header: &[u8; HEADER_LENGTH], payload: &[u8], salt: Salt) -> u32 {
    let sum = crc32c::crc32c_append(salt.seed(), &header[..4]);
    let sum = crc32c::crc32c_append(sum, &header[8..]);
    crc32c::crc32c_append(sum, payload)
}

/// Records are far shorter than 4 GiB (`ENTRY_LENGTH_MAX`).
fn saturated(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

fn array<const LENGTH: usize>(bytes: &[u8; HEADER_LENGTH], from: usize) -> [u8; LENGTH] {
    let mut part = [0; LENGTH];
    part.copy_from_slice(&bytes[from..from + LENGTH]);
    part
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn frame(payload: &[u8], salt: Salt) -> Vec<u8> {
        let stamp = Stamp {
            revision: Revision::new(7),
            committed_at: Timestamp::from_micros(-9),
            submission: SubmissionId::from_bytes([3; 16]).unwrap(),
        };
        let mut bytes = Vec::new();
        let stored = Stored { bytes: payload, record_length: payload.len(), compressed: false };
        push_frame(&mut bytes, (stamp, ChainTag([5; 8])), stored, (true, false), salt);
        bytes
    }

    proptest! {
        #[test]
        fn any_flipped_bit_shows(payload in proptest::collection::vec(any::<u8>(), 1..90), salt: [u8; 16], at: usize, bit in 0u8..8) {
            let salt = Salt(salt);
            let sound = |bytes: &[u8]| {
                let header: &[u8; HEADER_LENGTH] = bytes.first_chunk().unwrap();
                FrameHeader::read(header, salt).is_some()
                    && super::payload(&Bytes::copy_from_slice(bytes), salt).is_some()
            };
            let mut bytes = frame(&payload, salt);
            prop_assert!(sound(&bytes));
            let at = at % bytes.len();
            bytes[at] ^= 1 << bit;
            prop_assert!(!sound(&bytes));
        }
    }

    #[test]
    fn a_frame_of_another_segment_is_none_of_this_one() {
        let bytes = frame(b"record", Salt([1; 16]));
        assert_eq!(FrameHeader::read(bytes.first_chunk().unwrap(), Salt([2; 16])), None);
    }
}

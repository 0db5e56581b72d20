//! The envelope around one part of an entry. Persisted; must stay stable:
//!
//! | bytes | what |
//! |---|---|
//! | 0 | format of the envelope, 1 |
//! | 1–4 | CRC-32C of the key and of all bytes from 5 on, big-endian |
//! | 5–8 | number of parts of the entry, big-endian |
//! | 9–12 | length of the whole record in bytes, big-endian |
//! | 13– | the part of the record |

use super::limits::PART_LENGTH_MAX;

/// The format of envelopes that this release writes, and the latest that it reads.
const ENVELOPE_FORMAT: u8 = 1;
/// Bytes before the payload.
const HEADER_LENGTH: usize = 13;
/// Where the bytes that the checksum covers begin.
const COVERED_FROM: usize = 5;
/// Most bytes of a record in one part.
pub(super) const PAYLOAD_LENGTH_MAX: usize = PART_LENGTH_MAX - HEADER_LENGTH;

/// Why bytes are no part of an entry.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PartError {
    /// Fewer bytes than an envelope has.
    #[error("it has {0} bytes, fewer than its envelope")]
    Truncated(usize),
    /// Written by a later release.
    #[error("its envelope has format {found}, but this release reads up to format {known}")]
    Format {
        /// The envelope's format.
        found: u8,
        /// The latest format that is known here.
        known: u8,
    },
    /// The bytes or the key are not those that were written.
    #[error("its checksum is {found:08x}, but its bytes give {computed:08x}")]
    Checksum {
        /// The checksum in the envelope.
        found: u32,
        /// The checksum of the bytes.
        computed: u32,
    },
    /// The counts in the envelope cannot be true.
    #[error("its envelope says {count} parts for a record of {length} bytes")]
    Counts {
        /// Number of parts.
        count: u32,
        /// Bytes of the record.
        length: u32,
    },
    /// The part is longer or shorter than its place in the record says.
    #[error("it carries {found} bytes of the record instead of {expected}")]
    Length {
        /// Bytes that it carries.
        found: usize,
        /// Bytes that it has to carry.
        expected: usize,
    },
}

/// One part of an entry, out of its envelope.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Part<'a> {
    /// Number of parts of the entry.
    pub(crate) count: u32,
    /// Bytes of the whole record.
    pub(crate) record_length: u32,
    /// The part of the record.
    pub(crate) payload: &'a [u8],
}

impl<'a> Part<'a> {
    /// The part in its envelope, to be kept under `key`.
    pub(crate) fn ser(&self, key: &[u8]) -> Vec<u8> {
        let Self { count, record_length, payload } = self;
        let mut bytes = Vec::with_capacity(HEADER_LENGTH + payload.len());
        bytes.push(ENVELOPE_FORMAT);
        bytes.extend([0; 4]);
        bytes.extend(count.to_be_bytes());
        bytes.extend(record_length.to_be_bytes());
        bytes.extend_from_slice(payload);
        let checksum = checksum(key, &bytes[COVERED_FROM..]);
        bytes[1..COVERED_FROM].copy_from_slice(&checksum.to_be_bytes());
        bytes
    }

    /// The part whose envelope was kept under `key`.
    pub(crate) fn deser(key: &[u8], bytes: &'a [u8]) -> Result<Self, PartError> {
        let truncated = || PartError::Truncated(bytes.len());
        let (format, rest) = bytes.split_first().ok_or_else(truncated)?;
        if *format != ENVELOPE_FORMAT {
            return Err(PartError::Format { found: *format, known: ENVELOPE_FORMAT });
        }
        let (found, covered) = rest.split_first_chunk::<4>().ok_or_else(truncated)?;
        let (count, rest) = covered.split_first_chunk::<4>().ok_or_else(truncated)?;
        let (record_length, payload) = rest.split_first_chunk::<4>().ok_or_else(truncated)?;
        let (found, computed) = (u32::from_be_bytes(*found), checksum(key, covered));
        if found != computed {
            return Err(PartError::Checksum { found, computed });
        }
        Ok(Self {
            count: u32::from_be_bytes(*count),
            record_length: u32::from_be_bytes(*record_length),
            payload,
        })
    }
}

fn checksum(key: &[u8], covered: &[u8]) -> u32 {
    crc32c::crc32c_append(crc32c::crc32c(key), covered)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn its_bytes_stay_stable() {
        // The checksum was computed apart from this code, bit by bit from the Castagnoli polynomial.
        let part = Part { count: 2, record_length: 5, payload: b"abc" };
        let bytes = part.ser(b"key");
        assert_eq!(bytes[..1], [1]);
        assert_eq!(bytes[1..5], bitwise_crc32c(b"key\x00\x00\x00\x02\x00\x00\x00\x05abc").to_be_bytes());
        assert_eq!(bytes[5..], *b"\x00\x00\x00\x02\x00\x00\x00\x05abc");
    }

    fn bitwise_crc32c(bytes: &[u8]) -> u32 {
        !bytes.iter().fold(!0, |crc, byte| {
            (0..8)
                .fold(crc ^ u32::from(*byte), |crc, _| (crc >> 1) ^ (0x82f6_3b78 & (crc & 1).wrapping_neg()))
        })
    }

    #[test]
    fn the_checksum_is_the_standard_one() {
        assert_eq!(bitwise_crc32c(b"123456789"), 0xe306_9283);
        assert_eq!(checksum(b"1234", b"56789"), 0xe306_9283);
    }

    #[test]
    fn refuses_a_later_format_before_anything_else() {
        let mut bytes = Part { count: 1, record_length: 1, payload: b"x" }.ser(b"k");
        bytes[0] = 2;
        assert_eq!(Part::deser(b"k", &bytes), Err(PartError::Format { found: 2, known: 1 }));
    }

    proptest! {
        #[test]
        fn is_read_back_from_its_bytes(
            key in any::<[u8; 13]>(), count: u32, record_length: u32, payload in any::<Vec<u8>>()
        ) {
            let part = Part { count, record_length, payload: &payload };
            let bytes = part.ser(&key);
            prop_assert_eq!(Part::deser(&key, &bytes), Ok(part));
        }

        #[test]
        fn tells_any_flipped_bit_and_any_cut(
            payload in proptest::collection::vec(any::<u8>(), 0..200), place: prop::sample::Index, bit in 0u8..8
        ) {
            let bytes = Part { count: 3, record_length: 900, payload: &payload }.ser(b"key");
            let place = place.index(bytes.len());
            prop_assert!(Part::deser(b"key", &bytes[..place]).is_err());
            let mut flipped = bytes;
            flipped[place] ^= 1 << bit;
            prop_assert!(Part::deser(b"key", &flipped).is_err());
        }

        #[test]
        fn tells_a_wrong_key(payload in any::<Vec<u8>>(), key: [u8; 13], other: [u8; 13]) {
            prop_assume!(key != other);
            let bytes = Part { count: 1, record_length: 9, payload: &payload }.ser(&key);
            let refused = matches!(Part::deser(&other, &bytes), Err(PartError::Checksum { .. }));
            prop_assert!(refused);
        }
    }
}

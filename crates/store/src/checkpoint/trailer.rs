//! The trailer of a checkpoint's file. See [`super`] for its bytes.

/// Bytes of a trailer.
pub(super) const LENGTH: usize = 48;
/// Where the checksum begins.
const COVERED: usize = LENGTH - 4;

/// The length and the hash of the whole content.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Trailer {
    pub(super) length: u64,
    pub(super) hash: [u8; 32],
}

impl Trailer {
    /// The trailer's bytes, after a header with this seed.
    pub(super) fn ser(&self, seed: u32) -> [u8; LENGTH] {
        let mut bytes = [0; LENGTH];
        bytes[4..12].copy_from_slice(&self.length.to_be_bytes());
        bytes[12..COVERED].copy_from_slice(&self.hash);
        let checksum = crc32c::crc32c_append(seed, &bytes[..COVERED]).to_be_bytes();
        bytes[COVERED..].copy_from_slice(&checksum);
        bytes
    }

    /// The trailer with these bytes, after a header with this seed; none if they are no trailer.
    pub(super) fn deser(bytes: &[u8; LENGTH], seed: u32) -> Option<Self> {
        let (mut length, mut hash) = ([0; 8], [0; 32]);
        length.copy_from_slice(&bytes[4..12]);
        hash.copy_from_slice(&bytes[12..COVERED]);
        let trailer = Self { length: u64::from_be_bytes(length), hash };
        (trailer.ser(seed) == *bytes).then_some(trailer)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn is_read_back_and_detects_any_flipped_bit(
            length: u64, hash: [u8; 32], seed: u32, at in 0..LENGTH, bit in 0u8..8
        ) {
            let trailer = Trailer { length, hash };
            let mut bytes = trailer.ser(seed);
            prop_assert_eq!(Trailer::deser(&bytes, seed), Some(trailer));
            prop_assert_eq!(Trailer::deser(&bytes, seed ^ 1), None);
            bytes[at] ^= 1 << bit;
            prop_assert_eq!(Trailer::deser(&bytes, seed), None);
        }
    }
}

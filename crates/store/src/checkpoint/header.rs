//! The header of a checkpoint's file. See [`super`] for its bytes.

use tenseven_model::Revision;

use crate::{ChainHash, Head};

/// Bytes of a header.
pub(super) const LENGTH: usize = 53;
/// Begins every checkpoint.
const MAGIC: &[u8; 8] = b"t7check\n";
/// The format that this release writes and reads.
const FORMAT: u8 = 1;
/// Where the checksum begins.
const COVERED: usize = LENGTH - 4;

/// The bytes of the header of a checkpoint at `head`.
pub(super) fn ser(head: Head) -> [u8; LENGTH] {
    let mut bytes = [0; LENGTH];
    bytes[..8].copy_from_slice(MAGIC);
    bytes[8] = FORMAT;
    bytes[9..17].copy_from_slice(&head.revision.number().to_be_bytes());
    bytes[17..COVERED].copy_from_slice(&head.chain.0);
    let checksum = crc32c::crc32c(&bytes[..COVERED]).to_be_bytes();
    bytes[COVERED..].copy_from_slice(&checksum);
    bytes
}

/// Where the checkpoint with this header was made; what is wrong with it if it is none.
pub(super) fn deser(bytes: &[u8; LENGTH]) -> Result<Head, String> {
    if bytes[..8] != MAGIC[..] {
        return Err("it does not begin as a checkpoint does".to_owned());
    }
    let checksum = crc32c::crc32c(&bytes[..COVERED]).to_be_bytes();
    if bytes[8] != FORMAT {
        return Err(format!("it has format {}, this release reads format {FORMAT}", bytes[8]));
    }
    if bytes[COVERED..] != checksum {
        return Err("the checksum of its header is not that of its bytes".to_owned());
    }
    let (mut revision, mut chain) = ([0; 8], [0; 32]);
    revision.copy_from_slice(&bytes[9..17]);
    chain.copy_from_slice(&bytes[17..COVERED]);
    Ok(Head { revision: Revision::new(u64::from_be_bytes(revision)), chain: ChainHash(chain) })
}

/// What the checksums of frames and trailer begin with.
pub(super) fn seed(bytes: &[u8; LENGTH]) -> u32 {
    crc32c::crc32c(bytes)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn is_read_back_and_detects_any_flipped_bit(revision: u64, chain: [u8; 32], at in 0..LENGTH, bit in 0u8..8) {
            let head = Head { revision: Revision::new(revision), chain: ChainHash(chain) };
            let mut bytes = ser(head);
            prop_assert_eq!(deser(&bytes), Ok(head));
            bytes[at] ^= 1 << bit;
            prop_assert!(deser(&bytes).is_err());
        }
    }
}

//! The format of the journal as a whole, kept under [`crate::keys::MetaKey::Format`]: 4 bytes version, 4 bytes
//! CRC-32C of them, big-endian. Persisted; the first 4 bytes must stay stable, whatever follows in later formats.

/// The format that this release writes, and the latest that it reads.
pub(crate) const FORMAT_VERSION: u32 = 2;

/// The bytes of a version.
pub(crate) fn ser_version(version: u32) -> [u8; 8] {
    let bytes = version.to_be_bytes();
    let mut all = [0; 8];
    all[..4].copy_from_slice(&bytes);
    all[4..].copy_from_slice(&crc32c::crc32c(&bytes).to_be_bytes());
    all
}

/// The version with these bytes; none if they are damaged.
pub(crate) fn deser_version(bytes: &[u8]) -> Option<u32> {
    let (version, rest) = bytes.split_first_chunk::<4>()?;
    let (found, _) = rest.split_first_chunk::<4>()?;
    (crc32c::crc32c(version).to_be_bytes() == *found).then(|| u32::from_be_bytes(*version))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn reads_the_version_of_a_later_format_with_more_bytes() {
        let bytes = [&ser_version(9)[..], b"more"].concat();
        assert_eq!(deser_version(&bytes), Some(9));
        assert_eq!(deser_version(&bytes[..7]), None);
    }

    proptest! {
        #[test]
        fn is_read_back_from_its_bytes_and_tells_any_flipped_bit(version: u32, place in 0usize..8, bit in 0u8..8) {
            let mut bytes = ser_version(version);
            prop_assert_eq!(deser_version(&bytes), Some(version));
            bytes[place] ^= 1 << bit;
            prop_assert_eq!(deser_version(&bytes), None);
        }
    }
}

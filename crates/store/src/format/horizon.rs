//! How far a journal was compacted, kept under [`crate::keys::MetaKey::Horizon`]: 8 bytes revision, 4 bytes CRC-32C
//! of them, big-endian. Absent where nothing was. Persisted; must stay stable.

use tenseven_model::Revision;

/// The bytes of a horizon.
pub(crate) fn ser_horizon(horizon: Revision) -> [u8; 12] {
    let bytes = horizon.number().to_be_bytes();
    let mut all = [0; 12];
    all[..8].copy_from_slice(&bytes);
    all[8..].copy_from_slice(&crc32c::crc32c(&bytes).to_be_bytes());
    all
}

/// The horizon with these bytes; none if they are damaged.
pub(crate) fn deser_horizon(bytes: &[u8]) -> Option<Revision> {
    let (revision, checksum) = bytes.split_first_chunk::<8>()?;
    (crc32c::crc32c(revision).to_be_bytes() == *checksum)
        .then(|| Revision::new(u64::from_be_bytes(*revision)))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn is_read_back_from_its_bytes_and_tells_any_flipped_bit(revision: u64, place in 0usize..12, bit in 0u8..8) {
            let mut bytes = ser_horizon(Revision::new(revision));
            prop_assert_eq!(deser_horizon(&bytes), Some(Revision::new(revision)));
            prop_assert_eq!(deser_horizon(&bytes[..place]), None);
            bytes[place] ^= 1 << bit;
            prop_assert_eq!(deser_horizon(&bytes), None);
        }
    }
}

//! Buckets: submissions in the order of their hashes, in values of a few kilobytes. Derived; may change with any release.
//!
//! A value is the entries, each 8 bytes of hash and 6 bytes of revision, big-endian, and 4 bytes CRC-32C of them and of the key.

/// Bytes of an entry.
const ENTRY_LENGTH: usize = 14;
/// Entries in a bucket on average, at most. Values stay so short that sled keeps them in its log.
const ENTRIES_MAX: u64 = 200;

/// A submission's hash and its revision.
pub(super) type Hashed = (u64, u64);

/// How many bits of a hash choose the bucket where there are `count` submissions.
pub(super) fn bits_for(count: u64) -> u32 {
    count.div_ceil(ENTRIES_MAX).next_power_of_two().trailing_zeros()
}

/// The bucket of a hash.
pub(super) fn bucket_of(hash: u64, bits: u32) -> u32 {
    if bits == 0 { 0 } else { u32::try_from(hash >> (64 - bits)).unwrap_or(u32::MAX) }
}

/// The value of a bucket under `key`.
pub(super) fn value(key: &[u8], entries: &[Hashed]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(entries.len() * ENTRY_LENGTH + 4);
    for (hash, revision) in entries {
        bytes.extend_from_slice(&hash.to_be_bytes());
        bytes.extend_from_slice(&revision.to_be_bytes()[2..]);
    }
    let checksum = crc32c::crc32c_append(crc32c::crc32c(key), &bytes);
    bytes.extend_from_slice(&checksum.to_be_bytes());
    bytes
}

/// The entries of a bucket; none if its bytes are damaged.
pub(super) fn entries(key: &[u8], value: &[u8]) -> Option<Vec<Hashed>> {
    let (bytes, checksum) = value.split_last_chunk::<4>()?;
    let sound = crc32c::crc32c_append(crc32c::crc32c(key), bytes).to_be_bytes() == *checksum;
    if !sound || bytes.len() % ENTRY_LENGTH != 0 {
        return None;
    }
    let entry = |bytes: &[u8]| {
        let (mut hash, mut revision) = ([0; 8], [0; 8]);
        hash.copy_from_slice(&bytes[..8]);
        revision[2..].copy_from_slice(&bytes[8..]);
        (u64::from_be_bytes(hash), u64::from_be_bytes(revision))
    };
    Some(bytes.chunks_exact(ENTRY_LENGTH).map(entry).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_are_read_back_and_damage_shows() {
        let all = vec![(1, 2), (u64::MAX, 7_000_000), (5, (1 << 48) - 1)];
        let bytes = value(b"key", &all);
        assert_eq!(entries(b"key", &bytes), Some(all));
        assert_eq!(entries(b"other", &bytes), None);
        for at in 0..bytes.len() {
            let mut damaged = bytes.clone();
            damaged[at] ^= 1;
            assert_eq!(entries(b"key", &damaged), None, "byte {at}");
        }
    }

    #[test]
    fn a_bucket_becomes_two_where_there_are_too_many() {
        assert_eq!([bits_for(0), bits_for(200), bits_for(201), bits_for(401)], [0, 0, 1, 2]);
        let hash = 0b101 << 61;
        assert_eq!([bucket_of(hash, 0), bucket_of(hash, 1), bucket_of(hash, 3)], [0, 1, 5]);
    }
}

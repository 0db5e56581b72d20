//! How long a value may be, and why.
//!
//! sled 0.34.7 writes a page that is longer than a quarter of a segment (`segment_size / 4 - 20` bytes, the page's
//! header of up to 32 bytes included) into a file of its own under `blobs/`, and never syncs that file. A leaf page
//! holds its keys and values whole. Sled splits a leaf by the count of its values, whatever their length: on the
//! next visit after it has more than 16, so a leaf has up to 17 when it is written. A leaf with fewer than 4 values
//! may be merged into its left neighbour; entries are never removed, so that does not happen here, but it is
//! allowed for: 17 + 3.
//!
//! Measured with adversarial sizes: 17 values of 7,688 bytes or less never made a blob, 17 of 7,696 did.

use crate::keys::EntryPartKey;

/// Longest value, in bytes, envelope included.
pub(crate) const PART_LENGTH_MAX: usize = 6_144;

/// Most values that a leaf page of sled can hold.
const LEAF_VALUES_MAX: usize = 17 + 3;
/// Longest page, in bytes, that sled keeps in its log with its default segments of 512 KiB.
const PAGE_LENGTH_MAX: usize = 512 * 1024 / 4 - 20 - 32;
/// Bytes that sled adds to a key and a value in a page: their lengths as varints of up to 9 bytes.
const PAIR_OVERHEAD: usize = 2 * 9;
/// Bytes that a page has beside its pairs: bounds of up to a key's length each, neighbours, flags and counts.
const PAGE_OVERHEAD: usize = 2 * EntryPartKey::LENGTH + 8 * 9;

const _: () = assert!(
    LEAF_VALUES_MAX * (PART_LENGTH_MAX + EntryPartKey::LENGTH + PAIR_OVERHEAD) + PAGE_OVERHEAD
        <= PAGE_LENGTH_MAX,
    "a full leaf page would leave the log"
);

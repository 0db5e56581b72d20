//! The bytes of a backup beside its records. Persisted; must stay stable.

use tenseven_model::Revision;

use crate::{ChainHash, Head};

pub(super) const MAGIC: &[u8; 16] = b"tenseven backup\n";
pub(super) const FORMAT: u8 = 1;
pub(super) const HEADER_LENGTH: usize = 16 + 1 + 8 + 4;
/// Length and checksum before a record.
pub(super) const FRAME_LENGTH: usize = 4 + 4;
/// What follows the 4 bytes 0 at the end.
pub(super) const END_LENGTH: usize = 8 + 32 + 4;

pub(super) fn header(horizon: Revision) -> [u8; HEADER_LENGTH] {
    let mut bytes = [0; HEADER_LENGTH];
    bytes[..16].copy_from_slice(MAGIC);
    bytes[16] = FORMAT;
    bytes[17..25].copy_from_slice(&horizon.number().to_be_bytes());
    let checksum = crc32c::crc32c(&bytes[..25]);
    bytes[25..].copy_from_slice(&checksum.to_be_bytes());
    bytes
}

/// The horizon in a header whose magic and format are right; none if it is damaged.
pub(super) fn horizon(header: &[u8; HEADER_LENGTH]) -> Option<Revision> {
    let (covered, checksum) = header.split_at(25);
    let horizon = covered[17..].try_into().ok()?;
    (crc32c::crc32c(covered).to_be_bytes() == *checksum).then(|| Revision::new(u64::from_be_bytes(horizon)))
}

pub(super) fn checksum(revision: Revision, record: &[u8]) -> u32 {
    crc32c::crc32c_append(crc32c::crc32c(&revision.number().to_be_bytes()), record)
}

/// The end, with the 4 bytes 0 before it.
pub(super) fn end(head: Head) -> [u8; 4 + END_LENGTH] {
    let mut bytes = [0; 4 + END_LENGTH];
    bytes[4..12].copy_from_slice(&head.revision.number().to_be_bytes());
    bytes[12..44].copy_from_slice(&head.chain.0);
    let checksum = crc32c::crc32c(&bytes[..44]);
    bytes[44..].copy_from_slice(&checksum.to_be_bytes());
    bytes
}

/// The head in an end, of which the 4 bytes 0 were read; none if it is damaged.
pub(super) fn head(end: &[u8; END_LENGTH]) -> Option<Head> {
    let (covered, checksum) = end.split_at(40);
    let found = crc32c::crc32c_append(crc32c::crc32c(&[0; 4]), covered);
    let (revision, chain) = covered.split_first_chunk::<8>()?;
    let chain = ChainHash(chain.try_into().ok()?);
    let revision = Revision::new(u64::from_be_bytes(*revision));
    (found.to_be_bytes() == *checksum).then_some(Head { revision, chain })
}

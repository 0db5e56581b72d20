//! The metadata of the stored part of the index. Derived; may change with any release.

use tenseven_model::Revision;

use crate::{
    ChainHash, Head,
    log::{LogEnd, Salt},
};

const VERSION: u8 = 1;
const LENGTH: usize = 1 + 16 + 8 + 32 + 8 + 8 + 8;

/// How far the stored part goes, and of which log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Meta {
    /// The salt of the log's first segment: no two logs share one.
    pub(super) log: Salt,
    /// Where the log ended.
    pub(super) end: LogEnd,
    /// How many submissions there are.
    pub(super) count: u64,
}

impl Meta {
    pub(super) fn bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(LENGTH + 4);
        bytes.push(VERSION);
        bytes.extend_from_slice(&self.log.0);
        bytes.extend_from_slice(&self.end.head.revision.number().to_be_bytes());
        bytes.extend_from_slice(&self.end.head.chain.0);
        for number in [self.end.segment, self.end.offset, self.count] {
            bytes.extend_from_slice(&number.to_be_bytes());
        }
        let checksum = crc32c::crc32c(&bytes);
        bytes.extend_from_slice(&checksum.to_be_bytes());
        bytes
    }

    pub(super) fn read(value: &[u8]) -> Option<Self> {
        let (bytes, checksum) = value.split_last_chunk::<4>()?;
        if crc32c::crc32c(bytes).to_be_bytes() != *checksum || bytes.len() != LENGTH || bytes[0] != VERSION {
            return None;
        }
        let (salt, rest) = bytes[1..].split_first_chunk::<16>()?;
        let (revision, rest) = rest.split_first_chunk::<8>()?;
        let (chain, rest) = rest.split_first_chunk::<32>()?;
        let (segment, rest) = rest.split_first_chunk::<8>()?;
        let (offset, rest) = rest.split_first_chunk::<8>()?;
        let count = rest.first_chunk::<8>()?;
        let head = Head { revision: Revision::new(u64::from_be_bytes(*revision)), chain: ChainHash(*chain) };
        let [segment, offset, count] = [segment, offset, count].map(|bytes| u64::from_be_bytes(*bytes));
        Some(Self { log: Salt(*salt), end: LogEnd { head, segment, offset }, count })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_read_back_and_any_flipped_bit_shows() {
        let head = Head { revision: Revision::new(5), chain: ChainHash([6; 32]) };
        let meta = Meta { log: Salt([7; 16]), end: LogEnd { head, segment: 2, offset: 9 }, count: 5 };
        assert_eq!(Meta::read(&meta.bytes()), Some(meta));
        for at in 0..meta.bytes().len() {
            let mut damaged = meta.bytes();
            damaged[at] ^= 1;
            assert_eq!(Meta::read(&damaged), None, "byte {at}");
        }
    }
}

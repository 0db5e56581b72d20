//! The chain: what ties an entry to everything before it.
//!
//! *Invariant:* the chain hash of an entry is BLAKE3 over the chain hash of the entry before it and the hash of its own
//! record, so that two journals with the same [`Head`] hold the same entries. A record that was compacted carries the hash of the
//! record that it was made from, and counts as that one.
//!
//! It shows damage and mistakes. It is no signature: who can write a journal can write one with another chain.

use std::{fmt, str::FromStr};

use tenseven_model::Revision;

use crate::Stamp;

/// A hash over an entry and everything before it, so that a gap, a reorder or an edit is detected. 32 zeros before the first entry.
/// Written as 64 lower-case hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct ChainHash(pub [u8; 32]);

impl ChainHash {
    /// The chain hash before the first entry.
    pub const ZERO: Self = Self([0; 32]);

    /// The chain hash of the entry after the one with this chain hash.
    pub(crate) fn next(self, record: RecordHash) -> Self {
        let mut both = [0; 64];
        both[..32].copy_from_slice(&self.0);
        both[32..].copy_from_slice(&record.0);
        Self(*blake3::hash(&both).as_bytes())
    }

    /// The first bytes, which each frame carries of its own entry's chain hash.
    pub(crate) fn tag(self) -> ChainTag {
        let mut tag = [0; 8];
        tag.copy_from_slice(&self.0[..8]);
        ChainTag(tag)
    }
}

/// The first 8 bytes of a chain hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ChainTag(pub(crate) [u8; 8]);

/// Bytes that are hashed before a record.
pub(crate) const HASHED_STAMP_LENGTH: usize = 32;

/// BLAKE3 over an entry's revision, time, submission id and record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct RecordHash(pub [u8; 32]);

impl RecordHash {
    /// The hash of a record that was not compacted.
    pub(crate) fn of(stamp: Stamp, record: &[u8]) -> Self {
        let mut hasher = blake3::Hasher::new();
        hasher.update(&hashed_stamp(stamp)).update(record);
        Self(*hasher.finalize().as_bytes())
    }

    /// The same of a [`hashed_stamp`] and a record after it, in one piece: that takes half the time.
    pub(crate) fn of_both(stamp_and_record: &[u8]) -> Self {
        Self(*blake3::hash(stamp_and_record).as_bytes())
    }
}

/// What is hashed before a record.
pub(crate) fn hashed_stamp(stamp: Stamp) -> [u8; HASHED_STAMP_LENGTH] {
    let Stamp { revision, committed_at, submission } = stamp;
    let mut bytes = [0; HASHED_STAMP_LENGTH];
    bytes[..8].copy_from_slice(&revision.number().to_be_bytes());
    bytes[8..16].copy_from_slice(&committed_at.as_micros().to_be_bytes());
    bytes[16..].copy_from_slice(submission.as_bytes());
    bytes
}

impl fmt::Display for ChainHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for ChainHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A text is no chain hash.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no chain hash; give 64 hexadecimal digits")]
pub struct ChainHashError(String);

impl FromStr for ChainHash {
    type Err = ChainHashError;
    fn from_str(text: &str) -> Result<Self, ChainHashError> {
        let error = || ChainHashError(text.to_owned());
        if text.len() != 64 || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err(error());
        }
        let mut bytes = [0; 32];
        for (index, byte) in bytes.iter_mut().enumerate() {
            let digits = text.get(2 * index..2 * index + 2).ok_or_else(error)?;
            *byte = u8::from_str_radix(digits, 16).map_err(|_| error())?;
        }
        Ok(Self(bytes))
    }
}

/// How far a journal is: its last durable entry. Two journals with the same head hold the same entries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Head {
    /// The last entry; [`Revision::ZERO`] when there is none.
    pub revision: Revision,
    /// Its chain hash; [`ChainHash::ZERO`] when there is none.
    pub chain: ChainHash,
}

impl fmt::Display for Head {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { revision, chain } = self;
        write!(f, "{revision} ({chain})")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn is_written_in_lower_case_digits() {
        assert_eq!(ChainHash([0xaf; 32]).to_string(), "af".repeat(32));
        assert_eq!(format!("{:?}", ChainHash([0xaf; 32])), "af".repeat(32));
    }

    #[test]
    fn refuses_what_is_no_hash() {
        for text in ["", "af", &"g".repeat(64), &"+1".repeat(32), &"é".repeat(32), &"0".repeat(65)] {
            assert_eq!(text.parse::<ChainHash>(), Err(ChainHashError(text.to_owned())));
        }
    }

    proptest! {
        #[test]
        fn is_read_back_from_its_digits(bytes: [u8; 32]) {
            prop_assert_eq!(ChainHash(bytes).to_string().parse(), Ok(ChainHash(bytes)));
        }
    }
}

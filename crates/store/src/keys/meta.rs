//! The key of a fact about the journal as a whole: kind, number of the fact.

use super::kind::{KeyError, KeyKind};

/// Names a fact about the journal as a whole. The numbers are persisted and must stay stable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub(crate) enum MetaKey {
    /// The format that the journal is written in.
    Format = 1,
    /// How far the journal was compacted.
    Horizon = 2,
}

impl MetaKey {
    /// The key's bytes.
    pub(crate) fn ser(self) -> [u8; 2] {
        [KeyKind::Meta as u8, self as u8]
    }

    /// The key with these bytes.
    #[cfg_attr(not(test), expect(dead_code, reason = "the inverse of `ser`, for tests and later key scans"))]
    pub(crate) fn deser(bytes: &[u8]) -> Result<Self, KeyError> {
        match bytes {
            [kind, 1] if *kind == KeyKind::Meta as u8 => Ok(Self::Format),
            [kind, 2] if *kind == KeyKind::Meta as u8 => Ok(Self::Horizon),
            _ => Err(KeyError(bytes.to_vec())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::EntryPartKey;

    #[test]
    fn its_bytes_stay_stable_and_are_read_back() {
        assert_eq!(MetaKey::Format.ser(), [1, 1]);
        assert_eq!(MetaKey::deser(&[1, 1]), Ok(MetaKey::Format));
        assert_eq!(MetaKey::Horizon.ser(), [1, 2]);
        assert_eq!(MetaKey::deser(&[1, 2]), Ok(MetaKey::Horizon));
    }

    #[test]
    fn refuses_other_keys() {
        for bytes in [&[][..], &[1], &[1, 3], &[2, 1], &[1, 1, 0]] {
            assert_eq!(MetaKey::deser(bytes), Err(KeyError(bytes.to_vec())));
        }
    }

    #[test]
    fn is_no_key_of_an_entry_part() {
        let key = MetaKey::Format.ser();
        assert!(key.as_slice() < EntryPartKey::all().start().as_slice());
    }
}

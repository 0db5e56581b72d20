//! The key of one part of an entry: kind, revision (8 bytes, big-endian), part (4 bytes, big-endian).

use std::ops::RangeInclusive;

use tenseven_model::Revision;

use super::kind::{KeyError, KeyKind};

/// Names one part of an entry. Sorts by revision, then part.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct EntryPartKey {
    /// The entry.
    pub(crate) revision: Revision,
    /// Its part, counted from 0.
    pub(crate) part: u32,
}

impl EntryPartKey {
    /// Bytes of a key.
    pub(crate) const LENGTH: usize = 13;

    /// The key's bytes.
    pub(crate) fn ser(self) -> [u8; Self::LENGTH] {
        let Self { revision, part } = self;
        let mut bytes = [0; Self::LENGTH];
        bytes[0] = KeyKind::EntryPart as u8;
        bytes[1..9].copy_from_slice(&revision.number().to_be_bytes());
        bytes[9..].copy_from_slice(&part.to_be_bytes());
        bytes
    }

    /// The key with these bytes.
    pub(crate) fn deser(bytes: &[u8]) -> Result<Self, KeyError> {
        let error = || KeyError(bytes.to_vec());
        let (kind, rest) = bytes.split_first().ok_or_else(error)?;
        let (revision, part) = rest.split_first_chunk::<8>().ok_or_else(error)?;
        let part = <[u8; 4]>::try_from(part).map_err(|_| error())?;
        if *kind != KeyKind::EntryPart as u8 {
            return Err(error());
        }
        Ok(Self { revision: Revision::new(u64::from_be_bytes(*revision)), part: u32::from_be_bytes(part) })
    }

    /// All keys of the type.
    pub(crate) fn all() -> RangeInclusive<[u8; Self::LENGTH]> {
        let first = Self { revision: Revision::ZERO, part: 0 };
        let last = Self { revision: Revision::new(u64::MAX), part: u32::MAX };
        first.ser()..=last.ser()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn key() -> impl Strategy<Value = EntryPartKey> {
        (any::<u64>(), any::<u32>())
            .prop_map(|(revision, part)| EntryPartKey { revision: Revision::new(revision), part })
    }

    #[test]
    fn its_bytes_stay_stable() {
        let key = EntryPartKey { revision: Revision::new(0x0102_0304_0506_0708), part: 0x090a_0b0c };
        assert_eq!(key.ser(), [2, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
    }

    #[test]
    fn refuses_bytes_of_another_length_or_type() {
        let bytes = EntryPartKey { revision: Revision::new(7), part: 1 }.ser();
        assert_eq!(EntryPartKey::deser(&bytes[..12]), Err(KeyError(bytes[..12].to_vec())));
        assert!(EntryPartKey::deser(&[&bytes[..], &[0]].concat()).is_err());
        assert!(EntryPartKey::deser(&[]).is_err());
        let mut other = bytes;
        other[0] = 1;
        assert!(EntryPartKey::deser(&other).is_err());
    }

    proptest! {
        #[test]
        fn is_read_back_from_its_bytes(key in key()) {
            prop_assert_eq!(EntryPartKey::deser(&key.ser()), Ok(key));
            prop_assert!(EntryPartKey::all().contains(&key.ser()));
        }

        #[test]
        fn sorts_as_its_bytes_do(a in key(), b in key()) {
            prop_assert_eq!(a.cmp(&b), a.ser().cmp(&b.ser()));
        }
    }
}

//! Values that repeat in a batch, each with its index.

use std::{collections::HashMap, hash::Hash};

use foldhash::fast::RandomState;
use tenseven_model::{AreaCode, Period};

/// Up to how many values comparing with each of them costs less than hashing.
const COMPARED_MAX: usize = 4;
/// From how many rows on the slots are worth their memory.
const ROWS_WITH_SLOTS_MIN: usize = 8;
/// Most slots; the hash table has room for twice as many values from the start.
const SLOTS_MAX: usize = 128;
/// Spreads identities over the slots: 2^64 divided by the golden ratio.
const SPREAD: u64 = 0x9e37_79b9_7f4a_7c15;

/// What a value is known again by without reading its text: where the text is in memory, and how long it is.
///
/// Values with the same identity are equal, as long as both are borrowed. Equal values may have different identities.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Identity(usize, usize);

impl Identity {
    /// No value has it: no text is as long.
    const NONE: Self = Self(0, usize::MAX);

    /// A number whose high bits differ for identities that are close to each other. Texts in memory are often the same
    /// distance from each other, a multiple of 16.
    #[inline]
    fn spread(self) -> u64 {
        ((self.0 ^ self.1) as u64).rotate_right(4).wrapping_mul(SPREAD)
    }
}

/// A value of a dictionary.
pub(super) trait Term: Copy + Eq + Hash {
    /// What it is known again by.
    fn identity(self) -> Identity;

    /// Whether it is known to be equal without reading its text.
    #[inline]
    fn is(self, other: Self) -> bool {
        self.identity() == other.identity()
    }
}

impl Term for &str {
    #[inline]
    fn identity(self) -> Identity {
        Identity(self.as_ptr().addr(), self.len())
    }
}

impl Term for &AreaCode {
    /// Codes are identities; the address of a unit's name goes with the code of its country, which is above 1.
    #[inline(never)]
    fn identity(self) -> Identity {
        let code = |text: &str| text.bytes().fold(0, |code, letter| code << 8 | usize::from(letter));
        match self {
            AreaCode::Country(country) => Identity(code(country.as_str()), 0),
            AreaCode::Local(country, unit) => Identity(unit.as_str().as_ptr().addr(), code(country.as_str())),
            AreaCode::Group(group) => Identity(group.number().into(), 1),
        }
    }
}

impl Term for Period {
    #[inline]
    fn identity(self) -> Identity {
        Identity(self.code() as usize, 0)
    }
}

/// Distinct values in the order in which they were first met, each with its index, counted from 0.
#[derive(Debug)]
pub(super) struct Dictionary<K> {
    values: Vec<K>,
    /// Indexes of identities: in each slot the two that came into it last. There are a power of two of them, or none.
    slots: Vec<[(Identity, u32); 2]>,
    /// How far an identity's 64 bits are shifted to be a slot.
    shift: u32,
    /// The indexes of values. Empty up to [`COMPARED_MAX`] values.
    indexes: HashMap<K, u32, RandomState>,
}

impl<K> Default for Dictionary<K> {
    fn default() -> Self {
        Self { values: Vec::new(), slots: Vec::new(), shift: 0, indexes: HashMap::default() }
    }
}

impl<K: Term> Dictionary<K> {
    /// An empty dictionary for `count` rows.
    pub(super) fn for_rows(count: usize) -> Self {
        if count < ROWS_WITH_SLOTS_MIN {
            return Self::default();
        }
        let slots = count.min(SLOTS_MAX).next_power_of_two();
        let shift = u64::BITS - slots.ilog2();
        Self { slots: vec![[(Identity::NONE, 0); 2]; slots], shift, ..Self::default() }
    }

    /// The index of `value`, which is added if it is not there yet.
    #[inline]
    pub(super) fn index(&mut self, value: K) -> u32 {
        let identity = value.identity();
        let slot = usize::try_from(identity.spread().wrapping_shr(self.shift)).unwrap_or(usize::MAX);
        match self.slots.get(slot) {
            Some([(known, index), _] | [_, (known, index)]) if *known == identity => *index,
            _ => self.looked_up(value, identity, slot),
        }
    }

    #[cold]
    #[inline(never)]
    fn looked_up(&mut self, value: K, identity: Identity, slot: usize) -> u32 {
        let index = if self.values.len() <= COMPARED_MAX { self.compared(value) } else { self.hashed(value) };
        if let Some(slot) = self.slots.get_mut(slot) {
            *slot = [(identity, index), slot[0]];
        }
        index
    }

    fn compared(&mut self, value: K) -> u32 {
        let found = self.values.iter().position(|known| *known == value);
        found.map_or_else(|| self.added(value), number)
    }

    fn hashed(&mut self, value: K) -> u32 {
        if self.indexes.is_empty() {
            self.indexes.reserve(2 * self.slots.len());
            self.indexes.extend(self.values.iter().copied().zip(0..));
        }
        let next = number(self.values.len());
        *self.indexes.entry(value).or_insert_with(|| {
            self.values.push(value);
            next
        })
    }

    fn added(&mut self, value: K) -> u32 {
        self.values.push(value);
        number(self.values.len() - 1)
    }

    /// How many values there are.
    pub(super) fn len(&self) -> usize {
        self.values.len()
    }

    /// The values by index.
    pub(super) fn values(&self) -> &[K] {
        &self.values
    }
}

/// A record has fewer than 2^32 bytes, so fewer values.
fn number(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use proptest::{collection::vec, prelude::*};

    use super::*;

    #[test]
    fn a_value_keeps_its_first_place() {
        let mut dictionary = Dictionary::default();
        assert_eq!(["b", "a", "b", "b", "c", "a"].map(|text| dictionary.index(text)), [0, 1, 0, 0, 2, 1]);
        assert_eq!((dictionary.values(), dictionary.len()), (&["b", "a", "c"][..], 3));
    }

    /// The index of each value, and the distinct values, found the slow way.
    fn listed<K: Term>(values: &[K]) -> (Vec<usize>, Vec<K>) {
        let mut distinct = Vec::new();
        let mut index = |value: &K| {
            distinct.iter().position(|known| known == value).unwrap_or_else(|| {
                distinct.push(*value);
                distinct.len() - 1
            })
        };
        (values.iter().map(&mut index).collect(), distinct)
    }

    fn check<K: Term + std::fmt::Debug>(values: &[K]) -> Result<(), TestCaseError> {
        let (indexes, distinct) = listed(values);
        for mut dictionary in [Dictionary::default(), Dictionary::for_rows(8), Dictionary::for_rows(1_000)] {
            for (value, index) in values.iter().zip(&indexes) {
                prop_assert_eq!(dictionary.index(*value) as usize, *index);
            }
            prop_assert_eq!(dictionary.values(), &distinct);
        }
        Ok(())
    }

    proptest! {
        #[test]
        fn equal_texts_have_one_place_wherever_they_are_in_memory(
            texts in vec("[ab]{0,4}", 1..40),
            picks in vec(any::<prop::sample::Index>(), 0..200),
        ) {
            check(&picks.iter().map(|pick| pick.get(&texts).as_str()).collect::<Vec<_>>())?;
        }

        #[test]
        fn areas_of_every_shape_have_places(
            areas in vec("A[A-F][A-E](/[ab]{1,2})?|m49:00[1-9]", 1..60),
            picks in vec(any::<prop::sample::Index>(), 0..200),
        ) {
            let areas: Vec<AreaCode> = areas.iter().map(|area| area.parse().unwrap()).collect();
            check(&picks.iter().map(|pick| pick.get(&areas)).collect::<Vec<_>>())?;
        }

        #[test]
        fn periods_have_places(years in vec(1900..2199u16, 0..200)) {
            check(&years.iter().map(|year| Period::year(*year).unwrap()).collect::<Vec<_>>())?;
        }
    }
}

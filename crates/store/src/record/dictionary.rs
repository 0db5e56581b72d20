//! Values that repeat in a batch, each with its place.

use std::{collections::HashMap, hash::Hash};

use foldhash::fast::RandomState;

/// Distinct values in the order in which they were first met, each with its place, counted from 0.
#[derive(Debug)]
pub(super) struct Dictionary<K> {
    places: HashMap<K, u32, RandomState>,
    values: Vec<K>,
    /// For each place, the place that was asked for after it: batches go through their values in turns, so that
    /// most are found by one comparison.
    follows: Vec<u32>,
    /// The place that was asked for last.
    last: u32,
}

impl<K> Default for Dictionary<K> {
    fn default() -> Self {
        Self { places: HashMap::default(), values: Vec::new(), follows: Vec::new(), last: 0 }
    }
}

impl<K: Hash + Eq + Clone> Dictionary<K> {
    /// An empty dictionary with room for so many values.
    pub(super) fn with_capacity(count: usize) -> Self {
        Self {
            places: HashMap::with_capacity_and_hasher(count, RandomState::default()),
            values: Vec::with_capacity(count),
            follows: Vec::with_capacity(count),
            last: 0,
        }
    }

    /// The place of `value`, which is added if it is not there yet.
    #[inline]
    pub(super) fn place(&mut self, value: K) -> u32 {
        let guess = self.follows.get(self.last as usize).copied().unwrap_or_default();
        if self.values.get(guess as usize) == Some(&value) {
            self.last = guess;
            return guess;
        }
        self.looked_up(value)
    }

    fn looked_up(&mut self, value: K) -> u32 {
        // A record has fewer than 2^32 bytes, so fewer values.
        let next = u32::try_from(self.values.len()).unwrap_or(u32::MAX);
        let place = *self.places.entry(value).or_insert_with_key(|value| {
            self.values.push(value.clone());
            self.follows.push(next);
            next
        });
        if let Some(followed) = self.follows.get_mut(self.last as usize) {
            *followed = place;
        }
        self.last = place;
        place
    }

    /// How many values there are.
    pub(super) fn len(&self) -> usize {
        self.values.len()
    }

    /// The values by place.
    pub(super) fn values(&self) -> &[K] {
        &self.values
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_keeps_its_first_place() {
        let mut dictionary = Dictionary::default();
        assert_eq!(["b", "a", "b", "b", "c", "a"].map(|text| dictionary.place(text)), [0, 1, 0, 0, 2, 1]);
        assert_eq!((dictionary.values(), dictionary.len()), (&["b", "a", "c"][..], 3));
    }
}

//! Values that repeat in a batch, each with its place.

use std::{collections::HashMap, hash::Hash};

use foldhash::fast::RandomState;

/// Distinct values in the order in which they were first met, each with its place, counted from 0.
#[derive(Debug)]
pub(super) struct Dictionary<K> {
    places: HashMap<K, u32, RandomState>,
    values: Vec<K>,
    /// The place that was asked for last: neighbours in a batch often share their source or period.
    last: u32,
}

impl<K> Default for Dictionary<K> {
    fn default() -> Self {
        Self { places: HashMap::default(), values: Vec::new(), last: 0 }
    }
}

impl<K: Hash + Eq + Clone> Dictionary<K> {
    /// The place of `value`, which is added if it is not there yet.
    pub(super) fn place(&mut self, value: K) -> u32 {
        if self.values.get(self.last as usize) == Some(&value) {
            return self.last;
        }
        // A record has fewer than 2^32 bytes, so fewer values.
        let next = u32::try_from(self.values.len()).unwrap_or(u32::MAX);
        self.last = *self.places.entry(value).or_insert_with_key(|value| {
            self.values.push(value.clone());
            next
        });
        self.last
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

//! The dictionary of an index, which maps each distinct term to a number.
//!
//! *Invariant:* terms are numbered from 0 in the order of their first occurrence. They are stored in one string, so that a
//! term costs its letters and a few bytes, and no allocation of its own.

use std::hash::{BuildHasher as _, RandomState};

use hashbrown::HashTable;

use super::postings::saturated;

/// Terms with their numbers.
#[derive(Default)]
pub(super) struct Dictionary {
    /// All terms, one after the other.
    text: String,
    /// Where each ends.
    ends: Vec<usize>,
    numbers: HashTable<u32>,
    hasher: RandomState,
}

impl Dictionary {
    /// How many terms there are.
    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    /// The number of a term, if it is in the dictionary.
    pub(super) fn get(&self, term: &str) -> Option<u32> {
        let is_term = |number: &u32| at(&self.text, &self.ends, *number) == term;
        self.numbers.find(self.hasher.hash_one(term), is_term).copied()
    }

    /// The number of a term, which is added if it is new.
    pub(super) fn get_or_add(&mut self, term: &str) -> u32 {
        if let Some(number) = self.get(term) {
            return number;
        }
        let Self { text, ends, numbers, hasher } = self;
        let number = saturated(ends.len());
        text.push_str(term);
        ends.push(text.len());
        let rehash = |number: &u32| hasher.hash_one(at(text, ends, *number));
        numbers.insert_unique(hasher.hash_one(term), number, rehash);
        number
    }

    /// Releases memory that is reserved for further terms.
    pub(super) fn shrink(&mut self) {
        let Self { text, ends, numbers, hasher } = self;
        text.shrink_to_fit();
        ends.shrink_to_fit();
        numbers.shrink_to_fit(|number| hasher.hash_one(at(text, ends, *number)));
    }
}

fn at<'a>(text: &'a str, ends: &[usize], number: u32) -> &'a str {
    let number = number as usize;
    let start = number.checked_sub(1).map_or(0, |before| ends[before]);
    &text[start..ends[number]]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_different_term_has_a_number_of_its_own() {
        let mut dictionary = Dictionary::default();
        let terms: Vec<String> = (0..1_000).map(|number| format!("term{}", number % 500)).collect();
        let numbers: Vec<u32> = terms.iter().map(|term| dictionary.get_or_add(term)).collect();
        assert_eq!(numbers, (0..500).chain(0..500).collect::<Vec<_>>());
        dictionary.shrink();
        assert_eq!(
            (dictionary.len(), dictionary.get("term499"), dictionary.get("term500")),
            (500, Some(499), None)
        );
        assert_eq!(dictionary.get(""), None);
    }
}

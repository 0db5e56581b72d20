//! Texts that repeat in a batch, written once.

use std::{collections::HashMap, hash::Hash};

/// Distinct values in the order in which they were first met, each with its place, counted from 0.
#[derive(Debug)]
pub(super) struct Dictionary<K> {
    places: HashMap<K, u32>,
    /// The value that was asked for last: neighbours in a batch often share their source or period.
    last: Option<(K, u32)>,
}

impl<K: Hash + Eq + Copy> Dictionary<K> {
    /// An empty dictionary.
    pub(super) fn new() -> Self {
        Self { places: HashMap::new(), last: None }
    }

    /// The place of `value`, which is added if it is not there yet.
    pub(super) fn place(&mut self, value: K) -> u32 {
        if let Some((last, place)) = self.last
            && last == value
        {
            return place;
        }
        // A record has fewer than 2^32 bytes, so fewer values.
        let next = u32::try_from(self.places.len()).unwrap_or(u32::MAX);
        let place = *self.places.entry(value).or_insert(next);
        self.last = Some((value, place));
        place
    }

    /// The values by place, as text.
    pub(super) fn into_texts(self, text: impl Fn(K) -> String) -> Vec<String> {
        let mut texts = vec![String::new(); self.places.len()];
        for (value, place) in self.places {
            texts[place as usize] = text(value);
        }
        texts
    }
}

impl<'a> Dictionary<&'a str> {
    /// The place of `text`, counted from 1; 0 for an empty text, which is not kept.
    pub(super) fn place_of_text(&mut self, text: &'a str) -> u32 {
        if text.is_empty() { 0 } else { self.place(text) + 1 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_keeps_its_first_place() {
        let mut dictionary = Dictionary::new();
        assert_eq!(["b", "a", "b", "c"].map(|text| dictionary.place(text)), [0, 1, 0, 2]);
        assert_eq!(dictionary.into_texts(str::to_owned), ["b", "a", "c"]);
    }

    #[test]
    fn an_empty_text_is_not_kept() {
        let mut dictionary = Dictionary::new();
        assert_eq!(["", "x", ""].map(|text| dictionary.place_of_text(text)), [0, 1, 0]);
        assert_eq!(dictionary.into_texts(str::to_owned), ["x"]);
    }
}

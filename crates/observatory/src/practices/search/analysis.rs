//! Analysis: from a text to the words that are compared.
//!
//! *Invariant:* practices and queries go through the same steps: words are runs of letters and digits, in lower case,
//! without accents, without the commonest words of English, and cut to their English stems.

use std::ops::Range;

use frostem::{Algorithm, Stemmer};
use tenseven_catalog::{folded, is_mark};

/// Maximum length of a word in bytes, exclusive: longer ones are no words.
const WORD_BYTES_MAX: usize = 100;
/// Words that are not indexed, sorted: the English stop words of Apache Lucene.
const COMMON: [&str; 33] = [
    "a", "an", "and", "are", "as", "at", "be", "but", "by", "for", "if", "in", "into", "is", "it", "no",
    "not", "of", "on", "or", "such", "that", "the", "their", "then", "there", "these", "they", "this", "to",
    "was", "will", "with",
];

/// A word as it is compared, and its position.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Word {
    pub(super) stem: String,
    /// Its place among the words of the text, common ones counted.
    pub(super) position: usize,
    /// Its bytes in the text.
    pub(super) from: usize,
    pub(super) to: usize,
}

/// The words of a text.
pub(super) fn words(text: &str) -> impl Iterator<Item = Word> {
    let stemmer = Stemmer::new(Algorithm::English);
    runs(text).enumerate().filter_map(move |(position, Range { start: from, end: to })| {
        if to - from >= WORD_BYTES_MAX {
            return None;
        }
        let word = folded(&text[from..to]);
        if word.is_empty() || COMMON.binary_search(&word.as_str()).is_ok() {
            return None;
        }
        Some(Word { stem: stemmer.stem(&word).into_owned(), position, from, to })
    })
}

/// Where the runs of letters and digits are. An accent that is typed by itself belongs to its letter.
fn runs(text: &str) -> impl Iterator<Item = Range<usize>> {
    let mut end = 0;
    std::iter::from_fn(move || {
        let start = end + text[end..].find(char::is_alphanumeric)?;
        let length = text[start..].find(|c: char| !c.is_alphanumeric() && !is_mark(c));
        end = length.map_or(text.len(), |length| start + length);
        Some(start..end)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stems(text: &str) -> Vec<String> {
        words(text).map(|word| word.stem).collect()
    }

    #[test]
    fn forms_of_a_word_are_the_same_word() {
        assert_eq!(stems("Integrating"), stems("integration"));
        assert_eq!(stems("policies"), stems("Policy"));
        assert_eq!(stems("Türkiye"), stems("turkiye"));
        assert_eq!(stems("Tu\u{308}rkiye"), stems("turkiye"));
    }

    #[test]
    fn common_words_are_left_out_and_counted() {
        let found: Vec<_> =
            words("the rights of migrants").map(|word| (word.stem, word.position, word.from)).collect();
        assert_eq!(found, [("right".to_owned(), 1, 4), ("migrant".to_owned(), 3, 14)]);
        assert!(COMMON.is_sorted());
    }

    #[test]
    fn words_too_long_to_be_words_are_left_out_and_counted() {
        let text = format!("{} loan {}", "x".repeat(WORD_BYTES_MAX), "y".repeat(WORD_BYTES_MAX - 1));
        let positions: Vec<_> = words(&text).map(|word| word.position).collect();
        assert_eq!(positions, [1, 2]);
    }
}

//! Analysis: from a text to the words that are compared.
//!
//! *Invariant:* practices and queries go through the same steps: words are runs of letters and digits, in lower case,
//! without accents, without the commonest words of English, and cut to their English stems.

use tantivy::tokenizer::{
    AsciiFoldingFilter, Language, LowerCaser, RemoveLongFilter, SimpleTokenizer, Stemmer, StopWordFilter,
    TextAnalyzer, TokenStream as _,
};

/// Words from so many bytes on are no words.
const WORD_BYTES_MAX: usize = 100;

/// A word as it is compared, and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Word {
    pub(super) stem: String,
    /// Its place among the words of the text, common ones counted.
    pub(super) position: usize,
    /// Its bytes in the text.
    pub(super) from: usize,
    pub(super) to: usize,
}

/// The steps.
pub(super) fn analyser() -> TextAnalyzer {
    let words = TextAnalyzer::builder(SimpleTokenizer::default())
        .filter(RemoveLongFilter::limit(WORD_BYTES_MAX))
        .filter(LowerCaser)
        .filter(AsciiFoldingFilter);
    match StopWordFilter::new(Language::English) {
        Some(common) => words.filter(common).filter(Stemmer::new(Language::English)).build(),
        None => words.filter(Stemmer::new(Language::English)).build(),
    }
}

/// The words of a text.
pub(super) fn words(analyser: &mut TextAnalyzer, text: &str) -> Vec<Word> {
    let mut stream = analyser.token_stream(text);
    let mut words = Vec::new();
    while let Some(token) = stream.next() {
        let (from, to) = (token.offset_from, token.offset_to);
        words.push(Word { stem: token.text.clone(), position: token.position, from, to });
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stems(text: &str) -> Vec<String> {
        words(&mut analyser(), text).into_iter().map(|word| word.stem).collect()
    }

    #[test]
    fn forms_of_a_word_are_the_same_word() {
        assert_eq!(stems("Integrating"), stems("integration"));
        assert_eq!(stems("policies"), stems("Policy"));
        assert_eq!(stems("Türkiye"), stems("turkiye"));
    }

    #[test]
    fn common_words_are_left_out_and_counted() {
        let words = words(&mut analyser(), "the rights of migrants");
        let found: Vec<_> = words.iter().map(|word| (word.stem.as_str(), word.position)).collect();
        assert_eq!(found, [("right", 1), ("migrant", 3)]);
    }
}

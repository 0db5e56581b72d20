//! What a query looks for, as words that can be compared.

use super::{
    analysis::{Word, words},
    query::{SearchQuery, SearchQueryError, Sign, WORDS_MAX},
};

/// What a query looks for, as sequences of stems, and how.
pub(super) struct Wanted {
    clauses: Vec<(Sign, Vec<Word>)>,
}

impl Wanted {
    /// What a query looks for. Words too common to be looked for, and signs, are left out.
    pub(super) fn of(query: &SearchQuery) -> Result<Self, SearchQueryError> {
        let clauses = query.clauses.iter().map(|clause| (clause.sign, words(&clause.text).collect()));
        let clauses: Vec<(Sign, Vec<Word>)> =
            clauses.filter(|(_, words): &(Sign, Vec<Word>)| !words.is_empty()).collect();
        let count = clauses.iter().map(|(_, words)| words.len()).sum();
        if count > WORDS_MAX {
            return Err(SearchQueryError::TooManyWords { count });
        }
        let is_positive = |(sign, _): &(Sign, Vec<Word>)| *sign != Sign::MustNot;
        if clauses.iter().any(is_positive) { Ok(Self { clauses }) } else { Err(SearchQueryError::Nothing) }
    }

    /// Words and phrases with their signs; none is empty.
    pub(super) fn clauses(&self) -> impl Iterator<Item = (Sign, &[Word])> {
        self.clauses.iter().map(|(sign, words)| (*sign, words.as_slice()))
    }

    /// What is shown where it occurs.
    pub(super) fn shown(&self) -> impl Iterator<Item = &[Word]> {
        self.clauses().filter(|(sign, _)| *sign != Sign::MustNot).map(|(_, words)| words)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_of_phrases_are_counted_together() {
        let phrase = |count: usize| format!("\"{}\" +visa", vec!["labour"; count].join(" "));
        let wanted = |text: String| Wanted::of(&text.parse().unwrap()).map(|wanted| wanted.clauses.len());
        assert_eq!(wanted(phrase(WORDS_MAX - 1)), Ok(2));
        assert_eq!(wanted(phrase(WORDS_MAX)), Err(SearchQueryError::TooManyWords { count: WORDS_MAX + 1 }));
    }
}

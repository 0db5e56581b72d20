//! Queries: what is typed to search practices, read.
//!
//! *Invariant:* everything that can be typed is either read as this page says or refused with its place:
//! words and "phrases in quotation marks", apart by white space, each with + in front (must occur), - (must not) or
//! nothing. Nothing else has a meaning of its own.

use std::{fmt, str::FromStr};

/// Longest query, in characters.
const LENGTH_MAX: usize = 1_000;
/// Most words and phrases of a query.
const CLAUSES_MAX: usize = 32;
/// Maximum number of words in all words and phrases of a query: each is looked up in all practices.
pub(super) const WORDS_MAX: usize = 32;

/// Why a query cannot be read. Places are characters, counted from 1.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SearchQueryError {
    /// There is nothing to look for.
    #[error("is empty; give words, as: labour migration")]
    Empty,
    /// It is too long.
    #[error("has {length} characters; at most {LENGTH_MAX} are allowed")]
    TooLong {
        /// Its characters.
        length: usize,
    },
    /// It has too many words and phrases.
    #[error("character {at}: here begins word or phrase {}; at most {CLAUSES_MAX} are allowed", CLAUSES_MAX + 1)]
    TooMany {
        /// Where the first that is too many begins.
        at: usize,
    },
    /// Its phrases have too many words together.
    #[error("has {count} words in its words and phrases; at most {WORDS_MAX} are allowed")]
    TooManyWords {
        /// Its words.
        count: usize,
    },
    /// A phrase does not end.
    #[error("character {at}: the quotation mark is not closed; put another behind the phrase")]
    Unclosed {
        /// Where it is opened.
        at: usize,
    },
    /// A phrase has no words.
    #[error("character {at}: there is no word between the quotation marks; put one there, or take them out")]
    EmptyPhrase {
        /// Where it is opened.
        at: usize,
    },
    /// A sign has nothing after it.
    #[error("character {at}: nothing follows the sign {sign}; put it directly in front of a word or phrase")]
    LoneSign {
        /// Its position.
        at: usize,
        /// Which sign.
        sign: char,
    },
    /// A quotation mark is in or directly after a word, or something directly after a phrase.
    #[error(
        "character {at}: a phrase in quotation marks is separated from its neighbours; put white space here"
    )]
    NoSpace {
        /// Where white space is missing.
        at: usize,
    },
    /// Nothing is left that can be found.
    #[error("names nothing to be found, only what must not occur, very common words or signs; add a word")]
    Nothing,
}

/// What is to be done with what a clause matches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sign {
    /// It counts where it occurs; where no clause must occur, one of these has to.
    May,
    /// It has to occur.
    Must,
    /// It must not occur.
    MustNot,
}

/// A word or a phrase.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Clause {
    pub(super) sign: Sign,
    pub(super) text: String,
}

/// Words and phrases to be found.
#[derive(Clone, PartialEq, Eq)]
pub struct SearchQuery {
    pub(super) clauses: Vec<Clause>,
}

impl fmt::Debug for SearchQuery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.clauses.iter().map(|clause| (clause.sign, &clause.text))).finish()
    }
}

impl FromStr for SearchQuery {
    type Err = SearchQueryError;
    fn from_str(text: &str) -> Result<Self, SearchQueryError> {
        let characters: Vec<char> = text.chars().collect();
        if characters.len() > LENGTH_MAX {
            return Err(SearchQueryError::TooLong { length: characters.len() });
        }
        let mut reader = Reader { characters, place: 0 };
        let mut clauses = Vec::new();
        while let Some(at) = reader.next_start() {
            if clauses.len() == CLAUSES_MAX {
                return Err(SearchQueryError::TooMany { at });
            }
            clauses.push(reader.clause()?);
        }
        if clauses.is_empty() { Err(SearchQueryError::Empty) } else { Ok(Self { clauses }) }
    }
}

/// A query that is being read.
struct Reader {
    characters: Vec<char>,
    /// What is read next, counted from 0; the next character's own place, counted from 1, is one more.
    place: usize,
}

impl Reader {
    fn peek(&self) -> Option<char> {
        self.characters.get(self.place).copied()
    }

    /// Where the next clause begins.
    fn next_start(&mut self) -> Option<usize> {
        while self.peek()?.is_whitespace() {
            self.place += 1;
        }
        Some(self.place + 1)
    }

    fn clause(&mut self) -> Result<Clause, SearchQueryError> {
        let at = self.place + 1;
        let sign = match self.peek() {
            Some('+') => Sign::Must,
            Some('-') => Sign::MustNot,
            _ => Sign::May,
        };
        if sign != Sign::May {
            self.place += 1;
            if self.peek().is_none_or(char::is_whitespace) {
                let sign = if sign == Sign::Must { '+' } else { '-' };
                return Err(SearchQueryError::LoneSign { at, sign });
            }
        }
        let text = if self.peek() == Some('"') { self.phrase()? } else { self.word()? };
        Ok(Clause { sign, text })
    }

    fn phrase(&mut self) -> Result<String, SearchQueryError> {
        let at = self.place + 1;
        let inside = &self.characters[self.place + 1..];
        let length = inside.iter().position(|c| *c == '"').ok_or(SearchQueryError::Unclosed { at })?;
        let text: String = inside[..length].iter().collect();
        self.place += length + 2;
        if !text.chars().any(char::is_alphanumeric) {
            return Err(SearchQueryError::EmptyPhrase { at });
        }
        if self.peek().is_some_and(|c| !c.is_whitespace()) {
            return Err(SearchQueryError::NoSpace { at: self.place + 1 });
        }
        Ok(text)
    }

    fn word(&mut self) -> Result<String, SearchQueryError> {
        let mut text = String::new();
        while let Some(c) = self.peek()
            && !c.is_whitespace()
        {
            if c == '"' {
                return Err(SearchQueryError::NoSpace { at: self.place + 1 });
            }
            text.push(c);
            self.place += 1;
        }
        Ok(text)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(text: &str) -> Vec<(Sign, String)> {
        let query: SearchQuery = text.parse().unwrap();
        query.clauses.into_iter().map(|clause| (clause.sign, clause.text)).collect()
    }

    #[test]
    fn words_phrases_and_signs_are_read() {
        let clauses = read("  diaspora +\"labour officers\"\t-Sweden \"a + b\" non-discrimination");
        let expected = [
            (Sign::May, "diaspora"),
            (Sign::Must, "labour officers"),
            (Sign::MustNot, "Sweden"),
            (Sign::May, "a + b"),
            (Sign::May, "non-discrimination"),
        ];
        assert_eq!(clauses, expected.map(|(sign, text)| (sign, text.to_owned())));
    }

    #[test]
    fn what_cannot_be_read_is_refused_with_its_place() {
        for (text, error) in [
            (" ", SearchQueryError::Empty),
            ("ö \"labour", SearchQueryError::Unclosed { at: 3 }),
            ("a \" \"", SearchQueryError::EmptyPhrase { at: 3 }),
            ("a - b", SearchQueryError::LoneSign { at: 3, sign: '-' }),
            ("a +", SearchQueryError::LoneSign { at: 3, sign: '+' }),
            ("ab\"c d\"", SearchQueryError::NoSpace { at: 3 }),
            ("\"c d\"e", SearchQueryError::NoSpace { at: 6 }),
        ] {
            assert_eq!(text.parse::<SearchQuery>(), Err(error), "{text}");
        }
        let many = "word ".repeat(33);
        assert_eq!(many.parse::<SearchQuery>(), Err(SearchQueryError::TooMany { at: 161 }));
        let long = "x".repeat(1_001);
        assert_eq!(long.parse::<SearchQuery>(), Err(SearchQueryError::TooLong { length: 1_001 }));
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text: String, signs in "[+\" a-]{0,40}") {
            let _ = text.parse::<SearchQuery>();
            let _ = signs.parse::<SearchQuery>();
        }
    }
}

//! Identifiers: short, case-sensitive, safe in URLs, file names and CSV.
//!
//! *Invariant:* 1 to 64 characters of `A–Z a–z 0–9 . _ -`, the first a letter or a digit. One newtype per thing
//! named, so that an indicator's id cannot be passed where a node's is wanted. Cloning is cheap.

use std::{fmt, str::FromStr, sync::Arc};

/// Longest identifier, in characters.
const LENGTH_MAX: usize = 64;

/// Why a text is not an identifier.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum IdError {
    /// The text has no character.
    #[error("an id is empty; give 1 to {LENGTH_MAX} characters of A-Z a-z 0-9 . _ -")]
    Empty,
    /// The text is too long.
    #[error("an id has {0} characters; at most {LENGTH_MAX} are allowed")]
    TooLong(usize),
    /// A character is not allowed in an identifier at this position.
    #[error(
        "id {id:?} has {found:?} at character {position}; use A-Z a-z 0-9 . _ - and start with a letter or digit"
    )]
    Character {
        /// The text as given.
        id: String,
        /// The character that is not allowed there.
        found: char,
        /// Its position, counted from 1.
        position: usize,
    },
}

fn checked(text: &str) -> Result<Arc<str>, IdError> {
    let length = text.chars().count();
    if length == 0 {
        return Err(IdError::Empty);
    }
    if length > LENGTH_MAX {
        return Err(IdError::TooLong(length));
    }
    let allowed =
        |index: usize, c: char| c.is_ascii_alphanumeric() || (index > 0 && matches!(c, '.' | '_' | '-'));
    match text.chars().enumerate().find(|&(index, c)| !allowed(index, c)) {
        None => Ok(Arc::from(text)),
        Some((index, found)) => Err(IdError::Character { id: text.to_owned(), found, position: index + 1 }),
    }
}

macro_rules! identifier {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Arc<str>);

        impl $name {
            /// The identifier as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl $name {
            /// The first of all in their order.
            pub fn first() -> Self {
                Self(Arc::from("0"))
            }
        }

        impl FromStr for $name {
            type Err = IdError;
            fn from_str(text: &str) -> Result<Self, IdError> {
                checked(text).map(Self)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Debug::fmt(&self.0, f)
            }
        }

        impl std::borrow::Borrow<str> for $name {
            fn borrow(&self) -> &str {
                &self.0
            }
        }
    };
}

identifier!(
    /// Names an indicator, the same in every framework that uses it: `dual-nationality`.
    IndicatorId
);
identifier!(
    /// Names who or what a figure comes from: `iom-missing-migrants`.
    SourceId
);
identifier!(
    /// Names a framework, without its version: `target-10-7`.
    FrameworkId
);
identifier!(
    /// Names a node of a framework's tree: a domain, the overall score, an indicator's position in the tree.
    NodeId
);
identifier!(
    /// Names a group of areas that a framework states: `landlocked`.
    GroupId
);
identifier!(
    /// Names a level of a rubric: `comprehensive`.
    LevelCode
);
identifier!(
    /// Names a band of scores: `meets`.
    BandId
);
identifier!(
    /// Names a criterion that indicators bear on: `orderly`.
    CriterionId
);
identifier!(
    /// Names a measure of the catalogue: `managing-borders`.
    MeasureId
);
identifier!(
    /// Names a guidance instrument: `international-migration-law`.
    InstrumentId
);
identifier!(
    /// Names a good practice of the catalogue.
    PracticeId
);
identifier!(
    /// Names a clause of a framework's target report.
    ClauseId
);
identifier!(
    /// Names who rates units on rubrics: `coder-a`.
    CoderId
);
identifier!(
    /// Names a partner: an organisation or system that calls the registry: `hcp-morocco`.
    PartnerId
);
identifier!(
    /// Names who keeps the good practices, and who decides between the ratings of coders: `iom-policy-hub`.
    CuratorId
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accepts_what_the_catalogue_uses() {
        for good in ["dual-nationality", "migrant-casualties.land", "LPI", "sdg-10-7-2.d1", "7"] {
            assert_eq!(good.parse::<IndicatorId>().map(|id| id.to_string()), Ok(good.to_owned()));
        }
    }

    #[test]
    fn refuses_with_the_place_of_the_bad_character() {
        let error = "dual nationality".parse::<IndicatorId>().unwrap_err();
        assert_eq!(error, IdError::Character { id: "dual nationality".into(), found: ' ', position: 5 });
        assert_eq!(
            "-a".parse::<IndicatorId>().unwrap_err(),
            IdError::Character { id: "-a".into(), found: '-', position: 1 }
        );
    }

    #[test]
    fn refuses_empty_and_overlong() {
        assert_eq!("".parse::<NodeId>(), Err(IdError::Empty));
        assert_eq!("x".repeat(65).parse::<NodeId>(), Err(IdError::TooLong(65)));
        assert!("x".repeat(64).parse::<NodeId>().is_ok());
    }
}

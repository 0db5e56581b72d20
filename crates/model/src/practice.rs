//! Good practices: what one or more countries do well, and what it bears on.
//!
//! *Invariant:* a [`Practice`] has its texts, none too long, and names nothing twice. Whether what it names exists is
//! checked elsewhere.

use std::{collections::HashMap, fmt::Display, hash::Hash, ops::Deref};

use crate::{Alpha3, IndicatorId, MeasureId, NodeId, PracticeId};

/// Longest title, in characters.
const TITLE_LENGTH_MAX: usize = 300;
/// Longest description, in characters.
const DESCRIPTION_LENGTH_MAX: usize = 8_000;
/// Longest citation, in characters.
const CITATION_LENGTH_MAX: usize = 2_000;
/// Most countries or areas, domains, indicators or measures, each.
const NAMES_COUNT_MAX: usize = 250;

/// What is wrong with a practice.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PracticeFault {
    /// A text is empty.
    #[error("is empty; state in a sentence what readers need to know")]
    Empty {
        /// Which text.
        field: &'static str,
    },
    /// A text is too long.
    #[error("has {length} characters; at most {max} are allowed")]
    TooLong {
        /// Which text.
        field: &'static str,
        /// Its characters.
        length: usize,
        /// The limit.
        max: usize,
    },
    /// A title is one line.
    #[error("has a line break or another control character; a title is one line")]
    Control {
        /// Which text.
        field: &'static str,
    },
    /// No country or area is named.
    #[error("is empty; name at least one country or area whose practice it is, as MAR")]
    NoArea,
    /// A list is too long.
    #[error("has {count} entries; at most {max} are allowed")]
    TooMany {
        /// Which list.
        field: &'static str,
        /// Its entries.
        count: usize,
        /// The limit.
        max: usize,
    },
    /// Something is named twice.
    #[error("{item} is at {field}[{earlier}] already; name each only once")]
    Twice {
        /// Which list.
        field: &'static str,
        /// The place of the second, counted from 0.
        place: usize,
        /// The place of the first.
        earlier: usize,
        /// What is named.
        item: String,
    },
}

impl PracticeFault {
    /// The field, as `domains[2]`.
    pub fn path(&self) -> String {
        match self {
            Self::NoArea => "areas".to_owned(),
            Self::Empty { field }
            | Self::TooLong { field, .. }
            | Self::Control { field }
            | Self::TooMany { field, .. } => (*field).to_owned(),
            Self::Twice { field, place, .. } => format!("{field}[{place}]"),
        }
    }
}

/// The content of a practice, not checked yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PracticeDraft {
    /// Its id: `mar-comprehensive-policy`.
    pub id: PracticeId,
    /// The countries, in the order of the list.
    pub areas: Vec<Alpha3>,
    /// What it is, in a few words.
    pub title: String,
    /// What is done there.
    pub description: String,
    /// Where that is written down.
    pub citation: String,
    /// The domains that it bears on: branches of a framework's tree.
    pub domains: Vec<NodeId>,
    /// The indicators that it bears on.
    pub indicators: Vec<IndicatorId>,
    /// The measures that it bears on.
    pub measures: Vec<MeasureId>,
}

/// What one or more countries do well, and what it can help others with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Practice(PracticeDraft);

impl Practice {
    /// A practice, or everything that is wrong with its draft.
    pub fn new(draft: PracticeDraft) -> Result<Self, Vec<PracticeFault>> {
        let faults = draft.faults();
        if faults.is_empty() { Ok(Self(draft)) } else { Err(faults) }
    }
}

impl Deref for Practice {
    type Target = PracticeDraft;
    fn deref(&self) -> &PracticeDraft {
        &self.0
    }
}

impl PracticeDraft {
    /// Everything that is wrong with it.
    pub fn faults(&self) -> Vec<PracticeFault> {
        let Self { id: _, areas, title, description, citation, domains, indicators, measures } = self;
        let mut faults = Vec::new();
        text(&mut faults, "title", title, TITLE_LENGTH_MAX);
        if title.chars().any(char::is_control) {
            faults.push(PracticeFault::Control { field: "title" });
        }
        text(&mut faults, "description", description, DESCRIPTION_LENGTH_MAX);
        text(&mut faults, "citation", citation, CITATION_LENGTH_MAX);
        if areas.is_empty() {
            faults.push(PracticeFault::NoArea);
        }
        names(&mut faults, "areas", areas);
        names(&mut faults, "domains", domains);
        names(&mut faults, "indicators", indicators);
        names(&mut faults, "measures", measures);
        faults
    }

    /// Bytes of its texts and names.
    pub fn text_bytes(&self) -> usize {
        let Self { id, areas, title, description, citation, domains, indicators, measures } = self;
        let names = domains
            .iter()
            .map(NodeId::as_str)
            .chain(indicators.iter().map(IndicatorId::as_str))
            .chain(measures.iter().map(MeasureId::as_str))
            .map(str::len);
        let texts = [id.as_str().len(), areas.len() * 3, title.len(), description.len(), citation.len()];
        texts.into_iter().chain(names).sum()
    }
}

fn text(faults: &mut Vec<PracticeFault>, field: &'static str, text: &str, max: usize) {
    let length = text.chars().count();
    if text.trim().is_empty() {
        faults.push(PracticeFault::Empty { field });
    } else if length > max {
        faults.push(PracticeFault::TooLong { field, length, max });
    }
}

fn names<T: Eq + Hash + Display>(faults: &mut Vec<PracticeFault>, field: &'static str, names: &[T]) {
    let (count, max) = (names.len(), NAMES_COUNT_MAX);
    if count > max {
        faults.push(PracticeFault::TooMany { field, count, max });
        return;
    }
    let mut seen = HashMap::new();
    for (place, name) in names.iter().enumerate() {
        match seen.get(name) {
            None => {
                seen.insert(name, place);
            }
            Some(&earlier) => {
                faults.push(PracticeFault::Twice { field, place, earlier, item: name.to_string() });
            }
        }
    }
}

/// What a practice names, each name with its place in its list, counted from 0. Of a practice that could not be read
/// whole, the names that could be read.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PracticeNames {
    /// The countries and areas.
    pub areas: Vec<(usize, Alpha3)>,
    /// The domains.
    pub domains: Vec<(usize, NodeId)>,
    /// The indicators.
    pub indicators: Vec<(usize, IndicatorId)>,
    /// The measures.
    pub measures: Vec<(usize, MeasureId)>,
}

impl From<&PracticeDraft> for PracticeNames {
    fn from(draft: &PracticeDraft) -> Self {
        fn placed<T: Clone>(names: &[T]) -> Vec<(usize, T)> {
            names.iter().cloned().enumerate().collect()
        }
        let PracticeDraft {
            id: _,
            areas,
            title: _,
            description: _,
            citation: _,
            domains,
            indicators,
            measures,
        } = draft;
        Self {
            areas: placed(areas),
            domains: placed(domains),
            indicators: placed(indicators),
            measures: placed(measures),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draft() -> PracticeDraft {
        PracticeDraft {
            id: "a".parse().unwrap(),
            areas: vec!["MAR".parse().unwrap()],
            title: "A".to_owned(),
            description: "What is done.".to_owned(),
            citation: "The book of a".to_owned(),
            domains: vec!["mobility".parse().unwrap()],
            indicators: Vec::new(),
            measures: Vec::new(),
        }
    }

    #[test]
    fn everything_that_is_wrong_is_reported_at_once() {
        assert!(Practice::new(draft()).is_ok());
        let bad = PracticeDraft {
            areas: Vec::new(),
            title: "two\nlines".to_owned(),
            description: " ".to_owned(),
            citation: "x".repeat(2_001),
            domains: ["mobility", "rights", "mobility"].map(|id| id.parse().unwrap()).to_vec(),
            ..draft()
        };
        let faults = Practice::new(bad).unwrap_err();
        let paths: Vec<_> = faults.iter().map(PracticeFault::path).collect();
        assert_eq!(paths, ["title", "description", "citation", "areas", "domains[2]"]);
    }

    #[test]
    fn the_longest_texts_are_taken_and_one_character_more_is_not() {
        let longest = PracticeDraft { title: "ü".repeat(300), description: "ü".repeat(8_000), ..draft() };
        assert!(Practice::new(longest).is_ok());
        let longer = PracticeDraft { description: "ü".repeat(8_001), ..draft() };
        assert_eq!(
            Practice::new(longer),
            Err(vec![PracticeFault::TooLong { field: "description", length: 8_001, max: 8_000 }])
        );
    }
}

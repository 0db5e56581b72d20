//! Reading the lists from the files that ship.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use tenseven_model::{AreaCodeError, IdError, Practice, PracticeDraft, PracticeFault};

use super::{Instrument, Measure};

/// Why a list cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum GuidanceError {
    /// The file has not the shape of its list.
    #[error("{file} cannot be read: {error}")]
    Shape {
        /// The file.
        file: &'static str,
        /// What is wrong, with the line.
        #[source]
        error: Box<toml::de::Error>,
    },
    /// An id is none.
    #[error("{file}: {error}")]
    Id {
        /// The file.
        file: &'static str,
        /// What is wrong with the id.
        #[source]
        error: IdError,
    },
    /// The code of an area is none.
    #[error("{file}: {error}")]
    Area {
        /// The file.
        file: &'static str,
        /// What is wrong with the code.
        #[source]
        error: AreaCodeError,
    },
    /// An id stands twice.
    #[error("{file}: {id} stands twice; give each entry its own id")]
    Twice {
        /// The file.
        file: &'static str,
        /// The id.
        id: String,
    },
    /// A text is empty.
    #[error("{file}: {id} has an empty {key}; say in a sentence what readers need to know")]
    Empty {
        /// The file.
        file: &'static str,
        /// The entry.
        id: String,
        /// The key without text.
        key: &'static str,
    },
    /// A practice says too little, too much, or something twice.
    #[error("{file}: {id}: {} {}", .faults.first().map(PracticeFault::path).unwrap_or_default(), .faults.first().map(ToString::to_string).unwrap_or_default())]
    Practice {
        /// The file.
        file: &'static str,
        /// The practice.
        id: String,
        /// What is wrong with it.
        faults: Vec<PracticeFault>,
    },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MeasuresText {
    measures: Vec<EntryText>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct InstrumentsText {
    instruments: Vec<EntryText>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct EntryText {
    id: String,
    label: String,
    description: String,
    citation: String,
}

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct PracticesText {
    practices: Vec<PracticeText>,
}

/// A practice as a file has it, nothing of it checked.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the fields are those of the file, and of the model's practice")]
pub struct PracticeText {
    pub id: String,
    pub areas: Vec<String>,
    pub title: String,
    pub description: String,
    pub citation: String,
    #[serde(default)]
    pub domains: Vec<String>,
    #[serde(default)]
    pub indicators: Vec<String>,
    #[serde(default)]
    pub measures: Vec<String>,
}

/// Why a file of practices cannot be read or written.
#[derive(Debug, thiserror::Error)]
pub enum PracticeFileError {
    /// It has not the shape of one; with the line.
    #[error("it is no file of practices: {0}")]
    Shape(#[source] Box<toml::de::Error>),
    /// A practice cannot be written as TOML.
    #[error("the practice cannot be written as TOML: {0}")]
    Write(#[source] Box<toml::ser::Error>),
}

/// The practices of a file with `[[practices]]`, as the catalogue's is written, in its order; nothing that they say is
/// checked.
pub fn read_practice_texts(text: &str) -> Result<Vec<PracticeText>, PracticeFileError> {
    let read = toml::from_str(text).map_err(|error| PracticeFileError::Shape(Box::new(error)));
    let PracticesText { practices } = read?;
    Ok(practices)
}

/// The file that [`read_practice_texts`] reads these practices from.
pub fn write_practice_texts(practices: Vec<PracticeText>) -> Result<String, PracticeFileError> {
    toml::to_string_pretty(&PracticesText { practices })
        .map_err(|error| PracticeFileError::Write(Box::new(error)))
}

const MEASURES: &str = "data/measures.toml";
const INSTRUMENTS: &str = "data/instruments.toml";
const PRACTICES: &str = "data/practices.toml";

/// The measures, in the order of the file.
pub(crate) fn measures(text: &str) -> Result<Vec<Measure>, GuidanceError> {
    let MeasuresText { measures } = shape(MEASURES, text)?;
    let read = |EntryText { id, label, description, citation }: EntryText| {
        written(MEASURES, &id, &[("label", &label), ("description", &description), ("citation", &citation)])?;
        Ok(Measure { id: one(MEASURES, &id)?, label, description, citation })
    };
    let measures: Vec<Measure> = measures.into_iter().map(read).collect::<Result<_, GuidanceError>>()?;
    distinct(MEASURES, measures.iter().map(|measure| &measure.id))?;
    Ok(measures)
}

/// The instruments, in the order of the file.
pub(crate) fn instruments(text: &str) -> Result<Vec<Instrument>, GuidanceError> {
    let InstrumentsText { instruments } = shape(INSTRUMENTS, text)?;
    let read = |EntryText { id, label, description, citation }: EntryText| {
        written(
            INSTRUMENTS,
            &id,
            &[("label", &label), ("description", &description), ("citation", &citation)],
        )?;
        Ok(Instrument { id: one(INSTRUMENTS, &id)?, label, description, citation })
    };
    let instruments: Vec<Instrument> =
        instruments.into_iter().map(read).collect::<Result<_, GuidanceError>>()?;
    distinct(INSTRUMENTS, instruments.iter().map(|instrument| &instrument.id))?;
    Ok(instruments)
}

/// The practices, in the order of the file.
pub(crate) fn practices(text: &str) -> Result<Vec<Practice>, GuidanceError> {
    let PracticesText { practices } = shape(PRACTICES, text)?;
    let practices: Vec<Practice> = practices.into_iter().map(practice).collect::<Result<_, _>>()?;
    distinct(PRACTICES, practices.iter().map(|practice| &practice.id))?;
    Ok(practices)
}

fn practice(text: PracticeText) -> Result<Practice, GuidanceError> {
    let PracticeText { id, areas, title, description, citation, domains, indicators, measures } = text;
    let area = |code: &String| code.parse().map_err(|error| GuidanceError::Area { file: PRACTICES, error });
    let draft = PracticeDraft {
        id: one(PRACTICES, &id)?,
        areas: areas.iter().map(area).collect::<Result<_, _>>()?,
        title,
        description,
        citation,
        domains: all(PRACTICES, &domains)?,
        indicators: all(PRACTICES, &indicators)?,
        measures: all(PRACTICES, &measures)?,
    };
    Practice::new(draft).map_err(|faults| GuidanceError::Practice { file: PRACTICES, id, faults })
}

fn shape<T: for<'de> Deserialize<'de>>(file: &'static str, text: &str) -> Result<T, GuidanceError> {
    toml::from_str(text).map_err(|error| GuidanceError::Shape { file, error: Box::new(error) })
}

fn one<T: FromStr<Err = IdError>>(file: &'static str, id: &str) -> Result<T, GuidanceError> {
    id.parse().map_err(|error| GuidanceError::Id { file, error })
}

fn all<T: FromStr<Err = IdError>>(file: &'static str, ids: &[String]) -> Result<Vec<T>, GuidanceError> {
    ids.iter().map(|id| one(file, id)).collect()
}

fn written(file: &'static str, id: &str, texts: &[(&'static str, &String)]) -> Result<(), GuidanceError> {
    match texts.iter().find(|(_, text)| text.trim().is_empty()) {
        Some((key, _)) => Err(GuidanceError::Empty { file, id: id.to_owned(), key }),
        None => Ok(()),
    }
}

fn distinct<'a, T: Ord + fmt::Display + 'a>(
    file: &'static str,
    ids: impl Iterator<Item = &'a T>,
) -> Result<(), GuidanceError> {
    let mut ids: Vec<&T> = ids.collect();
    ids.sort_unstable();
    match ids.windows(2).find(|pair| pair[0] == pair[1]) {
        Some(pair) => Err(GuidanceError::Twice { file, id: pair[0].to_string() }),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MEASURE: &str = r#"
        [[measures]]
        id = "a"
        label = "A"
        description = "What a is."
        citation = "The book of a"
    "#;

    #[test]
    fn refuses_an_id_that_stands_twice() {
        assert_eq!(measures(MEASURE).map(|measures| measures.len()).ok(), Some(1));
        let error = measures(&format!("{MEASURE}{MEASURE}")).unwrap_err();
        assert!(matches!(&error, GuidanceError::Twice { id, .. } if id == "a"), "{error}");
    }

    #[test]
    fn refuses_what_says_nothing() {
        let error = measures(&MEASURE.replace("What a is.", " ")).unwrap_err();
        assert!(matches!(&error, GuidanceError::Empty { key: "description", .. }), "{error}");
    }

    #[test]
    fn refuses_a_key_that_the_list_does_not_have() {
        let error = measures(&MEASURE.replace("label", "lable")).unwrap_err();
        assert!(error.to_string().contains("lable"), "{error}");
    }

    #[test]
    fn refuses_a_practice_of_a_country_in_lower_case() {
        let text = r#"
            [[practices]]
            id = "a"
            areas = ["mar"]
            title = "A"
            description = "What is done."
            citation = "The book of a"
            domains = []
            indicators = []
            measures = []
        "#;
        assert!(practices(&text.replace("mar", "MAR")).is_ok());
        let error = practices(text).unwrap_err();
        assert!(matches!(&error, GuidanceError::Area { .. }), "{error}");
    }

    #[test]
    fn a_file_of_practices_is_read_back_as_it_was_written() {
        let shipped = read_practice_texts(include_str!("../../data/practices.toml")).unwrap();
        assert!(!shipped.is_empty());
        let text = write_practice_texts(shipped.clone()).unwrap();
        assert_eq!(read_practice_texts(&text).unwrap(), shipped);
        let error = read_practice_texts("[[practices]]\nid = 7\n").unwrap_err();
        assert!(error.to_string().contains("line 2"), "{error}");
    }
}

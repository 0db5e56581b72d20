//! Practices, from and to messages.

use std::{fmt::Display, str::FromStr};

use tenseven_model::{Alpha3, AreaCode, Practice, PracticeDraft, PracticeFault, PracticeNames};

use super::{FieldReason, Reader};
use crate::v1;

/// Maximum number of names of one list that are read; the violation of the length itself is reported for the list.
const NAMES_READ_MAX: usize = 1_000;

/// A practice as it was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReadPractice {
    /// Whole.
    Whole(Practice),
    /// Something was wrong with it and was noted; these of its names could be read.
    Partly(PracticeNames),
}

/// The practice of a message; everything that is wrong with it is noted.
pub(super) fn read_practice(reader: &mut Reader, message: Option<v1::Practice>) -> ReadPractice {
    let Some(message) = message else {
        reader.refuse("practice", FieldReason::Required, "is empty; give the practice, whole");
        return ReadPractice::Partly(PracticeNames::default());
    };
    let v1::Practice { id, areas, title, description, citation, domains, indicators, measures } = message;
    let before = reader.count();
    let id = reader.required("practice.id", &id, "an id for the practice, as diaspora-support");
    let names = PracticeNames {
        areas: read_areas(reader, &areas),
        domains: read_names(reader, "domains", &domains),
        indicators: read_names(reader, "indicators", &indicators),
        measures: read_names(reader, "measures", &measures),
    };
    let is_whole = reader.count() == before;
    let draft = PracticeDraft {
        // Without an id, the faults of the other fields are reported nevertheless.
        id: id.unwrap_or_else(tenseven_model::PracticeId::first),
        areas: without_places(&names.areas),
        title,
        description,
        citation,
        domains: without_places(&names.domains),
        indicators: without_places(&names.indicators),
        measures: without_places(&names.measures),
    };
    match Practice::new(draft) {
        Ok(practice) if is_whole => ReadPractice::Whole(practice),
        Ok(_) => ReadPractice::Partly(names),
        Err(faults) => {
            // Where names could not be read, lists are shorter than they were sent, and indices in them are others.
            let is_listed = |fault: &PracticeFault| {
                is_whole || !matches!(fault, PracticeFault::NoArea | PracticeFault::Twice { .. })
            };
            for fault in faults.iter().filter(|fault| is_listed(fault)) {
                reader.refuse(format!("practice.{}", fault.path()), reason(fault), fault.to_string());
            }
            ReadPractice::Partly(names)
        }
    }
}

fn read_names<T: FromStr<Err: Display>>(
    reader: &mut Reader,
    list: &str,
    texts: &[String],
) -> Vec<(usize, T)> {
    let mut names = Vec::new();
    for (index, text) in texts.iter().take(NAMES_READ_MAX).enumerate() {
        let path = format!("practice.{list}[{index}]");
        names.extend(reader.required(&path, text, "a code or id").map(|name| (index, name)));
    }
    names
}

/// The areas of a practice, which are countries and areas alone.
fn read_areas(reader: &mut Reader, texts: &[String]) -> Vec<(usize, Alpha3)> {
    let mut countries = Vec::new();
    for (index, code) in read_names::<AreaCode>(reader, "areas", texts) {
        let what = match code {
            AreaCode::Country(country) => {
                countries.push((index, country));
                continue;
            }
            AreaCode::Local(..) => "a local unit",
            AreaCode::Group(_) => "a group",
        };
        let problem =
            format!("{code} is {what}; a practice is that of countries and areas, so name those, as MAR");
        reader.refuse(format!("practice.areas[{index}]"), FieldReason::NotAllowed, problem);
    }
    countries
}

fn without_places<T: Clone>(names: &[(usize, T)]) -> Vec<T> {
    names.iter().map(|(_, name)| name.clone()).collect()
}

fn reason(fault: &PracticeFault) -> FieldReason {
    match fault {
        PracticeFault::Empty { .. } | PracticeFault::NoArea => FieldReason::Required,
        PracticeFault::TooLong { .. } => FieldReason::TooLong,
        PracticeFault::Control { .. } => FieldReason::NotAllowed,
        PracticeFault::TooMany { .. } => FieldReason::TooMany,
        PracticeFault::Twice { .. } => FieldReason::Duplicate,
    }
}

/// The practice as a message.
pub fn practice_message(practice: &Practice) -> v1::Practice {
    let PracticeDraft { id, areas, title, description, citation, domains, indicators, measures } =
        &**practice;
    v1::Practice {
        id: id.to_string(),
        areas: texts(areas),
        title: title.clone(),
        description: description.clone(),
        citation: citation.clone(),
        domains: texts(domains),
        indicators: texts(indicators),
        measures: texts(measures),
    }
}

fn texts<T: ToString>(names: &[T]) -> Vec<String> {
    names.iter().map(ToString::to_string).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn areas_that_are_no_countries_are_refused_as_what_they_are() {
        let mut reader = Reader::default();
        let areas = ["MAR", "m49:015", "MAR/casablanca", "morocco"].map(str::to_owned);
        assert_eq!(read_areas(&mut reader, &areas), [(0, "MAR".parse().unwrap())]);
        let violations = reader.finish::<()>(None).unwrap_err().0;
        let mut reported: Vec<_> = violations.iter().map(|one| (one.path.as_str(), one.reason)).collect();
        reported.sort_unstable();
        assert_eq!(
            reported,
            [
                ("practice.areas[1]", FieldReason::NotAllowed),
                ("practice.areas[2]", FieldReason::NotAllowed),
                ("practice.areas[3]", FieldReason::Malformed),
            ]
        );
    }
}

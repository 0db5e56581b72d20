//! Versions of practices, to the messages of their record and back.
//!
//! *Invariant:* what is read back is what was written. Bytes that the model would refuse, and two versions of one
//! practice in an entry, are an error.

use std::{collections::HashSet, str::FromStr};

use tenseven_model::{
    Practice, PracticeDraft, Revision,
    event::{PracticeChange, PracticeVersion},
};

use super::{DecodeError, PracticeRecordFault, wire};

/// The record of versions, and about how much text is in it.
pub(super) fn pack(revision: Revision, versions: &[PracticeVersion]) -> (wire::PracticesRecord, usize) {
    let practices: Vec<_> = versions.iter().map(|version| record(revision, version)).collect();
    let length = versions.iter().map(|version| match &version.change {
        PracticeChange::Put(practice) => practice.text_bytes(),
        PracticeChange::Withdrawn { id: _, reason } => reason.as_str().len(),
    });
    (wire::PracticesRecord { practices }, length.sum())
}

fn record(revision: Revision, version: &PracticeVersion) -> wire::PracticeRecord {
    let PracticeVersion { change, curator, previous } = version;
    let before = previous.map_or(0, |previous| revision.number().saturating_sub(previous.number()));
    let change = match change {
        PracticeChange::Put(practice) => wire::practice_record::Change::Put(text(practice)),
        PracticeChange::Withdrawn { id: _, reason } => {
            wire::practice_record::Change::WithdrawnFor(reason.as_str().to_owned())
        }
    };
    wire::PracticeRecord {
        id: version.id().to_string(),
        curator: curator.as_ref().map(ToString::to_string).unwrap_or_default(),
        previous: before,
        change: Some(change),
    }
}

fn text(practice: &Practice) -> wire::PracticeTextRecord {
    let PracticeDraft { id: _, areas, title, description, citation, domains, indicators, measures } =
        &**practice;
    wire::PracticeTextRecord {
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

/// The versions of a record.
pub(super) fn versions(
    revision: Revision,
    record: wire::PracticesRecord,
) -> Result<Vec<PracticeVersion>, DecodeError> {
    let wire::PracticesRecord { practices } = record;
    let mut seen = HashSet::new();
    let read = |(index, record)| {
        let source = |source| DecodeError::Practice { index, source };
        let version = version(revision, record).map_err(source)?;
        if seen.insert(version.id().clone()) { Ok(version) } else { Err(source(PracticeRecordFault::Twice)) }
    };
    practices.into_iter().enumerate().map(read).collect()
}

fn version(revision: Revision, record: wire::PracticeRecord) -> Result<PracticeVersion, PracticeRecordFault> {
    let wire::PracticeRecord { id, curator, previous: before, change } = record;
    let id = id.parse()?;
    let change = match change.ok_or(PracticeRecordFault::Nothing)? {
        wire::practice_record::Change::Put(text) => PracticeChange::Put(practice(id, text)?),
        wire::practice_record::Change::WithdrawnFor(reason) => {
            PracticeChange::Withdrawn { id, reason: reason.parse()? }
        }
    };
    let previous = match before {
        0 => None,
        before if before < revision.number() => Some(Revision::new(revision.number() - before)),
        before => return Err(PracticeRecordFault::Previous { before, revision }),
    };
    let curator = if curator.is_empty() { None } else { Some(curator.parse()?) };
    Ok(PracticeVersion { change, curator, previous })
}

fn practice(
    id: tenseven_model::PracticeId,
    text: wire::PracticeTextRecord,
) -> Result<Practice, PracticeRecordFault> {
    let wire::PracticeTextRecord { areas, title, description, citation, domains, indicators, measures } =
        text;
    let draft = PracticeDraft {
        id,
        areas: names(&areas)?,
        title,
        description,
        citation,
        domains: names(&domains)?,
        indicators: names(&indicators)?,
        measures: names(&measures)?,
    };
    Practice::new(draft).map_err(|faults| match faults.into_iter().next() {
        Some(fault) => PracticeRecordFault::Practice(fault),
        None => PracticeRecordFault::Nothing,
    })
}

fn names<T: FromStr>(texts: &[String]) -> Result<Vec<T>, PracticeRecordFault>
where
    PracticeRecordFault: From<T::Err>,
{
    texts.iter().map(|text| Ok(text.parse::<T>()?)).collect()
}

#[cfg(test)]
pub(super) mod tests {
    use proptest::{collection::vec, option, prelude::*};

    use super::*;

    fn ids<T: FromStr<Err: std::fmt::Debug> + std::fmt::Debug>() -> impl Strategy<Value = Vec<T>> {
        let distinct = proptest::collection::btree_set("[a-z][a-z0-9.-]{0,20}", 0..4);
        distinct.prop_map(|ids| ids.iter().map(|id| id.parse().unwrap()).collect())
    }

    fn practice() -> impl Strategy<Value = Practice> {
        let areas = proptest::collection::btree_set("[A-Z]{3}", 1..4);
        let texts = ["a\\PC{0,40}", "\\PC{0,200}\n?b", "c\\PC{0,40}"];
        ("[a-z][a-z0-9-]{0,20}", areas, texts, ids(), ids(), ids()).prop_map(
            |(id, areas, [title, description, citation], domains, indicators, measures)| {
                let draft = PracticeDraft {
                    id: id.parse().unwrap(),
                    areas: areas.iter().map(|area| area.parse().unwrap()).collect(),
                    title,
                    description,
                    citation,
                    domains,
                    indicators,
                    measures,
                };
                Practice::new(draft).unwrap()
            },
        )
    }

    fn change() -> impl Strategy<Value = PracticeChange> {
        prop_oneof![
            2 => practice().prop_map(PracticeChange::Put),
            1 => ("[a-z][a-z0-9-]{0,20}", "r\\PC{0,40}").prop_map(|(id, reason)| PracticeChange::Withdrawn {
                id: id.parse().unwrap(),
                reason: reason.parse().unwrap(),
            }),
        ]
    }

    /// Versions of different practices in an entry of this revision.
    pub(in crate::record) fn practice_versions(revision: u64) -> impl Strategy<Value = Vec<PracticeVersion>> {
        let version = (change(), option::of("[a-z]{1,9}"), option::of(1..revision));
        vec(version, 0..5).prop_map(|versions| {
            let made = versions.into_iter().map(|(change, curator, previous)| PracticeVersion {
                change,
                curator: curator.map(|id| id.parse().unwrap()),
                previous: previous.map(Revision::new),
            });
            let mut seen = HashSet::new();
            made.filter(|version| seen.insert(version.id().clone())).collect()
        })
    }

    fn sample() -> wire::PracticesRecord {
        let text = wire::PracticeTextRecord {
            areas: vec!["MAR".to_owned()],
            title: "A".to_owned(),
            description: "What is done.".to_owned(),
            citation: "The book".to_owned(),
            ..wire::PracticeTextRecord::default()
        };
        let change = Some(wire::practice_record::Change::Put(text));
        let record = wire::PracticeRecord { id: "a".to_owned(), change, ..wire::PracticeRecord::default() };
        wire::PracticesRecord { practices: vec![record] }
    }

    #[test]
    fn what_the_model_refuses_is_an_error_that_names_the_practice() {
        type Change = fn(&mut wire::PracticesRecord);
        let claims: [(Change, &str); 6] = [
            (|record| record.practices[0].change = None, "it has no content"),
            (|record| record.practices[0].id = "a b".to_owned(), "id \"a b\" has ' '"),
            (|record| record.practices[0].previous = 7, "it replaces a version of 7 revisions before 7"),
            (
                |record| {
                    record.practices[0].change =
                        Some(wire::practice_record::Change::WithdrawnFor(String::new()));
                },
                "the reason is empty",
            ),
            (
                |record| {
                    let text = wire::PracticeTextRecord::default();
                    record.practices[0].change = Some(wire::practice_record::Change::Put(text));
                },
                "title is empty",
            ),
            (|record| record.practices.push(record.practices[0].clone()), "the entry has another version"),
        ];
        assert_eq!(versions(Revision::new(7), sample()).map(|versions| versions.len()).ok(), Some(1));
        for (change, expected) in claims {
            let mut record = sample();
            change(&mut record);
            let error = versions(Revision::new(7), record).unwrap_err();
            let source = std::error::Error::source(&error).map(ToString::to_string).unwrap_or_default();
            assert!(source.starts_with(expected), "{source:?} instead of {expected:?}");
        }
    }
}

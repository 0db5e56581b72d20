//! Practices, what was found of them, and the reference lists.

use tenseven_api::{
    convert::{practice_message, timestamp_message},
    v1,
};
use tenseven_catalog::{Instrument, Measure};
use tenseven_model::{
    Revision,
    event::{PracticeChange, PracticeVersion},
};
use tenseven_observatory::{
    InstrumentUse, MeasureUse, PracticeHit, RecordedPractice, SearchPage, SnippetPart,
};

use super::{access::partner_id, count::count};

/// A version of a practice.
pub(crate) fn practice(recorded: &RecordedPractice) -> v1::RecordedPractice {
    let RecordedPractice { version, revision, accepted_at, submission, author } = recorded;
    let PracticeVersion { change, curator, previous } = version;
    let (practice, withdrawal_reason) = match change {
        PracticeChange::Put(practice) => (practice_message(practice), String::new()),
        PracticeChange::Withdrawn { id, reason } => {
            let practice = v1::Practice { id: id.to_string(), ..v1::Practice::default() };
            (practice, reason.as_str().to_owned())
        }
    };
    v1::RecordedPractice {
        practice: Some(practice),
        revision: revision.number(),
        accept_time: Some(timestamp_message(*accepted_at)),
        curator: curator.as_ref().map(ToString::to_string).unwrap_or_default(),
        submission_id: submission.to_string(),
        previous_revision: previous.map(Revision::number).unwrap_or_default(),
        withdrawal_reason,
        partner: partner_id(author.as_ref()),
    }
}

/// What was found.
pub(crate) fn search(page: SearchPage) -> v1::SearchPracticesResponse {
    let SearchPage { hits, found, next: _ } = page;
    v1::SearchPracticesResponse {
        hits: hits.into_iter().map(hit).collect(),
        total_size: count(found),
        ..Default::default()
    }
}

fn hit(hit: PracticeHit) -> v1::PracticeHit {
    let PracticeHit { recorded, score, title, snippet } = hit;
    v1::PracticeHit {
        practice: Some(practice(&recorded)),
        score,
        title: title.into_iter().map(part).collect(),
        snippet: snippet.into_iter().map(part).collect(),
    }
}

fn part(part: SnippetPart) -> v1::SnippetPart {
    let SnippetPart { text, matched } = part;
    v1::SnippetPart { text, matched }
}

/// A measure.
pub(crate) fn measure(measure: &Measure) -> v1::Measure {
    let Measure { id, label, description, citation } = measure;
    v1::Measure {
        id: id.to_string(),
        label: label.clone(),
        description: description.clone(),
        citation: citation.clone(),
    }
}

/// An instrument.
pub(crate) fn instrument(instrument: &Instrument) -> v1::Instrument {
    let Instrument { id, label, description, citation } = instrument;
    v1::Instrument {
        id: id.to_string(),
        label: label.clone(),
        description: description.clone(),
        citation: citation.clone(),
    }
}

/// A measure, and who cites it.
pub(crate) fn measure_use(found: &MeasureUse) -> v1::GetMeasureResponse {
    let MeasureUse { measure: one, indicators, practices } = found;
    v1::GetMeasureResponse {
        measure: Some(measure(one)),
        indicators: texts(indicators),
        practices: texts(practices),
        ..Default::default()
    }
}

/// An instrument, and who cites it.
pub(crate) fn instrument_use(found: &InstrumentUse) -> v1::GetInstrumentResponse {
    let InstrumentUse { instrument: one, indicators, practices } = found;
    v1::GetInstrumentResponse {
        instrument: Some(instrument(one)),
        indicators: texts(indicators),
        practices: texts(practices),
        ..Default::default()
    }
}

fn texts<T: ToString>(ids: &[T]) -> Vec<String> {
    ids.iter().map(ToString::to_string).collect()
}

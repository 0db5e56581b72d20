//! Observations and submissions, from and to messages.

use tenseven_model::{
    AreaCode, Evidence, EvidenceError, IndicatorId, Notes, Observation, ObservationError, ObservationKey,
    ObservationStatus, PartnerId, Revision, SubmissionId, Timestamp, Value, is_hidden,
    observation::{EVIDENCE_COUNT_MAX, check_area, check_status, check_text},
};

use super::{FieldReason, Reader, timestamp_message, value::read_value, value_message};
use crate::v1;

/// The submission id of a push; `None` if something was wrong with it.
pub fn read_submission(reader: &mut Reader, text: &str) -> Option<SubmissionId> {
    reader.required("submission_id", text, "a UUID that you chose for this submission")
}

/// The valid fields of an invalid observation: enough to check whether its names exist.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Partial {
    /// Its indicator, if that has the shape of one.
    pub indicator: Option<IndicatorId>,
    /// Its area, if that has the shape of one.
    pub area: Option<AreaCode>,
}

/// The observation of a message at `path`, or what could be read of it; everything that is wrong with it is noted.
pub fn read_observation(
    reader: &mut Reader,
    path: &str,
    message: v1::Observation,
) -> Result<Observation, Partial> {
    let v1::Observation { indicator, area, period, source, value, status, evidence, comment, method } =
        message;
    let before = reader.count();
    let indicator: Option<IndicatorId> =
        reader.required_name(path, "indicator", &indicator, "an indicator's id");
    let area: Option<AreaCode> = reader.required_field(path, "area", &area, "a country, area or local unit");
    let period = reader.required_field(path, "period", &period, "an SDMX time period, as 2023");
    let source = reader.required_name(path, "source", &source, "who the value comes from");
    let value = read_value(reader, path, value.as_ref());
    let status = if status.is_empty() { None } else { reader.optional(&format!("{path}.status"), &status) };
    let own_faults = OwnFaults {
        area: area.as_ref(),
        status: value.as_ref().zip(Some(status)),
        comment: &comment,
        method: &method,
    };
    own_faults.note(reader, path);
    let evidence = read_evidences(reader, path, evidence);
    let partial = Partial { indicator: indicator.clone(), area: area.clone() };
    let parts = indicator.zip(area).zip(period.zip(source)).zip(value);
    let Some((((indicator, area), (period, source)), value)) = parts.filter(|_| reader.count() == before)
    else {
        return Err(partial);
    };
    let key = ObservationKey { indicator, area, source, period };
    Observation::new(key, value, status, Notes { comment, method, evidence }).map_err(|error| {
        let (field, reason) = blame(&error);
        reader.refuse(format!("{path}.{field}"), reason, error.to_string());
        partial
    })
}

pub(super) fn read_evidences(reader: &mut Reader, path: &str, messages: Vec<v1::Evidence>) -> Vec<Evidence> {
    if messages.len() > EVIDENCE_COUNT_MAX {
        let error = ObservationError::TooMuchEvidence(messages.len());
        reader.refuse(format!("{path}.evidence"), FieldReason::TooMany, error.to_string());
        return Vec::new();
    }
    let read = |(index, message)| read_evidence(reader, &format!("{path}.evidence[{index}]"), message);
    messages.into_iter().enumerate().filter_map(read).collect()
}

/// What is checked of an observation or a merge beyond the shape of each field.
pub(super) struct OwnFaults<'a> {
    pub(super) area: Option<&'a AreaCode>,
    /// A value, and the status that is given with it.
    pub(super) status: Option<(&'a Value, Option<ObservationStatus>)>,
    pub(super) comment: &'a str,
    pub(super) method: &'a str,
}

impl OwnFaults<'_> {
    /// Notes all of them.
    pub(super) fn note(&self, reader: &mut Reader, path: &str) {
        let checks = [
            self.area.map_or(Ok(()), check_area),
            self.status.map_or(Ok(()), |(value, status)| check_status(value, status)),
            check_text("comment", self.comment),
            check_text("method", self.method),
        ];
        for error in checks.into_iter().filter_map(Result::err) {
            let (field, reason) = blame(&error);
            reader.refuse(format!("{path}.{field}"), reason, error.to_string());
        }
    }
}

pub(super) fn blame(error: &ObservationError) -> (&'static str, FieldReason) {
    match error {
        ObservationError::StatusSaysMissing(_) | ObservationError::StatusSaysValue(_) => {
            ("status", FieldReason::Contradiction)
        }
        ObservationError::Group(_) => ("area", FieldReason::NotAllowed),
        ObservationError::TextTooLong { field, .. } => (field, FieldReason::TooLong),
        ObservationError::TooMuchEvidence(_) => ("evidence", FieldReason::TooMany),
    }
}

fn read_evidence(reader: &mut Reader, path: &str, message: v1::Evidence) -> Option<Evidence> {
    let v1::Evidence { citation, url, quote } = message;
    // Not a rule of the model: journals may hold such addresses.
    let hidden = url.chars().find(|character| is_hidden(*character));
    if let Some(hidden) = hidden {
        let message = format!(
            "the evidence URL has the character U+{:04X}, which does not show; write it percent-encoded",
            u32::from(hidden)
        );
        reader.refuse(format!("{path}.url"), FieldReason::Malformed, message);
    }
    for fault in Evidence::faults(&citation, &url, &quote) {
        let (path, reason) = match &fault {
            EvidenceError::Empty => (path.to_owned(), FieldReason::Required),
            EvidenceError::TooLong { field, .. } => (format!("{path}.{field}"), FieldReason::TooLong),
            EvidenceError::Url(_) => (format!("{path}.url"), FieldReason::Malformed),
        };
        reader.refuse(path, reason, fault.to_string());
    }
    if hidden.is_some() { None } else { Evidence::new(citation, url, quote).ok() }
}

/// The observation as a message, by itself.
pub fn observation_body(observation: &Observation) -> v1::Observation {
    let ObservationKey { indicator, area, source, period } = observation.key();
    let Notes { comment, method, evidence } = observation.notes();
    v1::Observation {
        indicator: indicator.to_string(),
        area: area.to_string(),
        period: period.to_string(),
        source: source.to_string(),
        value: Some(value_message(observation.value())),
        status: observation.status().to_string(),
        evidence: evidence.iter().map(evidence_message).collect(),
        comment: comment.clone(),
        method: method.clone(),
    }
}

/// The observation as a message, with when, by which submission and from which partner it was accepted.
pub fn observation_message(
    observation: &Observation,
    revision: Revision,
    accepted_at: Timestamp,
    submission: SubmissionId,
    author: Option<&PartnerId>,
) -> v1::RecordedObservation {
    v1::RecordedObservation {
        observation: Some(observation_body(observation)),
        revision: revision.number(),
        accept_time: Some(timestamp_message(accepted_at)),
        submission_id: submission.to_string(),
        partner: author.map(ToString::to_string).unwrap_or_default(),
        withdrawal: None,
    }
}

pub(super) fn evidence_message(evidence: &Evidence) -> v1::Evidence {
    v1::Evidence {
        citation: evidence.citation().to_owned(),
        url: evidence.url().to_owned(),
        quote: evidence.quote().to_owned(),
    }
}

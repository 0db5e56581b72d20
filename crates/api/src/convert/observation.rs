//! Observations and submissions, in and out.

use tenseven_model::{
    Evidence, Notes, Observation, ObservationError, ObservationKey, Revision, SubmissionId, Timestamp,
};

use super::{FieldReason, Reader, timestamp_message, value::read_value, value_message};
use crate::v1;

/// The submission id of a push; `None` if something was wrong with it.
pub fn read_submission(reader: &mut Reader, text: &str) -> Option<SubmissionId> {
    reader.required("submission_id", text, "a UUID that you chose for this submission")
}

/// The observation of a message at `path`; `None` if something was wrong with it, all of which is noted.
pub fn read_observation(reader: &mut Reader, path: &str, message: v1::Observation) -> Option<Observation> {
    let v1::Observation { indicator, area, period, source, value, status, evidence, comment, method } =
        message;
    let at = |field: &str| format!("{path}.{field}");
    let before = reader.count();
    let indicator = reader.required(&at("indicator"), &indicator, "an indicator's id");
    let area = reader.required(&at("area"), &area, "a country, area or local unit");
    let period = reader.required(&at("period"), &period, "an SDMX time period, as 2023");
    let source = reader.required(&at("source"), &source, "who the value comes from");
    let value = read_value(reader, &at("value"), value.as_ref());
    let status = reader.optional(&at("status"), &status);
    let evidence: Vec<_> = evidence
        .into_iter()
        .enumerate()
        .filter_map(|(place, message)| read_evidence(reader, &format!("{path}.evidence[{place}]"), message))
        .collect();
    if reader.count() > before {
        return None;
    }
    let key = ObservationKey { indicator: indicator?, area: area?, source: source?, period: period? };
    match Observation::new(key, value?, status, Notes { comment, method, evidence }) {
        Ok(observation) => Some(observation),
        Err(error) => {
            let (field, reason) = blame(&error);
            reader.refuse(at(field), reason, error.to_string());
            None
        }
    }
}

fn blame(error: &ObservationError) -> (&'static str, FieldReason) {
    match error {
        ObservationError::StatusSaysMissing(_) | ObservationError::StatusSaysValue(_) => {
            ("status", FieldReason::Contradiction)
        }
        ObservationError::Group(_) => ("area", FieldReason::OutOfRange),
        ObservationError::TextTooLong { field, .. } => (field, FieldReason::OutOfRange),
        ObservationError::TooMuchEvidence(_) => ("evidence", FieldReason::OutOfRange),
    }
}

fn read_evidence(reader: &mut Reader, path: &str, message: v1::Evidence) -> Option<Evidence> {
    let v1::Evidence { citation, url, quote } = message;
    match Evidence::new(citation, url, quote) {
        Ok(evidence) => Some(evidence),
        Err(error) => {
            reader.refuse(path, FieldReason::Malformed, error.to_string());
            None
        }
    }
}

/// The observation as a message, with when and by which submission it was accepted.
pub fn observation_message(
    observation: &Observation,
    revision: Revision,
    accepted_at: Timestamp,
    submission: SubmissionId,
) -> v1::RecordedObservation {
    let ObservationKey { indicator, area, source, period } = observation.key();
    let Notes { comment, method, evidence } = observation.notes();
    let observation = v1::Observation {
        indicator: indicator.to_string(),
        area: area.to_string(),
        period: period.to_string(),
        source: source.to_string(),
        value: Some(value_message(observation.value())),
        status: observation.status().to_string(),
        evidence: evidence.iter().map(evidence_message).collect(),
        comment: comment.clone(),
        method: method.clone(),
    };
    v1::RecordedObservation {
        observation: Some(observation),
        revision: revision.number(),
        accepted_at: Some(timestamp_message(accepted_at)),
        submission_id: submission.to_string(),
    }
}

fn evidence_message(evidence: &Evidence) -> v1::Evidence {
    v1::Evidence {
        citation: evidence.citation().to_owned(),
        url: evidence.url().to_owned(),
        quote: evidence.quote().to_owned(),
    }
}

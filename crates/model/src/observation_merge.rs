//! Merges: an observation that is corrected in some of its fields.
//!
//! *Invariant:* a merge gives at least one field, and what it gives is right by itself. Only what it keeps can be at odds with it.

use crate::{
    Evidence, Notes, Observation, ObservationError, ObservationKey, ObservationStatus, Value,
    observation::{StatusMismatch, check_area, check_evidence, check_text, status_of},
};

/// What a merge gives. What is absent keeps its current value; an empty text or list clears it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct GivenFields {
    /// The new value.
    pub value: Option<Value>,
    /// The new status.
    pub status: Option<GivenStatus>,
    /// The new comment.
    pub comment: Option<String>,
    /// The new method.
    pub method: Option<String>,
    /// The new evidence, which replaces all of the current evidence.
    pub evidence: Option<Vec<Evidence>>,
}

/// The status that a merge gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GivenStatus {
    /// The one that goes with the value by default.
    Default,
    /// This one.
    Is(ObservationStatus),
}

impl GivenStatus {
    /// The status; none for the default.
    pub fn explicit(self) -> Option<ObservationStatus> {
        match self {
            Self::Default => None,
            Self::Is(status) => Some(status),
        }
    }
}

/// Why parts do not make a merge.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ObservationMergeError {
    /// Nothing would change.
    #[error("nothing is given; give at least one of value, status, comment, method and evidence")]
    NothingGiven,
    /// No observation can have what is given.
    #[error(transparent)]
    Observation(#[from] ObservationError),
}

/// Why a merge does not fit the current observation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MergeConflict {
    /// A value is given, but the kept status requires a missing value.
    #[error(
        "a value is given, but the current status {0}, which is kept, means that there is none; give a status as well, \
         an empty one for the default"
    )]
    KeptStatusSaysMissing(ObservationStatus),
    /// The given value is missing, but the kept status requires a value.
    #[error(
        "the value given is missing, but the current status {0}, which is kept, means that there is one; give a status \
         as well, an empty one for the default"
    )]
    KeptStatusSaysValue(ObservationStatus),
    /// A value is kept, but the given status requires a missing value.
    #[error(
        "status {0} means that there is no value, but the current value is kept; give missing with its reason as well, \
         or another status"
    )]
    KeptValueIsThere(ObservationStatus),
    /// The kept value is missing, but the given status requires a value.
    #[error(
        "status {0} means that there is a value, but the current one, which is kept, is missing; give a value as well, \
         or another status"
    )]
    KeptValueIsMissing(ObservationStatus),
}

/// The correction of some fields of the observation of a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObservationMerge {
    key: ObservationKey,
    fields: GivenFields,
}

impl ObservationMerge {
    /// A merge.
    pub fn new(key: ObservationKey, fields: GivenFields) -> Result<Self, ObservationMergeError> {
        if fields == GivenFields::default() {
            return Err(ObservationMergeError::NothingGiven);
        }
        check_area(&key.area)?;
        let GivenFields { value, status, comment, method, evidence } = &fields;
        if let (Some(value), Some(status)) = (value, status) {
            status_of(value, status.explicit()).map_err(ObservationError::from)?;
        }
        for (field, text) in [("comment", comment), ("method", method)] {
            text.as_ref().map_or(Ok(()), |text| check_text(field, text))?;
        }
        evidence.as_ref().map_or(Ok(()), |evidence| check_evidence(evidence))?;
        Ok(Self { key, fields })
    }

    /// What it is of.
    pub fn key(&self) -> &ObservationKey {
        &self.key
    }

    /// What it gives.
    pub fn fields(&self) -> &GivenFields {
        &self.fields
    }

    /// The bytes of all texts that it gives.
    pub fn text_bytes(&self) -> usize {
        let GivenFields { value: _, status: _, comment, method, evidence } = &self.fields;
        let texts = [comment, method].into_iter().flatten().map(String::len);
        let evidence = evidence.iter().flatten().map(Evidence::text_bytes);
        texts.chain(evidence).sum()
    }

    /// The observation that the current one of its key becomes.
    pub fn apply(&self, current: &Observation) -> Result<Observation, MergeConflict> {
        let GivenFields { value, status, comment, method, evidence } = &self.fields;
        let new_value = value.as_ref().unwrap_or_else(|| current.value()).clone();
        let new_status = status.map_or_else(|| Some(current.status()), GivenStatus::explicit);
        let status = status_of(&new_value, new_status).map_err(|mismatch| match (mismatch, status) {
            (StatusMismatch::SaysMissing(kept), None) => MergeConflict::KeptStatusSaysMissing(kept),
            (StatusMismatch::SaysValue(kept), None) => MergeConflict::KeptStatusSaysValue(kept),
            (StatusMismatch::SaysMissing(given), Some(_)) => MergeConflict::KeptValueIsThere(given),
            (StatusMismatch::SaysValue(given), Some(_)) => MergeConflict::KeptValueIsMissing(given),
        })?;
        let notes = current.notes();
        let notes = Notes {
            comment: comment.as_ref().unwrap_or(&notes.comment).clone(),
            method: method.as_ref().unwrap_or(&notes.method).clone(),
            evidence: evidence.as_ref().unwrap_or(&notes.evidence).clone(),
        };
        Ok(Observation::of_checked(self.key.clone(), new_value, status, notes))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{MissingReason, Number};

    fn key(area: &str) -> ObservationKey {
        ObservationKey {
            indicator: "migrant-casualties".parse().unwrap(),
            area: area.parse().unwrap(),
            source: "iom".parse().unwrap(),
            period: "2016".parse().unwrap(),
        }
    }

    fn number(value: f64) -> Value {
        Value::Number(Number::try_from(value).unwrap())
    }

    fn evidence(citation: &str) -> Vec<Evidence> {
        vec![Evidence::new(citation.to_owned(), String::new(), String::new()).unwrap()]
    }

    fn current(value: Value, status: Option<ObservationStatus>) -> Observation {
        let notes =
            Notes { comment: "seen".into(), method: "counted".into(), evidence: evidence("a report") };
        Observation::new(key("LBY"), value, status, notes).unwrap()
    }

    fn merge(fields: GivenFields) -> ObservationMerge {
        ObservationMerge::new(key("LBY"), fields).unwrap()
    }

    const NO_VALUE: Value = Value::Missing(MissingReason::Confidential);
    const GIVEN: GivenFields =
        GivenFields { value: None, status: None, comment: None, method: None, evidence: None };

    #[test]
    fn each_field_that_is_given_replaces_the_current_one_and_all_others_stay() {
        let before = current(number(1.0), Some(ObservationStatus::Estimated));
        let (value, status, notes) = (before.value().clone(), before.status(), before.notes().clone());
        let of = |value, status, notes| Observation::new(key("LBY"), value, Some(status), notes).unwrap();
        let provisional = GivenStatus::Is(ObservationStatus::Provisional);
        let cases = [
            (GivenFields { value: Some(number(2.0)), ..GIVEN }, of(number(2.0), status, notes.clone())),
            (
                GivenFields { status: Some(provisional), ..GIVEN },
                of(value.clone(), ObservationStatus::Provisional, notes.clone()),
            ),
            (
                GivenFields { status: Some(GivenStatus::Default), ..GIVEN },
                of(value.clone(), ObservationStatus::Normal, notes.clone()),
            ),
            (
                GivenFields { comment: Some("read".into()), ..GIVEN },
                of(value.clone(), status, Notes { comment: "read".into(), ..notes.clone() }),
            ),
            (
                GivenFields { method: Some(String::new()), ..GIVEN },
                of(value.clone(), status, Notes { method: String::new(), ..notes.clone() }),
            ),
            (
                GivenFields { evidence: Some(Vec::new()), ..GIVEN },
                of(value.clone(), status, Notes { evidence: Vec::new(), ..notes.clone() }),
            ),
            (
                GivenFields { evidence: Some(evidence("another")), ..GIVEN },
                of(value, status, Notes { evidence: evidence("another"), ..notes }),
            ),
        ];
        for (fields, after) in cases {
            assert_eq!(merge(fields).apply(&before), Ok(after));
        }
    }

    #[test]
    fn what_is_kept_must_fit_what_is_given() {
        let (there, gone) = (current(number(1.0), None), current(NO_VALUE, None));
        let (normal, missing) = (ObservationStatus::Normal, ObservationStatus::Missing);
        let value = |value| merge(GivenFields { value: Some(value), ..GIVEN });
        let status = |status| merge(GivenFields { status: Some(GivenStatus::Is(status)), ..GIVEN });
        assert_eq!(value(NO_VALUE).apply(&there), Err(MergeConflict::KeptStatusSaysValue(normal)));
        let kept = MergeConflict::KeptStatusSaysMissing(ObservationStatus::MissingSuppressed);
        assert_eq!(value(number(2.0)).apply(&gone), Err(kept));
        assert_eq!(status(missing).apply(&there), Err(MergeConflict::KeptValueIsThere(missing)));
        assert_eq!(status(normal).apply(&gone), Err(MergeConflict::KeptValueIsMissing(normal)));
        // With both nothing is at odds.
        let both = GivenFields { value: Some(NO_VALUE), status: Some(GivenStatus::Default), ..GIVEN };
        assert_eq!(merge(both).apply(&there), Ok(gone));
    }

    #[test]
    fn refuses_what_no_observation_can_have_and_what_gives_nothing() {
        let new = |fields| ObservationMerge::new(key("LBY"), fields);
        assert_eq!(new(GIVEN), Err(ObservationMergeError::NothingGiven));
        let status = Some(GivenStatus::Is(ObservationStatus::Missing));
        let at_odds = new(GivenFields { value: Some(number(1.0)), status, ..GIVEN });
        assert_eq!(at_odds, Err(ObservationError::StatusSaysMissing(ObservationStatus::Missing).into()));
        let long = new(GivenFields { method: Some("x".repeat(4_001)), ..GIVEN });
        assert_eq!(long, Err(ObservationError::TextTooLong { field: "method", length: 4_001 }.into()));
        let much = new(GivenFields { evidence: Some(vec![evidence("a").remove(0); 17]), ..GIVEN });
        assert_eq!(much, Err(ObservationError::TooMuchEvidence(17).into()));
        let comment = || GivenFields { comment: Some("a".into()), ..GIVEN };
        let group = ObservationMerge::new(key("m49:015"), comment());
        assert_eq!(group, Err(ObservationError::Group("m49:015".parse().unwrap()).into()));
        assert!(new(comment()).is_ok());
    }
}

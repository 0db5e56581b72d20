//! Observations: one value for an indicator, an area, a period and a source.

use std::num::NonZeroU64;

use crate::{AreaCode, Evidence, IndicatorId, ObservationStatus, Period, SourceId, Value};

/// Longest comment and longest method note, in characters.
pub const TEXT_LENGTH_MAX: usize = 4_000;
/// Most pieces of evidence on one observation.
pub const EVIDENCE_COUNT_MAX: usize = 16;

/// What an observation is of. At most one current value exists for a key.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ObservationKey {
    /// What is measured.
    pub indicator: IndicatorId,
    /// Where.
    pub area: AreaCode,
    /// Its source.
    pub source: SourceId,
    /// When.
    pub period: Period,
}

/// Why parts do not make an observation.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ObservationError {
    /// The status requires a missing value, but the value is not missing.
    #[error(
        "status {0} means that there is no value, but a value is given; send missing with its reason, or another status"
    )]
    StatusSaysMissing(ObservationStatus),
    /// The value is missing, but the status requires a value.
    #[error(
        "the value is missing, but status {0} means that there is one; leave the status out or send H, K, L, M, O or Q"
    )]
    StatusSaysValue(ObservationStatus),
    /// A group of countries was observed.
    #[error(
        "area {0} is a group; observations are about a country, area or local unit, and groups are computed from them"
    )]
    Group(AreaCode),
    /// A text is too long.
    #[error("the {field} has {length} characters; at most {TEXT_LENGTH_MAX} are allowed")]
    TextTooLong {
        /// Which text.
        field: &'static str,
        /// Its characters.
        length: usize,
    },
    /// Too much evidence.
    #[error("{0} pieces of evidence are given; at most {EVIDENCE_COUNT_MAX} are allowed")]
    TooMuchEvidence(usize),
}

/// The texts that go with a value.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Notes {
    /// A remark for readers; may be empty.
    pub comment: String,
    /// How the value was made; may be empty.
    pub method: String,
    /// What it rests on.
    pub evidence: Vec<Evidence>,
}

impl Notes {
    /// Whether there is no text at all.
    pub fn is_empty(&self) -> bool {
        let Self { comment, method, evidence } = self;
        comment.is_empty() && method.is_empty() && evidence.is_empty()
    }

    /// The bytes of all texts together.
    pub fn text_bytes(&self) -> usize {
        let evidence = self.evidence.iter().map(Evidence::text_bytes);
        self.comment.len() + self.method.len() + evidence.sum::<usize>()
    }
}

/// 64 bits that identify the texts of an observation: equal texts have equal fingerprints, and different texts have different ones
/// but for a chance of 1 in 2^64 for each pair that is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct NotesFingerprint(NonZeroU64);

impl NotesFingerprint {
    /// The fingerprint with these bits; 0 counts as 1, so that an optional fingerprint takes 8 bytes.
    pub fn from_bits(bits: u64) -> Self {
        Self(NonZeroU64::new(bits).unwrap_or(NonZeroU64::MIN))
    }

    /// Its bits; never 0.
    pub fn bits(self) -> u64 {
        self.0.get()
    }
}

/// One value for an indicator, an area, a period and a source, with its status and what it rests on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Observation {
    key: ObservationKey,
    value: Value,
    status: ObservationStatus,
    /// None where there is no text at all, as for most: so an observation is half as large.
    notes: Option<Box<Notes>>,
}

/// The notes of an observation without.
static NO_NOTES: Notes = Notes { comment: String::new(), method: String::new(), evidence: Vec::new() };

impl Observation {
    /// An observation; without a status it is [`ObservationStatus::Normal`], or the one that goes with the missing reason.
    pub fn new(
        key: ObservationKey,
        value: Value,
        status: Option<ObservationStatus>,
        notes: Notes,
    ) -> Result<Self, ObservationError> {
        check_area(&key.area)?;
        let status = status_of(&value, status)?;
        check_text("comment", &notes.comment)?;
        check_text("method", &notes.method)?;
        check_evidence(&notes.evidence)?;
        Ok(Self::of_checked(key, value, status, notes))
    }

    /// An observation of parts that fulfil what [`Self::new`] checks.
    pub(crate) fn of_checked(
        key: ObservationKey,
        value: Value,
        status: ObservationStatus,
        notes: Notes,
    ) -> Self {
        let notes = (!notes.is_empty()).then(|| Box::new(notes));
        Self { key, value, status, notes }
    }

    /// What it is of.
    pub fn key(&self) -> &ObservationKey {
        &self.key
    }

    /// Its value.
    pub fn value(&self) -> &Value {
        &self.value
    }

    /// What is known about the value's quality.
    pub fn status(&self) -> ObservationStatus {
        self.status
    }

    /// The texts that go with the value.
    pub fn notes(&self) -> &Notes {
        self.notes.as_deref().unwrap_or(&NO_NOTES)
    }
}

/// Why a status does not fit a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum StatusMismatch {
    /// The status requires a missing value, but the value is not missing.
    SaysMissing(ObservationStatus),
    /// The value is missing, but the status requires a value.
    SaysValue(ObservationStatus),
}

impl From<StatusMismatch> for ObservationError {
    fn from(mismatch: StatusMismatch) -> Self {
        match mismatch {
            StatusMismatch::SaysMissing(status) => Self::StatusSaysMissing(status),
            StatusMismatch::SaysValue(status) => Self::StatusSaysValue(status),
        }
    }
}

/// The status of a value: the one that is given, or the default.
pub(crate) fn status_of(
    value: &Value,
    status: Option<ObservationStatus>,
) -> Result<ObservationStatus, StatusMismatch> {
    match (value, status) {
        (Value::Missing(reason), None) => Ok(ObservationStatus::of_missing(*reason)),
        (Value::Missing(_), Some(status)) if !status.is_missing() => Err(StatusMismatch::SaysValue(status)),
        (Value::Missing(_), Some(status)) => Ok(status),
        (_, Some(status)) if status.is_missing() => Err(StatusMismatch::SaysMissing(status)),
        (_, status) => Ok(status.unwrap_or(ObservationStatus::Normal)),
    }
}

/// Succeeds if a status fits a value.
pub fn check_status(value: &Value, status: Option<ObservationStatus>) -> Result<(), ObservationError> {
    status_of(value, status)?;
    Ok(())
}

/// Succeeds if an area can be observed.
pub fn check_area(area: &AreaCode) -> Result<(), ObservationError> {
    match area {
        AreaCode::Group(_) => Err(ObservationError::Group(area.clone())),
        AreaCode::Country(_) | AreaCode::Local(..) => Ok(()),
    }
}

/// Succeeds if a comment or a method is not too long.
pub fn check_text(field: &'static str, text: &str) -> Result<(), ObservationError> {
    let length = text.chars().count();
    if length > TEXT_LENGTH_MAX {
        return Err(ObservationError::TextTooLong { field, length });
    }
    Ok(())
}

/// Succeeds if there is not too much evidence.
pub(crate) fn check_evidence(evidence: &[Evidence]) -> Result<(), ObservationError> {
    if evidence.len() > EVIDENCE_COUNT_MAX {
        return Err(ObservationError::TooMuchEvidence(evidence.len()));
    }
    Ok(())
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

    #[test]
    fn the_status_defaults_to_that_of_the_value() {
        let seen = Observation::new(key("LBY"), number(3653.0), None, Notes::default()).unwrap();
        assert_eq!(seen.status(), ObservationStatus::Normal);
        let missing = Value::Missing(MissingReason::Confidential);
        let hidden = Observation::new(key("LBY"), missing, None, Notes::default()).unwrap();
        assert_eq!(hidden.status(), ObservationStatus::MissingSuppressed);
    }

    #[test]
    fn refuses_a_status_that_contradicts_the_value() {
        let status = Some(ObservationStatus::Missing);
        assert_eq!(
            Observation::new(key("LBY"), number(1.0), status, Notes::default()),
            Err(ObservationError::StatusSaysMissing(ObservationStatus::Missing))
        );
        let missing = Value::Missing(MissingReason::NotCollected);
        assert_eq!(
            Observation::new(key("LBY"), missing, Some(ObservationStatus::Estimated), Notes::default()),
            Err(ObservationError::StatusSaysValue(ObservationStatus::Estimated))
        );
    }

    #[test]
    fn refuses_a_group_and_overlong_texts() {
        assert!(matches!(
            Observation::new(key("m49:015"), number(1.0), None, Notes::default()),
            Err(ObservationError::Group(_))
        ));
        let notes = Notes { comment: "x".repeat(4_001), ..Notes::default() };
        assert_eq!(
            Observation::new(key("LBY"), number(1.0), None, notes),
            Err(ObservationError::TextTooLong { field: "comment", length: 4_001 })
        );
    }
}

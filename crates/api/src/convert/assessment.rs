//! Codings and adjudications, from and to messages.

use tenseven_model::{
    CoderId, Coding, CodingError, CuratorId, Judgement, MissingReason, Rationale, RationaleError, Ruling,
    SourceId, SubmissionId, Unit, UnitError, Value, observation::TEXT_LENGTH_MAX,
};

use super::{
    FieldReason, Reader, Violations,
    caller::{read_coder, read_curator},
    observation::{evidence_message, read_evidences, read_submission},
    value::{read_reason, reason_message},
};
use crate::v1;

/// [`v1::SubmitCodingRequest`], read.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "the fields are those of the message, documented in proto/")]
pub struct SubmitCoding {
    pub submission: SubmissionId,
    pub coding: Coding,
    pub validate_only: bool,
}

impl TryFrom<v1::SubmitCodingRequest> for SubmitCoding {
    type Error = Violations;
    fn try_from(message: v1::SubmitCodingRequest) -> Result<Self, Violations> {
        let v1::SubmitCodingRequest { submission_id, caller, coding, validate_only } = message;
        let mut reader = Reader::default();
        let submission = read_submission(&mut reader, &submission_id);
        let coder = read_coder(&mut reader, caller, "codes");
        let coding = read_coding(&mut reader, coding, coder);
        let read = submission.zip(coding);
        reader.finish(read.map(|(submission, coding)| Self { submission, coding, validate_only }))
    }
}

/// [`v1::AdjudicateCodingsRequest`], read.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "the fields are those of the message, documented in proto/")]
pub struct Adjudicate {
    pub submission: SubmissionId,
    pub curator: CuratorId,
    pub unit: Unit,
    pub source: SourceId,
    pub ruling: Ruling,
    pub comment: String,
    pub validate_only: bool,
}

impl TryFrom<v1::AdjudicateCodingsRequest> for Adjudicate {
    type Error = Violations;
    fn try_from(message: v1::AdjudicateCodingsRequest) -> Result<Self, Violations> {
        let v1::AdjudicateCodingsRequest {
            submission_id,
            caller,
            unit,
            source,
            rule,
            decision,
            comment,
            validate_only,
        } = message;
        let mut reader = Reader::default();
        let submission = read_submission(&mut reader, &submission_id);
        let curator = read_curator(&mut reader, caller, "adjudicates");
        let unit = read_unit(&mut reader, "unit", unit);
        let source = reader.required("source", &source, "the source that the observation is filed under");
        let ruling = read_ruling(&mut reader, rule, decision);
        let length = comment.chars().count();
        if length > TEXT_LENGTH_MAX {
            let problem = format!("has {length} characters; at most {TEXT_LENGTH_MAX} are allowed");
            reader.refuse("comment", FieldReason::TooLong, problem);
        }
        let read = submission.zip(curator).zip(unit.zip(source)).zip(ruling);
        reader.finish(read.map(|(((submission, curator), (unit, source)), ruling)| Self {
            submission,
            curator,
            unit,
            source,
            ruling,
            comment,
            validate_only,
        }))
    }
}

/// The coding of a message, by the coder who calls.
fn read_coding(reader: &mut Reader, message: Option<v1::Coding>, caller: Option<CoderId>) -> Option<Coding> {
    use v1::coding::Judgement as Written;
    let Some(message) = message else {
        reader.refuse("coding", FieldReason::Required, "is absent; give what the coder says of which unit");
        return None;
    };
    let v1::Coding { unit, coder, judgement, narrative, evidence } = message;
    let unit = read_unit(reader, "coding.unit", unit);
    let named: Option<CoderId> = reader.optional("coding.coder", &coder);
    if let (Some(named), Some(caller)) = (&named, &caller)
        && named != caller
    {
        let problem = format!("{named} is not the caller, {caller}; leave it out, or call as {named}");
        reader.refuse("coding.coder", FieldReason::Contradiction, problem);
    }
    let judgement = match judgement {
        Some(Written::Level(level)) => read_level(reader, "coding", &level),
        Some(Written::Missing(reason)) => read_missing(reader, "coding", reason),
        None => {
            reader.refuse("coding", FieldReason::Required, "has no judgement; give level or missing");
            None
        }
    };
    let evidence = read_evidences(reader, "coding", evidence);
    let ((unit, coder), judgement) = unit.zip(caller).zip(judgement)?;
    let error = match Coding::new(unit, coder, judgement, narrative, evidence) {
        Ok(coding) => return Some(coding),
        Err(error) => error,
    };
    let (path, reason) = match &error {
        CodingError::NarrativeTooLong(_) => ("coding.narrative", FieldReason::TooLong),
        CodingError::TooMuchEvidence(_) => ("coding.evidence", FieldReason::TooMany),
    };
    reader.refuse(path, reason, error.to_string());
    None
}

fn read_unit(reader: &mut Reader, path: &str, message: Option<v1::CodingUnit>) -> Option<Unit> {
    let v1::CodingUnit { indicator, area, period } = message.unwrap_or_default();
    let at = |field: &str| format!("{path}.{field}");
    let indicator = reader.required(&at("indicator"), &indicator, "an indicator's id");
    let area = reader.required(&at("area"), &area, "a country, area or local unit");
    let period = reader.required(&at("period"), &period, "an SDMX time period, as 2023");
    let ((indicator, area), period) = indicator.zip(area).zip(period)?;
    match Unit::new(indicator, area, period) {
        Ok(unit) => Some(unit),
        Err(error @ UnitError::Group(_)) => {
            reader.refuse(at("area"), FieldReason::NotAllowed, error.to_string());
            None
        }
    }
}

fn read_ruling(reader: &mut Reader, rule: i32, decision: Option<v1::Decision>) -> Option<Ruling> {
    let rule = v1::AdjudicationRule::try_from(rule);
    if decision.is_some() && rule != Ok(v1::AdjudicationRule::Decision) {
        let problem = "is given, but the rule is another than DECISION; leave it out, or change the rule";
        reader.refuse("decision", FieldReason::Contradiction, problem);
    }
    match rule {
        Ok(v1::AdjudicationRule::Median) => Some(Ruling::Median),
        Ok(v1::AdjudicationRule::Majority) => Some(Ruling::Majority),
        Ok(v1::AdjudicationRule::Decision) => read_decision(reader, decision),
        Ok(v1::AdjudicationRule::Unspecified) => {
            reader.refuse("rule", FieldReason::Required, "is absent; give MEDIAN, MAJORITY or DECISION");
            None
        }
        Err(_) => {
            let problem = "is no rule that this server knows; give MEDIAN, MAJORITY or DECISION";
            reader.refuse("rule", FieldReason::Malformed, problem);
            None
        }
    }
}

fn read_decision(reader: &mut Reader, decision: Option<v1::Decision>) -> Option<Ruling> {
    use v1::decision::Judgement as Written;
    let Some(v1::Decision { judgement, rationale }) = decision else {
        reader.refuse(
            "decision",
            FieldReason::Required,
            "is absent; give a level or missing, and a rationale",
        );
        return None;
    };
    let judgement = match judgement {
        Some(Written::Level(level)) => read_level(reader, "decision", &level),
        Some(Written::Missing(reason)) => read_missing(reader, "decision", reason),
        None => {
            reader.refuse("decision", FieldReason::Required, "has no judgement; give level or missing");
            None
        }
    };
    let rationale = match Rationale::try_from(rationale) {
        Ok(rationale) => Some(rationale),
        Err(error) => {
            let reason = match &error {
                RationaleError::Empty => FieldReason::Required,
                RationaleError::TooLong(_) => FieldReason::TooLong,
            };
            reader.refuse("decision.rationale", reason, error.to_string());
            None
        }
    };
    let (judgement, rationale) = judgement.zip(rationale)?;
    Some(Ruling::Decision { judgement, rationale })
}

fn read_level(reader: &mut Reader, path: &str, level: &str) -> Option<Judgement> {
    let level = reader.required(&format!("{path}.level"), level, "a level of the indicator's rubric");
    level.map(Judgement::Level)
}

fn read_missing(reader: &mut Reader, path: &str, reason: i32) -> Option<Judgement> {
    match read_reason(reader, path, reason)? {
        Value::Missing(reason) => Some(Judgement::Missing(reason)),
        Value::Number(_) | Value::Flag(_) | Value::Level(_) | Value::Ratio(_) => None,
    }
}

/// The unit as a message.
pub fn unit_message(unit: &Unit) -> v1::CodingUnit {
    v1::CodingUnit {
        indicator: unit.indicator().to_string(),
        area: unit.area().to_string(),
        period: unit.period().to_string(),
    }
}

/// The coding as a message.
pub fn coding_message(coding: &Coding) -> v1::Coding {
    use v1::coding::Judgement as Written;
    v1::Coding {
        unit: Some(unit_message(coding.unit())),
        coder: coding.coder().to_string(),
        judgement: Some(match coding.judgement() {
            Judgement::Level(level) => Written::Level(level.to_string()),
            Judgement::Missing(reason) => Written::Missing(reason_number(*reason)),
        }),
        narrative: coding.narrative().to_owned(),
        evidence: coding.evidence().iter().map(evidence_message).collect(),
    }
}

/// The contents of a cited coding, as a message.
pub fn cited_judgement(judgement: &Judgement) -> v1::cited_coding::Judgement {
    use v1::cited_coding::Judgement as Written;
    match judgement {
        Judgement::Level(level) => Written::Level(level.to_string()),
        Judgement::Missing(reason) => Written::Missing(reason_number(*reason)),
    }
}

fn reason_number(reason: MissingReason) -> i32 {
    reason_message(reason).into()
}

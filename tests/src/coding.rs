//! Codings as coders and curators send them.

use tenseven_api::v1::{
    AdjudicateCodingsRequest, AdjudicationRule, Caller, Coding, CodingUnit, Decision, MissingReason,
    SubmitCodingRequest, caller::Role, coding, decision,
};
use uuid::Uuid;

/// A coder who calls.
pub fn coder(id: &str) -> Option<Caller> {
    Some(Caller { role: Some(Role::Coder(id.to_owned())) })
}

/// A curator who calls.
pub fn curator(id: &str) -> Option<Caller> {
    Some(Caller { role: Some(Role::Curator(id.to_owned())) })
}

/// A unit of the indicator of the framework `coded`.
pub fn unit(area: &str, period: &str) -> CodingUnit {
    CodingUnit { indicator: "judged".to_owned(), area: area.to_owned(), period: period.to_owned() }
}

/// A coding of that indicator at a level, under a new submission id.
pub fn coding(by: &str, area: &str, period: &str, level: &str) -> SubmitCodingRequest {
    judged(by, area, period, coding::Judgement::Level(level.to_owned()))
}

/// A coding of that indicator without a level, under a new submission id.
pub fn uncoded(by: &str, area: &str, period: &str, reason: MissingReason) -> SubmitCodingRequest {
    judged(by, area, period, coding::Judgement::Missing(reason.into()))
}

fn judged(by: &str, area: &str, period: &str, judgement: coding::Judgement) -> SubmitCodingRequest {
    let coding = Coding { unit: Some(unit(area, period)), judgement: Some(judgement), ..Coding::default() };
    SubmitCodingRequest {
        submission_id: Uuid::new_v4().to_string(),
        caller: coder(by),
        coding: Some(coding),
        validate_only: false,
    }
}

/// An adjudication of that indicator under the source `panel`, under a new submission id.
pub fn adjudicate(area: &str, period: &str, rule: AdjudicationRule) -> AdjudicateCodingsRequest {
    AdjudicateCodingsRequest {
        submission_id: Uuid::new_v4().to_string(),
        caller: curator("rosa"),
        unit: Some(unit(area, period)),
        source: "panel".to_owned(),
        rule: rule.into(),
        ..AdjudicateCodingsRequest::default()
    }
}

/// A decision for a level.
pub fn decide(level: &str, rationale: &str) -> Option<Decision> {
    let judgement = Some(decision::Judgement::Level(level.to_owned()));
    Some(Decision { judgement, rationale: rationale.to_owned() })
}

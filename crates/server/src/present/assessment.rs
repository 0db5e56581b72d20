//! Codings, agreement and adjudications.

use tenseven_api::{
    convert::{cited_judgement, coding_message, observation_body, timestamp_message, unit_message},
    v1,
};
use tenseven_model::{AdjudicationRule, Revision};
use tenseven_observatory::{
    Agreement, CitedCoding, CodingPage, CodingReceipt, Coefficient, NoAgreement, RecordedAdjudication,
    RecordedCoding, Statistic,
};

use super::{access::partner_id, count::count};

/// What became of a coding.
pub(crate) fn coding_receipt(receipt: CodingReceipt) -> v1::SubmitCodingResponse {
    let CodingReceipt { revision: _, accepted_at, round, revises } = receipt;
    v1::SubmitCodingResponse {
        accept_time: accepted_at.map(timestamp_message),
        round,
        revises,
        ..Default::default()
    }
}

/// A page of codings.
pub(crate) fn codings(page: &CodingPage) -> v1::ListCodingsResponse {
    let CodingPage { codings, withheld, next: _ } = page;
    v1::ListCodingsResponse {
        codings: codings.iter().map(coding).collect(),
        withheld_count: *withheld,
        ..Default::default()
    }
}

fn coding(recorded: &RecordedCoding) -> v1::RecordedCoding {
    let RecordedCoding {
        coding,
        round,
        adjudicated,
        is_superseded,
        previous,
        revision,
        accepted_at,
        submission,
        author,
    } = recorded;
    v1::RecordedCoding {
        coding: Some(coding_message(coding)),
        round: *round,
        adjudicated_revision: adjudicated.map_or(0, Revision::number),
        superseded: *is_superseded,
        previous_revision: previous.map_or(0, Revision::number),
        revision: revision.number(),
        accept_time: Some(timestamp_message(*accepted_at)),
        submission_id: submission.to_string(),
        partner: partner_id(author.as_ref()),
    }
}

/// How far coders agree.
pub(crate) fn agreement(agreement: Agreement) -> v1::GetAgreementResponse {
    let Agreement { coders, rounds, open_rounds, statistics } = agreement;
    v1::GetAgreementResponse {
        coders: coders.iter().map(ToString::to_string).collect(),
        round_count: count(rounds),
        open_round_count: count(open_rounds),
        statistics: statistics.into_iter().map(statistic).collect(),
        ..Default::default()
    }
}

fn statistic(statistic: Statistic) -> v1::AgreementStatistic {
    use v1::AgreementCoefficient as Named;
    let Statistic { coefficient, value, rounds, coders, values } = statistic;
    let coefficient = match coefficient {
        Coefficient::AlphaNominal => Named::AlphaNominal,
        Coefficient::AlphaOrdinal => Named::AlphaOrdinal,
        Coefficient::AlphaInterval => Named::AlphaInterval,
        Coefficient::AlphaRatio => Named::AlphaRatio,
        Coefficient::KappaPlain => Named::KappaPlain,
        Coefficient::KappaLinear => Named::KappaLinear,
        Coefficient::KappaQuadratic => Named::KappaQuadratic,
        Coefficient::KappaFleiss => Named::KappaFleiss,
    };
    let gap = match value {
        Ok(_) => v1::AgreementGap::Unspecified,
        Err(NoAgreement::NoPair) => v1::AgreementGap::NoPair,
        Err(NoAgreement::NoVariation) => v1::AgreementGap::NoVariation,
        Err(NoAgreement::NotTwoCoders) => v1::AgreementGap::NotTwoCoders,
        Err(NoAgreement::NotBalanced) => v1::AgreementGap::NotBalanced,
        Err(NoAgreement::OutOfRange) => v1::AgreementGap::OutOfRange,
    };
    v1::AgreementStatistic {
        coefficient: coefficient.into(),
        value: value.ok(),
        gap: gap.into(),
        unit_count: count(rounds),
        coder_count: count(coders),
        value_count: count(values),
    }
}

/// What a curator made of codings.
pub(crate) fn adjudication(recorded: &RecordedAdjudication) -> v1::Adjudication {
    let RecordedAdjudication { unit, round, curator, rule, observation, codings, revision, accepted } =
        recorded;
    let (named, rationale) = match rule {
        AdjudicationRule::Median => (v1::AdjudicationRule::Median, ""),
        AdjudicationRule::Majority => (v1::AdjudicationRule::Majority, ""),
        AdjudicationRule::Decision { rationale } => (v1::AdjudicationRule::Decision, rationale.as_str()),
    };
    v1::Adjudication {
        unit: Some(unit_message(unit)),
        round: *round,
        curator: curator.to_string(),
        rule: named.into(),
        rationale: rationale.to_owned(),
        observation: Some(observation_body(observation)),
        codings: codings.iter().map(cited).collect(),
        revision: revision.number(),
        accept_time: accepted.map(|(time, _)| timestamp_message(time)),
        submission_id: accepted.map(|(_, submission)| submission.to_string()).unwrap_or_default(),
    }
}

fn cited(cited: &CitedCoding) -> v1::CitedCoding {
    let CitedCoding { coder, revision, judgement } = cited;
    v1::CitedCoding {
        revision: revision.number(),
        coder: coder.to_string(),
        judgement: Some(cited_judgement(judgement)),
    }
}

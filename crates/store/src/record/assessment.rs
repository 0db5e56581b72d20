//! Codings, and what a curator made of them, to and from their records.

use tenseven_model::{
    AdjudicationRule, Coding, Evidence, IdError, Judgement, MissingReason, Rationale, Revision, Unit,
    event::{Adjudicated, FiledCoding},
};

use super::{AssessmentFault, DecodeError, packed, wire};

/// The record of a coding, in the entry of a revision.
pub(super) fn coding_record(revision: Revision, filed: &FiledCoding) -> wire::CodingRecord {
    use wire::coding_record::Judgement as Written;
    let FiledCoding { coding, round, previous } = filed;
    let unit = coding.unit();
    let evidence = coding.evidence().iter().map(|one| wire::EvidenceTexts {
        citation: one.citation().to_owned(),
        url: one.url().to_owned(),
        quote: one.quote().to_owned(),
    });
    wire::CodingRecord {
        indicator: unit.indicator().to_string(),
        area: unit.area().to_string(),
        period: unit.period().to_string(),
        coder: coding.coder().to_string(),
        judgement: Some(match coding.judgement() {
            Judgement::Level(level) => Written::Level(level.to_string()),
            Judgement::Missing(reason) => Written::Missing(reason_record(*reason).into()),
        }),
        narrative: coding.narrative().to_owned(),
        evidence: evidence.collect(),
        round: *round,
        previous: previous.map_or(0, |previous| before(revision, previous)),
    }
}

/// The coding of the entry of a revision.
pub(super) fn filed(revision: Revision, record: wire::CodingRecord) -> Result<FiledCoding, AssessmentFault> {
    use wire::coding_record::Judgement as Written;
    let wire::CodingRecord {
        indicator,
        area,
        period,
        coder,
        judgement,
        narrative,
        evidence,
        round,
        previous,
    } = record;
    let unit = Unit::new(id("indicator", &indicator)?, area.parse()?, period.parse()?)?;
    let judgement = match judgement.ok_or(AssessmentFault::NoJudgement)? {
        Written::Level(level) => Judgement::Level(id("level", &level)?),
        Written::Missing(reason) => Judgement::Missing(reason_of(reason)?),
    };
    let evidence = evidence
        .into_iter()
        .map(|wire::EvidenceTexts { citation, url, quote }| Evidence::new(citation, url, quote))
        .collect::<Result<_, _>>()?;
    let coding = Coding::new(unit, id("coder", &coder)?, judgement, narrative, evidence)?;
    let previous = if previous == 0 { None } else { Some(cited(revision, previous)?) };
    Ok(FiledCoding { coding, round: counted(round)?, previous })
}

/// The record of an adjudication, in the entry of a revision.
pub(super) fn adjudication_record(revision: Revision, adjudicated: &Adjudicated) -> wire::AdjudicationRecord {
    use wire::AdjudicationRuleRecord as Rule;
    let Adjudicated { version, round, curator, rule, codings } = adjudicated;
    let (rule, rationale) = match rule {
        AdjudicationRule::Median => (Rule::Median, String::new()),
        AdjudicationRule::Majority => (Rule::Majority, String::new()),
        AdjudicationRule::Decision { rationale } => (Rule::Decision, rationale.as_str().to_owned()),
    };
    wire::AdjudicationRecord {
        observation: Some(packed::pack(revision, std::slice::from_ref(version))),
        round: *round,
        curator: curator.to_string(),
        rule: rule.into(),
        rationale,
        codings: codings.iter().map(|coding| before(revision, *coding)).collect(),
    }
}

/// The adjudication of the entry of a revision.
pub(super) fn adjudicated(
    revision: Revision,
    record: wire::AdjudicationRecord,
) -> Result<Adjudicated, DecodeError> {
    use wire::AdjudicationRuleRecord as Rule;
    let wire::AdjudicationRecord { observation, round, curator, rule, rationale, codings } = record;
    let mut versions = observation.map_or(Ok(Vec::new()), |packed| packed::versions(revision, &packed))?;
    let count = versions.len();
    let version = versions
        .pop()
        .filter(|one| count == 1 && one.observation().is_some())
        .ok_or(AssessmentFault::Observations(count))?;
    let rule = match Rule::try_from(rule) {
        Ok(Rule::Median) => AdjudicationRule::Median,
        Ok(Rule::Majority) => AdjudicationRule::Majority,
        Ok(Rule::Decision) => {
            let rationale = Rationale::try_from(rationale).map_err(AssessmentFault::Rationale)?;
            AdjudicationRule::Decision { rationale }
        }
        Ok(Rule::Unspecified) | Err(_) => return Err(AssessmentFault::Rule(rule).into()),
    };
    let codings = codings.into_iter().map(|before| cited(revision, before)).collect::<Result<_, _>>()?;
    Ok(Adjudicated { version, round: counted(round)?, curator: id("curator", &curator)?, rule, codings })
}

/// The number of revisions in between. A revision that is not before is rejected earlier.
fn before(revision: Revision, cited: Revision) -> u64 {
    revision.number().wrapping_sub(cited.number())
}

fn cited(revision: Revision, before: u64) -> Result<Revision, AssessmentFault> {
    match (before, revision.number().checked_sub(before)) {
        (1.., Some(number @ 1..)) => Ok(Revision::new(number)),
        _ => Err(AssessmentFault::Cited { before, revision }),
    }
}

fn counted(round: u32) -> Result<u32, AssessmentFault> {
    if round == 0 { Err(AssessmentFault::Round) } else { Ok(round) }
}

fn id<T: std::str::FromStr<Err = IdError>>(field: &'static str, text: &str) -> Result<T, AssessmentFault> {
    text.parse().map_err(|source| AssessmentFault::Id { field, source })
}

fn reason_record(reason: MissingReason) -> wire::MissingReasonRecord {
    match reason {
        MissingReason::NotApplicable => wire::MissingReasonRecord::NotApplicable,
        MissingReason::NotCollected => wire::MissingReasonRecord::NotCollected,
        MissingReason::Confidential => wire::MissingReasonRecord::Confidential,
        MissingReason::NotAvailable => wire::MissingReasonRecord::NotAvailable,
    }
}

fn reason_of(number: i32) -> Result<MissingReason, AssessmentFault> {
    use wire::MissingReasonRecord as Reason;
    match Reason::try_from(number) {
        Ok(Reason::NotApplicable) => Ok(MissingReason::NotApplicable),
        Ok(Reason::NotCollected) => Ok(MissingReason::NotCollected),
        Ok(Reason::Confidential) => Ok(MissingReason::Confidential),
        Ok(Reason::NotAvailable) => Ok(MissingReason::NotAvailable),
        Ok(Reason::Unspecified) | Err(_) => Err(AssessmentFault::MissingReason(number)),
    }
}

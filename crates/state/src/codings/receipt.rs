//! Receipts of codings and adjudications.

use std::sync::Arc;

use tenseven_model::{
    AdjudicationRule, CoderId, CuratorId, Judgement, Observation, Revision, SubmissionId, Timestamp, Unit,
    event::{Adjudicated, VersionBody},
};

use super::index::Codings;

/// The answer to a coding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CodingReceipt {
    /// The revision that accepted it; the newest one where it was only checked.
    pub revision: Revision,
    /// When it was accepted; none where it was only checked.
    pub accepted_at: Option<Timestamp>,
    /// The round of its unit that it belongs to.
    pub round: u32,
    /// Whether it revises an earlier coding of its coder in that round.
    pub revises: bool,
}

/// A coding that an adjudication rests on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CitedCoding {
    /// Whose.
    pub coder: CoderId,
    /// The revision that accepted it.
    pub revision: Revision,
    /// Its judgement.
    pub judgement: Judgement,
}

/// One observation that a curator made of codings.
#[derive(Debug, Clone, PartialEq)]
pub struct RecordedAdjudication {
    /// What was adjudicated.
    pub unit: Unit,
    /// The round that it closed.
    pub round: u32,
    /// Who made it.
    pub curator: CuratorId,
    /// By which rule.
    pub rule: AdjudicationRule,
    /// What it was adjudicated as.
    pub observation: Arc<Observation>,
    /// The codings that it rests on, by coder.
    pub codings: Vec<CitedCoding>,
    /// The revision that accepted it; the newest one where it was only checked.
    pub revision: Revision,
    /// When and by which submission it was accepted; none where it was only checked.
    pub accepted: Option<(Timestamp, SubmissionId)>,
}

impl RecordedAdjudication {
    /// An adjudication with its codings; none if one of these is not among the known codings.
    pub fn of(
        adjudicated: Adjudicated,
        known: &Codings,
        revision: Revision,
        accepted: Option<(Timestamp, SubmissionId)>,
    ) -> Option<Self> {
        let Adjudicated { version, round, curator, rule, codings } = adjudicated;
        let VersionBody::Observed(observation) = version.body else { return None };
        let key = observation.key();
        let unit = Unit::new(key.indicator.clone(), key.area.clone(), key.period).ok()?;
        let (_, filed) = known.of(&unit)?.rounds().find(|(number, _)| *number == round)?;
        let cited = codings.iter().filter_map(|revision| {
            let (filed, _) = filed.all().find(|(filed, _)| filed.revision == *revision)?;
            let (coder, judgement) = (filed.coder.clone(), filed.judgement.clone());
            Some(CitedCoding { coder, revision: *revision, judgement })
        });
        let (codings, observation) = (cited.collect(), Arc::new(observation));
        Some(Self { unit, round, curator, rule, observation, codings, revision, accepted })
    }
}

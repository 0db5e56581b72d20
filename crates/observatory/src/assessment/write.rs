//! Writing: codings and adjudications in, and what became of them.

use std::sync::Arc;

use tenseven_model::{
    AdjudicationRule, CoderId, Coding, CuratorId, Judgement, Observation, Revision, SubmissionId, Timestamp,
    Unit,
    event::{Adjudicated, Event},
};

use super::{AdjudicationRequest, Codings};
use crate::{
    Observatory, QueryError, Receipt, SubmitError, records,
    state::State,
    submission::{Known, Submission},
};

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
    /// What it says.
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

/// An adjudication with what its codings said.
pub(crate) fn recorded(
    adjudicated: Adjudicated,
    known: &Codings,
    revision: Revision,
    accepted: Option<(Timestamp, SubmissionId)>,
) -> Option<RecordedAdjudication> {
    let Adjudicated { version, round, curator, rule, codings } = adjudicated;
    let observation = Arc::new(records::observed(version)?);
    let key = observation.key();
    let unit = Unit::new(key.indicator.clone(), key.area.clone(), key.period).ok()?;
    let (_, filed) = known.of(&unit)?.rounds().find(|(number, _)| *number == round)?;
    let cited = codings.iter().filter_map(|revision| {
        let (filed, _) = filed.all().find(|(filed, _)| filed.revision == *revision)?;
        let (coder, judgement) = (filed.coder.clone(), filed.judgement.clone());
        Some(CitedCoding { coder, revision: *revision, judgement })
    });
    Some(RecordedAdjudication {
        codings: cited.collect(),
        observation,
        unit,
        round,
        curator,
        rule,
        revision,
        accepted,
    })
}

impl Observatory {
    /// Accepts a coding. Answers once it is flushed.
    pub async fn submit_coding(
        &self,
        id: SubmissionId,
        coding: Coding,
    ) -> Result<CodingReceipt, SubmitError> {
        let unit = coding.unit().clone();
        let receipt = self.write(Submission::of_coding(id, coding)).await?;
        coding_receipt(&self.newest(), &unit, receipt, Some(receipt.accepted_at))
    }

    /// What [`Self::submit_coding`] would answer now. Stores nothing.
    pub fn preview_coding(&self, id: SubmissionId, coding: Coding) -> Result<CodingReceipt, SubmitError> {
        let (state, unit) = (self.newest(), coding.unit().clone());
        let submission = Submission::of_coding(id, coding);
        let known = Known { state: &state, journal: self.journal(), pending: &[] };
        if let Some(receipt) = known.receipt(id, submission.digest)? {
            let found = coding_receipt(&state, &unit, receipt, None)?;
            return Ok(CodingReceipt { revision: state.revision, ..found });
        }
        let (event, outcome) = submission.decide(&known, &self.shared.world, &self.shared.limits)?;
        let Event::Coding(filed) = event else { return Err(SubmitError::JournalFailed) };
        let (revision, round, revises) = (state.revision, filed.round, outcome.revised > 0);
        Ok(CodingReceipt { revision, accepted_at: None, round, revises })
    }

    /// Makes one observation of the codings of a unit's open round, and closes the round. Answers once it is flushed and
    /// scored. It is a new version also where it says what was known: it rests on other codings.
    pub async fn adjudicate(
        &self,
        id: SubmissionId,
        request: AdjudicationRequest,
    ) -> Result<RecordedAdjudication, SubmitError> {
        let receipt = self.write(Submission::of_adjudication(id, request)).await?;
        accepted_adjudication(self, receipt.revision)
    }

    /// What [`Self::adjudicate`] would answer now. Stores nothing.
    pub fn preview_adjudication(
        &self,
        id: SubmissionId,
        request: AdjudicationRequest,
    ) -> Result<RecordedAdjudication, SubmitError> {
        let state = self.newest();
        let submission = Submission::of_adjudication(id, request);
        let known = Known { state: &state, journal: self.journal(), pending: &[] };
        if let Some(receipt) = known.receipt(id, submission.digest)? {
            let found = accepted_adjudication(self, receipt.revision)?;
            return Ok(RecordedAdjudication { revision: state.revision, accepted: None, ..found });
        }
        let (event, _) = submission.decide(&known, &self.shared.world, &self.shared.limits)?;
        let Event::Adjudication(adjudicated) = event else { return Err(SubmitError::JournalFailed) };
        recorded(*adjudicated, &state.codings, state.revision, None).ok_or(SubmitError::JournalFailed)
    }

    async fn write(&self, submission: Submission) -> Result<Receipt, SubmitError> {
        let answer = self.shared.intake.submit(submission)?;
        // The writer answers every job that it takes; it can only be gone if its thread died.
        answer.await.unwrap_or(Err(SubmitError::JournalFailed))
    }
}

fn coding_receipt(
    state: &State,
    unit: &Unit,
    receipt: Receipt,
    accepted_at: Option<Timestamp>,
) -> Result<CodingReceipt, SubmitError> {
    let Receipt { revision, accepted_at: _, new: _, revised, unchanged: _ } = receipt;
    let round = state.codings.round_of(unit, revision).ok_or(SubmitError::Unreadable { revision })?;
    Ok(CodingReceipt { revision, accepted_at, round, revises: revised > 0 })
}

/// An adjudication that was accepted, read back.
fn accepted_adjudication(
    observatory: &Observatory,
    revision: Revision,
) -> Result<RecordedAdjudication, SubmitError> {
    let read = records::adjudication(observatory.journal(), &observatory.newest().codings, revision);
    let unreadable = SubmitError::Unreadable { revision };
    match read {
        Ok(Some(found)) => Ok(found),
        Err(QueryError::Unreadable { revision }) => Err(SubmitError::Unreadable { revision }),
        Ok(None) | Err(_) => Err(unreadable),
    }
}

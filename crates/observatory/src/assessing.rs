//! Assessing: how codings and adjudications are submitted.

use tenseven_model::{Coding, Revision, Timestamp, Unit};
use tenseven_state::{
    Operation as _, Receipt, State,
    codings::{AdjudicateCodings, CodingReceipt, RecordedAdjudication, SubmitCoding},
};

use crate::{
    AdjudicateError, Attributed, Observatory, SubmissionError, SubmitCodingError, Unreadable, WriteError,
    records,
};

impl Observatory {
    /// Accepts a coding. Answers once it is flushed.
    pub async fn submit_coding(
        &self,
        by: impl Into<Attributed>,
        coding: Coding,
    ) -> Result<CodingReceipt, SubmitCodingError> {
        let unit = coding.unit().clone();
        let receipt = self.write(by.into(), SubmitCoding { coding }).await?;
        let found = coding_receipt(&self.newest(), &unit, receipt, Some(receipt.accepted_at));
        Ok(found.map_err(SubmissionError::from)?)
    }

    /// What [`Self::submit_coding`] would answer now. Stores nothing.
    pub fn preview_coding(
        &self,
        by: impl Into<Attributed>,
        coding: Coding,
    ) -> Result<CodingReceipt, SubmitCodingError> {
        let (state, unit) = (self.newest(), coding.unit().clone());
        let command = SubmitCoding { coding };
        let revision = state.revision();
        let by = by.into();
        if let Some(receipt) = self.known(&state, by.submission, command.digest())? {
            let found = coding_receipt(&state, &unit, receipt, None).map_err(SubmissionError::from)?;
            return Ok(CodingReceipt { revision, ..found });
        }
        self.allow(&state, &by, &command).map_err(WriteError::Denied)?;
        let filed = command.file(&state, &self.shared.rules()).map_err(WriteError::Rejected)?;
        let (round, revises) = (filed.round, filed.previous.is_some());
        Ok(CodingReceipt { revision, accepted_at: None, round, revises })
    }

    /// Makes one observation of the codings of a unit's open round, and closes the round. Answers once it is flushed and
    /// scored. It is a new version even if its value did not change: it rests on other codings.
    pub async fn adjudicate(
        &self,
        by: impl Into<Attributed>,
        command: AdjudicateCodings,
    ) -> Result<RecordedAdjudication, AdjudicateError> {
        let receipt = self.write(by.into(), command).await?;
        Ok(self.accepted_adjudication(receipt.revision).map_err(SubmissionError::from)?)
    }

    /// What [`Self::adjudicate`] would answer now. Stores nothing.
    pub fn preview_adjudication(
        &self,
        by: impl Into<Attributed>,
        command: AdjudicateCodings,
    ) -> Result<RecordedAdjudication, AdjudicateError> {
        let state = self.newest();
        let revision = state.revision();
        let by = by.into();
        if let Some(receipt) = self.known(&state, by.submission, command.digest())? {
            let found = self.accepted_adjudication(receipt.revision).map_err(SubmissionError::from)?;
            return Ok(RecordedAdjudication { revision, accepted: None, ..found });
        }
        self.allow(&state, &by, &command).map_err(WriteError::Denied)?;
        let (adjudicated, _) =
            command.adjudicate(&state, &self.shared.rules()).map_err(WriteError::Rejected)?;
        // The codings that it cites are those of the same state.
        let recorded = RecordedAdjudication::of(adjudicated, state.codings(), revision, None);
        Ok(recorded.ok_or(Unreadable { revision }).map_err(SubmissionError::from)?)
    }

    /// An adjudication that was accepted, read back.
    fn accepted_adjudication(&self, revision: Revision) -> Result<RecordedAdjudication, Unreadable> {
        let found = records::adjudication(self.journal(), self.newest().codings(), revision)?;
        found.ok_or(Unreadable { revision })
    }
}

fn coding_receipt(
    state: &State,
    unit: &Unit,
    receipt: Receipt,
    accepted_at: Option<Timestamp>,
) -> Result<CodingReceipt, Unreadable> {
    let Receipt { revision, revised, .. } = receipt;
    let round = state.codings().round_of(unit, revision).ok_or(Unreadable { revision })?;
    Ok(CodingReceipt { revision, accepted_at, round, revises: revised > 0 })
}

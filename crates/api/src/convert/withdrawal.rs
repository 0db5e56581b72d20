//! Withdrawals, from and to messages.

use tenseven_model::{
    AreaCode, IndicatorId, ObservationKey, PartnerId, Revision, SubmissionId, Timestamp, Withdrawal,
    WithdrawalReason, WithdrawalReasonError,
};

use super::{FieldReason, Partial, Reader, timestamp_message};
use crate::v1;

/// The withdrawal of a message at `path`, or what could be read of it; everything that is wrong with it is noted.
pub fn read_withdrawal(
    reader: &mut Reader,
    path: &str,
    message: v1::Withdrawal,
) -> Result<Withdrawal, Partial> {
    let v1::Withdrawal { indicator, area, period, source, reason } = message;
    let at = |field: &str| format!("{path}.{field}");
    let indicator: Option<IndicatorId> = reader.required(&at("indicator"), &indicator, "an indicator's id");
    let area: Option<AreaCode> = reader.required(&at("area"), &area, "a country, area or local unit");
    let period = reader.required(&at("period"), &period, "an SDMX time period, as 2023");
    let source = reader.required(&at("source"), &source, "who the value comes from");
    let reason = read_reason(reader, at("reason"), &reason);
    let partial = Partial { indicator: indicator.clone(), area: area.clone() };
    let Some((((indicator, area), (period, source)), reason)) =
        indicator.zip(area).zip(period.zip(source)).zip(reason)
    else {
        return Err(partial);
    };
    Withdrawal::new(ObservationKey { indicator, area, source, period }, reason).map_err(|error| {
        reader.refuse(at("area"), FieldReason::NotAllowed, error.to_string());
        partial
    })
}

pub(super) fn read_reason(reader: &mut Reader, path: String, text: &str) -> Option<WithdrawalReason> {
    let error = match text.parse() {
        Ok(reason) => return Some(reason),
        Err(error) => error,
    };
    let reason = match error {
        WithdrawalReasonError::Empty => FieldReason::Required,
        WithdrawalReasonError::TooLong { .. } => FieldReason::TooLong,
    };
    reader.refuse(path, reason, error.to_string());
    None
}

/// The withdrawal as a message.
pub fn withdrawal_message(withdrawal: &Withdrawal) -> v1::Withdrawal {
    let ObservationKey { indicator, area, source, period } = withdrawal.key();
    v1::Withdrawal {
        indicator: indicator.to_string(),
        area: area.to_string(),
        period: period.to_string(),
        source: source.to_string(),
        reason: withdrawal.reason().to_string(),
    }
}

/// The withdrawal as a version of its observation, with when, by which submission and from which partner it was accepted.
pub fn withdrawn_message(
    withdrawal: &Withdrawal,
    revision: Revision,
    accepted_at: Timestamp,
    submission: SubmissionId,
    author: Option<&PartnerId>,
) -> v1::RecordedObservation {
    v1::RecordedObservation {
        observation: None,
        revision: revision.number(),
        accept_time: Some(timestamp_message(accepted_at)),
        submission_id: submission.to_string(),
        partner: author.map(ToString::to_string).unwrap_or_default(),
        withdrawal: Some(withdrawal_message(withdrawal)),
    }
}

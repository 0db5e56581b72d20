//! Withdrawals, in and out.

use tenseven_model::{ObservationKey, Revision, SubmissionId, Timestamp, Withdrawal};

use super::timestamp_message;
use crate::v1;

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

/// The withdrawal as a version of its observation, with when and by which submission it was accepted.
pub fn withdrawn_message(
    withdrawal: &Withdrawal,
    revision: Revision,
    accepted_at: Timestamp,
    submission: SubmissionId,
) -> v1::RecordedObservation {
    v1::RecordedObservation {
        observation: None,
        revision: revision.number(),
        accepted_at: Some(timestamp_message(accepted_at)),
        submission_id: submission.to_string(),
        withdrawal: Some(withdrawal_message(withdrawal)),
    }
}

//! Withdrawals, read and answered.

use tenseven_api::{
    Violations,
    convert::{Partial, Reader, read_submission, read_withdrawal, timestamp_message},
    v1,
};
use tenseven_model::{SubmissionId, Withdrawal};
use tenseven_observatory::{Observatory, Position, WithdrawalPreview, WithdrawalReceipt};

use crate::violation::withdrawal_violation;

/// The submission of withdrawals, or everything that is wrong with it: the shape of each field, and of the withdrawals
/// that have their shape, what the registry would refuse.
pub(super) fn read_withdrawals(
    observatory: &Observatory,
    message: v1::WithdrawObservationsRequest,
) -> Result<(SubmissionId, Vec<Withdrawal>), Violations> {
    let v1::WithdrawObservationsRequest { submission_id, withdrawals, validate_only: _ } = message;
    let count = withdrawals.len();
    let mut reader = Reader::default();
    let submission = read_submission(&mut reader, &submission_id);
    // A batch that is too large is refused for that alone; its withdrawals are not looked at.
    let taken = if count > observatory.limits().batch_observations_max { Vec::new() } else { withdrawals };
    let (mut read, mut faults) = (Vec::with_capacity(taken.len()), Vec::new());
    for (place, message) in taken.into_iter().enumerate() {
        match read_withdrawal(&mut reader, &format!("withdrawals[{place}]"), message) {
            Ok(withdrawal) => read.push((place, withdrawal)),
            Err(Partial { indicator, area }) => {
                let names = observatory.withdrawal_name_faults(place, indicator.as_ref(), area.as_ref());
                faults.extend(names);
            }
        }
    }
    if reader.count() > 0 || read.len() < count {
        let read = read.iter().map(|(place, withdrawal)| (*place, withdrawal));
        faults.extend(observatory.withdrawal_faults(count, read));
    }
    for fault in &faults {
        let found = withdrawal_violation(fault);
        reader.refuse(found.path, found.reason, found.description);
    }
    let is_whole = read.len() == count;
    let whole = is_whole.then(|| read.into_iter().map(|(_, withdrawal)| withdrawal).collect());
    reader.finish(submission.zip(whole))
}

pub(super) fn receipt_message(receipt: WithdrawalReceipt, at: Position) -> v1::WithdrawObservationsResponse {
    let WithdrawalReceipt { revision, accepted_at, withdrawn } = receipt;
    v1::WithdrawObservationsResponse {
        revision: revision.number(),
        withdrawn_count: withdrawn,
        accept_time: Some(timestamp_message(accepted_at)),
        history_id: at.history.to_string(),
    }
}

pub(super) fn preview_message(preview: WithdrawalPreview, at: Position) -> v1::WithdrawObservationsResponse {
    let WithdrawalPreview { revision, withdrawn } = preview;
    v1::WithdrawObservationsResponse {
        revision: revision.number(),
        withdrawn_count: withdrawn,
        accept_time: None,
        history_id: at.history.to_string(),
    }
}

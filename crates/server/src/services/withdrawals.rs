//! Withdrawals, read and answered.

use tenseven_api::{
    Violations,
    convert::{Partial, Reader, read_submission, read_withdrawal, timestamp_message},
    v1,
};
use tenseven_model::SubmissionId;
use tenseven_observatory::{Change, Observatory, Position, Preview, Receipt};

use crate::violation::{WITHDRAWALS, violation};

/// The submission of withdrawals, or everything that is wrong with it: the shape of each field, and of the withdrawals
/// that have their shape, what the registry would refuse.
pub(super) fn read_withdrawals(
    observatory: &Observatory,
    message: v1::WithdrawObservationsRequest,
) -> Result<(SubmissionId, Vec<Change>), Violations> {
    let v1::WithdrawObservationsRequest { submission_id, withdrawals, validate_only: _ } = message;
    let count = withdrawals.len();
    let mut reader = Reader::default();
    let submission = read_submission(&mut reader, &submission_id);
    // A batch that is too large is refused for that alone; its withdrawals are not looked at.
    let taken = if count > observatory.limits().batch_observations_max { Vec::new() } else { withdrawals };
    let (mut read, mut faults) = (Vec::with_capacity(taken.len()), Vec::new());
    for (place, message) in taken.into_iter().enumerate() {
        match read_withdrawal(&mut reader, &format!("withdrawals[{place}]"), message) {
            Ok(withdrawal) => read.push((place, Change::from(withdrawal))),
            Err(Partial { indicator, area }) => {
                let names = observatory.change_name_faults(place, indicator.as_ref(), area.as_ref());
                faults.extend(names);
            }
        }
    }
    if reader.count() > 0 || read.len() < count {
        faults.extend(observatory.change_faults(count, read.iter().map(|(place, change)| (*place, change))));
    }
    for fault in &faults {
        let found = violation(fault, WITHDRAWALS);
        reader.refuse(found.path, found.reason, found.description);
    }
    let is_whole = read.len() == count;
    let whole = is_whole.then(|| read.into_iter().map(|(_, change)| change).collect());
    reader.finish(submission.zip(whole))
}

pub(super) fn receipt_message(receipt: Receipt, at: Position) -> v1::WithdrawObservationsResponse {
    let Receipt { revision, accepted_at, withdrawn, .. } = receipt;
    v1::WithdrawObservationsResponse {
        revision: revision.number(),
        withdrawn_count: withdrawn,
        accepted_at: Some(timestamp_message(accepted_at)),
        history: at.history.to_string(),
    }
}

pub(super) fn preview_message(preview: Preview, at: Position) -> v1::WithdrawObservationsResponse {
    let Preview { revision, withdrawn, .. } = preview;
    v1::WithdrawObservationsResponse {
        revision: revision.number(),
        withdrawn_count: withdrawn,
        accepted_at: None,
        history: at.history.to_string(),
    }
}

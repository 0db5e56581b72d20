//! Changes of observations: read, submitted, and answered, whichever method sends them.
//!
//! *Invariant:* the rejection of a request lists everything that is wrong with it: the shape of each field, and of the changes that have
//! their shape, what the registry would reject.

use std::sync::Arc;

use prost_types::Timestamp;
use tenseven_api::{
    Violations,
    convert::{
        Partial, Reader, read_change, read_observation, read_submission, read_withdrawal, timestamp_message,
    },
    v1,
};
use tenseven_model::{SubmissionId, event::ChangeCounts};
use tenseven_observatory::{Change, Observatory, Position, Preview, Receipt};
use tonic::Status;

use super::reading::Reading;
use crate::{
    call::Call,
    status::{OrRefuse as _, RefusedChanges},
    violation::{Listed, violation},
};

/// Changes that have their shape.
pub(super) struct Submission {
    /// Its id.
    pub(super) id: SubmissionId,
    /// What it changes.
    pub(super) changes: Vec<Change>,
    /// How the request calls them.
    pub(super) listed: Listed,
}

/// What became of changes, or would become of them.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Changed {
    /// How many did what.
    pub(crate) counts: ChangeCounts,
    /// The revision that accepted them, or the newest one.
    pub(crate) at: Position,
    /// When they were accepted; none where they were only checked.
    pub(crate) accept_time: Option<Timestamp>,
}

impl Changed {
    /// What became of changes that were accepted.
    pub(super) fn accepted(observatory: &Observatory, receipt: &Receipt) -> Self {
        let accept_time = Some(timestamp_message(receipt.accepted_at));
        Self { counts: receipt.counts(), at: observatory.position(receipt.revision), accept_time }
    }

    /// What would become of changes that were only checked.
    pub(super) fn checked(observatory: &Observatory, preview: Preview) -> Self {
        let Preview { revision, new, revised, unchanged, withdrawn } = preview;
        let counts = ChangeCounts { new, revised, unchanged, withdrawn };
        Self { counts, at: observatory.position(revision), accept_time: None }
    }
}

/// Submits changes, or only checks them.
pub(super) async fn submit(
    (observatory, reading, call): (&Arc<Observatory>, &Reading, &Call),
    submission: Submission,
    validate_only: bool,
) -> Result<Changed, Status> {
    let Submission { id, changes, listed } = submission;
    let by = call.attributed(id);
    if validate_only {
        let checking = Arc::clone(observatory);
        // Merges are read from the journal.
        let has_merges = changes.iter().any(|change| matches!(change, Change::Merge(_)));
        let check =
            move || checking.preview_changes(by, changes).map_err(|error| RefusedChanges(error, listed));
        let preview = if has_merges { reading.ask(call, check).await? } else { check().or_refuse()? };
        return Ok(Changed::checked(observatory, preview));
    }
    let receipt = observatory.submit_changes(by, changes).await;
    let receipt = receipt.map_err(|error| RefusedChanges(error, listed)).or_refuse()?;
    Ok(Changed::accepted(observatory, &receipt))
}

/// Charges changes to their caller, before they are looked at.
pub(super) async fn charge((observatory, call): (&Observatory, &Call), changes: usize) -> Result<(), Status> {
    call.charge(looked_at(observatory, changes)).await
}

/// The same for a batch of a stream, which waits where that does not take long.
pub(super) async fn charge_in_turn(
    (observatory, call): (&Observatory, &Call),
    changes: usize,
) -> Result<(), Status> {
    call.charge_in_turn(looked_at(observatory, changes)).await
}

/// How many of a submission's changes are looked at: none of one that is too large, which counts as one.
fn looked_at(observatory: &Observatory, changes: usize) -> usize {
    if changes > observatory.limits().batch_observations_max { 1 } else { changes }
}

/// The submission of observations to be put.
pub(super) fn read_observations(
    observatory: &Observatory,
    submission_id: &str,
    observations: Vec<v1::Observation>,
) -> Result<Submission, Violations> {
    let one =
        |reader: &mut Reader, path: &str, message| read_observation(reader, path, message).map(Change::from);
    read(observatory, submission_id, Listed::observations(), observations, one)
}

/// The submission of withdrawals.
pub(super) fn read_withdrawals(
    observatory: &Observatory,
    submission_id: &str,
    withdrawals: Vec<v1::Withdrawal>,
) -> Result<Submission, Violations> {
    let one =
        |reader: &mut Reader, path: &str, message| read_withdrawal(reader, path, message).map(Change::from);
    read(observatory, submission_id, Listed::withdrawals(), withdrawals, one)
}

/// The submission of changes of any kind.
pub(super) fn read_changes(
    observatory: &Observatory,
    submission_id: &str,
    changes: Vec<v1::ObservationChange>,
) -> Result<Submission, Violations> {
    let listed = Listed::changes(&changes);
    read(observatory, submission_id, listed, changes, |reader, path, message| {
        use tenseven_api::convert::ReadChange;
        Ok(match read_change(reader, path, message)? {
            ReadChange::Put(observation) => Change::from(observation),
            ReadChange::Merge(merge) => Change::from(merge),
            ReadChange::Withdraw(withdrawal) => Change::from(withdrawal),
        })
    })
}

fn read<M>(
    observatory: &Observatory,
    submission_id: &str,
    listed: Listed,
    messages: Vec<M>,
    mut read_one: impl FnMut(&mut Reader, &str, M) -> Result<Change, Partial>,
) -> Result<Submission, Violations> {
    let count = messages.len();
    let mut reader = Reader::default();
    let id = read_submission(&mut reader, submission_id);
    // A submission that is too large is rejected for that alone; its changes are not looked at.
    let taken = if count > observatory.limits().batch_observations_max { Vec::new() } else { messages };
    let (mut read, mut faults) = (Vec::with_capacity(taken.len()), Vec::new());
    for (index, message) in taken.into_iter().enumerate() {
        match read_one(&mut reader, &listed.path(Some(index)), message) {
            Ok(change) => read.push((index, change)),
            Err(Partial { indicator, area }) => {
                faults.extend(observatory.change_name_faults(index, indicator.as_ref(), area.as_ref()));
            }
        }
    }
    if reader.count() > 0 || read.len() < count {
        faults.extend(observatory.change_faults(count, read.iter().map(|(index, change)| (*index, change))));
    }
    for fault in &faults {
        let found = violation(fault, &listed);
        reader.refuse(found.path, found.reason, found.description);
    }
    let whole = (read.len() == count).then(|| read.into_iter().map(|(_, change)| change).collect());
    let submission = reader.finish(id.zip(whole)).map_err(in_order);
    submission.map(|(id, changes)| Submission { id, changes, listed })
}

/// Violations in the order of what they are of; those of the whole request first.
fn in_order(mut violations: Violations) -> Violations {
    let index = |path: &str| path.split_once('[')?.1.split_once(']')?.0.parse::<usize>().ok();
    violations.0.sort_by_cached_key(|violation| index(&violation.path));
    violations
}

#[cfg(test)]
mod tests {
    use tenseven_api::{Violation, convert::FieldReason};

    use super::*;

    #[test]
    fn violations_are_in_the_order_of_the_batch() {
        let of = |path: &str| Violation {
            path: path.to_owned(),
            reason: FieldReason::Malformed,
            description: String::new(),
        };
        let found = [
            "observations[10].period",
            "observations[2].value.number",
            "submission_id",
            "observations[2].area",
        ];
        let ordered = in_order(Violations(found.map(of).to_vec()));
        let paths: Vec<_> = ordered.0.iter().map(|one| one.path.as_str()).collect();
        assert_eq!(
            paths,
            [
                "submission_id",
                "observations[2].value.number",
                "observations[2].area",
                "observations[10].period"
            ]
        );
    }
}

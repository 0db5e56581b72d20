//! Observations and the receipts of batches as messages.

use tenseven_api::{
    convert::{observation_message, withdrawn_message},
    v1,
};
use tenseven_model::event::{ChangeCounts, VersionBody};
use tenseven_observatory::{Recorded, RecordedVersion};

use crate::services::Changed;

/// What became of changes.
pub(crate) fn changed(changed: Changed) -> v1::SubmitChangesResponse {
    let Changed { counts: ChangeCounts { new, revised, unchanged, withdrawn }, at, accept_time } = changed;
    v1::SubmitChangesResponse {
        revision: at.revision.number(),
        new_count: new,
        revised_count: revised,
        unchanged_count: unchanged,
        withdrawn_count: withdrawn,
        accept_time,
        history_id: at.history.to_string(),
    }
}

/// What became of observations that were put.
pub(crate) fn pushed(changed: Changed) -> v1::PushObservationsResponse {
    let Changed { counts: ChangeCounts { new, revised, unchanged, withdrawn: _ }, at, accept_time } = changed;
    v1::PushObservationsResponse {
        revision: at.revision.number(),
        new_count: new,
        revised_count: revised,
        unchanged_count: unchanged,
        accept_time,
        history_id: at.history.to_string(),
    }
}

/// What became of withdrawals.
pub(crate) fn withdrawn(changed: Changed) -> v1::WithdrawObservationsResponse {
    let Changed { counts: ChangeCounts { new: _, revised: _, unchanged: _, withdrawn }, at, accept_time } =
        changed;
    v1::WithdrawObservationsResponse {
        revision: at.revision.number(),
        withdrawn_count: withdrawn,
        accept_time,
        history_id: at.history.to_string(),
    }
}

/// An observation with the revision that recorded it.
pub(crate) fn recorded(recorded: &Recorded) -> v1::RecordedObservation {
    let Recorded { observation, revision, accepted_at, submission, author } = recorded;
    observation_message(observation, *revision, *accepted_at, *submission, author.as_ref())
}

/// One version of an observation: a value or a withdrawal.
pub(crate) fn version(version: &RecordedVersion) -> v1::RecordedObservation {
    let RecordedVersion { body, revision, accepted_at, submission, author } = version;
    match body {
        VersionBody::Observed(observation) => {
            observation_message(observation, *revision, *accepted_at, *submission, author.as_ref())
        }
        VersionBody::Withdrawn(withdrawal) => {
            withdrawn_message(withdrawal, *revision, *accepted_at, *submission, author.as_ref())
        }
    }
}

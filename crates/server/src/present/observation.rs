//! Observations and the receipts of batches as messages.

use tenseven_api::{
    convert::{observation_message, timestamp_message, withdrawn_message},
    v1,
};
use tenseven_model::event::VersionBody;
use tenseven_observatory::{Position, Preview, Receipt, Recorded, RecordedVersion};

/// What a batch came to.
pub(crate) fn push_receipt(receipt: Receipt, at: Position) -> v1::PushObservationsResponse {
    let Receipt { revision, accepted_at, new, revised, unchanged, withdrawn } = receipt;
    v1::PushObservationsResponse {
        revision: revision.number(),
        new_count: new,
        // The message counts withdrawals as revised.
        revised_count: revised + withdrawn,
        unchanged_count: unchanged,
        accepted_at: Some(timestamp_message(accepted_at)),
        history: at.history.to_string(),
    }
}

/// What a batch would come to.
pub(crate) fn push_preview(preview: Preview, at: Position) -> v1::PushObservationsResponse {
    let Preview { revision, new, revised, unchanged, withdrawn } = preview;
    v1::PushObservationsResponse {
        revision: revision.number(),
        new_count: new,
        // The message counts withdrawals as revised.
        revised_count: revised + withdrawn,
        unchanged_count: unchanged,
        accepted_at: None,
        history: at.history.to_string(),
    }
}

/// An observation with the revision that recorded it.
pub(crate) fn recorded(recorded: &Recorded) -> v1::RecordedObservation {
    let Recorded { observation, revision, accepted_at, submission } = recorded;
    observation_message(observation, *revision, *accepted_at, *submission)
}

/// One version of an observation: a value or a withdrawal.
pub(crate) fn version(version: &RecordedVersion) -> v1::RecordedObservation {
    let RecordedVersion { body, revision, accepted_at, submission } = version;
    match body {
        VersionBody::Observed(observation) => {
            observation_message(observation, *revision, *accepted_at, *submission)
        }
        VersionBody::Withdrawn(withdrawal) => {
            withdrawn_message(withdrawal, *revision, *accepted_at, *submission)
        }
    }
}

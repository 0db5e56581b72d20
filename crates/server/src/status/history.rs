//! Statuses of revisions that belong to another history than this registry's.

use tenseven_api::v1::ErrorReason;
use tenseven_model::{HistoryId, OtherHistory, Revision};
use tenseven_observatory::WrongHistory;
use tonic::Code;

use super::{
    details::{details, status},
    refusal::{Refusal, Refused},
};

impl Refusal for WrongHistory {
    fn refuse(self) -> Refused {
        let message = self.to_string();
        let Self { revision, problem } = self;
        match problem {
            OtherHistory::Unknown { history, current } => {
                other_history(revision, current, &[("history_id", history.to_string())], message)
            }
            OtherHistory::Left { history, revision: _, left_after, current } => {
                let left_after = ("left_after_revision", left_after.number().to_string());
                other_history(revision, current, &[("history_id", history.to_string()), left_after], message)
            }
            OtherHistory::Ambiguous { revision: _, forked_after, current } => {
                let left_after = ("left_after_revision", forked_after.number().to_string());
                other_history(revision, current, &[left_after], message)
            }
        }
    }
}

/// A revision belongs to another history than this registry's; `known` is what is known of that.
pub(super) fn other_history(
    revision: Revision,
    current: HistoryId,
    known: &[(&str, String)],
    message: String,
) -> Refused {
    let mut metadata =
        vec![("revision", revision.number().to_string()), ("current_history_id", current.to_string())];
    metadata.extend_from_slice(known);
    let mut details = details(ErrorReason::OtherHistory, &metadata);
    details.add_precondition_failure_violation("HISTORY", format!("revision {revision}"), message.clone());
    status(Code::FailedPrecondition, message, details)
}

//! Statuses of failures that no caller can avoid.

use tenseven_api::v1::ErrorReason;
use tenseven_model::Revision;
use tonic::{Code, Status};

use super::details::{details, status};

/// The answer was not made to its end.
pub(crate) fn ended() -> Status {
    status(Code::Internal, "an internal error occurred", details(ErrorReason::Internal, &[]))
}

pub(super) fn unreadable(revision: Revision, message: String) -> Status {
    let revision = [("revision", revision.number().to_string())];
    status(Code::DataLoss, message, details(ErrorReason::JournalDamaged, &revision))
}

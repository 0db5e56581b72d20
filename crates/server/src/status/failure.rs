//! Statuses of failures that no caller can avoid.

use tenseven_api::v1::ErrorReason;
use tenseven_observatory::Unreadable;
use tonic::{Code, Status};

use super::{
    details::{details, status},
    refusal::{Refusal, Refused},
};

/// The answer was not made to its end.
pub(crate) fn ended() -> Status {
    status(Code::Internal, "an internal error occurred", details(ErrorReason::Internal, &[])).into()
}

impl Refusal for Unreadable {
    fn refuse(self) -> Refused {
        let revision = [("revision", self.revision.number().to_string())];
        status(Code::DataLoss, self.to_string(), details(ErrorReason::JournalDamaged, &revision))
    }
}

//! Statuses of retired frameworks, and of retirements.

use tenseven_api::v1::ErrorReason;
use tenseven_observatory::{
    FrameworkLookupError, NoSuccessor, RetiredFramework, RetirementRejection, UnknownFramework, Unreadable,
    UnreadableVersion,
};
use tonic::Code;
use tonic_types::PreconditionViolation;

use super::{
    details::{details, not_found, shortened, status},
    refusal::{Refusal, Refused, refused_by},
};

refused_by!(RetirementRejection { Unknown, Retired, Successor, Unreadable });
refused_by!(FrameworkLookupError { Unknown, Retired, Unreadable });

impl Refusal for RetiredFramework {
    fn refuse(self) -> Refused {
        let message = shortened(&self.to_string());
        let (framework, revision) = (self.retired.framework.to_string(), self.retired.revision);
        let mut metadata =
            vec![("framework", framework.clone()), ("revision", revision.number().to_string())];
        metadata.extend(self.current.map(|current| ("current", current.to_string())));
        let mut details = details(ErrorReason::FrameworkRetired, &metadata);
        let violation = PreconditionViolation::new("FRAMEWORK_RETIRED", framework, message.clone());
        details.set_precondition_failure(vec![violation]);
        status(Code::FailedPrecondition, message, details)
    }
}

impl Refusal for NoSuccessor {
    fn refuse(self) -> Refused {
        let message = shortened(&self.to_string());
        let metadata = [("framework", self.framework.to_string()), ("successor", self.successor.to_string())];
        let mut details = details(ErrorReason::RetirementBlocked, &metadata);
        let violation =
            PreconditionViolation::new("RETIREMENT_BLOCKED", self.successor.to_string(), message.clone());
        details.set_precondition_failure(vec![violation]);
        status(Code::FailedPrecondition, message, details)
    }
}

impl Refusal for UnknownFramework {
    fn refuse(self) -> Refused {
        let (framework, message) = (self.framework.to_string(), self.to_string());
        not_found(ErrorReason::UnknownFramework, "framework", framework, message)
    }
}

impl Refusal for UnreadableVersion {
    fn refuse(self) -> Refused {
        Unreadable { revision: self.revision }.refuse()
    }
}

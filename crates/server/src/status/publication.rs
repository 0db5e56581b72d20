//! Statuses of publications.

use tenseven_api::{Violation, convert::FieldReason, v1::ErrorReason};
use tenseven_observatory::{Clash, DefinitionError, PublicationUnderWay, PublishError, Unpublishable};
use tonic::{Code, Status};
use tonic_types::PreconditionViolation;

use super::{
    details::{RESTART_RETRY_DELAY, details, fitting, shortened, status},
    failure::ended,
    refusal::Refusal,
    violations::{refuse_definition, refuse_field},
};

impl Refusal for PublishError {
    fn into_status(self) -> Status {
        match self {
            Self::Definition(error) => error.into_status(),
            Self::Unpublishable(problem) => problem.into_status(),
            Self::UnderWay(under_way) => under_way.into_status(),
            Self::Died(_) => ended(),
            Self::Submission(error) => error.into_status(),
        }
    }
}

impl Refusal for DefinitionError {
    fn into_status(self) -> Status {
        match self {
            Self::TooLong { .. } => refuse_field("definition", FieldReason::TooLong, self.to_string()),
            Self::Text(error) => refuse_definition("definition", &error),
        }
    }
}

impl Refusal for PublicationUnderWay {
    fn into_status(self) -> Status {
        let mut details = details(ErrorReason::PublicationUnderWay, &[]);
        details.set_retry_info(Some(RESTART_RETRY_DELAY));
        status(Code::ResourceExhausted, self.to_string(), details)
    }
}

impl Refusal for Unpublishable {
    fn into_status(self) -> Status {
        let message = shortened(&self.to_string());
        match self {
            Self::Exists { framework, revision, same_text } => {
                let told =
                    [("revision", revision.number().to_string()), ("same_text", same_text.to_string())];
                let mut details = details(ErrorReason::FrameworkVersionExists, &told);
                details.set_resource_info("framework", framework.to_string(), "", message.clone());
                status(Code::AlreadyExists, message, details)
            }
            Self::NotHigher { framework, highest } => {
                let version = highest.version.map(|version| version.to_string()).unwrap_or_default();
                let mut details = details(ErrorReason::VersionNotHigher, &[("highest_version", version)]);
                let violation =
                    PreconditionViolation::new("VERSION_NOT_HIGHER", framework.to_string(), message.clone());
                details.set_precondition_failure(vec![violation]);
                status(Code::FailedPrecondition, message, details)
            }
            Self::Clashes { framework: _, clashes, count } => {
                let count = [("violation_count", count.to_string())];
                let mut details = details(ErrorReason::IndicatorClash, &count);
                let violation = |clash: &Clash| Violation {
                    path: clash.indicator.to_string(),
                    reason: FieldReason::Contradiction,
                    description: clash.message.clone(),
                };
                let violations: Vec<_> = clashes.iter().map(violation).collect();
                let listed = fitting(&violations)
                    .into_iter()
                    .map(|one| PreconditionViolation::new("INDICATOR_CLASH", one.field, one.description));
                details.set_precondition_failure(listed.collect::<Vec<_>>());
                status(Code::FailedPrecondition, message, details)
            }
        }
    }
}

//! Statuses of publications.

use tenseven_api::{Violation, convert::FieldReason, v1::ErrorReason};
use tenseven_observatory::{
    Clash, DefinitionError, DefinitionTooLong, InvalidSource, Limited, NotScored, OverBudget,
    PublicationUnderWay, PublishError, Unpublishable,
};
use tonic::Code;
use tonic_types::{ErrorDetails, PreconditionViolation};

use super::{
    details::{RESTART_RETRY_DELAY, details, fitting, shortened, status},
    failure::ended,
    refusal::{Refusal, Refused},
    violations::{refuse_definition, refuse_field},
};

impl Refusal for PublishError {
    fn refuse(self) -> Refused {
        match self {
            Self::Definition(error) => error.refuse(),
            Self::Unpublishable(problem) => problem.refuse(),
            Self::UnderWay(under_way) => under_way.refuse(),
            Self::Died(_) => ended().refuse(),
            Self::Denied(denied) => denied.refuse(),
            Self::Submission(error) => error.refuse(),
        }
    }
}

impl Refusal for DefinitionError {
    fn refuse(self) -> Refused {
        match self {
            Self::TooLong(too_long) => too_long.refuse(),
            Self::Text(error) => refuse_definition("definition", &error),
        }
    }
}

impl Refusal for DefinitionTooLong {
    fn refuse(self) -> Refused {
        refuse_field("definition", FieldReason::TooLong, self.to_string())
    }
}

impl Refusal for InvalidSource {
    fn refuse(self) -> Refused {
        match self.error {
            DefinitionError::TooLong(too_long) => {
                refuse_field(self.field, FieldReason::TooLong, too_long.to_string())
            }
            DefinitionError::Text(error) => refuse_definition(self.field, &error),
        }
    }
}

impl Refusal for PublicationUnderWay {
    fn refuse(self) -> Refused {
        let mut details = details(ErrorReason::PublicationUnderWay, &[]);
        details.set_retry_info(Some(RESTART_RETRY_DELAY));
        status(Code::ResourceExhausted, self.to_string(), details)
    }
}

impl Refusal for Unpublishable {
    fn refuse(self) -> Refused {
        let message = shortened(&self.to_string());
        match self {
            Self::Exists { framework, revision, same_text } => {
                let metadata =
                    [("revision", revision.number().to_string()), ("same_text", same_text.to_string())];
                let mut details = details(ErrorReason::FrameworkVersionExists, &metadata);
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
            Self::OverBudget(over) => over_budget(&over, message),
            Self::TooManyVersions { max: _ } => {
                let details = details(ErrorReason::TooManyFrameworkVersions, &[]);
                status(Code::ResourceExhausted, message, details)
            }
        }
    }
}

/// A framework costs more than the registry allows.
fn over_budget(over: &OverBudget, message: String) -> Refused {
    let first = over.exceeded.first();
    let number = |of: fn(&Limited) -> u64| first.map(of).unwrap_or_default().to_string();
    let metadata =
        [("limit", first_limit(over)), ("amount", number(|one| one.amount)), ("max", number(|one| one.max))];
    let details = details(ErrorReason::FrameworkOverBudget, &metadata);
    exceeded(details, over, "FRAMEWORK_OVER_BUDGET", message)
}

impl Refusal for NotScored {
    fn refuse(self) -> Refused {
        let message = self.to_string();
        match self {
            Self::Retired(retired) => retired.refuse(),
            Self::Suspended(over) => not_scored(&over, &message),
        }
    }
}

/// There are no scores by a framework that costs more than the registry allows.
fn not_scored(over: &OverBudget, message: &str) -> Refused {
    let metadata = [("framework", over.framework.to_string()), ("limit", first_limit(over))];
    let details = details(ErrorReason::FrameworkNotScored, &metadata);
    exceeded(details, over, "FRAMEWORK_NOT_SCORED", shortened(message))
}

/// The name of the first limit that is exceeded.
fn first_limit(over: &OverBudget) -> String {
    over.exceeded.first().map(|one| one.figure.limit_name().to_owned()).unwrap_or_default()
}

/// A refusal that names every limit that is exceeded, as far as fits.
fn exceeded(mut details: ErrorDetails, over: &OverBudget, kind: &str, message: String) -> Refused {
    let violation = |limited: &Limited| Violation {
        path: limited.figure.limit_name().to_owned(),
        reason: FieldReason::OutOfRange,
        description: limited.to_string(),
    };
    let violations: Vec<_> = over.exceeded.iter().map(violation).collect();
    let listed = fitting(&violations)
        .into_iter()
        .map(|one| PreconditionViolation::new(kind, one.field, one.description));
    details.set_precondition_failure(listed.collect::<Vec<_>>());
    status(Code::FailedPrecondition, message, details)
}

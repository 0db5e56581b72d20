//! Statuses of requests with fields that cannot be used, and of texts with findings.

use tenseven_api::{Violation, Violations, convert::FieldReason, v1::ErrorReason};
use tenseven_catalog::{FrameworkTextError, TextFinding};
use tonic::{Code, Status};

use super::{
    details::{details, fitting, shortened, status, with_details},
    refusal::{Refusal, Refused},
};

impl Refusal for Violations {
    fn refuse(self) -> Refused {
        Refused::Fields(self)
    }
}

impl From<Refused> for Status {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::Fields(violations) => of_fields(violations),
            Refused::Status(status) => *status,
        }
    }
}

/// The status of fields that cannot be used.
fn of_fields(violations: Violations) -> Status {
    let Violations(violations) = violations;
    let count = violations.len();
    let listed = fitting(&violations);
    let first = violations.first().map(|one| shortened(&format!("{}: {}", one.path, one.description)));
    let message = match (count, first) {
        (1, Some(first)) => first,
        (_, Some(first)) if listed.len() == count => {
            format!("{count} fields cannot be used, all listed in the details; the first: {first}")
        }
        (_, Some(first)) => {
            let listed = listed.len();
            format!(
                "{count} fields cannot be used, {listed} of them listed in the details; the first: {first}"
            )
        }
        (_, None) => "the request cannot be used".to_owned(),
    };
    let mut details = details(ErrorReason::InvalidRequest, &[("violation_count", count.to_string())]);
    details.set_bad_request(listed);
    with_details(Code::InvalidArgument, message, details)
}

pub(super) fn refuse_field(path: &str, reason: FieldReason, description: String) -> Refused {
    Violations(vec![Violation { path: path.to_owned(), reason, description }]).refuse()
}

/// A text with findings: as many as fit, each with its line and column in front.
pub(super) fn refuse_definition(field: &str, error: &FrameworkTextError) -> Refused {
    let violation = |finding: &TextFinding| {
        let TextFinding { line, column, place, key, problem } = finding;
        let key = if key.is_empty() { String::new() } else { format!(", {key}") };
        let description = format!("{line}:{column}: {place}{key}: {problem}");
        Violation { path: field.to_owned(), reason: FieldReason::InvalidDefinition, description }
    };
    let violations: Vec<_> = error.findings.iter().map(violation).collect();
    let (listed, count) = (fitting(&violations), violations.len());
    let first = violations.first().map(|one| shortened(&one.description)).unwrap_or_default();
    let message = match (count, listed.len()) {
        (1, _) => format!("{field}: {first}"),
        (_, listed) if listed == count => format!("{count} findings in {field}; the first: {first}"),
        (_, listed) => format!(
            "{count} findings in {field}, {listed} of them listed in the details, all by ValidateFramework; the first: {first}"
        ),
    };
    let mut details = details(ErrorReason::InvalidRequest, &[("violation_count", count.to_string())]);
    details.set_bad_request(listed);
    status(Code::InvalidArgument, message, details)
}

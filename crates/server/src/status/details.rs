//! The parts that every status is made of.

#![expect(clippy::disallowed_methods, reason = "this is the one place that makes statuses")]

use super::refusal::Refused;
use std::{collections::HashMap, time::Duration};

use tenseven_api::{ERROR_DOMAIN, Violation, v1::ErrorReason};
use tonic::{Code, Status};
use tonic_types::{ErrorDetails, FieldViolation, StatusExt as _};
/// Bytes of violations that are listed; of the rest only the number is given. Clients read at most 8 KiB of headers by
/// default, and the details travel there in base64.
const VIOLATION_BYTES_MAX: usize = 4_600;
/// Longest description of one violation and longest message, in bytes.
const TEXT_BYTES_MAX: usize = 400;
/// When a client that found the server stopping should come back.
pub(super) const RESTART_RETRY_DELAY: Duration = Duration::from_secs(2);

pub(super) fn details(reason: ErrorReason, metadata: &[(&str, String)]) -> ErrorDetails {
    let reason = reason.as_str_name().trim_start_matches("ERROR_REASON_");
    let metadata: HashMap<String, String> =
        metadata.iter().map(|(key, value)| ((*key).to_owned(), value.clone())).collect();
    let mut details = ErrorDetails::new();
    details.set_error_info(reason, ERROR_DOMAIN, metadata);
    details
}

pub(super) fn status(code: Code, message: impl Into<String>, details: ErrorDetails) -> Refused {
    Refused::Status(Box::new(with_details(code, message, details)))
}

pub(super) fn with_details(code: Code, message: impl Into<String>, details: ErrorDetails) -> Status {
    Status::with_error_details(code, message, details)
}

pub(super) fn not_found(reason: ErrorReason, kind: &str, name: String, message: String) -> Refused {
    let mut details = details(reason, &[]);
    details.set_resource_info(kind, name, "", message.clone());
    status(Code::NotFound, message, details)
}

pub(super) fn shortened(text: &str) -> String {
    if text.len() <= TEXT_BYTES_MAX {
        return text.to_owned();
    }
    let end = (0..=TEXT_BYTES_MAX - '…'.len_utf8())
        .rev()
        .find(|end| text.is_char_boundary(*end))
        .unwrap_or_default();
    format!("{}…", &text[..end])
}

/// As many violations as fit.
pub(super) fn fitting(violations: &[Violation]) -> Vec<FieldViolation> {
    let mut bytes = 0;
    let fits = |violation: &FieldViolation| {
        // Tags and lengths take some bytes more.
        bytes += violation.field.len() + violation.description.len() + violation.reason.len() + 12;
        bytes <= VIOLATION_BYTES_MAX
    };
    violations.iter().map(field_violation).take_while(fits).collect()
}

fn field_violation(violation: &Violation) -> FieldViolation {
    let Violation { path, reason, description } = violation;
    let mut field = FieldViolation::new(path.clone(), shortened(description));
    reason.as_str_name().trim_start_matches("FIELD_REASON_").clone_into(&mut field.reason);
    field
}

//! Refusals as a partner reads them: the code, the reason, and every violation with its path.

use std::collections::HashMap;

use tenseven_api::v1::{ErrorReason, FieldReason};
use tonic::{Code, Status};
use tonic_types::StatusExt as _;

/// Words that reveal the inside of the server: its sources, its crates, its files, or how it fails.
const INTERNALS: &[&str] = &[
    "src/",
    ".rs",
    "/tmp",
    "/root",
    "/home",
    "/var",
    "/data",
    "/dev/",
    "sled",
    "tonic",
    "prost",
    "hyper",
    "tokio",
    "tenseven-",
    "tenseven_",
    "panicked",
    "unwrap",
    "backtrace",
    "os error",
    "thread '",
    "poison",
];

/// A refusal, its details read. Making one checks what holds of all that are sent: the reasons are the contract's, and nothing
/// is revealed of the server's inside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The gRPC code.
    pub code: Code,
    /// The reason of the `ErrorInfo`.
    pub reason: String,
    /// The metadata of the `ErrorInfo`.
    pub metadata: HashMap<String, String>,
    /// The message.
    pub message: String,
    /// Path, reason and description of each violation of the `BadRequest`.
    pub violations: Vec<(String, String, String)>,
    /// Type, subject and description of each violation of the `PreconditionFailure`.
    pub preconditions: Vec<(String, String, String)>,
}

impl Refusal {
    /// The refusal in an answer that must be one.
    pub fn of<T>(answer: Result<T, Status>) -> Self {
        let Err(status) = answer else { panic!("the call was not refused") };
        Self::from(&status)
    }

    /// Path and reason of each violation.
    pub fn faults(&self) -> Vec<(&str, &str)> {
        self.violations.iter().map(|(path, reason, _)| (path.as_str(), reason.as_str())).collect()
    }
}

impl From<&Status> for Refusal {
    fn from(status: &Status) -> Self {
        let details = status.get_error_details();
        let info = details.error_info().unwrap_or_else(|| panic!("no ErrorInfo in {status:?}"));
        assert_eq!(info.domain, "tenseven");
        let failed =
            details.precondition_failure().map(|failed| failed.violations.clone()).unwrap_or_default();
        let violations = details.bad_request().map(|bad| bad.field_violations.clone()).unwrap_or_default();
        let known = ErrorReason::from_str_name(&format!("ERROR_REASON_{}", info.reason));
        assert!(known.is_some_and(|known| known != ErrorReason::Unspecified), "{} is no reason", info.reason);
        for violation in &violations {
            let known = FieldReason::from_str_name(&format!("FIELD_REASON_{}", violation.reason));
            assert!(known.is_some_and(|known| known != FieldReason::Unspecified), "{violation:?}");
        }
        has_nothing_internal(status);
        Self {
            code: status.code(),
            reason: info.reason.clone(),
            metadata: info.metadata.clone(),
            message: status.message().to_owned(),
            preconditions: failed.into_iter().map(|one| (one.r#type, one.subject, one.description)).collect(),
            violations: violations.into_iter().map(|one| (one.field, one.reason, one.description)).collect(),
        }
    }
}

/// Neither the message nor anything in the details names what only the server's authors know.
fn has_nothing_internal(status: &Status) {
    // The details are protobuf; every text in them is contained unchanged.
    let reported = format!("{} {}", status.message(), String::from_utf8_lossy(status.details()));
    let reported = reported.replace("tenseven.v1.", "");
    for word in INTERNALS {
        assert!(!reported.contains(word), "{word:?} reveals the inside: {reported}");
    }
}

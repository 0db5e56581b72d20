//! What every answer has to be.

use std::{
    collections::BTreeMap,
    panic::{AssertUnwindSafe, catch_unwind},
    path::Path,
};

use prost_reflect::DynamicMessage;
use tenseven_tests::Refusal;
use tonic::{Code, Status};

use crate::{
    request::{Request, Who},
    socket::Answer,
};

/// Reasons that no request brings about.
const FAULTS: [&str; 5] = ["INTERNAL", "JOURNAL_FULL", "JOURNAL_FAILED", "JOURNAL_DAMAGED", "SHUTTING_DOWN"];
/// Methods that nobody has to identify themselves for.
const FOR_EVERYBODY: [&str; 3] = ["/grpc.health", "/grpc.reflection", "/tenseven.v1.AccessService/GetCaller"];

/// The contract's reasons, each with its code.
pub(crate) struct Contract(BTreeMap<String, String>);

impl Contract {
    /// Reads it from the comments of `error_reason.proto`.
    pub(crate) fn read() -> Self {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../proto/tenseven/v1/error_reason.proto");
        let text = std::fs::read_to_string(path).expect("the contract is there");
        let (mut reasons, mut code) = (BTreeMap::new(), None);
        for line in text.lines().map(str::trim) {
            if let Some(comment) = line.strip_prefix("// ") {
                let first = comment.split([' ', ':']).next().expect("split gives one part");
                code.get_or_insert_with(|| first.to_owned());
            } else if let Some(rest) = line.strip_prefix("ERROR_REASON_") {
                let name = rest.split(' ').next().expect("split gives one part");
                reasons.insert(name.to_owned(), code.take().expect("every reason has a comment"));
            } else {
                code = None;
            }
        }
        assert!(reasons.len() > 40, "{reasons:?}");
        Self(reasons)
    }

    /// What is wrong with an answer; otherwise the name of its code.
    pub(crate) fn check(&self, request: &Request, answer: &Answer) -> Result<String, String> {
        let is_for_everybody = FOR_EVERYBODY.iter().any(|path| request.path.starts_with(path));
        let Some(status) = answer.status.as_ref().filter(|status| status.code() != Code::Ok) else {
            if request.who == Who::Nobody && !is_for_everybody {
                return Err("nobody who is known was answered".to_owned());
            }
            return decoded(request, answer);
        };
        let refusal = refusal(status)?;
        let code = code_name(status.code());
        let of_contract = self.0.get(&refusal.reason).map(String::as_str).unwrap_or_default();
        if of_contract != code || FAULTS.contains(&refusal.reason.as_str()) {
            return Err(format!("{code} with the reason {}: {}", refusal.reason, refusal.message));
        }
        if request.who == Who::Nobody && !is_for_everybody && status.code() != Code::Unauthenticated {
            return Err(format!("nobody who is known is answered with {code}: {}", refusal.message));
        }
        Ok(refusal.reason)
    }
}

/// The first message of an answer is one of its method.
fn decoded(request: &Request, answer: &Answer) -> Result<String, String> {
    let Some(output) = &request.output else { return Ok("OK".to_owned()) };
    let first = answer.bytes.split_at_checked(5).and_then(|(head, rest)| {
        let length = u32::from_be_bytes(head[1..].try_into().ok()?) as usize;
        (head[0] == 0).then(|| rest.get(..length))
    });
    match first {
        // A stream can end without a message, and is left before the end of one.
        None | Some(None) if answer.status.is_none() || answer.bytes.is_empty() => Ok("OK".to_owned()),
        Some(Some(first)) => DynamicMessage::decode(output.clone(), first)
            .map(|_| "OK".to_owned())
            .map_err(|error| format!("the answer is no message of the method: {error}")),
        None | Some(None) => Err("the answer is no message".to_owned()),
    }
}

/// The refusal, its details checked.
fn refusal(status: &Status) -> Result<Refusal, String> {
    catch_unwind(AssertUnwindSafe(|| Refusal::from(status))).map_err(|_| format!("its details: {status:?}"))
}

/// The name of a code as the contract writes it.
fn code_name(code: Code) -> String {
    let mut written = String::new();
    for letter in format!("{code:?}").chars() {
        if letter.is_uppercase() && !written.is_empty() {
            written.push('_');
        }
        written.push(letter.to_ascii_uppercase());
    }
    written
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use tonic_types::{ErrorDetails, StatusExt as _};

    use super::*;

    /// Whether an answer with this status is as the contract says.
    fn holds(who: Who, status: Option<Status>) -> bool {
        let path = "/tenseven.v1.ScoreService/GetScores".to_owned();
        let request = Request { path, output: None, who, encoding: None, body: Bytes::new() };
        Contract::read().check(&request, &Answer { status, bytes: Vec::new() }).is_ok()
    }

    fn refused(code: Code, reason: &str) -> Status {
        let details = ErrorDetails::with_error_info(reason, "tenseven", std::collections::HashMap::new());
        Status::with_error_details(code, "refused", details)
    }

    #[test]
    fn a_status_that_the_contract_does_not_know_is_a_fault() {
        assert!(holds(Who::Admin, None));
        assert!(holds(Who::Admin, Some(refused(Code::NotFound, "UNKNOWN_AREA"))));
        for (code, reason) in
            [(Code::Internal, "INTERNAL"), (Code::NotFound, "NO_SUCH"), (Code::Aborted, "UNKNOWN_AREA")]
        {
            assert!(!holds(Who::Admin, Some(refused(code, reason))), "{reason}");
        }
        assert!(!holds(Who::Admin, Some(Status::not_found("without a reason"))));
    }

    #[test]
    fn nobody_who_is_not_known_is_answered() {
        assert!(holds(Who::Nobody, Some(refused(Code::Unauthenticated, "UNAUTHENTICATED"))));
        assert!(!holds(Who::Nobody, None));
        assert!(!holds(Who::Nobody, Some(refused(Code::NotFound, "UNKNOWN_AREA"))));
    }
}

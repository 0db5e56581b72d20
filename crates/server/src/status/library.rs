//! Statuses that the gRPC library made, with the details that every status has.

use tenseven_api::v1::ErrorReason;
use tonic::{Code, Status};

use super::details::{details, status};

/// A status that the gRPC library made, with the details that every status of ours carries.
pub(crate) fn of_library(code: Code, message: &str, method: &str, message_bytes_max: usize) -> Status {
    let limit_bytes = limit_told(message).unwrap_or(message_bytes_max);
    let limit = [("limit_bytes", limit_bytes.to_string())];
    match code {
        Code::OutOfRange | Code::ResourceExhausted => {
            let message = format!(
                "the message is larger than {limit_bytes} bytes, or holds too many fields; send smaller batches"
            );
            status(Code::ResourceExhausted, message, details(ErrorReason::MessageTooLarge, &limit))
        }
        Code::Unimplemented if message.is_empty() => {
            let message = format!("there is no method {method}; reflection lists those that there are");
            status(Code::Unimplemented, message, details(ErrorReason::UnknownMethod, &[]))
        }
        Code::Unimplemented => status(Code::Unimplemented, message, details(ErrorReason::UnknownMethod, &[])),
        Code::Internal | Code::InvalidArgument | Code::Unknown => {
            let message = "the message cannot be decoded; build the client from this server's .proto files";
            status(Code::InvalidArgument, message, details(ErrorReason::MalformedMessage, &[]))
        }
        Code::NotFound => status(code, message, details(ErrorReason::UnknownService, &[])),
        code => status(code, message, details(ErrorReason::Internal, &[])),
    }
}

/// The limit that the library names in its message: the last number before `bytes`.
fn limit_told(message: &str) -> Option<usize> {
    let (before, _) = message.rsplit_once(" bytes")?;
    before.rsplit(' ').next()?.parse().ok()
}

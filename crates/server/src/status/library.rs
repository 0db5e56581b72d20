//! Statuses that the gRPC library made, with the details that every status has.

use tenseven_api::v1::ErrorReason;
use tonic::{Code, Status};

use super::details::{details, shortened, status};

/// What is wrong with the bytes of a message, before it is decoded.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum BrokenMessage {
    /// None came.
    #[error("the call has no message; send one, which may be empty")]
    Absent,
    /// The request ended within it.
    #[error(
        "the request ends after {came} of {length} bytes of its message; send all of it, and its true length in the head"
    )]
    CutOff {
        /// How many bytes of it came.
        came: usize,
        /// The length that its header gives.
        length: usize,
    },
    /// It is marked as compressed, and is not.
    #[error(
        "the message cannot be decompressed as {0}, which grpc-encoding names; compress it whole with that, or mark it as uncompressed"
    )]
    NotCompressed(String),
    /// It goes on after what is compressed.
    #[error(
        "the message goes on after its gzip member ends; compress it as one member, with nothing after it"
    )]
    GoesOn,
    /// It is marked as compressed, but no header names the encoding.
    #[error(
        "the message is marked as compressed, and no grpc-encoding says how; name gzip or zstd there, or mark it as uncompressed"
    )]
    NoEncoding,
    /// Its head begins otherwise than a head may.
    #[error(
        "the head of the message begins with {0}; it is 0 for a message as it is, and 1 for a compressed one"
    )]
    UnknownFlag(u8),
}

/// A message that cannot be read.
pub(crate) fn malformed_message(broken: Option<BrokenMessage>) -> Status {
    let message = match broken {
        Some(broken) => shortened(&broken.to_string()),
        None => "the message cannot be decoded; build the client from this server's .proto files".to_owned(),
    };
    status(Code::InvalidArgument, message, details(ErrorReason::MalformedMessage, &[])).into()
}

/// A message that is larger than it may be.
pub(crate) fn message_too_large(limit_bytes: usize) -> Status {
    let message = format!(
        "the message is larger than {limit_bytes} bytes, or holds too many fields; send smaller batches"
    );
    let limit = [("limit_bytes", limit_bytes.to_string())];
    status(Code::ResourceExhausted, message, details(ErrorReason::MessageTooLarge, &limit)).into()
}

/// A status that the gRPC library made, with the details that every status of ours carries.
pub(crate) fn of_library(code: Code, message: &str, method: &str, message_bytes_max: usize) -> Status {
    let refused = match code {
        Code::OutOfRange | Code::ResourceExhausted => {
            return message_too_large(stated_limit(message).unwrap_or(message_bytes_max));
        }
        Code::Unimplemented if message.is_empty() => {
            let message = format!("there is no method {method}; reflection lists those that there are");
            status(Code::Unimplemented, message, details(ErrorReason::UnknownMethod, &[]))
        }
        Code::Unimplemented => status(Code::Unimplemented, message, details(ErrorReason::UnknownMethod, &[])),
        Code::Internal | Code::InvalidArgument | Code::Unknown => return malformed_message(None),
        Code::NotFound => status(code, message, details(ErrorReason::UnknownService, &[])),
        code => status(code, message, details(ErrorReason::Internal, &[])),
    };
    refused.into()
}

/// The limit that the library names in its message: the last number before `bytes`.
fn stated_limit(message: &str) -> Option<usize> {
    let (before, _) = message.rsplit_once(" bytes")?;
    before.rsplit(' ').next()?.parse().ok()
}

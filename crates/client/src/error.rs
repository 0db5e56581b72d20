//! Errors of calls, with messages that a person can act on.
//!
//! *Invariant:* [`Refusal`] holds everything that the server sent about a refusal, and nothing that the client made up.

use std::{collections::BTreeMap, error::Error, fmt, io, path::PathBuf, time::Duration};

use prost_types::Timestamp;
use tonic::{Code, Status};
use tonic_types::StatusExt as _;

/// Why a call has no answer.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// The server's address cannot be used.
    #[error(
        "{endpoint:?} is no address of a server; give it as https://host:port or http://host:port, as http://127.0.0.1:50107"
    )]
    Endpoint {
        /// The address as given.
        endpoint: String,
        /// What is wrong with it.
        #[source]
        source: Option<tonic::transport::Error>,
    },
    /// The server's address contains a user or a password, which is not repeated here.
    #[error(
        "the address of the server contains a user or a password, which no server takes; give https://host:port, and a key as a key"
    )]
    UserInAddress,
    /// The certificates that were given cannot be used.
    #[error("no connection to {endpoint} can be set up: {problem}")]
    Certificates {
        /// The server's address.
        endpoint: String,
        /// Which of them.
        problem: String,
        /// What is wrong with them.
        #[source]
        source: Option<tonic::transport::Error>,
    },
    /// A key or token would be sent to another machine over a connection that is not encrypted.
    #[error(
        "the key or token is not sent to {endpoint}: the connection is not encrypted, so that others could read it; give an https:// address, or allow it (--insecure-key) if the network is trusted"
    )]
    InsecureKey {
        /// The server's address.
        endpoint: String,
    },
    /// The key or token cannot be sent as a header.
    #[error(
        "the key or token cannot be sent: it contains characters other than visible ASCII; check that it was copied whole"
    )]
    UnusableKey,
    /// The file of a token cannot be read.
    #[error("the token file {} cannot be read: {source}", .path.display())]
    TokenFile {
        /// The file.
        path: PathBuf,
        /// The error of the operating system.
        #[source]
        source: io::Error,
    },
    /// No connection could be made, or it broke before the answer came.
    #[error("no answer from {endpoint}: {detail}; {}", remedy(endpoint, detail))]
    Connect {
        /// The server's address.
        endpoint: String,
        /// What happened, down to its first cause.
        detail: String,
        /// The error that was met.
        #[source]
        source: Option<Box<dyn Error + Send + Sync>>,
    },
    /// The deadline passed without an answer. Whether a write was accepted is not known; sending it again under its
    /// submission id is safe.
    #[error("{endpoint} gave no answer within {} s; ask for less, or allow more time", .deadline.as_secs_f64())]
    Deadline {
        /// The server's address.
        endpoint: String,
        /// How long the call was allowed to take.
        deadline: Duration,
    },
    /// A key was issued, but the answer that had it did not arrive, or the same submission was accepted before. The server keeps
    /// no key, so that nobody can return it any more.
    #[error(
        "the key of partner {partner} that was issued at revision {revision} is lost: the answer with it did not arrive, and it is returned once; revoke the key (`tenseven partner show {partner}` lists its id), and issue another one"
    )]
    KeyLost {
        /// Whose key.
        partner: String,
        /// The revision that accepted it.
        revision: u64,
        /// When it was accepted: the time at which the key in the list of the partner's keys was issued.
        accept_time: Option<Timestamp>,
    },
    /// The server answered that it will not or cannot do what was asked.
    #[error("{0}")]
    Refused(#[source] Box<Refusal>),
}

impl ClientError {
    /// The server's refusal, if it was the server that refused.
    pub fn refusal(&self) -> Option<&Refusal> {
        match self {
            Self::Refused(refusal) => Some(refusal),
            Self::Endpoint { .. }
            | Self::UserInAddress
            | Self::Certificates { .. }
            | Self::InsecureKey { .. }
            | Self::UnusableKey
            | Self::TokenFile { .. }
            | Self::Connect { .. }
            | Self::Deadline { .. }
            | Self::KeyLost { .. } => None,
        }
    }
}

/// What to do about a connection that could not be made.
fn remedy(endpoint: &str, detail: &str) -> &'static str {
    if endpoint.starts_with("https://") && detail.contains("certificate") {
        "check that the address is right, and that the server's certificate authority is given (--ca)"
    } else {
        "check that the server runs there and that the address is right, with https:// if the server uses TLS"
    }
}

/// One field of a request that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldViolation {
    /// Its path in the request, for example `observations[17].value.number`.
    pub path: String,
    /// What is wrong with it and what would be right.
    pub description: String,
    /// A constant for programs; may be empty.
    pub reason: String,
}

impl fmt::Display for FieldViolation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path, self.description)
    }
}

/// The status with which the server refused a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The gRPC status code.
    pub code: Code,
    /// The contract's reason, for example `INVALID_REQUEST`; empty if the answer carried none.
    pub reason: String,
    /// The message of the status.
    pub message: String,
    /// Every field that cannot be used, in the server's order; empty unless the request was invalid.
    pub violations: Vec<FieldViolation>,
    /// Facts that belong to the reason, for example `revision`.
    pub metadata: BTreeMap<String, String>,
    /// How long to wait before the same call can be tried again; none if the server gave none.
    pub retry_after: Option<Duration>,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.message.is_empty() {
            write!(f, "the server answered {:?} without a message", self.code)?;
        } else {
            f.write_str(&self.message)?;
        }
        if !self.reason.is_empty() {
            write!(f, " ({})", self.reason)?;
        }
        if let Some(wait) = self.retry_after {
            write!(f, "; try again in {} s", wait.as_secs_f64())?;
        }
        // The message of a request with a single violation may be that violation.
        let is_listed = |violation: &&FieldViolation| self.message.contains(&violation.to_string());
        self.violations
            .iter()
            .filter(|v| !is_listed(v))
            .try_for_each(|violation| write!(f, "\n  {violation}"))
    }
}

impl Error for Refusal {}

impl From<&Status> for Refusal {
    fn from(status: &Status) -> Self {
        let details = status.get_error_details();
        let info = details.error_info();
        let violations = details.bad_request().map(|bad| bad.field_violations.as_slice()).unwrap_or_default();
        Self {
            code: status.code(),
            reason: info.map(|info| info.reason.clone()).unwrap_or_default(),
            message: status.message().to_owned(),
            violations: violations
                .iter()
                .map(|violation| FieldViolation {
                    path: violation.field.clone(),
                    description: violation.description.clone(),
                    reason: violation.reason.clone(),
                })
                .collect(),
            metadata: info.map(|info| info.metadata.clone().into_iter().collect()).unwrap_or_default(),
            retry_after: details.retry_info().and_then(|info| info.retry_delay),
        }
    }
}

/// `error` and what caused it, the first cause last.
fn chain<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    let mut next = Some(error);
    std::iter::from_fn(move || {
        let error = next?;
        next = error.source();
        Some(error)
    })
}

fn first_cause(error: &(dyn Error + 'static)) -> String {
    chain(error).last().unwrap_or(error).to_string()
}

/// Distinguishes a status of the server from a transport error: only the latter has a source.
pub(crate) fn from_status(status: Status, endpoint: &str, deadline: Duration) -> ClientError {
    let endpoint = endpoint.to_owned();
    if chain(&status).any(<dyn Error>::is::<tonic::TimeoutExpired>) {
        return ClientError::Deadline { endpoint, deadline };
    }
    if Error::source(&status).is_none() {
        return ClientError::Refused(Box::new(Refusal::from(&status)));
    }
    ClientError::Connect { endpoint, detail: first_cause(&status), source: Some(Box::new(status)) }
}

/// A stream ended before its last message: the status that the server would have sent.
pub(crate) fn cut_short(message: &str) -> ClientError {
    ClientError::Refused(Box::new(Refusal {
        code: Code::Unavailable,
        reason: String::new(),
        message: message.to_owned(),
        violations: Vec::new(),
        metadata: BTreeMap::new(),
        retry_after: None,
    }))
}

/// The error for a connection that could not be made.
pub(crate) fn from_transport(error: tonic::transport::Error, endpoint: &str) -> ClientError {
    let detail = first_cause(&error);
    ClientError::Connect { endpoint: endpoint.to_owned(), detail, source: Some(Box::new(error)) }
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "what a server might answer is made here")]
mod tests {
    use super::*;
    use tonic_types::{ErrorDetails, FieldViolation as Detail};

    #[test]
    fn a_refusal_keeps_everything_that_the_server_sent() {
        let mut details = ErrorDetails::new();
        details
            .set_error_info("INVALID_REQUEST", "tenseven", [("revision".to_owned(), "12".to_owned())])
            .set_bad_request(vec![Detail {
                reason: "NEGATIVE_COUNT".to_owned(),
                ..Detail::new("observations[3].value.number", "the count -3 is negative")
            }])
            .set_retry_info(Some(Duration::from_millis(1_500)));
        let status = Status::with_error_details(Code::InvalidArgument, "1 field cannot be used", details);
        let error = from_status(status, "http://server", Duration::from_secs(1));
        let refusal = error.refusal().expect("the server refused");
        assert_eq!(refusal.code, Code::InvalidArgument);
        assert_eq!(refusal.reason, "INVALID_REQUEST");
        assert_eq!(refusal.metadata["revision"], "12");
        assert_eq!(refusal.violations[0].path, "observations[3].value.number");
        assert_eq!(refusal.violations[0].reason, "NEGATIVE_COUNT");
        assert_eq!(refusal.retry_after, Some(Duration::from_millis(1_500)));
        assert_eq!(
            error.to_string(),
            "1 field cannot be used (INVALID_REQUEST); try again in 1.5 s\n  \
             observations[3].value.number: the count -3 is negative"
        );
    }

    #[test]
    fn a_violation_that_is_the_message_is_listed_once() {
        let mut details = ErrorDetails::new();
        details.set_bad_request(vec![Detail::new("period", "is empty")]);
        let status = Status::with_error_details(Code::InvalidArgument, "period: is empty", details);
        let error = from_status(status, "http://server", Duration::from_secs(1));
        assert_eq!(error.to_string(), "period: is empty");
    }

    #[test]
    fn a_refusal_without_details_still_says_something() {
        let error = from_status(Status::new(Code::Internal, ""), "http://server", Duration::from_secs(1));
        assert_eq!(error.to_string(), "the server answered Internal without a message");
    }
}

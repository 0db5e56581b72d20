//! Exit codes and error messages of the program.
//!
//! *Invariant:* errors are printed on standard error, once, here.

use std::{error::Error, process::ExitCode};

use clap::error::ErrorKind;
use tenseven_client::{ClientError, Code, Refusal};

use crate::output::{stderr, stdout};

const REFUSED: u8 = 1;
const BAD_CONFIGURATION: u8 = 64;
const NOT_AVAILABLE: u8 = 69;
const NOT_PERMITTED: u8 = 77;
const BAD_ARGUMENTS: u8 = 2;

/// The reason of a credential that shows nobody who may call.
const INVALID_CREDENTIAL: &str = "INVALID_CREDENTIAL";
/// The reason of a method of administration that is called elsewhere.
const NOT_AT_THIS_ADDRESS: &str = "NOT_AT_THIS_ADDRESS";
/// What to do about it.
const ADDRESS_REMEDY: &str =
    "Give the address of administration with --server; the operator of the server knows it.";

/// What to do about a call that needs a credential, or another one.
const CREDENTIAL_REMEDY: &str = "\
Give a key with --key-file FILE or in the variable TENSEVEN_KEY; an admin of the registry issues one with `tenseven key create`. \
Or give the token of an identity provider with --token-file FILE or in TENSEVEN_TOKEN. \
`tenseven whoami` prints what a caller without a key may do.";
/// What to do about a credential that was rejected.
const REJECTED_REMEDY: &str = "\
The key is that of --key-file or TENSEVEN_KEY_FILE, of the variable TENSEVEN_KEY, or of the server in config.toml, in this order; check \
that it is the one that is meant. A token is that of --token-file or TENSEVEN_TOKEN_FILE, or of TENSEVEN_TOKEN.";
/// What to do about a missing grant.
const GRANT_REMEDY: &str = "\
`tenseven whoami` prints as which partner this command calls, and what it is granted. An admin of the registry grants more with \
`tenseven grant add`; --key-file FILE or the variable TENSEVEN_KEY gives another key.";

/// The outcome of a command that ran to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// Everything was done.
    Done,
    /// Something was refused, and reported.
    Refused,
}

/// A configuration that cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(crate) struct BadConfiguration(pub(crate) String);

/// Arguments that do not go together.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(crate) struct BadArguments(pub(crate) String);

/// Prints an error, and returns the exit code.
pub(crate) fn code(outcome: anyhow::Result<Outcome>) -> ExitCode {
    match outcome {
        Ok(Outcome::Done) => ExitCode::SUCCESS,
        Ok(Outcome::Refused) => ExitCode::from(REFUSED),
        Err(error) if stdout::reader_left(&error) => ExitCode::SUCCESS,
        Err(error) => {
            // A failed write to standard error cannot be reported.
            let _ = writeln!(stderr::lock(), "error: {}", message(&error));
            if let Some(remedy) = remedy(&error) {
                let _ = writeln!(stderr::lock(), "{remedy}");
            }
            ExitCode::from(code_of(&error))
        }
    }
}

/// Prints what is wrong with the arguments, and returns the exit code. A setting of the server that cannot be
/// read, from an argument or the environment, is a bad configuration.
pub(crate) fn code_of_arguments(error: &clap::Error, serves: bool) -> ExitCode {
    // A failed write to standard error cannot be reported.
    let _ = error.print();
    match error.kind() {
        ErrorKind::ValueValidation | ErrorKind::InvalidValue if serves => ExitCode::from(BAD_CONFIGURATION),
        _ => ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(REFUSED)),
    }
}

fn code_of(error: &anyhow::Error) -> u8 {
    if error.chain().any(<dyn Error>::is::<BadConfiguration>) {
        return BAD_CONFIGURATION;
    }
    if error.chain().any(<dyn Error>::is::<BadArguments>) {
        return BAD_ARGUMENTS;
    }
    match client_error(error) {
        Some(
            ClientError::Endpoint { .. }
            | ClientError::UserInAddress
            | ClientError::Certificates { .. }
            | ClientError::InsecureKey { .. }
            | ClientError::UnusableKey
            | ClientError::TokenFile { .. },
        ) => BAD_CONFIGURATION,
        Some(ClientError::Connect { .. } | ClientError::Deadline { .. }) => NOT_AVAILABLE,
        Some(ClientError::Refused(refusal)) if refusal.code == Code::Unavailable => NOT_AVAILABLE,
        Some(ClientError::Refused(refusal)) if remedy_of(refusal).is_some() => NOT_PERMITTED,
        Some(ClientError::Refused(_) | ClientError::KeyLost { .. }) | None => REFUSED,
    }
}

fn client_error(error: &anyhow::Error) -> Option<&ClientError> {
    error.chain().find_map(|cause| cause.downcast_ref::<ClientError>())
}

/// What to do about an error that is about who calls.
fn remedy(error: &anyhow::Error) -> Option<&'static str> {
    remedy_of(client_error(error)?.refusal()?)
}

fn remedy_of(refusal: &Refusal) -> Option<&'static str> {
    match refusal.code {
        Code::Unauthenticated if refusal.reason == INVALID_CREDENTIAL => Some(REJECTED_REMEDY),
        Code::Unauthenticated => Some(CREDENTIAL_REMEDY),
        Code::PermissionDenied if refusal.reason == NOT_AT_THIS_ADDRESS => Some(ADDRESS_REMEDY),
        Code::PermissionDenied => Some(GRANT_REMEDY),
        _ => None,
    }
}

/// The error and its causes; a client's error includes its own causes.
fn message(error: &anyhow::Error) -> String {
    let mut parts: Vec<String> = Vec::new();
    for cause in error.chain() {
        let part = cause.to_string();
        if !parts.last().is_some_and(|last| last.ends_with(&part)) {
            parts.push(part);
        }
        if cause.is::<ClientError>() {
            break;
        }
    }
    parts.join(": ")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use anyhow::anyhow;

    fn unreachable_server() -> ClientError {
        let source = Some(Box::from("deep down"));
        ClientError::Connect { endpoint: "http://x".into(), detail: "connection refused".into(), source }
    }

    #[test]
    fn distinguishes_the_server_the_configuration_and_the_rest() {
        let bad = ClientError::Endpoint { endpoint: "x".into(), source: None };
        assert_eq!(code_of(&anyhow!(unreachable_server()).context("pushing")), 69);
        assert_eq!(code_of(&anyhow!(bad)), 64);
        assert_eq!(code_of(&anyhow!(BadConfiguration("no".into())).context("serving")), 64);
        assert_eq!(code_of(&anyhow!(BadArguments("no".into())).context("granting")), 2);
        assert_eq!(code_of(&anyhow!("something else")), 1);
    }

    fn refused(code: Code, reason: &str) -> anyhow::Error {
        let refusal = Refusal {
            code,
            reason: reason.to_owned(),
            message: "no".to_owned(),
            violations: Vec::new(),
            metadata: BTreeMap::new(),
            retry_after: None,
        };
        anyhow!(ClientError::Refused(Box::new(refusal))).context("pushing")
    }

    #[test]
    fn a_call_that_is_not_permitted_has_its_own_code_and_remedy() {
        for (code, reason, words) in [
            (Code::Unauthenticated, "UNAUTHENTICATED", "Give a key with --key-file"),
            (Code::Unauthenticated, INVALID_CREDENTIAL, "check that it is the one"),
            (Code::PermissionDenied, NOT_AT_THIS_ADDRESS, "address of administration with --server"),
            (Code::PermissionDenied, "NOT_GRANTED", "tenseven whoami"),
        ] {
            assert_eq!(code_of(&refused(code, reason)), 77);
            assert!(remedy(&refused(code, reason)).is_some_and(|remedy| remedy.contains(words)), "{reason}");
        }
        for code in [Code::InvalidArgument, Code::NotFound, Code::Internal] {
            assert_eq!((code_of(&refused(code, "")), remedy(&refused(code, ""))), (1, None), "{code:?}");
        }
    }

    #[test]
    fn a_message_names_each_cause_once() {
        let text = message(&anyhow!(unreachable_server()).context("nothing was pushed"));
        assert!(
            text.starts_with("nothing was pushed: no answer from http://x: connection refused"),
            "{text}"
        );
        assert!(!text.contains("deep down"), "{text}");
    }
}

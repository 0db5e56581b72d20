//! Exit codes and error messages of the program.
//!
//! *Invariant:* errors are printed on standard error, once, here.

use std::{error::Error, process::ExitCode};

use clap::error::ErrorKind;
use tenseven_client::{ClientError, Code};

use crate::output::{stderr, stdout};

const REFUSED: u8 = 1;
const BAD_CONFIGURATION: u8 = 64;
const NOT_AVAILABLE: u8 = 69;

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

/// Prints an error, and returns the exit code.
pub(crate) fn code(outcome: anyhow::Result<Outcome>) -> ExitCode {
    match outcome {
        Ok(Outcome::Done) => ExitCode::SUCCESS,
        Ok(Outcome::Refused) => ExitCode::from(REFUSED),
        Err(error) if stdout::reader_left(&error) => ExitCode::SUCCESS,
        Err(error) => {
            // A failed write to standard error cannot be reported.
            let _ = writeln!(stderr::lock(), "error: {}", message(&error));
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
    match error.chain().find_map(|cause| cause.downcast_ref::<ClientError>()) {
        Some(
            ClientError::Endpoint { .. }
            | ClientError::Certificates { .. }
            | ClientError::InsecureKey { .. }
            | ClientError::UnusableKey,
        ) => BAD_CONFIGURATION,
        Some(ClientError::Connect { .. } | ClientError::Deadline { .. }) => NOT_AVAILABLE,
        Some(ClientError::Refused(refusal)) if refusal.code == Code::Unavailable => NOT_AVAILABLE,
        Some(ClientError::Refused(_)) | None => REFUSED,
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
        assert_eq!(code_of(&anyhow!("something else")), 1);
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

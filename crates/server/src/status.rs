//! Statuses: the only place that makes a `tonic::Status`.
//!
//! *Invariant:* every status carries `google.rpc.Status` details: always an `ErrorInfo` whose reason is a name of
//! `tenseven.v1.ErrorReason`, and the details that its comment there promises. No message tells of the server's
//! insides.

#![expect(clippy::disallowed_methods, reason = "this is the one place that makes statuses")]

mod assessment;
mod practice;
mod publication;
mod write;

use std::{collections::HashMap, time::Duration};

use tenseven_api::{ERROR_DOMAIN, Violation, Violations, convert::FieldReason, v1::ErrorReason};
use tenseven_catalog::{FrameworkTextError, TextFinding};
use tenseven_model::{HistoryId, OtherHistory, Revision};
use tenseven_observatory::{
    Closing, CopyError, Position, QueryError, UnknownArea, UnknownFramework, UnknownIndicator, Unreadable,
};
use tonic::{Code, Status};
use tonic_types::{ErrorDetails, FieldViolation, StatusExt as _};

use crate::violation::{local_unit, unknown_node};
use practice::unknown_practice;

/// Bytes of violations that are listed; of the rest only the number is told. Clients read at most 8 KiB of headers by
/// default, and the details travel there in base64.
const VIOLATION_BYTES_MAX: usize = 4_600;
/// Longest description of one violation and longest message, in bytes.
const TEXT_BYTES_MAX: usize = 400;
/// When a client that found the server stopping should come back.
const RESTART_RETRY_DELAY: Duration = Duration::from_secs(2);

/// Something that refuses a call.
pub(crate) trait Refusal {
    /// The refusal as the client sees it.
    fn into_status(self) -> Status;
}

/// A result whose error refuses the call.
pub(crate) trait OrRefuse<T> {
    /// The result with its refusal as the client sees it.
    fn or_refuse(self) -> Result<T, Status>;
}

impl<T, R: Refusal> OrRefuse<T> for Result<T, R> {
    fn or_refuse(self) -> Result<T, Status> {
        self.map_err(Refusal::into_status)
    }
}

fn details(reason: ErrorReason, metadata: &[(&str, String)]) -> ErrorDetails {
    let reason = reason.as_str_name().trim_start_matches("ERROR_REASON_");
    let metadata: HashMap<String, String> =
        metadata.iter().map(|(key, value)| ((*key).to_owned(), value.clone())).collect();
    let mut details = ErrorDetails::new();
    details.set_error_info(reason, ERROR_DOMAIN, metadata);
    details
}

fn status(code: Code, message: impl Into<String>, details: ErrorDetails) -> Status {
    Status::with_error_details(code, message, details)
}

fn shortened(text: &str) -> String {
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
fn fitting(violations: &[Violation]) -> Vec<FieldViolation> {
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

impl Refusal for Violations {
    fn into_status(self) -> Status {
        let Self(violations) = self;
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
        status(Code::InvalidArgument, message, details)
    }
}

fn refuse_field(path: &str, reason: FieldReason, description: String) -> Status {
    Violations(vec![Violation { path: path.to_owned(), reason, description }]).into_status()
}

/// A text with findings: as many as fit, each with its line and column in front.
fn refuse_definition(field: &str, error: &FrameworkTextError) -> Status {
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

fn not_found(reason: ErrorReason, kind: &str, name: String, message: String) -> Status {
    let mut details = details(reason, &[]);
    details.set_resource_info(kind, name, "", message.clone());
    status(Code::NotFound, message, details)
}

impl Refusal for QueryError {
    fn into_status(self) -> Status {
        let message = self.to_string();
        let newest = |newest: Revision| [("revision", newest.number().to_string())];
        match self {
            Self::Framework(UnknownFramework { framework, .. }) => {
                not_found(ErrorReason::UnknownFramework, "framework", framework.to_string(), message)
            }
            Self::Indicator(UnknownIndicator { indicator, .. }) => {
                not_found(ErrorReason::UnknownIndicator, "indicator", indicator.to_string(), message)
            }
            Self::Area(UnknownArea { area, .. }) => {
                not_found(ErrorReason::UnknownArea, "area", area.to_string(), message)
            }
            Self::NotACountry(_) | Self::LocalUnit(_) => {
                refuse_field("area", FieldReason::NotAllowed, message)
            }
            Self::LocalUnits(units) => Violations(units.iter().map(local_unit).collect()).into_status(),
            Self::Definition { field, error } => refuse_definition(field, &error),
            Self::DefinitionTooLong { field, problem } => refuse_field(field, FieldReason::TooLong, problem),
            Self::UnsettledMoment => {
                status(Code::Unavailable, message, details(ErrorReason::JournalFailed, &[]))
            }
            Self::Nodes(nodes) => Violations(nodes.iter().map(unknown_node).collect()).into_status(),
            Self::RankingDisabled { framework } => ranking_disabled(&framework.to_string(), message),
            Self::TooMany { field, .. } => refuse_field(field, FieldReason::TooMany, message),
            Self::Frequency { field, .. } => refuse_field(field, FieldReason::WrongFrequency, message),
            Self::PageToken => {
                status(Code::InvalidArgument, message, details(ErrorReason::InvalidPageToken, &[]))
            }
            Self::NoSuchRevision { newest: revision, .. }
            | Self::NoSuchMoment { newest: revision }
            | Self::BeforeFirst { newest: revision } => {
                status(Code::OutOfRange, message, details(ErrorReason::NoSuchRevision, &newest(revision)))
            }
            Self::OtherHistory { revision, problem } => left_history(revision, &problem, message),
            Self::Compacted { wanted: _, oldest } => {
                let oldest = [("oldest_revision", oldest.number().to_string())];
                status(Code::OutOfRange, message, details(ErrorReason::Compacted, &oldest))
            }
            Self::Unreadable(error) => error.into_status(),
            Self::RevisionNotReached { newest: revision, .. } => status(
                Code::DeadlineExceeded,
                message,
                details(ErrorReason::RevisionNotReached, &newest(revision)),
            ),
            Self::Practice(unknown) => unknown_practice(&unknown),
            Self::Measure(unknown) => {
                not_found(ErrorReason::UnknownMeasure, "measure", unknown.measure.to_string(), message)
            }
            Self::Instrument(unknown) => {
                let instrument = unknown.instrument.to_string();
                not_found(ErrorReason::UnknownInstrument, "instrument", instrument, message)
            }
            Self::Domain(_) => refuse_field("domain", FieldReason::UnknownDomain, message),
            Self::SearchQuery(error) => error.into_status(),
            Self::SearchFailed => ended(),
            Self::NoRubric { .. } => refuse_field("indicator", FieldReason::NoRubric, message),
            Self::NoAdjudication { revision } => {
                not_found(ErrorReason::UnknownAdjudication, "adjudication", revision.to_string(), message)
            }
        }
    }
}

impl Refusal for CopyError {
    fn into_status(self) -> Status {
        let message = self.to_string();
        match self {
            Self::OtherHistory { after, current } => other_history(after.revision, current, &[], message),
            Self::Query(error) => error.into_status(),
        }
    }
}

/// What is known of the history that a revision was named with.
fn left_history(revision: Revision, problem: &OtherHistory, message: String) -> Status {
    match *problem {
        OtherHistory::Unknown { history, current } => {
            other_history(revision, current, &[("history", history.to_string())], message)
        }
        OtherHistory::Left { history, revision: _, left_after, current } => {
            let left_after = ("left_after_revision", left_after.number().to_string());
            other_history(revision, current, &[("history", history.to_string()), left_after], message)
        }
        OtherHistory::Ambiguous { revision: _, forked_after, current } => {
            let left_after = ("left_after_revision", forked_after.number().to_string());
            other_history(revision, current, &[left_after], message)
        }
    }
}

/// A revision belongs to another history than this registry's; `known` is what is known of that.
fn other_history(
    revision: Revision,
    current: HistoryId,
    known: &[(&str, String)],
    message: String,
) -> Status {
    let mut told =
        vec![("revision", revision.number().to_string()), ("current_history", current.to_string())];
    told.extend_from_slice(known);
    let mut details = details(ErrorReason::OtherHistory, &told);
    details.add_precondition_failure_violation("HISTORY", format!("revision {revision}"), message.clone());
    status(Code::FailedPrecondition, message, details)
}

/// The journal cannot be read on; the operator is told why.
pub(crate) fn unreadable_journal(error: &tenseven_store::ReadError) -> Status {
    tenseven_observatory::unreadable(error).into_status()
}

impl Refusal for Unreadable {
    fn into_status(self) -> Status {
        let revision = [("revision", self.revision.number().to_string())];
        status(Code::DataLoss, self.to_string(), details(ErrorReason::JournalDamaged, &revision))
    }
}

fn ranking_disabled(framework: &str, message: String) -> Status {
    let mut details = details(ErrorReason::RankingDisabled, &[("framework", framework.to_owned())]);
    details.add_precondition_failure_violation("RANKING", framework, message.clone());
    status(Code::FailedPrecondition, message, details)
}

/// A call took longer than it may.
pub(crate) fn deadline_exceeded(limit: Duration) -> Status {
    let message = format!("the call took longer than {:.1} s", limit.as_secs_f32());
    status(Code::DeadlineExceeded, message, details(ErrorReason::DeadlineExceeded, &[]))
}

/// The server stops.
pub(crate) fn shutting_down() -> Status {
    Closing.into_status()
}

/// A watcher took nothing for too long; it can go on behind a revision at once.
pub(crate) fn slow_reader(stalled: Duration, told: Position) -> Status {
    let Position { revision, history } = told;
    let message = format!(
        "nothing was taken for {:.1} s; watch again behind revision {revision}",
        stalled.as_secs_f32()
    );
    let told = [("revision", revision.number().to_string()), ("history", history.to_string())];
    let mut details = details(ErrorReason::SlowReader, &told);
    details.set_retry_info(Some(Duration::ZERO));
    status(Code::ResourceExhausted, message, details)
}

/// There are as many watchers as there may be.
pub(crate) fn too_many_watchers(max: usize) -> Status {
    let mut details = details(ErrorReason::TooManyWatchers, &[]);
    details.set_retry_info(Some(RESTART_RETRY_DELAY));
    status(Code::ResourceExhausted, format!("{max} watch already, and no more can; try again later"), details)
}

/// The answer was not made to its end.
pub(crate) fn ended() -> Status {
    status(Code::Internal, "an internal error occurred", details(ErrorReason::Internal, &[]))
}

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

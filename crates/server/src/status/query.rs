//! Statuses of reads that are refused.

use tenseven_api::{Violations, convert::FieldReason, v1::ErrorReason};
use tenseven_model::Revision;
use tenseven_observatory::{CopyError, QueryError, UnknownArea, UnknownIndicator};
use tonic::{Code, Status};

use super::{
    details::{details, not_found, status},
    failure::ended,
    history::{left_history, other_history},
    practice::unknown_practice,
    publication::not_scored,
    refusal::Refusal,
    retirement::unknown_framework,
    violations::{refuse_definition, refuse_field},
};
use crate::violation::{local_unit, unknown_node};

impl Refusal for QueryError {
    fn into_status(self) -> Status {
        let message = self.to_string();
        let newest = |newest: Revision| [("revision", newest.number().to_string())];
        match self {
            Self::Framework(unknown) => unknown_framework(&unknown),
            Self::Retired(retired) => retired.into_status(),
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
            Self::Suspended(over) => not_scored(&over, &message),
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

fn ranking_disabled(framework: &str, message: String) -> Status {
    let mut details = details(ErrorReason::RankingDisabled, &[("framework", framework.to_owned())]);
    details.add_precondition_failure_violation("RANKING", framework, message.clone());
    status(Code::FailedPrecondition, message, details)
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

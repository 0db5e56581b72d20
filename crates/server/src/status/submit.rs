//! Statuses of writes that are refused.

use std::time::Duration;

use tenseven_api::{Violations, convert::FieldReason, v1::ErrorReason};
use tenseven_observatory::SubmitError;
use tonic::{Code, Status};

use super::{
    assessment,
    details::{RESTART_RETRY_DELAY, details, status},
    failure::{ended, unreadable},
    practice::unknown_practice,
    refusal::Refusal,
    violations::{refuse_definition, refuse_field},
};
use crate::violation::{practice_name, violation, withdrawal_violation};

/// When a client that found the queue full should come back.
const QUEUE_RETRY_DELAY: Duration = Duration::from_millis(500);

impl Refusal for SubmitError {
    fn into_status(self) -> Status {
        let message = self.to_string();
        match self {
            Self::Faults(faults) => Violations(faults.iter().map(violation).collect()).into_status(),
            Self::IdReused { submission, revision } => {
                let mut details =
                    details(ErrorReason::SubmissionIdReused, &[("revision", revision.number().to_string())]);
                details.set_resource_info("submission", submission.to_string(), "", message.clone());
                status(Code::AlreadyExists, message, details)
            }
            Self::QueueFull { .. } => {
                let mut details = details(ErrorReason::WriteQueueFull, &[]);
                details.set_retry_info(Some(QUEUE_RETRY_DELAY));
                status(Code::ResourceExhausted, message, details)
            }
            Self::Closing => {
                let mut details = details(ErrorReason::ShuttingDown, &[]);
                details.set_retry_info(Some(RESTART_RETRY_DELAY));
                status(Code::Unavailable, message, details)
            }
            Self::DefinitionTooLong { .. } => refuse_field("definition", FieldReason::TooLong, message),
            Self::Definition(error) => refuse_definition("definition", &error),
            Self::Unpublishable(problem) => problem.into_status(),
            Self::PublicationUnderWay => {
                let mut details = details(ErrorReason::PublicationUnderWay, &[]);
                details.set_retry_info(Some(RESTART_RETRY_DELAY));
                status(Code::ResourceExhausted, message, details)
            }
            Self::PublicationDied => ended(),
            Self::Unreadable { revision } => unreadable(revision, message),
            Self::JournalFull => {
                status(Code::ResourceExhausted, message, details(ErrorReason::JournalFull, &[]))
            }
            Self::JournalFailed => {
                status(Code::Unavailable, message, details(ErrorReason::JournalFailed, &[]))
            }
            Self::PracticeNames(faults) => {
                Violations(faults.iter().map(practice_name).collect()).into_status()
            }
            Self::Practice(unknown) => unknown_practice(&unknown),
            Self::PracticeRevised { newest, .. } => {
                let newest = [("revision", newest.number().to_string())];
                status(Code::Aborted, message, details(ErrorReason::PracticeRevised, &newest))
            }
            Self::TooManyPractices { .. } => {
                status(Code::ResourceExhausted, message, details(ErrorReason::TooManyPractices, &[]))
            }
            Self::Coding(faults) => assessment::faults(&faults),
            Self::RoundFull(full) => full.into_status(),
            Self::NotAdjudicable(problem) => problem.into_status(),
            Self::WithdrawalFaults(faults) => {
                Violations(faults.iter().map(withdrawal_violation).collect()).into_status()
            }
        }
    }
}

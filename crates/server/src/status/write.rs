//! Statuses of writes: what their rules reject, and what becomes of a submission whatever it contains.

use std::{error::Error, time::Duration};

use tenseven_api::{Violations, v1::ErrorReason};
use tenseven_observatory::{
    AdjudicationRejection, ChangeFaults, ChangesError, Closing, CodingRejection, IdReused, JournalFailed,
    JournalFull, Overtaken, PracticeRejection, PracticeRevised, QueueFull, SubmissionError, TooManyPractices,
    WriteError,
};
use tonic::{Code, Status};

use super::{
    assessment,
    details::{RESTART_RETRY_DELAY, details, status},
    failure::ended,
    refusal::Refusal,
};
use crate::violation::{Changes, practice_name, violation};

/// When a client that found the queue full should come back.
const QUEUE_RETRY_DELAY: Duration = Duration::from_millis(500);

impl<R: Refusal + Error> Refusal for WriteError<R> {
    fn into_status(self) -> Status {
        match self {
            Self::Rejected(rejection) => rejection.into_status(),
            Self::Submission(error) => error.into_status(),
        }
    }
}

/// Changes that are not accepted, with how their request calls them.
pub(crate) struct RefusedChanges(pub(crate) ChangesError, pub(crate) Changes);

impl Refusal for RefusedChanges {
    fn into_status(self) -> Status {
        let Self(error, changes) = self;
        match error {
            ChangesError::Faults(ChangeFaults(faults)) => {
                Violations(faults.iter().map(|fault| violation(fault, changes)).collect()).into_status()
            }
            ChangesError::Overtaken(overtaken) => overtaken.into_status(),
            ChangesError::Submission(error) => error.into_status(),
        }
    }
}

impl Refusal for Overtaken {
    fn into_status(self) -> Status {
        let mut details = details(ErrorReason::WriteQueueFull, &[]);
        details.set_retry_info(Some(QUEUE_RETRY_DELAY));
        status(Code::ResourceExhausted, self.to_string(), details)
    }
}

impl Refusal for PracticeRejection {
    fn into_status(self) -> Status {
        match self {
            Self::Names(faults) => Violations(faults.iter().map(practice_name).collect()).into_status(),
            Self::Unknown(unknown) => unknown.into_status(),
            Self::Revised(revised) => revised.into_status(),
            Self::TooMany(too_many) => too_many.into_status(),
        }
    }
}

impl Refusal for PracticeRevised {
    fn into_status(self) -> Status {
        let newest = [("revision", self.newest.number().to_string())];
        status(Code::Aborted, self.to_string(), details(ErrorReason::PracticeRevised, &newest))
    }
}

impl Refusal for TooManyPractices {
    fn into_status(self) -> Status {
        status(Code::ResourceExhausted, self.to_string(), details(ErrorReason::TooManyPractices, &[]))
    }
}

impl Refusal for CodingRejection {
    fn into_status(self) -> Status {
        match self {
            Self::Faults(faults) => assessment::faults(&faults.0),
            Self::RoundFull(full) => full.into_status(),
        }
    }
}

impl Refusal for AdjudicationRejection {
    fn into_status(self) -> Status {
        match self {
            Self::Faults(faults) => assessment::faults(&faults.0),
            Self::NotAdjudicable(problem) => problem.into_status(),
            // What could be wrong with it was checked part by part.
            Self::Observation(_) => ended(),
        }
    }
}

impl Refusal for SubmissionError {
    fn into_status(self) -> Status {
        match self {
            Self::IdReused(reused) => reused.into_status(),
            Self::QueueFull(full) => full.into_status(),
            Self::Closing(closing) => closing.into_status(),
            Self::Unreadable(error) => error.into_status(),
            Self::JournalFull(full) => full.into_status(),
            Self::JournalFailed(failed) => failed.into_status(),
        }
    }
}

impl Refusal for IdReused {
    fn into_status(self) -> Status {
        let message = self.to_string();
        let mut details =
            details(ErrorReason::SubmissionIdReused, &[("revision", self.revision.number().to_string())]);
        details.set_resource_info("submission", self.submission.to_string(), "", message.clone());
        status(Code::AlreadyExists, message, details)
    }
}

impl Refusal for QueueFull {
    fn into_status(self) -> Status {
        let mut details = details(ErrorReason::WriteQueueFull, &[]);
        details.set_retry_info(Some(QUEUE_RETRY_DELAY));
        status(Code::ResourceExhausted, self.to_string(), details)
    }
}

impl Refusal for Closing {
    fn into_status(self) -> Status {
        let mut details = details(ErrorReason::ShuttingDown, &[]);
        details.set_retry_info(Some(RESTART_RETRY_DELAY));
        status(Code::Unavailable, self.to_string(), details)
    }
}

impl Refusal for JournalFull {
    fn into_status(self) -> Status {
        status(Code::ResourceExhausted, self.to_string(), details(ErrorReason::JournalFull, &[]))
    }
}

impl Refusal for JournalFailed {
    fn into_status(self) -> Status {
        status(Code::Unavailable, self.to_string(), details(ErrorReason::JournalFailed, &[]))
    }
}

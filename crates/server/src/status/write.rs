//! Statuses of writes: rejections by their rules, and failures that do not depend on the contents of a submission.

use std::{error::Error, time::Duration};

use tenseven_api::{Violations, v1::ErrorReason};
use tenseven_observatory::{
    AdjudicationRejection, ChangeFaults, ChangesError, Closing, CodingRejection, IdReused, JournalFailed,
    JournalFull, Overtaken, PracticeRejection, PracticeRevised, QueueFull, SubmissionError, TooManyPractices,
    WriteError,
};
use tonic::Code;

use super::{
    access, assessment,
    details::{RESTART_RETRY_DELAY, details, status},
    failure::ended,
    refusal::{Refusal, Refused},
};
use crate::violation::{Listed, practice_name, violation};

/// When a client that found the queue full should come back.
const QUEUE_RETRY_DELAY: Duration = Duration::from_millis(500);

impl<R: Refusal + Error> Refusal for WriteError<R> {
    fn refuse(self) -> Refused {
        match self {
            Self::Rejected(rejection) => rejection.refuse(),
            Self::Denied(denied) => denied.refuse(),
            Self::Submission(error) => error.refuse(),
        }
    }
}

/// Changes that are not accepted, with how their request calls them.
pub(crate) struct RefusedChanges(pub(crate) ChangesError, pub(crate) Listed);

impl Refusal for RefusedChanges {
    fn refuse(self) -> Refused {
        let Self(error, listed) = self;
        match error {
            ChangesError::Faults(ChangeFaults(faults)) => {
                Violations(faults.iter().map(|fault| violation(fault, &listed)).collect()).refuse()
            }
            ChangesError::Overtaken(overtaken) => overtaken.refuse(),
            ChangesError::Denied(denied) => access::refuse_changes(denied, &listed),
            ChangesError::Submission(error) => error.refuse(),
        }
    }
}

impl Refusal for Overtaken {
    fn refuse(self) -> Refused {
        let mut details = details(ErrorReason::MergeOvertaken, &[]);
        details.set_retry_info(Some(QUEUE_RETRY_DELAY));
        status(Code::Aborted, self.to_string(), details)
    }
}

impl Refusal for PracticeRejection {
    fn refuse(self) -> Refused {
        match self {
            Self::Names(faults) => Violations(faults.iter().map(practice_name).collect()).refuse(),
            Self::Unknown(unknown) => unknown.refuse(),
            Self::Revised(revised) => revised.refuse(),
            Self::TooMany(too_many) => too_many.refuse(),
        }
    }
}

impl Refusal for PracticeRevised {
    fn refuse(self) -> Refused {
        let newest = [("revision", self.newest.number().to_string())];
        status(Code::Aborted, self.to_string(), details(ErrorReason::PracticeRevised, &newest))
    }
}

impl Refusal for TooManyPractices {
    fn refuse(self) -> Refused {
        status(Code::ResourceExhausted, self.to_string(), details(ErrorReason::TooManyPractices, &[]))
    }
}

impl Refusal for CodingRejection {
    fn refuse(self) -> Refused {
        match self {
            Self::Faults(faults) => assessment::faults(&faults.0),
            Self::RoundFull(full) => full.refuse(),
        }
    }
}

impl Refusal for AdjudicationRejection {
    fn refuse(self) -> Refused {
        match self {
            Self::Faults(faults) => assessment::faults(&faults.0),
            Self::NotAdjudicable(problem) => problem.refuse(),
            // What could be wrong with it was checked part by part.
            Self::Observation(_) => ended().refuse(),
        }
    }
}

impl Refusal for SubmissionError {
    fn refuse(self) -> Refused {
        match self {
            Self::IdReused(reused) => reused.refuse(),
            Self::QueueFull(full) => full.refuse(),
            Self::Closing(closing) => closing.refuse(),
            Self::Unreadable(error) => error.refuse(),
            Self::JournalFull(full) => full.refuse(),
            Self::JournalFailed(failed) => failed.refuse(),
        }
    }
}

impl Refusal for IdReused {
    fn refuse(self) -> Refused {
        let message = self.to_string();
        let mut details =
            details(ErrorReason::SubmissionIdReused, &[("revision", self.revision.number().to_string())]);
        details.set_resource_info("submission", self.submission.to_string(), "", message.clone());
        status(Code::AlreadyExists, message, details)
    }
}

impl Refusal for QueueFull {
    fn refuse(self) -> Refused {
        let mut details = details(ErrorReason::WriteQueueFull, &[]);
        details.set_retry_info(Some(QUEUE_RETRY_DELAY));
        status(Code::ResourceExhausted, self.to_string(), details)
    }
}

impl Refusal for Closing {
    fn refuse(self) -> Refused {
        let mut details = details(ErrorReason::ShuttingDown, &[]);
        details.set_retry_info(Some(RESTART_RETRY_DELAY));
        status(Code::Unavailable, self.to_string(), details)
    }
}

impl Refusal for JournalFull {
    fn refuse(self) -> Refused {
        status(Code::ResourceExhausted, self.to_string(), details(ErrorReason::JournalFull, &[]))
    }
}

impl Refusal for JournalFailed {
    fn refuse(self) -> Refused {
        status(Code::Unavailable, self.to_string(), details(ErrorReason::JournalFailed, &[]))
    }
}

#[cfg(test)]
mod tests {
    use tonic_types::StatusExt as _;

    use super::*;

    #[test]
    fn a_merge_that_others_overtake_is_aborted_and_can_be_sent_again() {
        let status = Overtaken.into_status();
        assert_eq!(status.code(), Code::Aborted);
        let details = status.get_error_details();
        assert_eq!(details.error_info().map(|info| info.reason.as_str()), Some("MERGE_OVERTAKEN"));
        assert!(details.retry_info().is_some_and(|retry| retry.retry_delay.is_some()));
    }
}

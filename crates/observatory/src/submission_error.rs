//! Errors of writes: small structs, and the error of each operation composed of them.

use tenseven_model::{Revision, SubmissionId};
use tenseven_state::{
    access::{AccessRejection, NotGranted},
    codings::{AdjudicationRejection, CodingRejection},
    frameworks::{DefinitionError, RetirementRejection, Unpublishable},
    observations::{ChangeFaults, ChangesRejection},
    practices::PracticeRejection,
};

/// The id was used before with other content.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "submission {submission} was accepted at revision {revision} with other content; choose a new id for new content"
)]
pub struct IdReused {
    /// The id.
    pub submission: SubmissionId,
    /// The revision of the first content.
    pub revision: Revision,
}

/// Too many submissions wait for the disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "too many submissions wait for the disk (at most {waiting}, fewer where they are large); try again shortly"
)]
pub struct QueueFull {
    /// The limit that is reached.
    pub waiting: usize,
}

/// The registry is closing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the server is shutting down; send the submission again later")]
pub struct Closing;

/// A revision cannot be read: the journal is damaged, or its disk does not answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("revision {revision} cannot be read from the journal; the operator's log says why")]
pub struct Unreadable {
    /// The revision that cannot be read.
    pub revision: Revision,
}

/// The disk is full.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the journal's disk is full; reads go on, writes need the operator")]
pub struct JournalFull;

/// The journal cannot be written. Whether the submission survives is not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "the journal cannot be written until the server is restarted; then send the submission again, its id makes that safe"
)]
pub struct JournalFailed;

/// Whenever the changes were decided, others had changed what they merge. Nothing of them was stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("other submissions keep changing the observations that this one merges; send it again shortly")]
pub struct Overtaken;

/// Another framework is being published.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("another framework is being published; try again when that is done")]
pub struct PublicationUnderWay;

/// The publication ended by a fault of the program. Nothing of it was stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the publication ended unexpectedly; the operator's log says why")]
pub struct PublicationAborted;

/// Why a submission is not accepted, regardless of its contents. Nothing of it was stored, except where the variant states that this is not
/// known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SubmissionError {
    /// The id was used before with other content.
    #[error(transparent)]
    IdReused(#[from] IdReused),
    /// Too many submissions wait for the disk.
    #[error(transparent)]
    QueueFull(#[from] QueueFull),
    /// The registry is closing.
    #[error(transparent)]
    Closing(#[from] Closing),
    /// What the submission has to be compared with cannot be read.
    #[error(transparent)]
    Unreadable(#[from] Unreadable),
    /// The disk is full.
    #[error(transparent)]
    JournalFull(#[from] JournalFull),
    /// The journal cannot be written.
    #[error(transparent)]
    JournalFailed(#[from] JournalFailed),
}

/// Why a write is not accepted: its rules reject it with an `R`, its author lacks a grant, or its submission fails.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum WriteError<R: std::error::Error + 'static> {
    /// It is rejected.
    #[error(transparent)]
    Rejected(R),
    /// Its author may not do that.
    #[error(transparent)]
    Denied(NotGranted),
    /// Its submission fails.
    #[error(transparent)]
    Submission(#[from] SubmissionError),
}

/// Why a write of a practice is not accepted.
pub type WritePracticeError = WriteError<PracticeRejection>;
/// Why a version of a framework is not retired.
pub type RetireFrameworkError = WriteError<RetirementRejection>;
/// Why a coding is not accepted.
pub type SubmitCodingError = WriteError<CodingRejection>;
/// Why an adjudication is not accepted.
pub type AdjudicateError = WriteError<AdjudicationRejection>;

/// Why a change of access is not accepted.
pub type AccessError = WriteError<AccessRejection>;

/// Why changes of observations are not accepted.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum ChangesError {
    /// Some cannot be accepted.
    #[error(transparent)]
    Faults(#[from] ChangeFaults),
    /// Others changed again and again what is merged.
    #[error(transparent)]
    Overtaken(#[from] Overtaken),
    /// Their author may not make some of them.
    #[error(transparent)]
    Denied(NotGranted),
    /// Their submission fails.
    #[error(transparent)]
    Submission(#[from] SubmissionError),
}

impl From<WriteError<ChangesRejection>> for ChangesError {
    fn from(error: WriteError<ChangesRejection>) -> Self {
        match error {
            WriteError::Rejected(ChangesRejection::Faults(faults)) => Self::Faults(faults),
            WriteError::Rejected(ChangesRejection::Outdated(_)) => Self::Overtaken(Overtaken),
            WriteError::Denied(denied) => Self::Denied(denied),
            WriteError::Submission(error) => Self::Submission(error),
        }
    }
}

/// Why a framework is not published.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum PublishError {
    /// The text is no framework.
    #[error(transparent)]
    Definition(#[from] DefinitionError),
    /// Nothing is wrong with the text, but it cannot be published now.
    #[error(transparent)]
    Unpublishable(#[from] Unpublishable),
    /// Another framework is being published.
    #[error(transparent)]
    UnderWay(#[from] PublicationUnderWay),
    /// The publication ended by a fault of the program.
    #[error(transparent)]
    Died(#[from] PublicationAborted),
    /// Its author may not publish it.
    #[error(transparent)]
    Denied(NotGranted),
    /// Its submission fails.
    #[error(transparent)]
    Submission(#[from] SubmissionError),
}

impl From<WriteError<Unpublishable>> for PublishError {
    fn from(error: WriteError<Unpublishable>) -> Self {
        match error {
            WriteError::Rejected(problem) => Self::Unpublishable(problem),
            WriteError::Denied(denied) => Self::Denied(denied),
            WriteError::Submission(error) => Self::Submission(error),
        }
    }
}

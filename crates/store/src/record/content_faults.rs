//! What can be wrong with the codings, adjudications, practices and retirements of a record.

use tenseven_model::{
    AreaCodeError, CodingError, EvidenceError, IdError, PeriodError, PracticeFault, RationaleError, Revision,
    UnitError, WithdrawalReasonError, framework::VersionError,
};

/// Why a record is no coding, or no adjudication.
#[derive(Debug, thiserror::Error)]
pub enum AssessmentFault {
    /// An id is none.
    #[error("the {field} is not one")]
    Id {
        /// The field.
        field: &'static str,
        /// The error of the model.
        #[source]
        source: IdError,
    },
    /// The area is none.
    #[error(transparent)]
    Area(#[from] AreaCodeError),
    /// The period is none.
    #[error(transparent)]
    Period(#[from] PeriodError),
    /// The unit is none.
    #[error(transparent)]
    Unit(#[from] UnitError),
    /// The evidence is none.
    #[error(transparent)]
    Evidence(#[from] EvidenceError),
    /// The parts are no coding.
    #[error(transparent)]
    Coding(#[from] CodingError),
    /// It has no judgement, or a kind that this release does not know.
    #[error("it has no judgement; it may have been written by a later release")]
    NoJudgement,
    /// The reason for a missing level is none.
    #[error("{0} is no reason for a missing level")]
    MissingReason(i32),
    /// The rule is none.
    #[error("{0} is no rule; it may have been written by a later release")]
    Rule(i32),
    /// A decision has no reason.
    #[error(transparent)]
    Rationale(#[from] RationaleError),
    /// The round is none.
    #[error("it belongs to round 0; rounds count from 1")]
    Round,
    /// It cites an entry that is not before it.
    #[error("it cites an entry of {before} revisions before {revision}, where there is none")]
    Cited {
        /// How many revisions before.
        before: u64,
        /// The entry's own revision.
        revision: Revision,
    },
    /// There is not exactly one observation.
    #[error("it holds {0} observations instead of one")]
    Observations(usize),
}

/// What is wrong with the record of a practice.
#[derive(Debug, thiserror::Error)]
pub enum PracticeRecordFault {
    /// An id is none.
    #[error(transparent)]
    Id(#[from] IdError),
    /// An area is none.
    #[error(transparent)]
    Area(#[from] AreaCodeError),
    /// It has neither the practice nor its withdrawal.
    #[error("it has no content; it may have been written by a later release")]
    Nothing,
    /// Its content is no valid practice.
    #[error("{} {}", .0.path(), .0)]
    Practice(PracticeFault),
    /// The reason for a withdrawal is none.
    #[error(transparent)]
    Reason(#[from] WithdrawalReasonError),
    /// The version that it replaced is none.
    #[error("it replaces a version of {before} revisions before {revision}, where there is none")]
    Previous {
        /// How many revisions before.
        before: u64,
        /// The entry's own revision.
        revision: Revision,
    },
    /// An earlier version in the entry is of the same practice.
    #[error("the entry has another version of the same practice before")]
    Twice,
}

/// What is wrong with the record of a retirement.
#[derive(Debug, thiserror::Error)]
pub enum RetirementRecordFault {
    /// The framework's id is none.
    #[error(transparent)]
    Id(#[from] IdError),
    /// The version is none.
    #[error(transparent)]
    Version(#[from] VersionError),
    /// The reason is none.
    #[error(transparent)]
    Reason(#[from] WithdrawalReasonError),
}

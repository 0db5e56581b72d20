//! What can be wrong with the codings, adjudications, practices, retirements and changes of access of a record.

use tenseven_model::{
    AreaCodeError, CodingError, EvidenceError, IdError, PeriodError, PracticeFault, RationaleError, Revision,
    UnitError, WithdrawalReasonError,
    access::{GrantError, KeyIdError, KeyNameError, PartnerFault, QuotaLimit},
    framework::VersionError,
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

/// What is wrong with the record of a change of access.
#[derive(Debug, thiserror::Error)]
pub enum AccessRecordFault {
    /// The partner's id is none.
    #[error(transparent)]
    Id(#[from] IdError),
    /// It has no change, or a kind that this release does not know.
    #[error("it has no content; it may have been written by a later release")]
    Nothing,
    /// What is known of the partner is not valid.
    #[error("{} {}", .0.path(), .0)]
    Partner(PartnerFault),
    /// A limit is 0.
    #[error("the limit {0} is 0, which none is")]
    Quota(QuotaLimit),
    /// The id of a key is none.
    #[error(transparent)]
    KeyId(#[from] KeyIdError),
    /// The name of a key is none.
    #[error(transparent)]
    KeyName(#[from] KeyNameError),
    /// The hash of a key has another length.
    #[error("the hash of the key has {0} bytes instead of 32")]
    Hash(usize),
    /// The role is none.
    #[error("{0} is no role; it may have been written by a later release")]
    Role(i32),
    /// A list of a grant is none.
    #[error("the list of {field} {source}")]
    Grant {
        /// Which list.
        field: &'static str,
        /// What is wrong with it.
        source: GrantError,
    },
    /// It takes back a grant that is not before it.
    #[error("it takes back a grant of {before} revisions before {revision}, where there is none")]
    Before {
        /// How many revisions before.
        before: u64,
        /// The entry's own revision.
        revision: Revision,
    },
    /// The reason is none.
    #[error(transparent)]
    Reason(#[from] WithdrawalReasonError),
}

//! Why the bytes of a record are no entry.

use tenseven_model::{
    AreaCodeError, EvidenceError, IdError, NumberError, ObservationError, PeriodError, RatioError, Revision,
    StatusError, SubmissionIdError, WithdrawalError, WithdrawalReasonError,
};

use super::{
    AccessRecordFault, AssessmentFault, ColumnFault, EXPANDED_LENGTH_MAX, OBSERVATION_COUNT_MAX,
    PracticeRecordFault, RetirementRecordFault, TextsFault, VarintFault,
};

/// Why the bytes of a record are no entry.
#[derive(Debug, thiserror::Error)]
pub enum DecodeError {
    /// The bytes are no record.
    #[error("the bytes are no record")]
    Protobuf(#[from] prost::DecodeError),
    /// A field that every record has is not there.
    #[error("the record has no {0}; it may have been written by a later release")]
    Absent(&'static str),
    /// A field has too many or too few bytes.
    #[error("the {field} has {found} bytes instead of {expected}")]
    Length {
        /// The field.
        field: &'static str,
        /// Its bytes.
        found: usize,
        /// The bytes that it has to have.
        expected: usize,
    },
    /// The submission's id is none.
    #[error("the submission id is not one")]
    Submission(#[from] SubmissionIdError),
    /// An id in a dictionary is none.
    #[error("an id in the dictionary of {dictionary} is not one")]
    Id {
        /// The dictionary.
        dictionary: &'static str,
        /// The error of the model.
        #[source]
        source: IdError,
    },
    /// An area in the dictionary is none.
    #[error("an area in the dictionary is not one")]
    Area(#[from] AreaCodeError),
    /// A period in the dictionary is none.
    #[error("a period in the dictionary is not one")]
    Period(#[from] PeriodError),
    /// A dictionary is none.
    #[error("the dictionary of {dictionary} is not one")]
    Dictionary {
        /// The dictionary.
        dictionary: &'static str,
        /// What is wrong with it.
        #[source]
        source: TextsFault,
    },
    /// A column is none.
    #[error("the column of {column} is not one")]
    Column {
        /// The column.
        column: &'static str,
        /// What is wrong with it.
        #[source]
        source: ColumnFault,
    },
    /// There are more observations than an entry may have.
    #[error("it has {0} observations; at most {OBSERVATION_COUNT_MAX} are allowed")]
    Count(u32),
    /// The texts of all observations are together longer than an entry may have.
    #[error("its texts have more than {EXPANDED_LENGTH_MAX} bytes together")]
    TooMuchText,
    /// Some of the notes are none.
    #[error("the notes at index {index} are not sound")]
    Notes {
        /// Their index, counted from 0.
        index: usize,
        /// What is wrong with them.
        #[source]
        source: ObservationFault,
    },
    /// One of the observations is none.
    #[error("observation {index} is not one")]
    Observation {
        /// Its index in the batch, counted from 0.
        index: usize,
        /// What is wrong with it.
        #[source]
        source: ObservationFault,
    },
    /// The record of a retirement is none.
    #[error("the retirement of a framework is not one")]
    Retirement(#[source] RetirementRecordFault),
    /// The record of a change of access is none.
    #[error("the change of access is not one")]
    Access(#[source] AccessRecordFault),
    /// The author is none.
    #[error("the author is not one")]
    Author(#[source] IdError),
    /// One of the practices is none.
    #[error("practice {index} is not one")]
    Practice {
        /// Its index in the entry, counted from 0.
        index: usize,
        /// What is wrong with it.
        #[source]
        source: PracticeRecordFault,
    },
    /// A coding, or what a curator made of codings, is none.
    #[error("its coding or adjudication is not sound")]
    Assessment(#[from] AssessmentFault),
}

/// What is wrong with a record of an observation.
#[derive(Debug, thiserror::Error)]
pub enum ObservationFault {
    /// A index is not in the dictionary.
    #[error("it points to index {index} of the dictionary of {dictionary}, which has {length}")]
    Index {
        /// The dictionary.
        dictionary: &'static str,
        /// The index.
        index: u32,
        /// Values that the dictionary has.
        length: usize,
    },
    /// It has no value, or a kind of value that this release does not know.
    #[error("it has no value; it may have been written by a later release")]
    NoValue,
    /// The reason for the missing value is none.
    #[error("{0} is no reason for a missing value")]
    MissingReason(i32),
    /// A flag is neither 0 nor 1.
    #[error("{0} is no flag")]
    Flag(u64),
    /// The version that it replaced is none.
    #[error("it replaces a version of {before} revisions before {revision}, where there is none")]
    Previous {
        /// How many revisions before.
        before: u64,
        /// The entry's own revision.
        revision: Revision,
    },
    /// A number among its notes is none.
    #[error(transparent)]
    Varint(#[from] VarintFault),
    /// A text that it points to is none.
    #[error(transparent)]
    Texts(#[from] TextsFault),
    /// A level that it points to is none.
    #[error(transparent)]
    Level(#[from] IdError),
    /// The status is none.
    #[error(transparent)]
    Status(#[from] StatusError),
    /// The number is none.
    #[error(transparent)]
    Number(#[from] NumberError),
    /// The ratio is none.
    #[error(transparent)]
    Ratio(#[from] RatioError),
    /// The evidence is none.
    #[error(transparent)]
    Evidence(#[from] EvidenceError),
    /// The parts do not go together.
    #[error(transparent)]
    Observation(#[from] ObservationError),
    /// A withdrawal has what only an observation may have.
    #[error("it is withdrawn, but has a status, a method or evidence")]
    Withdrawn,
    /// A withdrawal has no reason, or one that is none.
    #[error(transparent)]
    Reason(#[from] WithdrawalReasonError),
    /// It is no withdrawal.
    #[error(transparent)]
    Withdrawal(#[from] WithdrawalError),
}

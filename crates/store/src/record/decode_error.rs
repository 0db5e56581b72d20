//! Why the bytes of a record are no entry.

use tenseven_model::{
    AreaCodeError, EvidenceError, IdError, NumberError, ObservationError, PeriodError, RatioError,
    StatusError, SubmissionIdError,
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
        /// What the model said.
        #[source]
        source: IdError,
    },
    /// An area in the dictionary is none.
    #[error("an area in the dictionary is not one")]
    Area(#[from] AreaCodeError),
    /// A period in the dictionary is none.
    #[error("a period in the dictionary is not one")]
    Period(#[from] PeriodError),
    /// One of the observations is none.
    #[error("observation {place} is not one")]
    Observation {
        /// Its place in the batch, counted from 0.
        place: usize,
        /// What is wrong with it.
        #[source]
        source: ObservationFault,
    },
}

/// What is wrong with a record of an observation.
#[derive(Debug, thiserror::Error)]
pub enum ObservationFault {
    /// A place is not in the dictionary.
    #[error("it points to place {place} of the dictionary of {dictionary}, which has {length}")]
    Place {
        /// The dictionary.
        dictionary: &'static str,
        /// The place.
        place: u32,
        /// Values that the dictionary has.
        length: usize,
    },
    /// It has no value, or a kind of value that this release does not know.
    #[error("it has no value; it may have been written by a later release")]
    NoValue,
    /// The reason for the missing value is none.
    #[error("{0} is no reason for a missing value")]
    MissingReason(i32),
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
}

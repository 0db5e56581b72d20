//! Faults: the errors of a submission of changes, or of one of them.

use tenseven_model::{Frequency, MergeConflict, Period, Revision, ValueMismatch};

use crate::{
    frameworks::TooManyPeriods,
    unknown::{NotAddedUp, UnknownArea, UnknownIndicator},
};

/// One change that cannot be accepted, or the submission as a whole.
#[derive(Debug, Clone, PartialEq)]
pub struct Fault {
    /// The index of the change in the submission; none for the submission as a whole.
    pub index: Option<usize>,
    /// What is wrong with it.
    pub problem: Problem,
}

/// What is wrong with a change or a submission of them.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum Problem {
    /// There is nothing in it.
    #[error("there is no change; send at least one")]
    Empty,
    /// There is too much in it.
    #[error("there are {count} changes; at most {max} are allowed in one submission")]
    TooMany {
        /// How many there are.
        count: usize,
        /// The limit.
        max: usize,
    },
    /// The indicator is not known.
    #[error(transparent)]
    Indicator(#[from] UnknownIndicator),
    /// The area is not known.
    #[error(transparent)]
    Area(#[from] UnknownArea),
    /// What is observed of a local unit would be scored nowhere.
    #[error(transparent)]
    NotAddedUp(#[from] NotAddedUp),
    /// The period has another length than the indicator is collected at.
    #[error("period {period} is {}, but the indicator is collected {expected}", .period.frequency())]
    Frequency {
        /// The period given.
        period: Period,
        /// The frequency of the indicator's framework.
        expected: Frequency,
    },
    /// The scores of a framework would run over more periods than they may.
    #[error(transparent)]
    TooManyPeriods(#[from] TooManyPeriods),
    /// The value is none of the indicator's.
    #[error(transparent)]
    Value(#[from] ValueMismatch),
    /// What a merge gives does not fit what it keeps.
    #[error(transparent)]
    Conflict(#[from] MergeConflict),
    /// There is nothing to merge or to withdraw.
    #[error("nothing is observed for this indicator, area, period and source; {remedy}")]
    NotObserved {
        /// What to do.
        remedy: Remedy,
    },
    /// What would be merged takes too much together.
    #[error(
        "the observations that are merged take more than {max} bytes together; merge fewer of them in one submission"
    )]
    MergedTooLarge {
        /// The limit.
        max: usize,
    },
    /// An earlier change has the same key.
    #[error("has the same indicator, area, source and period as an earlier change; send each only once")]
    Duplicate {
        /// The index of the earlier change.
        earlier: usize,
    },
}

/// What to do about a change of something that is not observed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Remedy {
    /// A merge needs an observation.
    #[error("put it instead")]
    Put,
    /// A withdrawal comes twice.
    #[error("it was withdrawn at revision {0} already, leave it out")]
    LeaveOut(Revision),
    /// A withdrawal is of something that never was observed.
    #[error("correct what does not fit, ListObservations lists what is observed")]
    Correct,
}

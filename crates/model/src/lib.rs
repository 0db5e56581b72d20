//! The vocabulary of `tenseven`: areas, periods, indicators, observations, frameworks, scores, revisions.
//!
//! *Invariant:* a value of any type here is right by construction. Every constructor (`FromStr`, `TryFrom`,
//! `new`) refuses a bad value with an error that says what was wrong and what would be right, so that nothing
//! downstream checks the same thing again.
//!
//! This crate does no I/O, reads no clock, starts no thread and knows no wire format.

mod id;

pub mod area;
pub mod coding;
pub mod coverage;
pub mod event;
pub mod evidence;
pub mod formula;
pub mod framework;
pub mod history;
pub mod indicator;
pub mod observation;
pub mod period;
pub mod practice;
pub mod revision;
pub mod score;
pub mod status;
pub mod submission;
pub mod suggestion;
pub mod value;
pub mod withdrawal;

pub use area::{Alpha3, AreaCode, AreaCodeError, AreaSelection, LocalUnit, M49};
pub use coding::{
    AdjudicationRule, Caller, Coding, CodingError, Judgement, Rationale, RationaleError, Ruling, Unit,
    UnitError,
};
pub use coverage::Coverage;
pub use evidence::{Evidence, EvidenceError};
pub use framework::{Framework, FrameworkDraft, FrameworkRef, Version};
pub use history::{History, HistoryId, HistoryIdError, Lineage, OtherHistory};
pub use id::{
    BandId, ClauseId, CoderId, CriterionId, CuratorId, FrameworkId, GroupId, IdError, IndicatorId,
    InstrumentId, LevelCode, MeasureId, NodeId, PracticeId, SourceId,
};
pub use indicator::{Indicator, IndicatorKind, Level, Rubric, ValueMismatch};
pub use observation::{Notes, NotesFingerprint, Observation, ObservationError, ObservationKey};
pub use period::{Frequency, Period, PeriodError};
pub use practice::{Practice, PracticeDraft, PracticeFault, PracticeNames};
pub use revision::{AsOf, Revision, Timestamp};
pub use score::{CellOrigin, Gap, Imputation, Outcome};
pub use status::{ObservationStatus, StatusError};
pub use submission::{ContentDigest, SubmissionId, SubmissionIdError};
pub use suggestion::closest;
pub use value::{MissingReason, Number, NumberError, Ratio, RatioError, Value, ValueKind, ValueRef};
pub use withdrawal::{Withdrawal, WithdrawalError, WithdrawalReason, WithdrawalReasonError};

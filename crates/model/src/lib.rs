//! The vocabulary of `tenseven`: areas, periods, indicators, observations, frameworks, scores, revisions.
//!
//! *Invariant:* a value of any type here is right by construction. Every constructor (`FromStr`, `TryFrom`,
//! `new`) refuses a bad value with an error that states what is wrong and how to correct it, so that nothing
//! downstream checks the same thing again.
//!
//! # Where to start
//!
//! [`Observation`], which is what partners send, and [`Framework`], which is how it is scored. A framework starts as a
//! [`FrameworkDraft`]; [`FrameworkDraft::check`] returns the framework or every finding.
//!
//! # What is absent
//!
//! I/O, clocks, threads, wire formats and serialisation. Whether an indicator exists, or an area is known, is for the crates that
//! hold state.
//!
//! # To add a value type
//!
//! 1. Write it in a file of its own in `crates/model/src`, as `crates/model/src/withdrawal.rs` does: private fields, one
//!    constructor that checks, and an error enum whose messages name the remedy. An id is one line of the macro in
//!    `crates/model/src/id.rs`.
//! 2. Test that what it writes (`Display`) is read back (`FromStr`) as the same value.
//! 3. Re-export it in `crates/model/src/lib.rs`.
//! 4. Convert it in `crates/api/src/convert`, in both directions.
//!
//! # To add a key to frameworks
//!
//! 1. Add the field to its part in `crates/model/src/framework/draft.rs`. The compiler then leads to the code that destructures the
//!    part, such as `crates/model/src/framework/flatten.rs`, which compares versions.
//! 2. Check it in the file for its part in `crates/model/src/framework/check`, with a test in
//!    `crates/model/src/framework/tests.rs`.
//! 3. Read it in `crates/catalog/src/framework`: its key is in `crates/catalog/src/framework/schema.rs`, its description in
//!    `crates/catalog/FRAMEWORK.md`.
//! 4. Return it in `crates/api/src/convert/framework.rs`.

mod id;

pub mod access;
pub mod area;
pub mod coding;
pub mod coverage;
pub mod equality;
pub mod event;
pub mod evidence;
pub mod formula;
pub mod framework;
mod hidden;
pub mod history;
pub mod indicator;
pub mod observation;
pub mod observation_merge;
pub mod period;
pub mod practice;
pub mod precision;
pub mod revision;
pub mod score;
mod selection;
pub mod status;
pub mod submission;
pub mod suggestion;
pub mod value;
pub mod withdrawal;

pub use area::{Alpha3, AreaCode, AreaCodeError, AreaKind, AreaSelection, LocalUnit, M49};
pub use coding::{
    AdjudicationRule, Caller, Coding, CodingError, Judgement, Rationale, RationaleError, Ruling, Unit,
    UnitError,
};
pub use coverage::Coverage;
pub use evidence::{Evidence, EvidenceError};
pub use framework::{Framework, FrameworkDraft, FrameworkRef, Version};
pub use hidden::is_hidden;
pub use history::{History, HistoryId, HistoryIdError, Lineage, OtherHistory};
pub use id::{
    BandId, ClauseId, CoderId, CriterionId, CuratorId, FrameworkId, GroupId, IdError, IndicatorId,
    InstrumentId, LevelCode, MeasureId, NodeId, PartnerId, PracticeId, SourceId,
};
pub use indicator::{Indicator, IndicatorKind, Level, Rubric, ValueMismatch};
pub use observation::{
    EVIDENCE_COUNT_MAX, Notes, NotesFingerprint, Observation, ObservationError, ObservationKey,
};
pub use observation_merge::{
    GivenFields, GivenStatus, MergeConflict, ObservationMerge, ObservationMergeError,
};
pub use period::{Frequency, Period, PeriodError};
pub use practice::{Practice, PracticeDraft, PracticeFault, PracticeNames};
pub use precision::{Precision, PrecisionError, Rounding};
pub use revision::{AsOf, Revision, Timestamp};
pub use score::{CellOrigin, Gap, Imputation, Outcome};
pub use selection::{
    AgreementSelection, AreaListSelection, CodingSelection, ComparedFramework, ComparisonSelection,
    ExplanationSelection, ObservationSelection, PracticeSelection, RankSelection, ReadAt, ReportSelection,
    ScoreSelection, TreeSelection, TrendSelection, UnitSelection,
};
pub use status::{ObservationStatus, StatusError};
pub use submission::{ContentDigest, SubmissionId, SubmissionIdError};
pub use suggestion::closest;
pub use value::{MissingReason, Number, NumberError, Ratio, RatioError, Value, ValueKind, ValueRef};
pub use withdrawal::{Withdrawal, WithdrawalError, WithdrawalReason, WithdrawalReasonError};

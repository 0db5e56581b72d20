//! Conversions between messages and the model, one file a message family.
//!
//! *Invariant:* reading collects every violation, never only the first; writing destructures whole.

mod admin;
mod assessment;
mod assessment_request;
mod caller;
mod definition;
mod framework;
mod framework_request;
mod look_up;
mod names;
mod observation;
mod observation_request;
mod practice;
mod practice_request;
mod read;
mod score;
mod score_request;
mod selection;
mod time;
mod value;
mod violation;
mod watch;
mod withdrawal;

pub use admin::StreamBackup;
pub use assessment::{Adjudicate, SubmitCoding, cited_judgement, coding_message, unit_message};
pub use assessment_request::{GetAdjudication, GetAgreement, ListAdjudications, ListCodings};
pub use definition::{
    DiffFrameworks, FrameworkSource, PublishFramework, RetireFramework, ValidateFramework, change_message,
    definition_summary,
};
pub use framework::{framework_message, indicator_message};
pub use framework_request::{GetFramework, GetIndicator, GetTargetReport, ListFrameworks, ListIndicators};
pub use look_up::LookUpSubmissions;
pub use observation::{Partial, observation_body, observation_message, read_observation, read_submission};
pub use observation_request::{ExportObservations, ListObservations, ListRevisions};
pub use practice::{ReadPractice, practice_message};
pub use practice_request::{
    GetInstrument, GetMeasure, GetPractice, ListInstruments, ListMeasures, ListPracticeRevisions,
    ListPractices, PracticeSelection, PutPractice, SearchPractices, WithdrawPractice,
};
pub use read::{Freshness, Page};
pub use score::{LeafOrigin, gap_message, leaf_origin};
pub use score_request::{CompareScores, ExplainScore, GetScores, GetTrend, ListScores, RankAreas};
pub use time::{timestamp, timestamp_message};
pub use value::value_message;
pub use violation::{FieldReason, Reader, Violation, Violations};
pub use watch::{WatchObservations, WatchScores};
pub use withdrawal::{read_withdrawal, withdrawal_message, withdrawn_message};

//! Conversions between messages and the model, one file a message family.
//!
//! *Invariant:* reading collects every violation, never only the first; writing destructures whole.

mod access;
mod access_request;
mod admin;
mod assessment;
mod assessment_request;
mod audit_request;
mod caller;
mod change;
mod definition;
mod framework;
mod framework_request;
mod names;
mod observation;
mod observation_request;
mod practice;
mod practice_request;
mod quota;
mod read;
mod score;
mod score_request;
mod selection;
mod time;
mod value;
mod violation;
mod withdrawal;

pub use access::grant_message;
pub use access_request::{AccessRequest, GrantRevocation, KeyRequest, KeyRevocation, PartnerRequest};
pub use admin::StreamBackup;
pub use assessment::{Adjudicate, SubmitCoding, cited_judgement, coding_message, unit_message};
pub use audit_request::{AuditFilter, ListAuditEvents, StreamAuditEvents};
pub use change::{ReadChange, read_change};
pub use definition::{PublishFramework, RetireFramework, change_message, definition_summary};
pub use framework::{framework_message, indicator_message};
pub use observation::{Partial, observation_body, observation_message, read_observation, read_submission};
pub use observation_request::WatchObservations;
pub use practice::{ReadPractice, practice_message};
pub use practice_request::{PutPractice, WithdrawPractice};
pub use quota::quota_message;
pub use read::{Page, PageSize, ReadRequest, read_page, read_read_at};
pub use score::{LeafOrigin, gap_message, leaf_origin};
pub use score_request::WatchScores;
pub use time::{timestamp, timestamp_message};
pub use value::value_message;
pub use violation::{FieldReason, Reader, Violation, Violations};
pub use withdrawal::{read_withdrawal, withdrawal_message, withdrawn_message};

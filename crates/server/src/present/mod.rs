//! Answers of the observatory as messages, always by destructuring, so that a new field breaks the build.

mod access;
mod area;
mod assessment;
mod audit;
mod comparison;
mod count;
mod definition;
mod explanation;
mod framework;
mod observation;
mod others;
mod practice;
mod ranks;
mod refusal;
mod report;
mod score;
mod stage_value;
mod stages;
mod trend;

pub(crate) use access::{caller, partner, partner_id, quota_status};
pub(crate) use area::area;
pub(crate) use assessment::{adjudication, agreement, coding_receipt, codings};
pub(crate) use audit::{accepted_event, audit_status, call_event, recorded_time};
pub(crate) use comparison::comparison;
pub(crate) use definition::{cost, progress, receipt, validation};
pub(crate) use explanation::explanation;
pub(crate) use framework::{framework, summary};
pub(crate) use observation::{changed, pushed, recorded, version, withdrawn};
pub(crate) use practice::{instrument, instrument_use, measure, measure_use, practice, search};
pub(crate) use ranks::ranking;
pub(crate) use refusal::batch_refusal;
pub(crate) use report::report;
pub(crate) use score::{score_change, tree};
pub(crate) use trend::trend;

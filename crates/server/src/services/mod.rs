//! The adapters, one file a service: convert the request, call the observatory, convert the answer.

mod access;
mod admin;
mod answer_cache;
mod assessment;
mod backup;
mod caller;
mod changes;
mod draining;
mod event_sender;
mod export;
mod framework;
mod look_up;
mod observation;
mod positioned;
mod practice;
mod practice_request;
mod publication;
mod pulse;
mod reading;
mod relay;
mod score;
mod score_watch;
mod submissions;
mod watch;
mod window;

pub(crate) use access::AccessAdapter;
pub(crate) use admin::AdminAdapter;
pub(crate) use assessment::AssessmentAdapter;
pub(crate) use changes::Changed;
pub(crate) use draining::{Drain, Draining};
pub(crate) use framework::FrameworkAdapter;
pub(crate) use observation::ObservationAdapter;
pub(crate) use practice::PracticeAdapter;
pub(crate) use reading::Reading;
pub(crate) use score::ScoreAdapter;
pub(crate) use watch::Watches;

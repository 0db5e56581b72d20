//! The adapters, one file a service: convert, ask, convert.

mod admin;
mod assessment;
mod backup;
mod caller;
mod draining;
mod export;
mod framework;
mod look_up;
mod observation;
mod practice;
mod practice_request;
mod publication;
mod pulse;
mod push;
mod reading;
mod relay;
mod score;
mod score_watch;
mod submissions;
mod teller;
mod watch;
mod window;
mod withdrawals;

pub(crate) use admin::AdminAdapter;
pub(crate) use assessment::AssessmentAdapter;
pub(crate) use draining::{Drain, Draining};
pub(crate) use framework::FrameworkAdapter;
pub(crate) use observation::ObservationAdapter;
pub(crate) use practice::PracticeAdapter;
pub(crate) use reading::Reading;
pub(crate) use score::ScoreAdapter;
pub(crate) use watch::Watches;

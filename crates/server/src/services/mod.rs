//! The adapters, one file a service: convert, ask, convert.

mod admin;
mod draining;
mod export;
mod framework;
mod observation;
mod publication;
mod reading;
mod score;
mod score_watch;
mod submissions;
mod teller;
mod watch;
mod window;

pub(crate) use admin::AdminAdapter;
pub(crate) use draining::{Drain, Draining};
pub(crate) use framework::FrameworkAdapter;
pub(crate) use observation::ObservationAdapter;
pub(crate) use reading::Reading;
pub(crate) use score::ScoreAdapter;
pub(crate) use watch::Watches;

//! The adapters, one file a service: convert, ask, convert.

mod framework;
mod observation;
mod paging;
mod score;

pub(crate) use framework::FrameworkAdapter;
pub(crate) use observation::ObservationAdapter;
pub(crate) use score::ScoreAdapter;

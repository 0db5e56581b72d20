//! Tower layers, one file a layer.
//!
//! *Invariant:* the order is trace, details, deadline, services; so that the log tells the status that the client
//! gets, and every status has its details, whoever made it.

mod deadline;
mod details;
mod trace;

pub(crate) use deadline::{CallLimit, DeadlineLayer};
pub(crate) use details::DetailsLayer;
pub(crate) use trace::TraceLayer;

//! Tower layers, one file a layer.
//!
//! *Invariant:* the order is trace, pages, grpc-web, calls, requests, services; so that the log records the status that the
//! client gets, a browser's calls are held to all that others are held to, and every status has its details, regardless of its origin.

mod answered;
mod answers;
mod calls;
mod deadline;
mod details;
mod ending;
mod gzip;
mod message_bytes;
mod pages;
mod received;
mod request_id;
mod requests;
mod trace;
mod turns;

pub(crate) use answered::AnsweredLayer;
pub(crate) use calls::CallsLayer;
pub(crate) use pages::PagesLayer;
pub(crate) use request_id::RequestId;
pub(crate) use requests::RequestsLayer;
pub(crate) use trace::TraceLayer;
pub(crate) use turns::Turn;

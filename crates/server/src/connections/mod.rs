//! Connections: limits their number and idle time.
//!
//! *Invariants:*
//! - Connections leave enough file descriptors for the journal, so that no number of them keeps it from writing.
//! - Running out of permits or descriptors is logged, costs no processor time, and ends by itself.
//! - A connection that does not begin a request in time is closed. One that is without a call for long, or old, is asked to end, and closed
//!   if it does not. Pings do not keep it open.

mod accepting;
mod calls;
mod connection;
mod descriptors;
mod lifetime;
mod peers;
mod serving;

pub(crate) use accepting::Limits;
pub(crate) use calls::{Call, Calls};
pub(crate) use descriptors::connections_max;
pub(crate) use lifetime::LifetimeLimits;
pub(crate) use serving::serve;

//! Connections: limits their number and idle time.
//!
//! *Invariants:*
//! - Connections leave enough file descriptors for the journal, so that no number of them keeps it from writing.
//! - Running out of permits or descriptors is logged, costs no processor time, and ends by itself.
//! - A connection that does not begin a request in time, TLS handshake included, is closed. A handshake counts as a connection. One that is without a call for long, or old, is asked to end, and closed
//!   if it does not. Pings do not keep it open.

mod accepting;
mod calls;
mod client_certificate;
mod connection;
mod descriptors;
mod lifetime;
mod peers;
mod serving;
mod socket;
mod stream;

pub(crate) use accepting::Limits;
pub(crate) use calls::{Call, Calls};
pub(crate) use client_certificate::ClientCertificate;
pub(crate) use descriptors::connections_max;
pub(crate) use lifetime::LifetimeLimits;
pub(crate) use serving::serve;

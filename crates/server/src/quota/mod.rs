//! Quotas: how much of the server each partner may use at a time.
//!
//! *Invariants:*
//! - A partner has one account, whatever keys and connections its calls come with. What a call takes of what is limited at a time is given back when
//!   it is dropped, in whichever way the call ends.
//! - An account is the same as none once nothing is under way and its rates are made up for; then it is dropped. So there are never more
//!   accounts than partners that call.
//! - Nothing here is global: the time is an argument, and counters are handed in.

mod account;
mod allowance;
mod connection_places;
mod counters;
mod exceeded;
mod kind;
mod limits;
mod quotas;
mod rate;

pub(crate) use allowance::{Allowance, RequestBytes};
pub(crate) use connection_places::ConnectionPlaces;
pub(crate) use counters::Counters;
pub(crate) use exceeded::Exceeded;
pub use limits::PartnerLimits;
pub(crate) use quotas::{Admitted, LimitUse, Quotas};

//! The audit log: who called what from where, of calls that were rejected because of who made them, of calls of operators and admins,
//! and of accepted changes.
//!
//! *Invariants:*
//! - No call waits for the log, fails because of it, or is changed by it: what does not fit into the queue is counted and dropped.
//! - Its files are bounded in bytes, its queue and what it remembers in entries.
//! - It holds no secret and no text of a request: methods of the contract, and ids that were validated.
//! - Nothing depends on it. Deleting it loses the events that only it has.
//!
//! *What is absent:* a sync for each event, and accepted changes: those are in the journal, and the log only has where they came from.

mod accepted;
mod alike;
mod call;
mod files;
mod follower;
mod log;
mod networks;
mod origins;
mod queue;
mod reader;
mod record;
mod writer;

pub(crate) use call::{AuditedCall, AuditedEnd};
pub(crate) use follower::AuditFollower;
pub(crate) use log::{AuditLog, AuditSettings, AuditState};
pub(crate) use record::{Outcome, Record};

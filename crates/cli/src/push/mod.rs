//! Pushing a file: cut into batches, each sent under an id made from its content.
//!
//! *Invariant:* a row is either in a batch that the server accepted or among the refused; no row is skipped. A batch with
//! a row that cannot be read is only checked, as the server accepts batches whole.

mod batch;
mod progress;
mod recheck;
mod refusal;
mod session;
mod submission;
mod summary;

#[cfg(test)]
mod tests;

pub(crate) use batch::{Batch, Batches};
pub(crate) use progress::{Bar, Watcher};
pub(crate) use refusal::LineRefusal;
pub(crate) use session::{Purpose, Session};
pub(crate) use submission::{submission_id, submission_id_of};
pub(crate) use summary::PushSummary;

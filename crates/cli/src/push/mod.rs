//! Pushing a file: cut into batches, each sent under an id made from its content.
//!
//! Batches go through one stream, and what an earlier push has brought is looked up and left out, so that a push that was
//! interrupted is gone on with by pushing the same file again.
//!
//! *Invariant:* a row is either in a batch that the server accepted or among the refused; no row is skipped. A batch with
//! a row that cannot be read is only checked, as the server accepts batches whole.

mod batch;
mod disposition;
mod findings;
mod findings_file;
mod in_flight;
mod interrupted;
mod progress;
mod read_ahead;
mod recheck;
mod refusal;
mod registry;
mod run;
mod session;
mod submission;
mod summary;

#[cfg(test)]
mod fake_registry;
#[cfg(test)]
mod tests;

pub(crate) use batch::{Batch, Batches};
pub(crate) use findings_file::FindingsFile;
pub(crate) use progress::{Bar, Recorder, Watcher};
pub(crate) use refusal::LineRefusal;
pub(crate) use registry::{Registry, newest_revision};
pub(crate) use session::Session;
pub(crate) use submission::{submission_id, submission_id_of};
pub(crate) use summary::PushSummary;

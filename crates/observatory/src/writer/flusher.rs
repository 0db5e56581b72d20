//! The second stage: appends groups to the journal.

use std::sync::Arc;

use tenseven_store::{AppendError, Head, Journal as _};
use tracing::error;

use super::{
    flushed::LastFlushed,
    group::{FlushedGroup, Group},
};
use crate::{JournalFailed, JournalFull, SubmissionError, shared::Shared, write_failure::WriteFailure};

/// Makes groups durable.
pub(crate) struct Flusher {
    shared: Arc<Shared>,
    last_flushed: LastFlushed,
    head: Head,
    /// How many flushes failed, and how the last of them did.
    failures: u64,
    failure: SubmissionError,
}

impl Flusher {
    pub(crate) fn new(shared: Arc<Shared>, last_flushed: LastFlushed) -> Self {
        let head = shared.journal.head();
        Self { shared, last_flushed, head, failures: 0, failure: JournalFailed.into() }
    }

    /// Appends the entries of a group, unless it was decided on top of something that could not be flushed.
    pub(crate) fn flush(&mut self, group: Group) -> FlushedGroup {
        let flushed = if group.failures != self.failures {
            Err(self.failure)
        } else if group.entries.is_empty() {
            Ok(self.head)
        } else {
            self.append(&group)
        };
        FlushedGroup { group, flushed }
    }

    fn append(&mut self, group: &Group) -> Result<Head, SubmissionError> {
        match self.shared.journal.append_prepared(group.after, &group.prepared) {
            Ok(head) => {
                self.head = head;
                self.last_flushed.set(group.state.clone());
                Ok(head)
            }
            Err(problem) => {
                self.failure = self.failed(group, &problem);
                self.failures += 1;
                self.last_flushed.fail();
                Err(self.failure)
            }
        }
    }

    fn failed(&self, group: &Group, problem: &AppendError) -> SubmissionError {
        if let AppendError::DiskFull { .. } = problem {
            error!(error = %problem, "the journal's disk is full; reads go on, writes are refused until there is room");
            return JournalFull.into();
        }
        error!(error = %problem, "the journal cannot be written; reads go on, writes are refused until a restart");
        self.shared.moments.leave_open_from(group.stamp);
        self.shared.write_failure.set(WriteFailure::JournalFailed);
        JournalFailed.into()
    }
}

//! What appends to the journal, one append after the other.

use super::acknowledged::Acknowledged;
use crate::{
    AppendError, BuildError, Head, OpenError,
    log::{Committed, LogWriter},
    record::Sealed,
};

/// What one append after the other needs.
#[derive(Debug)]
pub(super) struct Writer {
    log: LogWriter,
    acknowledged: Acknowledged,
    /// Whether nothing is appended any more.
    failed: bool,
    /// How many logs were begun to replace this one.
    rewrites: u64,
}

impl Writer {
    pub(super) fn new(log: LogWriter, acknowledged: Acknowledged) -> Self {
        Self { log, acknowledged, failed: false, rewrites: 0 }
    }

    /// Makes records durable, all or none.
    pub(super) fn commit(&mut self, sealed: &[Sealed]) -> Result<Committed, AppendError> {
        let committed = self.log.commit(sealed).inspect_err(|error| {
            self.failed = !matches!(error, AppendError::DiskFull { .. });
        })?;
        self.acknowledged.note(committed.end);
        Ok(committed)
    }

    /// Fails if nothing is appended any more.
    pub(super) fn check(&self) -> Result<(), AppendError> {
        if self.failed { Err(AppendError::Poisoned) } else { Ok(()) }
    }

    /// Counts a log that is begun to replace this one, and returns its number.
    pub(super) fn begin_rewrite(&mut self) -> Result<u64, AppendError> {
        self.check()?;
        self.rewrites += 1;
        Ok(self.rewrites)
    }

    /// Publishes the log that was begun as this one's replacement number `rewrite` and ends at `head`. This one then takes nothing
    /// more.
    pub(super) fn replace(
        &mut self,
        rewrite: u64,
        head: Head,
        publish: impl FnOnce() -> Result<(), OpenError>,
    ) -> Result<(), BuildError> {
        let own = self.log.end().head;
        self.check()?;
        if self.rewrites != rewrite {
            return Err(BuildError::Superseded);
        }
        if own.revision != head.revision {
            return Err(AppendError::HeadMoved { expected: head.revision, head: own.revision }.into());
        }
        if own != head {
            return Err(AppendError::OtherHistory { expected: head, head: own }.into());
        }
        // Whether it is the current one is unknown if this fails.
        self.failed = true;
        Ok(publish()?)
    }
}

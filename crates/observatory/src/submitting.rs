//! Submitting: how a command of any kind gets to the writer, and its answer back.

use std::{error::Error, sync::Arc};

use tenseven_model::{ContentDigest, Revision, SubmissionId, event::ChangeCounts};
use tenseven_state::{
    Operation, Preview, Receipt, access::NotGranted, authorize, decide, practices::WritePractice,
};

use crate::{
    Attributed, JournalFailed, Observatory, SubmissionError, WriteError, WritePracticeError,
    known_submissions::look_up,
    snapshot::Snapshot,
    submission::{Answer, Reply, Submission},
};

/// The writer's answer. It answers every job that it takes, so it can only be missing if its thread died, and with it the journal.
pub(crate) async fn answer_of<R: Error + 'static>(reply: Reply<R>) -> Answer<R> {
    reply.await.unwrap_or_else(|_| Err(SubmissionError::from(JournalFailed).into()))
}

impl Observatory {
    /// Has the writer decide a command, unless its submission was accepted before. Answers once it is flushed.
    pub(crate) async fn write<C>(&self, by: Attributed, command: C) -> Answer<C::Rejection>
    where
        C: Operation<Rejection: Error + Send + 'static> + Send + 'static,
    {
        let digest = command.digest();
        let looked_up = match self.look_up(by.submission, digest).await? {
            LookedUp::Known(receipt) => return Ok(receipt),
            LookedUp::UnknownUpTo(revision) => revision,
        };
        let (submission, reply) = Submission::new(by, digest, looked_up, command);
        self.shared.intake.submit(submission)?;
        answer_of(reply).await
    }

    /// Looks a submission up in the journal as of the newest state, on a thread that may block.
    pub(crate) async fn look_up(
        &self,
        id: SubmissionId,
        digest: ContentDigest,
    ) -> Result<LookedUp, SubmissionError> {
        let (journal, up_to) = (Arc::clone(&self.shared.journal), self.revision());
        let found = tokio::task::spawn_blocking(move || look_up(journal.as_ref(), up_to, id, digest));
        match found.await {
            Ok(found) => Ok(found?.map_or(LookedUp::UnknownUpTo(up_to), LookedUp::Known)),
            // It fails only where it panicked or the process ends; then the writer looks it up.
            Err(_) => Ok(LookedUp::UnknownUpTo(Revision::ZERO)),
        }
    }

    /// The first receipt of a submission that was accepted up to a state. Blocks where the journal has to be read.
    pub(crate) fn known(
        &self,
        state: &Snapshot,
        id: SubmissionId,
        digest: ContentDigest,
    ) -> Result<Option<Receipt>, SubmissionError> {
        look_up(self.journal(), state.revision(), id, digest)
    }

    /// What a command would be answered on top of a state. Stores nothing.
    pub(crate) fn preview_of<C: Operation<Rejection: Error + 'static>>(
        &self,
        state: &Snapshot,
        by: &Attributed,
        command: C,
    ) -> Result<ChangeCounts, WriteError<C::Rejection>> {
        if let Some(receipt) = self.known(state, by.submission, command.digest())? {
            return Ok(receipt.counts());
        }
        self.allow(state, by, &command).map_err(WriteError::Denied)?;
        let decision = decide(state, command, &self.shared.rules()).map_err(WriteError::Rejected)?;
        Ok(decision.outcome)
    }

    /// Succeeds if the author of a submission may do this on top of a state.
    pub(crate) fn allow<C: Operation>(
        &self,
        state: &Snapshot,
        by: &Attributed,
        command: &C,
    ) -> Result<(), NotGranted> {
        authorize(state, command, &self.shared.rules(), by.author.as_ref())
    }

    /// Does with a practice what a curator wants. Answers once that is flushed.
    pub async fn write_practice(
        &self,
        by: impl Into<Attributed>,
        write: WritePractice,
    ) -> Result<Receipt, WritePracticeError> {
        self.write(by.into(), write).await
    }

    /// What [`Self::write_practice`] would answer now. Stores nothing.
    pub fn preview_practice(
        &self,
        by: impl Into<Attributed>,
        write: WritePractice,
    ) -> Result<Preview, WritePracticeError> {
        let state = self.newest();
        let outcome = self.preview_of(&state, &by.into(), write)?;
        Ok(Preview::new(state.revision(), outcome))
    }
}

/// Whether a submission was accepted before.
pub(crate) enum LookedUp {
    /// It was, and this was its answer.
    Known(Receipt),
    /// Not up to this revision.
    UnknownUpTo(Revision),
}

#[cfg(test)]
mod tests {
    use tenseven_catalog::Catalog;
    use tenseven_model::Value;
    use tenseven_state::{World, observations::SubmitChanges};
    use tenseven_testkit::{TestJournal, observation, submission};

    use super::*;
    use crate::{Limits, SystemClock};

    #[test]
    fn the_writer_looks_up_what_was_not_looked_up_as_of_a_revision_that_it_remembers() {
        let journal = TestJournal::default();
        let open = || {
            let world = World::new(Catalog::bundled());
            Observatory::open(Box::new(journal.clone()), world, Limits::default(), Box::new(SystemClock))
                .unwrap()
        };
        let send = |registry: &Observatory| {
            let value = Value::Level("basic".parse().unwrap());
            let changes = vec![observation("dual-nationality", "MAR", "2020", value).into()];
            let command = SubmitChanges { changes };
            let (submission, reply) =
                Submission::new(submission(1).into(), command.digest(), Revision::ZERO, command);
            registry.shared.intake.submit(submission).unwrap();
            reply.blocking_recv().unwrap()
        };
        let first = send(&open()).unwrap();
        let registry = open();
        assert_eq!(send(&registry), Ok(first));
        assert_eq!(registry.revision(), first.revision);
    }
}

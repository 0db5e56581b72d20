//! Changing: how changes of observations are submitted.
//!
//! *Invariant:* a merge is resolved only for a submission that was not accepted before, and is decided by what it was resolved with
//! only while that is current.

use std::sync::Arc;

use tenseven_model::{ContentDigest, Revision};
use tenseven_state::{
    Operation as _, Preview, Receipt, decide,
    observations::{Change, ChangeFaults, ChangesRejection, Fault, Problem, SubmitChanges},
};

use crate::{
    Attributed, ChangesError, Observatory, Overtaken, Unreadable, WriteError,
    merging::{self, MERGED_BYTES_MAX, ResolveError},
    submission::{Reply, Submission},
    submitting::{LookedUp, answer_of},
};

/// How often the merges of a submission are resolved before it is refused. Of all that merge the same observation and are flushed
/// together, one is accepted, so that this many can do so at once.
const RESOLVED_MAX: usize = 256;

/// Changes that were taken in.
#[derive(Debug)]
pub struct Submitted(Taken);

#[derive(Debug)]
enum Taken {
    /// Their answer is known.
    Answered(Result<Receipt, ChangesError>),
    /// The writer has them.
    Waiting(Reply<ChangesRejection>),
}

impl Submitted {
    /// Their answer, once they are flushed and scored, or rejected.
    pub async fn answer(self) -> Result<Receipt, ChangesError> {
        match self.0 {
            Taken::Answered(answer) => answer,
            Taken::Waiting(reply) => Ok(answer_of(reply).await?),
        }
    }
}

/// What becomes of a submission that there is no room for.
#[derive(Clone, Copy)]
enum WithoutRoom {
    Refused,
    Waits,
}

impl Observatory {
    /// Accepts all changes in one revision, or none. Answers once they are flushed and scored.
    pub async fn submit_changes(
        &self,
        by: impl Into<Attributed>,
        changes: Vec<Change>,
    ) -> Result<Receipt, ChangesError> {
        let by = by.into();
        let command = SubmitChanges { changes };
        let digest = command.digest();
        match self.look_up(by.submission, digest).await? {
            LookedUp::Known(receipt) => Ok(receipt),
            LookedUp::UnknownUpTo(revision) => {
                self.resolve_and_decide((by, digest, revision), command, WithoutRoom::Refused).await
            }
        }
    }

    /// Takes changes in as [`Self::submit_changes`] does, but waits while there is no room for them, and leaves the answer to be
    /// waited for. What one caller submits one after the other is decided in that order: so if there are merges, this returns once
    /// they are answered.
    pub async fn submit(
        &self,
        by: impl Into<Attributed>,
        changes: Vec<Change>,
    ) -> Result<Submitted, ChangesError> {
        let by = by.into();
        let command = SubmitChanges { changes };
        let digest = command.digest();
        let revision = match self.look_up(by.submission, digest).await? {
            LookedUp::Known(receipt) => return Ok(Submitted(Taken::Answered(Ok(receipt)))),
            LookedUp::UnknownUpTo(revision) => revision,
        };
        if merging::has_merges(&command.changes) {
            let answer = self.resolve_and_decide((by, digest, revision), command, WithoutRoom::Waits).await;
            return Ok(Submitted(Taken::Answered(answer)));
        }
        let (submission, reply) = Submission::new(by, digest, revision, command);
        self.shared.intake.submit_when_room(submission).await?;
        Ok(Submitted(Taken::Waiting(reply)))
    }

    /// What [`Self::submit_changes`] would answer now. Stores nothing. Blocks where the journal has to be read.
    pub fn preview_changes(
        &self,
        by: impl Into<Attributed>,
        changes: Vec<Change>,
    ) -> Result<Preview, ChangesError> {
        let by = by.into();
        let (state, mut command) = (self.newest(), SubmitChanges { changes });
        let revision = state.revision();
        if let Some(receipt) = self.known(&state, by.submission, command.digest())? {
            return Ok(Preview::new(revision, receipt.counts()));
        }
        self.allow(&state, &by, &command).map_err(ChangesError::Denied)?;
        let rules = self.shared.rules();
        merging::resolve(self.journal(), &state, &rules, &mut command.changes)?;
        let decision = decide(&state, command, &rules).map_err(WriteError::Rejected)?;
        Ok(Preview::new(revision, decision.outcome))
    }

    /// Has the writer decide changes that the journal does not have up to a revision, and again where others changed what they merge.
    async fn resolve_and_decide(
        &self,
        (by, digest, looked_up): (Attributed, ContentDigest, Revision),
        mut command: SubmitChanges,
        without_room: WithoutRoom,
    ) -> Result<Receipt, ChangesError> {
        // Before anything is read for it; the writer decides again.
        self.allow(&self.newest(), &by, &command).map_err(ChangesError::Denied)?;
        for _ in 0..RESOLVED_MAX {
            let resolved = self.resolve(command).await?;
            let (submission, reply) = Submission::new(by.clone(), digest, looked_up, resolved);
            match without_room {
                WithoutRoom::Refused => self.shared.intake.submit(submission)?,
                WithoutRoom::Waits => self.shared.intake.submit_when_room(submission).await?,
            }
            match answer_of(reply).await {
                Err(WriteError::Rejected(ChangesRejection::Outdated(back))) => command = back,
                answer => return Ok(answer?),
            }
        }
        Err(Overtaken.into())
    }

    /// Resolves merges with what is observed in the newest state, on a thread that may block.
    async fn resolve(&self, command: SubmitChanges) -> Result<SubmitChanges, ChangesError> {
        if !merging::has_merges(&command.changes) {
            return Ok(command);
        }
        let (shared, state) = (Arc::clone(&self.shared), self.newest());
        let revision = state.revision();
        // The semaphore lives as long as the observatory.
        let _turn = self.shared.merging.acquire().await;
        let resolved = tokio::task::spawn_blocking(move || {
            let SubmitChanges { mut changes } = command;
            merging::resolve(shared.journal.as_ref(), &state, &shared.rules(), &mut changes)?;
            Ok::<_, ResolveError>(SubmitChanges { changes })
        });
        // It fails only where it panicked or the process ends.
        Ok(resolved.await.unwrap_or(Err(ResolveError::Unreadable(Unreadable { revision })))?)
    }
}

impl From<ResolveError> for ChangesError {
    fn from(error: ResolveError) -> Self {
        match error {
            ResolveError::TooLarge => {
                let problem = Problem::MergedTooLarge { max: MERGED_BYTES_MAX };
                ChangeFaults(vec![Fault { index: None, problem }]).into()
            }
            ResolveError::Unreadable(unreadable) => Self::Submission(unreadable.into()),
        }
    }
}

//! The publisher: what makes a publication of a text, in a thread of its own.

use std::{
    sync::{Arc, PoisonError, atomic::Ordering},
    thread::JoinHandle,
    time::Duration,
};

use tenseven_model::{ContentDigest, Revision, SubmissionId};
use tenseven_state::{
    Operation as _, Receipt, State,
    frameworks::{PublicationReceipt, PublishFramework},
};
use tokio::sync::watch;
use tracing::error;

use super::{Publication, PublicationProgress, PublicationStage, PublicationStep, Scored};
use crate::{
    Closing, JournalFailed, Observatory, PublicationDied, PublicationUnderWay, PublishError, SubmissionError,
    Unreadable, known_submissions::look_up, shared::Shared, submission::Submission,
};

/// How often what was pushed meanwhile is added before the writer is left the rest: each time there is less of it.
const CATCH_UPS_MAX: usize = 8;
/// How many times the progress of scoring is told at most.
const PARTS_TOLD: u64 = 200;
/// How often a publication asks for a place in the queue of writes, and how long it waits in between.
const PLACES_ASKED_MAX: usize = 600;
const PLACE_WAIT: Duration = Duration::from_millis(50);

/// The publication under way, or the last one.
#[derive(Debug)]
pub(crate) struct Running {
    submission: SubmissionId,
    digest: ContentDigest,
    steps: watch::Receiver<PublicationStep>,
    thread: JoinHandle<()>,
}

impl Running {
    fn is_over(&self) -> bool {
        // Told before the thread is gone, or never where it died.
        matches!(*self.steps.borrow(), PublicationStep::Ended(_)) || self.thread.is_finished()
    }

    /// Waits for it to end.
    pub(crate) fn join(self) {
        if self.thread.join().is_err() {
            error!("the thread of a publication had died");
        }
    }
}

impl Observatory {
    /// Publishes a new version of a framework, or follows the publication of the same submission. Answers at once; what
    /// becomes of it is told by the steps. Refused here is only what cannot begin.
    pub fn publish(&self, id: SubmissionId, definition: String) -> Result<Publication, PublishError> {
        let digest = PublishFramework::digest_of(&definition);
        let mut running = self.publication.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(under_way) = running.as_ref().filter(|running| !running.is_over()) {
            let is_the_same = under_way.submission == id && under_way.digest == digest;
            return if is_the_same {
                Ok(Publication::of(&under_way.steps))
            } else {
                Err(PublicationUnderWay.into())
            };
        }
        if self.shared.is_closing.load(Ordering::Acquire) {
            return Err(SubmissionError::from(Closing).into());
        }
        let (teller, steps) = watch::channel(PublicationStep::Reading);
        let shared = Arc::clone(&self.shared);
        let thread = std::thread::Builder::new().name("tenseven-publisher".to_owned()).spawn(move || {
            let mut tell = |progress| drop(teller.send_replace(PublicationStep::Working(progress)));
            let answer = publish_now(&shared, id, definition, &mut tell);
            teller.send_replace(PublicationStep::Ended(answer));
        });
        let thread = thread.map_err(|problem| {
            error!(error = %problem, "the thread of a publication cannot be started");
            PublicationDied
        })?;
        let publication = Publication::of(&steps);
        *running = Some(Running { submission: id, digest, steps, thread });
        Ok(publication)
    }

    /// What [`Self::publish`] would end in now, found without scoring anything. Stores nothing. Takes as long as reading
    /// the text.
    pub fn preview_publication(
        &self,
        id: SubmissionId,
        definition: &str,
    ) -> Result<PublicationReceipt, PublishError> {
        let state = self.shared.state.load_full();
        let revision = state.revision();
        if let Some(known) = known(&self.shared, &state, id, definition)? {
            return Ok(PublicationReceipt { revision, accepted_at: None, ..known });
        }
        let command = PublishFramework::read(definition.to_owned(), &self.shared.limits.rules())?;
        command.check(&state)?;
        Ok(PublicationReceipt { framework: command.framework().reference(), revision, accepted_at: None })
    }
}

/// The first receipt of a submission that was accepted before.
fn known(
    shared: &Shared,
    state: &State,
    id: SubmissionId,
    definition: &str,
) -> Result<Option<PublicationReceipt>, SubmissionError> {
    let digest = PublishFramework::digest_of(definition);
    let found = look_up(shared.journal.as_ref(), state.revision(), id, digest)?;
    let Some(receipt) = found else { return Ok(None) };
    let Receipt { revision, accepted_at, .. } = receipt;
    let published = state.frameworks().published_at(revision).ok_or(Unreadable { revision })?;
    let framework = published.framework.reference();
    Ok(Some(PublicationReceipt { framework, revision, accepted_at: Some(accepted_at) }))
}

/// Publishes a text, and blocks until that is done or refused.
pub(crate) fn publish_now(
    shared: &Shared,
    id: SubmissionId,
    definition: String,
    tell: &mut dyn FnMut(PublicationProgress),
) -> Result<PublicationReceipt, PublishError> {
    let state = shared.state.load_full();
    if let Some(known) = known(shared, &state, id, &definition)? {
        return Ok(known);
    }
    let command = PublishFramework::read(definition, &shared.limits.rules())?;
    command.check(&state)?;
    let reference = command.framework().reference();
    let (mut of, mut told) = (0, None);
    let scored = Scored::new(shared, &state, command, &mut |progress| {
        of = progress.of;
        let part = progress.done * PARTS_TOLD / of.max(1);
        if told.replace(part) != Some(part) {
            let (done, revision) = (progress.done, state.revision());
            tell(PublicationProgress { stage: PublicationStage::Scoring, done, of, revision });
        }
        !shared.is_closing.load(Ordering::Acquire)
    });
    drop(state);
    let scored = scored.ok_or(Closing).map_err(SubmissionError::from)?;
    let mut tell = |stage, revision| tell(PublicationProgress { stage, done: of, of, revision });
    let Receipt { revision, accepted_at, .. } = store(shared, id, scored, &mut tell)?;
    Ok(PublicationReceipt { framework: reference, revision, accepted_at: Some(accepted_at) })
}

/// Adds what was pushed meanwhile, and has the writer store and publish the version.
fn store(
    shared: &Shared,
    id: SubmissionId,
    scored: Scored,
    tell: &mut dyn FnMut(PublicationStage, Revision),
) -> Result<Receipt, PublishError> {
    let mut scored = Arc::new(scored);
    let mut asked = 0;
    loop {
        for _ in 0..CATCH_UPS_MAX {
            let state = shared.state.load_full();
            if state.revision() == scored.revision {
                break;
            }
            tell(PublicationStage::CatchingUp, scored.revision);
            Arc::make_mut(&mut scored).catch_up(shared, &state);
        }
        tell(PublicationStage::Storing, scored.revision);
        let command = scored.command.clone();
        // Looked up again, because scoring can take long.
        let (digest, looked_up) = (command.digest(), shared.state.load().revision());
        if let Some(receipt) = look_up(shared.journal.as_ref(), looked_up, id, digest)? {
            return Ok(receipt);
        }
        let (submission, reply) = Submission::new(id, digest, looked_up, command);
        match shared.intake.submit(Submission { scored: Some(Arc::clone(&scored)), ..submission }) {
            // The writer answers every job that it takes; it can only be gone if its thread died.
            Ok(()) => {
                let answer = reply.blocking_recv();
                return answer
                    .unwrap_or_else(|_| Err(SubmissionError::from(JournalFailed).into()))
                    .map_err(PublishError::from);
            }
            Err(SubmissionError::QueueFull(_)) if asked < PLACES_ASKED_MAX => {
                asked += 1;
                std::thread::sleep(PLACE_WAIT);
            }
            Err(error) => return Err(error.into()),
        }
    }
}

//! The publisher: parses, scores, stores and publishes a framework definition.

use std::{
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use tenseven_model::{ObservationKey, Revision, SubmissionId};
use tenseven_state::{
    Operation as _, Receipt, State, authorize,
    frameworks::{PublicationReceipt, PublishFramework},
};
use tracing::warn;

use super::{PublicationProgress, PublicationStage, Scored};
use crate::{
    Attributed, Closing, JournalFailed, PublishError, SubmissionError, Unreadable,
    known_submissions::look_up, records::unreadable_version, shared::Shared, submission::Submission,
    tail::keys_after,
};

/// How often what was pushed meanwhile is added before the writer is left the rest: each time there is less of it.
const CATCH_UPS_MAX: usize = 8;
/// Maximum number of times that the progress of scoring is reported.
const PARTS_REPORTED_MAX: u64 = 200;
/// How many times a publication tries to enter the queue of writes, and the delay between two attempts.
const ENQUEUE_ATTEMPTS_MAX: usize = 600;
const ENQUEUE_DELAY: Duration = Duration::from_millis(50);

/// The first receipt of a publication that was accepted before.
pub(crate) fn first_receipt(
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
    let published = published.read().map_err(|problem| unreadable_version(&problem))?;
    let framework = published.framework.reference();
    let cost = shared.rules().budget().cost(published.planned());
    Ok(Some(PublicationReceipt { framework, revision, accepted_at: Some(accepted_at), cost }))
}

/// Publishes a text, and blocks until that is done or refused.
pub(crate) fn publish_now(
    shared: &Shared,
    by: &Attributed,
    definition: String,
    report: &mut dyn FnMut(PublicationProgress),
) -> Result<PublicationReceipt, PublishError> {
    let state = shared.state.load_full();
    if let Some(known) = first_receipt(shared, &state, by.submission, &definition)? {
        return Ok(known);
    }
    let command = PublishFramework::read(definition, &shared.limits.rules())?;
    authorize(&state, &command, &shared.rules(), by.author.as_ref()).map_err(PublishError::Denied)?;
    let cost = command.check(&state, &shared.rules())?;
    let reference = command.framework().reference();
    let (mut of, mut reported) = (0, None);
    let scored = Scored::new(shared.world.geography(), &state, command, &mut |progress| {
        of = progress.of;
        let part = progress.done * PARTS_REPORTED_MAX / of.max(1);
        if reported.replace(part) != Some(part) {
            let (done, revision) = (progress.done, state.revision());
            report(PublicationProgress { stage: PublicationStage::Scoring, done, of, revision });
        }
        !shared.is_closing.load(Ordering::Acquire)
    });
    drop(state);
    let scored = scored.ok_or(Closing).map_err(SubmissionError::from)?;
    let mut report = |stage, revision| report(PublicationProgress { stage, done: of, of, revision });
    let Receipt { revision, accepted_at, .. } = store(shared, by, scored, &mut report)?;
    Ok(PublicationReceipt { framework: reference, revision, accepted_at: Some(accepted_at), cost })
}

/// Adds what was pushed meanwhile, and has the writer store and publish the version.
fn store(
    shared: &Shared,
    by: &Attributed,
    scored: Scored,
    report: &mut dyn FnMut(PublicationStage, Revision),
) -> Result<Receipt, PublishError> {
    let mut scored = Arc::new(scored);
    let mut asked = 0;
    loop {
        for _ in 0..CATCH_UPS_MAX {
            let state = shared.state.load_full();
            if state.revision() == scored.revision {
                break;
            }
            report(PublicationStage::CatchingUp, scored.revision);
            let changed = changed_since(shared, scored.revision);
            Arc::make_mut(&mut scored).catch_up(shared.world.geography(), &state, changed);
        }
        report(PublicationStage::Storing, scored.revision);
        let command = scored.command.clone();
        // Looked up again, because scoring can take long.
        let (digest, looked_up) = (command.digest(), shared.state.load().revision());
        if let Some(receipt) = look_up(shared.journal.as_ref(), looked_up, by.submission, digest)? {
            return Ok(receipt);
        }
        let (submission, reply) = Submission::new(by.clone(), digest, looked_up, command);
        match shared.intake.submit(Submission { scored: Some(Arc::clone(&scored)), ..submission }) {
            // The writer answers every job that it takes; it can only be gone if its thread died.
            Ok(()) => {
                let answer = reply.blocking_recv();
                return answer
                    .unwrap_or_else(|_| Err(SubmissionError::from(JournalFailed).into()))
                    .map_err(PublishError::from);
            }
            Err(SubmissionError::QueueFull(_)) if asked < ENQUEUE_ATTEMPTS_MAX => {
                asked += 1;
                std::thread::sleep(ENQUEUE_DELAY);
            }
            Err(error) => return Err(error.into()),
        }
    }
}

/// The keys that changed after a revision; none if they cannot be read.
pub(crate) fn changed_since(shared: &Shared, revision: Revision) -> Option<Vec<ObservationKey>> {
    let read = keys_after(shared, revision);
    read.inspect_err(|error| warn!(%error, "what was pushed during a publication cannot be read; everything is scored again")).ok()
}

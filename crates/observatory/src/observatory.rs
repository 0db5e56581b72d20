//! The observatory: opened on a journal, it takes submissions and answers questions.

use std::{
    sync::{Arc, Mutex, PoisonError, mpsc},
    thread::JoinHandle,
};

use tenseven_catalog::parse_framework;
use tenseven_model::{AsOf, Observation, Revision, SubmissionId};
use tenseven_store::{Journal, ReadError};
use tokio::sync::oneshot;
use tracing::{info, warn};

use crate::{
    Clock, Fault, FoldError, Limits, Preview, QueryError, Receipt, SubmitError, View, digest, rules,
    shared::Shared,
    state::{Changes, State},
    submission::Submission,
    world::World,
    writer::{Job, Writer},
};

/// Why an observatory cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The journal cannot be read.
    #[error("the journal cannot be read: {0}")]
    Read(#[from] ReadError),
    /// An entry cannot be folded in.
    #[error(transparent)]
    Fold(#[from] FoldError),
    /// A framework that ships with the program cannot be published.
    #[error("the framework {id} that ships with the program cannot be published: {problem}")]
    Bundled {
        /// Which framework.
        id: String,
        /// What is wrong.
        problem: String,
    },
    /// The writer's thread cannot be started.
    #[error("the writer's thread cannot be started: {0}")]
    Thread(#[source] std::io::Error),
}

/// Everything that a partner can do, without a socket.
pub struct Observatory {
    shared: Arc<Shared>,
    jobs: Mutex<Option<mpsc::SyncSender<Job>>>,
    writer: Mutex<Option<JoinHandle<()>>>,
}

impl Observatory {
    /// Opens the observatory: folds the journal, scores, starts the writer, and publishes the frameworks that ship
    /// with the program and are not published yet. Blocks while it does.
    pub fn open(
        journal: Box<dyn Journal>,
        world: World,
        limits: Limits,
        clock: Box<dyn Clock>,
    ) -> Result<Self, OpenError> {
        let mut state = State::default();
        let mut changes = Changes::default();
        for entry in journal.read_after(Revision::ZERO) {
            state.fold(&entry?, &mut changes)?;
        }
        state.rescore(&world, &changes);
        info!(
            revision = state.revision.number(),
            observations = state.history.len(),
            "the journal is folded"
        );
        let shared = Arc::new(Shared::new(world, limits, clock, state));
        let (sender, receiver) = mpsc::sync_channel(limits.queue_submissions_max);
        let writer = Writer::new(journal, Arc::clone(&shared));
        let writer = std::thread::Builder::new()
            .name("tenseven-writer".to_owned())
            .spawn(move || writer.run(&receiver))
            .map_err(OpenError::Thread)?;
        let observatory = Self { shared, jobs: Mutex::new(Some(sender)), writer: Mutex::new(Some(writer)) };
        observatory.publish_bundled()?;
        Ok(observatory)
    }

    /// The limits that it keeps.
    pub fn limits(&self) -> &Limits {
        &self.shared.limits
    }

    /// The newest revision.
    pub fn revision(&self) -> Revision {
        self.shared.state.load().revision
    }

    /// Everything that would be refused of these observations now; `count` is the size of the whole batch, of which
    /// some may be left out.
    pub fn faults<'a>(
        &self,
        count: usize,
        observations: impl IntoIterator<Item = (usize, &'a Observation)>,
    ) -> Vec<Fault> {
        let state = self.shared.state.load();
        rules::faults(&state.shelf, &self.shared.world, &self.shared.limits, count, observations)
    }

    /// Accepts a batch whole, or refuses it whole. Answers once the batch is flushed and scored.
    pub async fn push(
        &self,
        id: SubmissionId,
        observations: Vec<Observation>,
    ) -> Result<Receipt, SubmitError> {
        let answer = self.submit(Submission::of_observations(id, observations))?;
        // The writer answers every job that it takes; it can only be gone if its thread died.
        answer.await.unwrap_or(Err(SubmitError::JournalFailed))
    }

    /// What [`Self::push`] would answer now. Stores nothing.
    pub fn preview(&self, id: SubmissionId, observations: Vec<Observation>) -> Result<Preview, SubmitError> {
        let state = self.shared.state.load();
        let submission = Submission::of_observations(id, observations);
        let revision = state.revision;
        if let Some((digest, receipt)) = state.receipt(id) {
            if digest != submission.digest {
                return Err(SubmitError::IdReused { submission: id, revision: receipt.revision });
            }
            let Receipt { revision: _, accepted_at: _, new, revised, unchanged } = receipt;
            return Ok(Preview { revision, new, revised, unchanged });
        }
        let (_, outcome) = submission.content(&state, &self.shared.world, &self.shared.limits)?;
        Ok(Preview { revision, new: outcome.new, revised: outcome.revised, unchanged: outcome.unchanged })
    }

    fn submit(
        &self,
        submission: Submission,
    ) -> Result<oneshot::Receiver<Result<Receipt, SubmitError>>, SubmitError> {
        let (reply, answer) = oneshot::channel();
        let jobs = self.jobs.lock().unwrap_or_else(PoisonError::into_inner);
        let sender = jobs.as_ref().ok_or(SubmitError::Closing)?;
        match sender.try_send(Job { submission, reply }) {
            Ok(()) => Ok(answer),
            Err(mpsc::TrySendError::Full(_)) => {
                Err(SubmitError::QueueFull { waiting: self.shared.limits.queue_submissions_max })
            }
            Err(mpsc::TrySendError::Disconnected(_)) => Err(SubmitError::JournalFailed),
        }
    }

    /// A consistent view for reading, once `min_revision` is applied.
    pub async fn view(&self, min_revision: Revision, as_of: AsOf) -> Result<View, QueryError> {
        let mut revisions = self.shared.revisions();
        let wait_max = self.shared.limits.read_wait_max;
        let reached = async { revisions.wait_for(|newest| *newest >= min_revision).await.is_ok() };
        if tokio::time::timeout(wait_max, reached).await != Ok(true) {
            return Err(QueryError::RevisionNotReached {
                wanted: min_revision,
                newest: self.revision(),
                waited: wait_max,
            });
        }
        View::open(&self.shared, as_of).await
    }

    /// Takes no more submissions, answers those that wait, and ends the writer. Blocks until that is done.
    pub fn close(&self) {
        drop(self.jobs.lock().unwrap_or_else(PoisonError::into_inner).take());
        let writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(writer) = writer
            && writer.join().is_err()
        {
            warn!("the writer's thread had died");
        }
    }

    fn publish_bundled(&self) -> Result<(), OpenError> {
        for definition in self.shared.world.catalog().framework_texts() {
            let failed = |problem: String| OpenError::Bundled {
                id: definition.lines().next().unwrap_or_default().to_owned(),
                problem,
            };
            let framework = parse_framework(definition).map_err(|error| failed(error.to_string()))?;
            let reference = framework.reference();
            let state = self.shared.state.load_full();
            if let Ok(published) = state.shelf.get(&reference) {
                if published.definition != *definition {
                    warn!(framework = %reference, "the journal holds another text of this version than the program; the journal's counts");
                }
                continue;
            }
            let id =
                bundled_submission(definition).ok_or_else(|| failed("it has no submission id".to_owned()))?;
            let answer = self.submit(Submission::of_framework(id, (*definition).to_owned()));
            let answer =
                answer.and_then(|answer| answer.blocking_recv().unwrap_or(Err(SubmitError::JournalFailed)));
            let receipt = answer.map_err(|error| failed(error.to_string()))?;
            info!(framework = %reference, revision = receipt.revision.number(), "published a framework that ships with the program");
        }
        Ok(())
    }
}

impl Drop for Observatory {
    fn drop(&mut self) {
        self.close();
    }
}

/// The same id for the same text, in the form of a UUID of version 8.
fn bundled_submission(definition: &str) -> Option<SubmissionId> {
    let mut bytes = <[u8; 16]>::try_from(digest::of_framework(definition).0.get(..16)?).ok()?;
    bytes[6] = 0x80 | bytes[6] & 0x0f;
    bytes[8] = 0x80 | bytes[8] & 0x3f;
    SubmissionId::from_bytes(bytes).ok()
}

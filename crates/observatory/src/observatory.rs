//! The observatory: opened on a journal, it takes submissions and answers questions.

use std::{
    sync::{Arc, Mutex, PoisonError, atomic::Ordering},
    thread::JoinHandle,
    time::Duration,
};

use tenseven_catalog::parse_framework;
use tenseven_model::{AreaCode, AsOf, IndicatorId, Observation, PracticeNames, Revision, SubmissionId};
use tenseven_store::{Journal, ReadError, Storage};
use tracing::{info, warn};

use crate::{
    Clock, Cursor, Fault, FoldError, Limits, Position, PracticeNameFault, PracticeWrite, Preview, QueryError,
    ReadAt, Receipt, SubmitError, View, checkpoint, digest,
    guarded::Guarded,
    intake::Reply,
    keeper::Keeper,
    practices,
    publication::{Running, publish_now},
    rules,
    shared::Shared,
    state::{Changes, State},
    submission::{Known, Submission},
    world::World,
    writer::Writer,
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
    /// The practices that ship with the program cannot be written.
    #[error("the practices that ship with the program cannot be written: {problem}")]
    Practices {
        /// What is wrong.
        problem: String,
    },
    /// The writer's thread cannot be started.
    #[error("the writer's thread cannot be started: {0}")]
    Thread(#[source] std::io::Error),
}

/// Everything that a partner can do, without a socket.
pub struct Observatory {
    pub(crate) shared: Arc<Shared>,
    writer: Mutex<Option<JoinHandle<()>>>,
    pub(crate) publication: Mutex<Option<Running>>,
}

/// A batch that was taken in.
#[derive(Debug)]
pub struct Submitted(Reply);

impl Submitted {
    /// Its answer, once it is flushed and scored, or refused.
    pub async fn answer(self) -> Result<Receipt, SubmitError> {
        // As for a push: the writer answers every job that it takes.
        self.0.await.unwrap_or(Err(SubmitError::JournalFailed))
    }
}

impl Observatory {
    /// Opens the observatory: folds the journal from its newest checkpoint on, scores, starts the writer, and publishes the frameworks that ship
    /// with the program and are not published yet. Blocks while it does.
    pub fn open(
        journal: Box<dyn Storage>,
        world: World,
        limits: Limits,
        clock: Box<dyn Clock>,
    ) -> Result<Self, OpenError> {
        let journal = Arc::new(Guarded::new(journal));
        let head = journal.head();
        let newest = checkpoint::nearest(journal.as_ref(), Revision::ZERO, head.revision);
        let mut state = newest.unwrap_or_default();
        let (from_checkpoint, stored) = (state.revision, state.stored);
        let mut changes = Changes::default();
        for entry in journal.read_after(state.revision) {
            // Scores are made from scratch below, so what each entry changed is not gathered.
            state.fold(&entry?, &mut changes)?;
            changes.clear();
        }
        state.rescore(&world, &Changes::default());
        info!(
            revision = state.revision.number(),
            from_checkpoint = from_checkpoint.number(),
            observations = state.panel.len(),
            "the journal is folded"
        );
        let mut keeper =
            Keeper::start(Arc::<Guarded>::clone(&journal), &limits, stored).map_err(OpenError::Thread)?;
        let state = Arc::new(state);
        keeper.offer(head, &state);
        let (shared, jobs) = Shared::new(journal, world, limits, clock, state);
        let shared = Arc::new(shared);
        let writer = Writer::new(Arc::clone(&shared), keeper);
        let writer = std::thread::Builder::new()
            .name("tenseven-writer".to_owned())
            .spawn(move || writer.run(&jobs))
            .map_err(OpenError::Thread)?;
        let observatory = Self { shared, writer: Mutex::new(Some(writer)), publication: Mutex::new(None) };
        observatory.publish_bundled()?;
        observatory.seed_practices()?;
        Ok(observatory)
    }

    /// The limits that it keeps.
    pub fn limits(&self) -> &Limits {
        &self.shared.limits
    }

    pub(crate) fn journal(&self) -> &dyn Storage {
        self.shared.journal.as_ref()
    }

    pub(crate) fn newest(&self) -> Arc<State> {
        self.shared.state.load_full()
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

    /// What is wrong with the names of an observation that could not be read whole.
    pub fn name_faults(
        &self,
        index: usize,
        indicator: Option<&IndicatorId>,
        area: Option<&AreaCode>,
    ) -> Vec<Fault> {
        let state = self.shared.state.load();
        rules::name_faults(&state.shelf, &self.shared.world, index, (indicator, area))
    }

    /// Accepts a batch whole, or refuses it whole. Answers once the batch is flushed and scored.
    pub async fn push(
        &self,
        id: SubmissionId,
        observations: Vec<Observation>,
    ) -> Result<Receipt, SubmitError> {
        let answer = self.shared.intake.submit(Submission::of_observations(id, observations))?;
        // The writer answers every job that it takes; it can only be gone if its thread died.
        answer.await.unwrap_or(Err(SubmitError::JournalFailed))
    }

    /// Takes a batch in as [`Self::push`] does, but waits while there is no room for it, and leaves the answer to be
    /// waited for. Batches that one caller submits one after the other are decided in that order.
    pub async fn submit(
        &self,
        id: SubmissionId,
        observations: Vec<Observation>,
    ) -> Result<Submitted, SubmitError> {
        let submission = Submission::of_observations(id, observations);
        self.shared.intake.submit_when_room(submission).await.map(Submitted)
    }

    /// What [`Self::push`] would answer now. Stores nothing.
    pub fn preview(&self, id: SubmissionId, observations: Vec<Observation>) -> Result<Preview, SubmitError> {
        self.previewed(Submission::of_observations(id, observations))
    }

    fn previewed(&self, submission: Submission) -> Result<Preview, SubmitError> {
        let state = self.shared.state.load();
        let (id, revision) = (submission.id, state.revision);
        let known = Known { state: &state, journal: self.shared.journal.as_ref(), pending: &[] };
        if let Some(receipt) = known.receipt(id, submission.digest)? {
            let Receipt { revision: _, accepted_at: _, new, revised, unchanged } = receipt;
            return Ok(Preview { revision, new, revised, unchanged });
        }
        let (_, outcome) = submission.decide(&known, &self.shared.world, &self.shared.limits)?;
        Ok(Preview { revision, new: outcome.new, revised: outcome.revised, unchanged: outcome.unchanged })
    }

    /// Does with a practice what a curator wants. Answers once that is flushed.
    pub async fn write_practice(
        &self,
        id: SubmissionId,
        write: PracticeWrite,
    ) -> Result<Receipt, SubmitError> {
        let answer = self.shared.intake.submit(Submission::of_practice(id, write))?;
        answer.await.unwrap_or(Err(SubmitError::JournalFailed))
    }

    /// What is wrong with the names of a practice that could not be read whole.
    pub fn practice_name_faults(&self, names: &PracticeNames) -> Vec<PracticeNameFault> {
        practices::name_faults(&self.newest().shelf, &self.shared.world, names)
    }

    /// What [`Self::write_practice`] would answer now. Stores nothing.
    pub fn preview_practice(&self, id: SubmissionId, write: PracticeWrite) -> Result<Preview, SubmitError> {
        self.previewed(Submission::of_practice(id, write))
    }

    /// A consistent view for reading, once `min_revision` is applied; waits for that at most `wait_max`.
    pub async fn view(&self, read: ReadAt, wait_max: Duration) -> Result<View, QueryError> {
        self.shared.check_read(&read)?;
        self.checked_view(read.min_revision, read.as_of, wait_max).await
    }

    /// A view of a moment whose history was checked.
    async fn checked_view(
        &self,
        min_revision: Revision,
        as_of: AsOf,
        wait_max: Duration,
    ) -> Result<View, QueryError> {
        let mut revisions = self.shared.revisions();
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

    /// The view of the page that starts at `cursor`, as [`Self::view`] returns it.
    pub async fn view_of_page(
        &self,
        read: ReadAt,
        cursor: &Cursor,
        wait_max: Duration,
    ) -> Result<View, QueryError> {
        self.shared.check_read(&read)?;
        let Position { revision, history } = cursor.at;
        self.shared.check_history(Some(history), revision)?;
        self.checked_view(read.min_revision, AsOf::Revision(revision), wait_max).await
    }

    /// Takes no more submissions, answers those that wait, and ends the writer. Blocks until that is done.
    pub fn close(&self) {
        self.shared.is_closing.store(true, Ordering::Release);
        self.shared.intake.close();
        let publication = self.publication.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(publication) = publication {
            publication.join();
        }
        let writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(writer) = writer
            && writer.join().is_err()
        {
            warn!("the writer's thread had died");
        }
    }

    /// Publishes a framework that ships. Its submission id is made from its text; one that somebody else has used is
    /// passed over.
    fn publish_text(&self, definition: &str) -> Result<Revision, SubmitError> {
        let mut attempt = 0;
        loop {
            let id = bundled_submission(definition, attempt);
            match publish_now(&self.shared, id, definition.to_owned(), &mut |_| ()) {
                Err(SubmitError::IdReused { .. }) => attempt += 1,
                answer => return answer.map(|receipt| receipt.revision),
            }
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
            match self.publish_text(definition) {
                Ok(revision) => {
                    info!(framework = %reference, revision = revision.number(), "published a framework that ships with the program");
                }
                // What partners have published comes first: a registry whose frameworks the program did not foresee
                // has to start all the same.
                Err(SubmitError::Unpublishable(problem)) => {
                    warn!(framework = %reference, %problem, "a framework that ships with the program is left out");
                }
                Err(problem) => return Err(failed(problem.to_string())),
            }
        }
        Ok(())
    }

    /// Writes the practices that ship and that the journal does not know, as one entry.
    fn seed_practices(&self) -> Result<(), OpenError> {
        let seeds = practices::missing(&self.shared.world, &self.newest().practices);
        if seeds.is_empty() {
            return Ok(());
        }
        let mut attempt = 0;
        loop {
            let submission =
                Submission::of_practice_seeds(practices::seed_id(&seeds, attempt), seeds.clone());
            let answer = self.shared.intake.submit(submission);
            let answer =
                answer.and_then(|reply| reply.blocking_recv().unwrap_or(Err(SubmitError::JournalFailed)));
            match answer {
                Err(SubmitError::IdReused { .. }) => attempt += 1,
                // Reads must go on; the next start tries again.
                Err(problem @ SubmitError::JournalFull) => {
                    warn!(%problem, "practices that ship with the program are left out");
                    return Ok(());
                }
                Err(problem) => return Err(OpenError::Practices { problem: problem.to_string() }),
                Ok(receipt) => {
                    let (revision, count) = (receipt.revision.number(), receipt.new);
                    info!(revision, count, "wrote practices that ship with the program");
                    return Ok(());
                }
            }
        }
    }
}

impl Drop for Observatory {
    fn drop(&mut self) {
        self.close();
    }
}

/// The same id for the same text and attempt.
fn bundled_submission(definition: &str, attempt: u32) -> SubmissionId {
    digest::submission_of(digest::of_framework(definition), attempt)
}

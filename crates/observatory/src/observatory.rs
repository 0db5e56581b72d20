//! The observatory: opened on a journal, it takes submissions and answers questions.

use std::{
    sync::{Arc, Mutex, PoisonError, atomic::Ordering},
    thread::JoinHandle,
    time::Duration,
};

use tenseven_model::{AreaCode, AsOf, IndicatorId, Observation, PracticeNames, Revision};
use tenseven_state::{
    Rules, World,
    observations::{Fault, observation_faults, observation_name_faults},
    practices::{PracticeNameFault, practice_name_faults},
};
use tenseven_store::{Journal, Storage};
use tracing::{info, warn};

use crate::{
    Clock, Cursor, Limits, OpenError, Position, QueryError, ReadAt, View, bundled, checkpoint,
    guarded::Guarded,
    keeper::Keeper,
    publication::Running,
    replay::decoded_ahead,
    score_watch::Feeds,
    shared::Shared,
    snapshot::{Changes, Snapshot},
    writer::Writer,
};

/// Everything that a partner can do, without a socket.
pub struct Observatory {
    pub(crate) shared: Arc<Shared>,
    writer: Mutex<Option<JoinHandle<()>>>,
    pub(crate) publication: Mutex<Option<Running>>,
    /// What scores became, for those who watch them.
    pub(crate) feeds: Arc<Feeds>,
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
        let (from_checkpoint, stored) = (state.revision(), state.stored());
        std::thread::scope(|scope| {
            let records = journal.records_after(state.revision());
            for entry in decoded_ahead(scope, records).map_err(OpenError::Thread)?.into_iter().flatten() {
                let entry = entry?;
                state.fold(entry.revision, entry.committed_at, &entry.event)?;
            }
            Ok::<_, OpenError>(())
        })?;
        let mut state = Snapshot::from(state);
        state.rescore(&Rules { world: &world, limits: limits.rules() }, &Changes::default());
        warn_of_reduced_mode(&state);
        info!(
            revision = state.revision().number(),
            from_checkpoint = from_checkpoint.number(),
            observations = state.panel().len(),
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
        let observatory = Self {
            shared,
            writer: Mutex::new(Some(writer)),
            publication: Mutex::new(None),
            feeds: Arc::default(),
        };
        bundled::publish_frameworks(&observatory.shared)?;
        bundled::write_practices(&observatory.shared)?;
        Ok(observatory)
    }

    /// The limits that it keeps.
    pub fn limits(&self) -> &Limits {
        &self.shared.limits
    }

    pub(crate) fn journal(&self) -> &dyn Storage {
        self.shared.journal.as_ref()
    }

    pub(crate) fn newest(&self) -> Arc<Snapshot> {
        self.shared.state.load_full()
    }

    /// The newest revision.
    pub fn revision(&self) -> Revision {
        self.shared.state.load().revision()
    }

    /// The position of a revision of this registry.
    pub fn position(&self, revision: Revision) -> Position {
        self.shared.position(revision)
    }

    /// Everything that would be refused of these observations now; `count` is the size of the whole batch, of which
    /// some may be left out.
    pub fn faults<'a>(
        &self,
        count: usize,
        observations: impl IntoIterator<Item = (usize, &'a Observation)>,
    ) -> Vec<Fault> {
        let state = self.shared.state.load();
        observation_faults(state.frameworks(), &self.shared.rules(), count, observations)
    }

    /// What is wrong with the names of an observation that could not be read whole.
    pub fn name_faults(
        &self,
        index: usize,
        indicator: Option<&IndicatorId>,
        area: Option<&AreaCode>,
    ) -> Vec<Fault> {
        let state = self.shared.state.load();
        observation_name_faults(state.frameworks(), &self.shared.world, index, (indicator, area))
    }

    /// What is wrong with the names of a practice that could not be read whole.
    pub fn practice_name_faults(&self, names: &PracticeNames) -> Vec<PracticeNameFault> {
        practice_name_faults(self.newest().frameworks(), &self.shared.world, names)
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
}

/// Tells the operator which scores are missing, and why.
fn warn_of_reduced_mode(state: &Snapshot) {
    for (framework, reason) in state.suspended() {
        warn!(%framework, %reason, "a framework is not scored, because it costs more than the limits allow");
    }
    let count = state.suspended().len();
    if count > 0 {
        warn!(
            count,
            "the registry starts in reduced mode: raise the limits, or retire versions of the frameworks that are not scored"
        );
    }
}

impl Drop for Observatory {
    fn drop(&mut self) {
        self.close();
    }
}

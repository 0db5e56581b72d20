//! The observatory: opened on a journal, it accepts submissions and answers queries.

use std::{
    sync::{Arc, Mutex, PoisonError, atomic::Ordering},
    time::Duration,
};

use tenseven_model::{AreaCode, AsOf, IndicatorId, PracticeNames, ReadAt, Revision};
use tenseven_state::{
    World,
    observations::{Change, Fault, change_faults, change_name_faults},
    practices::{PracticeNameFault, practice_name_faults},
};
use tenseven_store::Storage;
use tokio::sync::watch;

use crate::{
    Clock, Cursor, Limits, OpenError, Position, RevisionNotReached, View, ViewError, WriteFailure, bundled,
    checkpointer::Checkpointer,
    guarded_journal::GuardedJournal,
    opened::{Opened, opened},
    publication::Running,
    score_watch::Sources,
    shared::Shared,
    snapshot::Snapshot,
    writer::Writer,
};

/// Everything that a partner can do, without a socket.
pub struct Observatory {
    pub(crate) shared: Arc<Shared>,
    writer: Mutex<Option<Writer>>,
    pub(crate) publication: Mutex<Option<Running>>,
    /// Where those who watch scores read the past.
    pub(crate) sources: Arc<Sources>,
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
        let Opened { shared, jobs, head, stored } = opened(journal, world, limits, clock)?;
        let journal = Arc::<GuardedJournal>::clone(&shared.journal);
        let mut checkpointer = Checkpointer::start(journal, &limits, stored).map_err(OpenError::Thread)?;
        checkpointer.offer(head, &shared.state.load_full());
        let writer = Writer::start(&shared, jobs, checkpointer).map_err(OpenError::Thread)?;
        let observatory = Self::new(shared, Some(writer));
        bundled::publish_frameworks(&observatory.shared)?;
        bundled::write_practices(&observatory.shared)?;
        Ok(observatory)
    }

    pub(crate) fn new(shared: Arc<Shared>, writer: Option<Writer>) -> Self {
        let (writer, publication) = (Mutex::new(writer), Mutex::new(None));
        let sources = Arc::new(Sources::new(&shared.limits));
        Self { shared, writer, publication, sources }
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

    /// Why writes are refused until a restart, if they are. The receiver is notified when that happens.
    pub fn write_failure(&self) -> watch::Receiver<Option<WriteFailure>> {
        self.shared.write_failure.subscribe()
    }

    /// The newest revision.
    pub fn revision(&self) -> Revision {
        self.shared.state.load().revision()
    }

    /// The position of a revision of this registry.
    pub fn position(&self, revision: Revision) -> Position {
        self.shared.position(revision)
    }

    /// Everything that would be refused of these changes now; `count` is the size of the whole submission, of which
    /// some may be left out. Of a merge, only what it gives is checked.
    pub fn change_faults<'a>(
        &self,
        count: usize,
        changes: impl IntoIterator<Item = (usize, &'a Change)>,
    ) -> Vec<Fault> {
        change_faults(&self.newest(), &self.shared.rules(), count, changes)
    }

    /// What is wrong with the names of a change that could not be read whole.
    pub fn change_name_faults(
        &self,
        index: usize,
        indicator: Option<&IndicatorId>,
        area: Option<&AreaCode>,
    ) -> Vec<Fault> {
        change_name_faults(&self.newest(), &self.shared.rules(), index, (indicator, area))
    }

    /// What is wrong with the names of a practice that could not be read whole.
    pub fn practice_name_faults(&self, names: &PracticeNames) -> Vec<PracticeNameFault> {
        practice_name_faults(self.newest().frameworks(), &self.shared.world, names)
    }

    /// A consistent view for reading, once `min_revision` is applied; waits for that at most `wait_max`.
    pub async fn view(&self, read: ReadAt, wait_max: Duration) -> Result<View, ViewError> {
        self.shared.check_read(&read)?;
        self.checked_view(read.min_revision, read.as_of, wait_max).await
    }

    /// A view of a moment whose history was checked.
    async fn checked_view(
        &self,
        min_revision: Revision,
        as_of: AsOf,
        wait_max: Duration,
    ) -> Result<View, ViewError> {
        let mut revisions = self.shared.revisions();
        let reached = async { revisions.wait_for(|newest| *newest >= min_revision).await.is_ok() };
        if tokio::time::timeout(wait_max, reached).await != Ok(true) {
            let newest = self.revision();
            return Err(RevisionNotReached { wanted: min_revision, newest, waited: wait_max }.into());
        }
        View::open(&self.shared, as_of).await
    }

    /// The view of the page that starts at `cursor`, as [`Self::view`] returns it.
    pub async fn view_of_page(
        &self,
        read: ReadAt,
        cursor: &Cursor,
        wait_max: Duration,
    ) -> Result<View, ViewError> {
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
        if let Some(writer) = writer {
            writer.join();
        }
    }
}

impl Drop for Observatory {
    fn drop(&mut self) {
        self.close();
    }
}

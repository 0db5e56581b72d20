//! Views: the registry as it was at one revision.
//!
//! *Invariant:* a view never changes. Two views of the same revision answer with the same bits, whenever they are
//! asked.

use std::sync::Arc;

use tenseven_engine::Board;
use tenseven_model::{AsOf, FrameworkRef, ObservationKey, Revision, Timestamp};
use tenseven_state::{
    World,
    frameworks::{Frameworks, Published},
};
use tenseven_store::{Journal, Stamp};

use crate::{
    Cursor, QueryError, Unreadable, recent::Tail, records::unreadable, shared::Shared, snapshot::Snapshot,
};

/// Most revisions, and keys, between kept scores and those that are asked for: with more, scoring from scratch is faster.
const CAUGHT_UP_REVISIONS_MAX: u64 = 1_000;
const CAUGHT_UP_KEYS_MAX: usize = 10_000;

/// The registry as it was at one revision.
pub struct View {
    shared: Arc<Shared>,
    state: Arc<Snapshot>,
}

impl View {
    pub(crate) async fn open(shared: &Arc<Shared>, as_of: AsOf) -> Result<Self, QueryError> {
        match as_of {
            AsOf::Now => Ok(Self::newest(shared)),
            AsOf::Revision(revision) => Self::at_revision(shared, revision).await,
            AsOf::Time(time) => Self::at_time(shared, time).await,
        }
    }

    fn newest(shared: &Arc<Shared>) -> Self {
        Self { state: shared.state.load_full(), shared: Arc::clone(shared) }
    }

    async fn at_time(shared: &Arc<Shared>, time: Timestamp) -> Result<Self, QueryError> {
        if time > shared.clock.now() {
            return Err(QueryError::NoSuchMoment { newest: shared.state.load().revision() });
        }
        // Waits for a flush under way, and keeps later entries from being stamped at or before this time.
        let mut moments = shared.moments.write().await;
        if moments.unsettled_from.is_some_and(|from| time >= from) {
            return Err(QueryError::UnsettledMoment);
        }
        moments.answered_until = time.max(moments.answered_until);
        // From here on entries are stamped later than this time, so that what is found does not change.
        drop(moments);
        let reading = Arc::clone(shared);
        let found = tokio::task::spawn_blocking(move || reading.journal.revision_at(time)).await;
        // It fails only where the search panicked or the process ends.
        let newest = shared.state.load().revision();
        let found = found.map_err(|_| QueryError::from(Unreadable { revision: newest }))?;
        let revision = found.map_err(|error| unreadable(&error))?.min(newest);
        if revision == Revision::ZERO {
            return Err(QueryError::BeforeFirst { newest: shared.state.load().revision() });
        }
        Self::at_revision(shared, revision).await
    }

    /// The registry as it was at a revision.
    async fn at_revision(shared: &Arc<Shared>, revision: Revision) -> Result<Self, QueryError> {
        let newest = Self::newest(shared);
        if revision == newest.state.revision() {
            return Ok(newest);
        }
        if revision == Revision::ZERO || revision > newest.state.revision() {
            return Err(QueryError::NoSuchRevision { wanted: revision, newest: newest.state.revision() });
        }
        let oldest = shared.journal.horizon();
        if revision < oldest {
            return Err(QueryError::Compacted { wanted: revision, oldest });
        }
        if let Some(state) = shared.past_states.get(revision) {
            return Ok(Self { state, ..newest });
        }
        let folding = Arc::clone(shared);
        let folded =
            tokio::task::spawn_blocking(move || folding.past_states.make(folding.journal.as_ref(), revision));
        // It fails only where the fold panicked or the process ends.
        let state = folded.await.map_err(|_| QueryError::from(Unreadable { revision }))??;
        Ok(Self { state, ..newest })
    }

    /// The revision of this view.
    pub fn revision(&self) -> Revision {
        self.state.revision()
    }

    /// What is known of areas.
    pub fn world(&self) -> &World {
        &self.shared.world
    }

    pub(crate) fn shared(&self) -> &Shared {
        &self.shared
    }

    pub(crate) fn limits(&self) -> &crate::Limits {
        &self.shared.limits
    }

    pub(crate) fn state(&self) -> &Snapshot {
        &self.state
    }

    pub(crate) fn journal(&self) -> &dyn Journal {
        self.shared.journal.as_ref()
    }

    pub(crate) fn published(&self) -> &Frameworks {
        self.state.frameworks()
    }

    /// Which submission a revision answers, and when it was accepted.
    pub(crate) fn stamp(&self, revision: Revision) -> Result<Stamp, QueryError> {
        Ok(self.journal().stamp(revision).map_err(|error| unreadable(&error))?)
    }

    /// Where the next page of a listing of this view starts.
    pub(crate) fn cursor(&self, after: String) -> Cursor {
        Cursor { at: self.position(), after }
    }

    /// Keeps what this view shows for the next page of a listing.
    pub(crate) fn keep(&self) {
        self.shared.past_states.keep(&self.state);
    }

    /// The scores made with a framework that was published by then, made beside the threads that serve where they are not
    /// kept.
    pub(crate) async fn board_of(&self, framework: &FrameworkRef) -> Result<Arc<Board>, QueryError> {
        let published = Arc::clone(self.published().get(framework)?);
        let view = Self { shared: Arc::clone(&self.shared), state: Arc::clone(&self.state) };
        let made = tokio::task::spawn_blocking(move || view.board(&published));
        made.await.map_err(|_| QueryError::from(Unreadable { revision: self.revision() }))
    }

    /// The scores made with a framework at this revision.
    pub(crate) fn board(&self, published: &Published) -> Arc<Board> {
        if let Some(board) = self.state.board(published) {
            return Arc::clone(board);
        }
        let moment = (published.framework.reference(), self.revision());
        self.shared.past_boards.get(moment, |earlier| {
            let (panel, geography) = (self.state.panel(), self.shared.world.geography());
            let caught_up = earlier.and_then(|(at, board)| {
                let keys = self.keys_after(at)?;
                Some(published.plan.rescore(&board, panel, geography, &keys))
            });
            caught_up.unwrap_or_else(|| published.plan.score(panel, geography))
        })
    }

    /// The keys that changed between an earlier revision and this one; none if that takes longer than to score from scratch, or
    /// cannot be read.
    fn keys_after(&self, earlier: Revision) -> Option<Vec<ObservationKey>> {
        let revisions = self.revision().number().checked_sub(earlier.number())?;
        let mut keys = Vec::new();
        if revisions > CAUGHT_UP_REVISIONS_MAX {
            return None;
        }
        for entry in Tail::new(&self.shared, earlier).take(usize::try_from(revisions).ok()?) {
            keys.extend(entry.ok()?.event.versions().iter().map(|version| version.key().clone()));
            if keys.len() > CAUGHT_UP_KEYS_MAX {
                return None;
            }
        }
        Some(keys)
    }
}

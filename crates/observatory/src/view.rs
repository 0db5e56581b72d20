//! Views: the registry as it was at one revision.
//!
//! *Invariant:* a view never changes. Two views of the same revision answer with the same bits, whenever they are
//! asked.

use std::sync::Arc;

use tenseven_engine::{Board, Cell, Panel};
use tenseven_model::{AsOf, Revision, Timestamp};

use crate::{
    QueryError,
    shared::Shared,
    shelf::{Published, Shelf},
    state::State,
    world::World,
};

/// The registry as it was at one revision.
pub struct View {
    shared: Arc<Shared>,
    state: Arc<State>,
    at: Revision,
    shelf: Shelf,
}

impl View {
    pub(crate) async fn open(shared: &Arc<Shared>, as_of: AsOf) -> Result<Self, QueryError> {
        match as_of {
            AsOf::Now => Ok(Self::newest(shared)),
            AsOf::Revision(revision) => Self::newest(shared).at(revision),
            AsOf::Time(time) => Self::at_time(shared, time).await,
        }
    }

    fn newest(shared: &Arc<Shared>) -> Self {
        let state = shared.state.load_full();
        Self { at: state.revision, shelf: state.shelf.clone(), state, shared: Arc::clone(shared) }
    }

    async fn at_time(shared: &Arc<Shared>, time: Timestamp) -> Result<Self, QueryError> {
        if time > shared.clock.now() {
            return Err(QueryError::NoSuchMoment { newest: shared.state.load().revision });
        }
        // Waits for a flush under way, and keeps later entries from being stamped at or before this time.
        let mut moments = shared.moments.write().await;
        if moments.unsettled_from.is_some_and(|from| time >= from) {
            return Err(QueryError::UnsettledMoment);
        }
        moments.answered_until = time.max(moments.answered_until);
        let view = Self::newest(shared);
        let revision = view.state.revision_at(time);
        drop(moments);
        view.at(revision)
    }

    /// The registry as it was at a revision up to this view's.
    pub fn at(self, revision: Revision) -> Result<Self, QueryError> {
        if revision == Revision::ZERO || revision > self.state.revision {
            return Err(QueryError::NoSuchRevision { wanted: revision, newest: self.state.revision });
        }
        if revision == self.at {
            return Ok(self);
        }
        Ok(Self { at: revision, shelf: self.state.shelf.at(revision), ..self })
    }

    /// The revision of this view.
    pub fn revision(&self) -> Revision {
        self.at
    }

    /// What is known of areas.
    pub fn world(&self) -> &World {
        &self.shared.world
    }

    pub(crate) fn state(&self) -> &State {
        &self.state
    }

    pub(crate) fn shelf(&self) -> &Shelf {
        &self.shelf
    }

    /// The scores made with a framework at this revision.
    pub(crate) fn board(&self, published: &Published) -> Arc<Board> {
        if self.at == self.state.revision
            && let Some(board) = self.state.board(published)
        {
            return Arc::clone(board);
        }
        self.shared.past.get((published.framework.reference(), self.at), || self.score_anew(published))
    }

    fn score_anew(&self, published: &Published) -> Board {
        let mut panel = Panel::default();
        for recorded in self.state.history.current_at(self.at, None, None) {
            let observation = &recorded.observation;
            if published.framework.indicator(&observation.key().indicator).is_some() {
                let cell = Cell {
                    value: observation.value().clone(),
                    status: observation.status(),
                    revision: recorded.revision,
                    noted: !observation.notes().is_empty(),
                };
                panel.set(observation.key(), cell);
            }
        }
        published.plan.score(&panel, self.shared.world.geography())
    }
}

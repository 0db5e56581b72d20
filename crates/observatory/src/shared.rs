//! What the writer and the readers share.

use std::sync::Arc;

use arc_swap::ArcSwap;
use tenseven_model::{Revision, Timestamp};
use tokio::sync::{RwLock, watch};

use crate::{Clock, Limits, past::PastBoards, state::State, world::World};

pub(crate) struct Shared {
    pub(crate) world: World,
    pub(crate) limits: Limits,
    pub(crate) clock: Box<dyn Clock>,
    /// The newest state. Readers take it as it is and keep it as long as they need it.
    pub(crate) state: ArcSwap<State>,
    /// The newest moment that an answer was given for. Entries accepted later get a later moment.
    pub(crate) answered_until: RwLock<Timestamp>,
    pub(crate) past: PastBoards,
    revision: watch::Sender<Revision>,
}

impl Shared {
    pub(crate) fn new(world: World, limits: Limits, clock: Box<dyn Clock>, state: State) -> Self {
        Self {
            world,
            limits,
            clock,
            past: PastBoards::new(limits.past_boards_max),
            answered_until: RwLock::new(Timestamp::from_micros(i64::MIN / 2)),
            revision: watch::Sender::new(state.revision),
            state: ArcSwap::from_pointee(state),
        }
    }

    pub(crate) fn publish(&self, state: State) {
        let revision = state.revision;
        self.state.store(Arc::new(state));
        self.revision.send_replace(revision);
    }

    pub(crate) fn revisions(&self) -> watch::Receiver<Revision> {
        self.revision.subscribe()
    }
}

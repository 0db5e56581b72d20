//! What the writer and the readers share.

use std::sync::Arc;

use arc_swap::ArcSwap;
use tenseven_model::{Revision, Timestamp};
use tokio::sync::{RwLock, watch};

use crate::{Clock, Limits, past::PastBoards, queue::Queue, state::State, world::World};

/// What is known of moments beside the journal.
pub(crate) struct Moments {
    /// The newest moment that an answer was given for. Entries accepted later get a later moment.
    pub(crate) answered_until: Timestamp,
    /// When the journal failed: entries of that moment may or may not be there after the next start.
    pub(crate) unsettled_from: Option<Timestamp>,
}

pub(crate) struct Shared {
    pub(crate) world: World,
    pub(crate) limits: Limits,
    pub(crate) clock: Box<dyn Clock>,
    /// The newest state. Readers take it as it is and keep it as long as they need it.
    pub(crate) state: ArcSwap<State>,
    pub(crate) moments: RwLock<Moments>,
    pub(crate) past: PastBoards,
    pub(crate) queue: Queue,
    revision: watch::Sender<Revision>,
}

impl Shared {
    pub(crate) fn new(world: World, limits: Limits, clock: Box<dyn Clock>, state: State) -> Self {
        Self {
            world,
            limits,
            clock,
            past: PastBoards::new(limits.past_boards_max),
            queue: Queue::new(limits.queue_bytes_max),
            moments: RwLock::new(Moments {
                answered_until: Timestamp::from_micros(i64::MIN / 2),
                unsettled_from: None,
            }),
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

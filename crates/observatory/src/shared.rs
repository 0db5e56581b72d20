//! State that the writer and the readers share.

use std::sync::{Arc, atomic::AtomicBool};

use arc_swap::ArcSwap;
use crossbeam_channel::Receiver;
use tenseven_model::Revision;
use tenseven_state::{Rules, World};
use tokio::sync::{Semaphore, watch};

use crate::{
    Clock, Limits,
    guarded_journal::GuardedJournal,
    intake::{Intake, Job},
    moments::Moments,
    past::{PastBoards, PastStates},
    recent::Recent,
    score_watch::Hub,
    snapshot::Snapshot,
    write_failure::FirstFailure,
};

pub(crate) struct Shared {
    pub(crate) world: World,
    pub(crate) limits: Limits,
    pub(crate) clock: Box<dyn Clock>,
    /// Appended to by the writer alone; anybody may read.
    pub(crate) journal: Arc<GuardedJournal>,
    /// The newest state. Readers take it as it is and keep it as long as they need it.
    pub(crate) state: ArcSwap<Snapshot>,
    pub(crate) moments: Moments,
    /// Serves those who watch scores.
    pub(crate) hub: Hub,
    /// Why writes are refused, once they are.
    pub(crate) write_failure: Arc<FirstFailure>,
    pub(crate) past_states: PastStates,
    pub(crate) past_boards: PastBoards,
    pub(crate) intake: Intake,
    /// The newest entries, for those who follow them.
    pub(crate) recent: Recent,
    /// Whether the observatory is ending, so that what takes long ends early.
    pub(crate) is_closing: AtomicBool,
    /// Turns to resolve merges, which hold what they merge.
    pub(crate) merging: Semaphore,
    revision: watch::Sender<Revision>,
}

/// How many submissions resolve their merges at once.
const MERGING_MAX: usize = 2;

impl Shared {
    /// What is shared, and what the writer receives submissions by.
    pub(crate) fn new(
        journal: Arc<GuardedJournal>,
        world: World,
        limits: Limits,
        clock: Box<dyn Clock>,
        state: Arc<Snapshot>,
    ) -> (Self, Receiver<Job>) {
        let (intake, jobs) = Intake::new(limits.queue_submissions_max, limits.queue_bytes_max);
        let shared = Self {
            write_failure: Arc::clone(journal.failure()),
            journal,
            world,
            limits,
            clock,
            merging: Semaphore::new(MERGING_MAX),
            past_states: PastStates::new(&limits),
            past_boards: PastBoards::asked(&limits),
            intake,
            recent: Recent::default(),
            is_closing: AtomicBool::new(false),
            moments: Moments::default(),
            hub: Hub::default(),
            revision: watch::Sender::new(state.revision()),
            state: ArcSwap::new(state),
        };
        (shared, jobs)
    }

    /// What commands are decided by, next to the state.
    pub(crate) fn rules(&self) -> Rules<'_> {
        Rules { world: &self.world, limits: self.limits.rules() }
    }

    /// Lets everybody read a state; those who wait for one are notified by [`Self::announce`].
    pub(crate) fn publish(&self, state: Arc<Snapshot>) {
        self.state.store(state);
    }

    /// Notifies those who wait for a revision that its state is published. There can be many, so that who waits for an
    /// answer of the writer is answered first.
    pub(crate) fn announce(&self, revision: Revision) {
        self.revision.send_replace(revision);
    }

    pub(crate) fn revisions(&self) -> watch::Receiver<Revision> {
        self.revision.subscribe()
    }
}

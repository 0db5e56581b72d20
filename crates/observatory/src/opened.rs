//! What a journal is opened as: its entries folded and scored, before anything can be written.

use std::sync::Arc;

use crossbeam_channel::Receiver;
use tenseven_model::Revision;
use tenseven_state::World;
use tenseven_store::{Head, Journal as _, Storage};
use tracing::info;

use crate::{
    Clock, Limits, OpenError, checkpoint,
    guarded::Guarded,
    intake::Job,
    replay::fold_journal,
    shared::Shared,
    snapshot::{Changes, Snapshot},
};

/// An opened journal.
pub(crate) struct Opened {
    pub(crate) shared: Arc<Shared>,
    /// The submissions to come.
    pub(crate) jobs: Receiver<Job>,
    /// The journal's head.
    pub(crate) head: Head,
    /// How many observations were stored up to the newest checkpoint.
    pub(crate) stored: u64,
}

/// Folds a journal from its newest checkpoint on, and scores. Blocks while it does.
pub(crate) fn opened(
    journal: Box<dyn Storage>,
    world: World,
    limits: Limits,
    clock: Box<dyn Clock>,
) -> Result<Opened, OpenError> {
    let journal = Arc::new(Guarded::new(journal));
    let head = journal.head();
    let newest = checkpoint::nearest(journal.as_ref(), Revision::ZERO, head.revision);
    let mut state = newest.unwrap_or_default();
    let (from_checkpoint, stored) = (state.revision(), state.stored());
    fold_journal(journal.as_ref(), &mut state)?;
    let mut state = Snapshot::from(state);
    state.rescore(&world, &Changes::default());
    info!(
        revision = state.revision().number(),
        from_checkpoint = from_checkpoint.number(),
        observations = state.panel().len(),
        "the journal is folded"
    );
    let (shared, jobs) = Shared::new(journal, world, limits, clock, Arc::new(state));
    Ok(Opened { shared: Arc::new(shared), jobs, head, stored })
}

//! What a journal is opened as: its entries folded and scored, before anything can be written.

use std::sync::Arc;

use crossbeam_channel::Receiver;
use tenseven_model::Revision;
use tenseven_state::{Rules, World};
use tenseven_store::{Head, Journal as _, Storage};
use tracing::{info, warn};

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
    state.rescore(&Rules { world: &world, limits: limits.rules() }, &Changes::default());
    warn_of_reduced_mode(&state);
    info!(
        revision = state.revision().number(),
        from_checkpoint = from_checkpoint.number(),
        observations = state.panel().len(),
        "the journal is folded"
    );
    let (shared, jobs) = Shared::new(journal, world, limits, clock, Arc::new(state));
    Ok(Opened { shared: Arc::new(shared), jobs, head, stored })
}

/// Logs which scores are missing, and why.
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

//! An opened journal: its entries are folded and scored before anything can be written.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
};

use crossbeam_channel::Receiver;
use tenseven_model::Revision;
use tenseven_state::{Rules, State, World};
use tenseven_store::{Head, Journal as _, Storage};
use tracing::{info, warn};

use crate::{
    Clock, Limits, OpenError, checkpoint,
    guarded_journal::GuardedJournal,
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
    let journal = Arc::new(GuardedJournal::new(journal));
    let head = journal.head();
    let newest = checkpoint::nearest(journal.as_ref(), Revision::ZERO, head.revision);
    let mut state = newest.unwrap_or_default();
    let (from_checkpoint, stored) = (state.revision(), state.stored());
    fold_journal(journal.as_ref(), &mut state)?;
    let rules = Rules { world: &world, limits: limits.rules() };
    let state = scored(state, |state| state.rescore(&rules, &Changes::default()))?;
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

/// A state with the scores that `score` adds. Where that panics the error names the framework: the first that has no scores then.
fn scored(state: State, score: impl FnOnce(&mut Snapshot)) -> Result<Snapshot, OpenError> {
    let mut snapshot = Snapshot::from(state);
    if catch_unwind(AssertUnwindSafe(|| score(&mut snapshot))).is_ok() {
        return Ok(snapshot);
    }
    let mut newest = snapshot.frameworks().newest();
    let unscored = newest.find(|published| snapshot.board(&published.framework.reference()).is_none());
    Err(match unscored {
        Some(published) => OpenError::ScoringPanicked {
            framework: published.framework.reference(),
            revision: published.revision,
        },
        None => OpenError::Panicked { revision: snapshot.revision() },
    })
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

#[cfg(test)]
mod tests {
    use tenseven_catalog::Catalog;

    use super::*;

    #[test]
    fn where_scoring_panics_the_framework_is_named() {
        let (mut state, world) = (State::default(), World::new(Catalog::bundled()));
        for (revision, text) in (1..).map(Revision::new).zip(world.catalog().framework_texts()) {
            state.put_framework(revision, text).unwrap();
        }
        let rules = Rules { world: &world, limits: Limits::default().rules() };
        let whole = scored(state.clone(), |state| state.rescore(&rules, &Changes::default())).unwrap();
        let first = whole.frameworks().newest().next().unwrap();
        let named = match scored(state, |_| panic!("a fault of the program")) {
            Err(OpenError::ScoringPanicked { framework, revision }) => (framework, revision),
            other => panic!("{:?}", other.err()),
        };
        assert_eq!(named, (first.framework.reference(), first.revision));
    }
}

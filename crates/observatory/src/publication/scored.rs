//! Scored frameworks: read, and the registry scored under them up to a revision.

use std::sync::Arc;

use tenseven_engine::{Board, Geography, Plan, Progress};
use tenseven_model::{ObservationKey, Revision};
use tenseven_state::{
    State,
    frameworks::{PublishFramework, Published},
};
use tenseven_store::{Journal, ReadError};
use tracing::warn;

/// A framework that is not published yet, and the scores made with it.
#[derive(Debug, Clone)]
pub(crate) struct Scored {
    pub(crate) command: PublishFramework,
    plan: Plan,
    board: Arc<Board>,
    /// What the scores hold: everything up to this revision.
    pub(crate) revision: Revision,
}

impl Scored {
    /// Scores the registry of a state; none once `goes_on` says that nobody wants that any more.
    pub(crate) fn new(
        geography: &Geography,
        state: &State,
        command: PublishFramework,
        goes_on: &mut dyn FnMut(Progress) -> bool,
    ) -> Option<Self> {
        let plan = command.planned().plan().clone();
        let board = plan.score_while(state.panel(), geography, goes_on)?;
        Some(Self { command, plan, board: Arc::new(board), revision: state.revision() })
    }

    /// Adds what was pushed up to a later state.
    pub(crate) fn catch_up(&mut self, geography: &Geography, journal: &dyn Journal, state: &State) {
        let board = match keys_between(journal, self.revision, state.revision()) {
            Ok(keys) => self.plan.rescore(&self.board, state.panel(), geography, &keys),
            Err(error) => {
                warn!(%error, "what was pushed during a publication cannot be read; everything is scored again");
                self.plan.score(state.panel(), geography)
            }
        };
        (self.board, self.revision) = (Arc::new(board), state.revision());
    }

    /// The keys that were pushed since, as far as the journal has them; none if it cannot be read.
    pub(crate) fn missing(&self, journal: &dyn Journal) -> Option<Vec<ObservationKey>> {
        let read = keys_between(journal, self.revision, journal.head().revision);
        read.inspect_err(|error| warn!(%error, "what was pushed during a publication cannot be read")).ok()
    }

    /// The version as a revision publishes it, and its scores.
    pub(crate) fn published(&self, revision: Revision) -> (Published, Arc<Board>) {
        let Self { command, plan: _, board, revision: _ } = self;
        let (planned, definition) = (command.planned().clone(), command.definition().to_owned());
        (Published::new(planned, definition, revision), Arc::clone(board))
    }
}

/// The keys that were pushed after one revision, up to another; some may come more than once.
fn keys_between(
    journal: &dyn Journal,
    after: Revision,
    up_to: Revision,
) -> Result<Vec<ObservationKey>, ReadError> {
    let mut keys = Vec::new();
    if after == up_to {
        return Ok(keys);
    }
    for entry in journal.read_after(after) {
        let entry = entry?;
        if entry.revision > up_to {
            break;
        }
        keys.extend(entry.event.versions().iter().map(|version| version.key().clone()));
        if entry.revision == up_to {
            break;
        }
    }
    Ok(keys)
}

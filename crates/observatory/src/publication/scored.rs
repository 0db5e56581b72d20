//! Scored frameworks: read, and the registry scored under them up to a revision.

use std::sync::Arc;

use tenseven_engine::{Board, Geography, Plan, Progress};
use tenseven_model::Revision;
use tenseven_state::{
    State,
    frameworks::{PublishFramework, Published},
};
use tracing::warn;

use crate::{shared::Shared, tail::keys_after};

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
    pub(crate) fn catch_up(&mut self, shared: &Shared, state: &State) {
        let (panel, geography) = (state.panel(), shared.world.geography());
        // Keys that changed after that state, too, are scored as they are in it.
        let board = match keys_after(shared, self.revision) {
            Ok(keys) => self.plan.rescore(&self.board, panel, geography, &keys),
            Err(error) => {
                warn!(%error, "what was pushed during a publication cannot be read; everything is scored again");
                self.plan.score(panel, geography)
            }
        };
        (self.board, self.revision) = (Arc::new(board), state.revision());
    }

    /// The scores as of [`Self::revision`].
    pub(crate) fn board(&self) -> &Arc<Board> {
        &self.board
    }
}

/// A scored framework that a revision publishes.
#[derive(Debug, Clone)]
pub(crate) struct ScoredVersion {
    pub(crate) scored: Arc<Scored>,
    pub(crate) revision: Revision,
}

impl ScoredVersion {
    /// The version as it is published.
    pub(crate) fn published(&self) -> Published {
        let command = &self.scored.command;
        Published::new(command.planned().clone(), command.definition().to_owned(), self.revision)
    }
}

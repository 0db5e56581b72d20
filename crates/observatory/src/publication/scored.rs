//! Scored frameworks: parsed, with the registry scored under them up to a revision.

use std::sync::Arc;

use tenseven_engine::{Board, Geography, Plan, Progress};
use tenseven_model::{ObservationKey, Revision};
use tenseven_state::{
    State,
    frameworks::{PublishFramework, Published},
};

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
    /// Scores the registry of a state; none once `goes_on` returns false.
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

    /// Adds what was pushed up to a later state: these keys, and others that changed after it. Without them everything is scored.
    pub(crate) fn catch_up(
        &mut self,
        geography: &Geography,
        state: &State,
        changed: Option<Vec<ObservationKey>>,
    ) {
        let board = match changed {
            Some(keys) => self.plan.rescore(&self.board, state.panel(), geography, &keys),
            None => self.plan.score(state.panel(), geography),
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
        Published::new(command.planned().clone(), Arc::from(command.definition()), self.revision)
    }
}

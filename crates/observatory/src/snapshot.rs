//! Snapshots: a state and what is derived from it: scores, and the index of practices.
//!
//! *Invariant:* a published snapshot never changes; the writer changes a clone and publishes that. Everything here can
//! be rebuilt from the journal alone, and the rebuilt snapshot answers as the live one did.

use std::{collections::BTreeMap, ops::Deref, sync::Arc};

use imbl::OrdMap;
use tenseven_engine::Board;
use tenseven_model::{FrameworkRef, ObservationKey};
use tenseven_state::{
    Rules, State,
    frameworks::{FrameworkLookupError, OverBudget, Published, RetiredFramework},
};

use crate::{practices::PracticeIndex, records::log_unreadable_version};

/// Bytes of a coding with its texts, about.
const CODING_BYTES: usize = 2_048;
/// Bytes of a key that was withdrawn, about.
const WITHDRAWN_BYTES: usize = 192;
/// How much more than its texts a practice takes with its part of the index.
const INDEXED: usize = 4;

/// Why there are no scores by a version.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotScored {
    /// It is retired.
    #[error(transparent)]
    Retired(#[from] Box<RetiredFramework>),
    /// It costs more than the registry allows.
    #[error("there are no scores by {}, which this registry does not score: {_0}; have the operator raise the limit", .0.framework)]
    Suspended(Box<OverBudget>),
}

/// Everything that is known at a revision, with the scores made of it. It derefs to the state.
#[derive(Clone, Default)]
pub(crate) struct Snapshot {
    state: State,
    boards: OrdMap<FrameworkRef, Arc<Board>>,
    /// The newest versions that have no board because they cost too much.
    suspended: Arc<BTreeMap<FrameworkRef, OverBudget>>,
    /// Shared by snapshots between which no practice changed.
    practice_index: PracticeIndex,
}

/// What entries changed, for those who score it.
#[derive(Debug, Default)]
pub(crate) struct Changes {
    /// The keys whose observations changed.
    pub(crate) keys: Vec<ObservationKey>,
    /// Frameworks that were published with scores, and the keys that those lack next to those above.
    pub(crate) published: Vec<(FrameworkRef, Arc<Board>, Vec<ObservationKey>)>,
    /// Scores that are up to date already.
    pub(crate) scored: Vec<(FrameworkRef, Arc<Board>)>,
    /// Whether a practice changed.
    pub(crate) has_practices: bool,
}

impl Deref for Snapshot {
    type Target = State;
    fn deref(&self) -> &State {
        &self.state
    }
}

impl From<State> for Snapshot {
    /// A state without its scores.
    fn from(state: State) -> Self {
        Self { state, ..Self::default() }
    }
}

impl Snapshot {
    /// The state.
    pub(crate) fn state(&self) -> &State {
        &self.state
    }

    /// The snapshot of a later state, scored with what changed until then.
    pub(crate) fn followed_by(&self, state: State, changes: &Changes, rules: &Rules<'_>) -> Self {
        let practice_index =
            if changes.has_practices { PracticeIndex::default() } else { self.practice_index.clone() };
        let mut next = Self { state, boards: self.boards.clone(), practice_index, ..Self::default() };
        next.rescore(rules, changes);
        next
    }

    /// Brings the scores of the newest version of each framework up to date with what was folded in. Scores of other versions are
    /// dropped; they are made when somebody asks for them, so that a write costs the same however many versions there are. Versions
    /// that cost more than the registry allows are not scored.
    pub(crate) fn rescore(&mut self, rules: &Rules<'_>, changes: &Changes) {
        let (panel, geography) = (self.state.panel(), rules.world.geography());
        let before = std::mem::take(&mut self.boards);
        let suspended = rules.budget().suspended(&self.state, |framework| {
            before.contains_key(framework)
                || changes.published.iter().any(|(arrived, ..)| arrived == framework)
        });
        for published in self.state.frameworks().newest() {
            let (reference, plan) = (published.framework.reference(), &published.plan);
            if suspended.contains_key(&reference) {
                continue;
            }
            if let Some((_, board)) = changes.scored.iter().find(|(scored, _)| *scored == reference) {
                self.boards.insert(reference, Arc::clone(board));
                continue;
            }
            let arrived = changes.published.iter().find(|(arrived, ..)| *arrived == reference);
            let board = match (arrived, before.get(&reference)) {
                (Some((_, board, missing)), _) => {
                    let keys = [missing.as_slice(), &changes.keys].concat();
                    plan.rescore(board, panel, geography, &keys)
                }
                (None, Some(board)) => plan.rescore(board, panel, geography, &changes.keys),
                (None, None) => plan.score(panel, geography),
            };
            self.boards.insert(reference, Arc::new(board));
        }
        self.suspended = Arc::new(suspended);
    }

    /// The version that a reference means. If it cannot be read, the operator's log has the cause.
    pub(crate) fn version_of(
        &self,
        framework: &FrameworkRef,
    ) -> Result<Arc<Published>, FrameworkLookupError> {
        self.frameworks().get(framework).inspect_err(|error| match error {
            FrameworkLookupError::Unreadable(problem) => log_unreadable_version(problem),
            FrameworkLookupError::Unknown(_) | FrameworkLookupError::Retired(_) => (),
        })
    }

    /// The newest versions that have no scores because they cost more than the registry allows.
    pub(crate) fn suspended(&self) -> &BTreeMap<FrameworkRef, OverBudget> {
        &self.suspended
    }

    /// The scores made with a published framework, if it is the newest version.
    pub(crate) fn board(&self, framework: &FrameworkRef) -> Option<&Arc<Board>> {
        self.boards.get(framework)
    }

    /// Succeeds if there may be scores by a published framework.
    pub(crate) fn check_scored(&self, published: &Published, rules: &Rules<'_>) -> Result<(), NotScored> {
        self.frameworks().check_in_force(published.revision, &published.framework.draft().id)?;
        let kept = self.suspended.get(&published.framework.reference()).cloned();
        match kept.or_else(|| rules.budget().excess(published, self.panel())) {
            Some(over) => Err(NotScored::Suspended(Box::new(over))),
            None => Ok(()),
        }
    }

    /// The index of the practices that were not withdrawn.
    pub(crate) fn practice_index(&self) -> &PracticeIndex {
        &self.practice_index
    }

    /// About how many bytes of memory it takes, what it shares with others included, for those who keep several.
    pub(crate) fn bytes(&self) -> u64 {
        let boards: usize = self.boards.values().map(|board| board.bytes()).sum();
        let codings = self.codings().count() * CODING_BYTES;
        let practices = self.practices().current().map(|(_, practice)| practice.text_bytes()).sum::<usize>();
        let withdrawn = self.withdrawn().count() * WITHDRAWN_BYTES;
        (boards + self.panel().bytes() + withdrawn + codings + practices * INDEXED) as u64
    }
}

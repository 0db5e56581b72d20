//! Snapshots: a state, and what is made of it: scores, and the index of practices.
//!
//! *Invariant:* a published snapshot never changes; the writer changes a clone and publishes that. Everything here can
//! be rebuilt from the journal alone, and the rebuilt snapshot answers as the live one did.

use std::{borrow::Cow, collections::BTreeMap, ops::Deref, sync::Arc};

use imbl::OrdMap;
use tenseven_engine::Board;
use tenseven_model::{FrameworkRef, ObservationKey, event::Event};
use tenseven_state::{
    FoldError, Rules, State,
    frameworks::{OverBudget, Published},
};
use tenseven_store::Entry;

use crate::{QueryError, practices::PracticeIndex, publication::Scored};

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

/// What an entry changed, for [`Snapshot::rescore`].
#[derive(Debug, Default)]
pub(crate) struct Changes {
    keys: Vec<ObservationKey>,
    frameworks: Vec<FrameworkRef>,
    /// Keys that only the scores of these frameworks lack, next to those above.
    missing: Vec<(FrameworkRef, Vec<ObservationKey>)>,
}

impl Changes {
    /// The keys that the scores of a framework lack.
    fn keys_of(&self, framework: &FrameworkRef) -> Cow<'_, [ObservationKey]> {
        match self.missing.iter().find(|(one, _)| one == framework) {
            None => Cow::Borrowed(&self.keys),
            Some((_, missing)) => Cow::Owned([missing.as_slice(), &self.keys].concat()),
        }
    }
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
    /// Folds an entry in. Scores are made afterwards, by [`Self::rescore`].
    pub(crate) fn fold(&mut self, entry: &Entry, changes: &mut Changes) -> Result<(), FoldError> {
        self.state.fold(entry.revision, entry.committed_at, &entry.event)?;
        changes.keys.extend(entry.event.versions().iter().map(|version| version.key().clone()));
        match &entry.event {
            Event::Framework(_) => {
                let published = self.state.frameworks().published_at(entry.revision);
                changes.frameworks.extend(published.map(|published| published.framework.reference()));
            }
            Event::Practices(_) => self.practice_index = PracticeIndex::default(),
            Event::Observations(_) | Event::Retirement(_) | Event::Coding(_) | Event::Adjudication(_) => {}
        }
        Ok(())
    }

    /// Folds in the entry of a framework that comes with its scores. They lack what these keys say, or, if there are
    /// none, have to be made from scratch.
    pub(crate) fn fold_scored(
        &mut self,
        entry: &Entry,
        scored: &Scored,
        missing: Option<Vec<ObservationKey>>,
        changes: &mut Changes,
    ) {
        let (published, board) = scored.published(entry.revision);
        let reference = published.framework.reference();
        self.state.fold_published(entry.committed_at, published);
        match missing {
            Some(missing) => {
                self.boards.insert(reference.clone(), board);
                changes.missing.push((reference, missing));
            }
            None => changes.frameworks.push(reference),
        }
    }

    /// Brings the scores of the newest version of each framework up to date with what was folded in. Scores of other versions are
    /// dropped; they are made when somebody asks for them, so that a write costs the same however many versions there are. Versions
    /// that cost more than the registry allows are not scored.
    pub(crate) fn rescore(&mut self, rules: &Rules<'_>, changes: &Changes) {
        let geography = rules.world.geography();
        let before = std::mem::take(&mut self.boards);
        let suspended = rules.budget().suspended(&self.state, |framework| before.contains_key(framework));
        for published in self.state.frameworks().newest() {
            let reference = published.framework.reference();
            if suspended.contains_key(&reference) {
                continue;
            }
            let board = match before.get(&reference) {
                Some(board) if !changes.frameworks.contains(&reference) => {
                    published.plan.rescore(board, self.state.panel(), geography, &changes.keys_of(&reference))
                }
                Some(_) | None => published.plan.score(self.state.panel(), geography),
            };
            self.boards.insert(reference, Arc::new(board));
        }
        self.suspended = Arc::new(suspended);
    }

    /// The newest versions that have no scores because they cost more than the registry allows.
    pub(crate) fn suspended(&self) -> &BTreeMap<FrameworkRef, OverBudget> {
        &self.suspended
    }

    /// The scores made with a published framework, if it is the newest version.
    pub(crate) fn board(&self, published: &Published) -> Option<&Arc<Board>> {
        self.boards.get(&published.framework.reference())
    }

    /// Succeeds if there may be scores by a published framework.
    pub(crate) fn check_scored(&self, published: &Published, rules: &Rules<'_>) -> Result<(), QueryError> {
        self.frameworks().check_in_force(published)?;
        let kept = self.suspended.get(&published.framework.reference()).cloned();
        match kept.or_else(|| rules.budget().excess(published, self.panel())) {
            Some(over) => Err(QueryError::Suspended(Box::new(over))),
            None => Ok(()),
        }
    }

    /// The index of the practices that were not withdrawn.
    pub(crate) fn practice_index(&self) -> &PracticeIndex {
        &self.practice_index
    }

    /// About how many cells, codings and scores it holds, for those who keep several.
    pub(crate) fn size(&self) -> u64 {
        let slots: usize = self.boards.values().map(|board| board.slots()).sum();
        (self.panel().len() + self.withdrawn().count() + self.codings().count() + slots) as u64
    }
}

//! The practices of a state: the newest version of each, withdrawn ones included.
//!
//! *Invariant:* cloning is cheap, and the index of a state is made once, when it is first asked for; a state in which no
//! practice changed shares that of the one before.

use std::{
    collections::BTreeSet,
    sync::{Arc, OnceLock},
};

use imbl::OrdMap;
use tenseven_model::{
    Practice, PracticeId, Revision,
    event::{PracticeChange, PracticeVersion},
};

use super::search::{IndexError, SearchIndex};
use crate::world::World;

/// The newest version of a practice.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Held {
    /// What became of it.
    pub(crate) version: PracticeVersion,
    /// When.
    pub(crate) revision: Revision,
}

impl Held {
    /// What it says; none if it was withdrawn.
    pub(crate) fn practice(&self) -> Option<&Practice> {
        match &self.version.change {
            PracticeChange::Put(practice) => Some(practice),
            PracticeChange::Withdrawn { .. } => None,
        }
    }
}

/// All practices of a state.
#[derive(Clone, Default)]
pub(crate) struct Practices {
    newest: OrdMap<PracticeId, Arc<Held>>,
    current: usize,
    index: Arc<OnceLock<Result<SearchIndex, IndexError>>>,
}

impl Practices {
    /// Folds a version in.
    pub(crate) fn put(&mut self, version: &PracticeVersion, revision: Revision) {
        let held = Held { version: version.clone(), revision };
        self.current += usize::from(held.practice().is_some());
        let before = self.newest.insert(version.id().clone(), Arc::new(held));
        self.current -= usize::from(before.is_some_and(|before| before.practice().is_some()));
        self.index = Arc::default();
    }

    /// The newest version of a practice.
    pub(crate) fn get(&self, id: &PracticeId) -> Option<&Arc<Held>> {
        self.newest.get(id)
    }

    /// The newest versions of those that were not withdrawn, by id.
    pub(crate) fn current(&self) -> impl Iterator<Item = (&Arc<Held>, &Practice)> {
        self.newest.values().filter_map(|held| Some((held, held.practice()?)))
    }

    /// How many were not withdrawn.
    pub(crate) fn len(&self) -> usize {
        self.current
    }

    /// The revisions that hold the newest versions.
    pub(crate) fn revisions(&self) -> BTreeSet<Revision> {
        self.newest.values().map(|held| held.revision).collect()
    }

    /// The index of the practices that were not withdrawn. Takes a while where it has to be made.
    pub(super) fn index(&self, world: &World) -> Result<&SearchIndex, IndexError> {
        let made = self.index.get_or_init(|| SearchIndex::new(self.current(), world));
        made.as_ref().map_err(IndexError::clone)
    }
}

impl PartialEq for Practices {
    fn eq(&self, other: &Self) -> bool {
        self.newest == other.newest
    }
}

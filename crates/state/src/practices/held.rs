//! The practices of a state: the newest version of each, withdrawn ones included.
//!
//! *Invariant:* cloning is cheap.

use std::{collections::BTreeSet, sync::Arc};

use imbl::OrdMap;
use tenseven_model::{
    Practice, PracticeId, Revision, closest,
    event::{PracticeChange, PracticeVersion},
};

use crate::unknown::UnknownPractice;

/// The newest version of a practice.
#[derive(Debug, PartialEq, Eq)]
pub struct Held {
    /// What became of it.
    pub version: PracticeVersion,
    /// When.
    pub revision: Revision,
}

impl Held {
    /// Its contents; none if it was withdrawn.
    pub fn practice(&self) -> Option<&Practice> {
        match &self.version.change {
            PracticeChange::Put(practice) => Some(practice),
            PracticeChange::Withdrawn { .. } => None,
        }
    }
}

/// All practices of a state.
#[derive(Clone, Default)]
pub struct Practices {
    newest: OrdMap<PracticeId, Arc<Held>>,
    current: usize,
}

impl Practices {
    /// Folds in the versions of a revision.
    pub(crate) fn put_all(&mut self, versions: &[PracticeVersion], revision: Revision) {
        for version in versions {
            let held = Held { version: version.clone(), revision };
            self.current += usize::from(held.practice().is_some());
            let before = self.newest.insert(version.id().clone(), Arc::new(held));
            self.current -= usize::from(before.is_some_and(|before| before.practice().is_some()));
        }
    }

    /// The newest version of a practice.
    pub fn get(&self, id: &PracticeId) -> Option<&Arc<Held>> {
        self.newest.get(id)
    }

    /// The newest versions of those that were not withdrawn, by id.
    pub fn current(&self) -> impl Iterator<Item = (&Arc<Held>, &Practice)> {
        self.newest.values().filter_map(|held| Some((held, held.practice()?)))
    }

    /// How many were not withdrawn.
    pub fn current_count(&self) -> usize {
        self.current
    }

    /// The revisions that hold the newest versions.
    pub fn revisions(&self) -> BTreeSet<Revision> {
        self.newest.values().map(|held| held.revision).collect()
    }

    /// That there is no such practice, or not any more.
    pub fn unknown(&self, id: &PracticeId) -> UnknownPractice {
        let withdrawn = self.get(id).and_then(|held| match &held.version.change {
            PracticeChange::Withdrawn { id: _, reason } => Some((held.revision, reason.as_str().to_owned())),
            PracticeChange::Put(_) => None,
        });
        let known = self.current().map(|(_, practice)| practice.id.as_str());
        let suggestion = if withdrawn.is_none() { closest(id.as_str(), known) } else { None };
        UnknownPractice { practice: id.clone(), suggestion: suggestion.map(str::to_owned), withdrawn }
    }
}

impl PartialEq for Practices {
    fn eq(&self, other: &Self) -> bool {
        self.newest == other.newest
    }
}

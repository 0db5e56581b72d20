//! Withdrawn keys: keys that had an observation and have none now.
//!
//! *Invariant:* a key is here or in the panel, never in both. Cloning is cheap.

use imbl::OrdMap;
use tenseven_model::{ObservationKey, Revision};

/// Keys whose newest version is a withdrawal, each with its revision, so that the next version can name it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Withdrawn(OrdMap<ObservationKey, Revision>);

impl Withdrawn {
    /// Notes that a revision withdrew the observation of a key.
    pub fn put(&mut self, key: ObservationKey, revision: Revision) {
        self.0.insert(key, revision);
    }

    /// Forgets a key, because something is observed there again.
    pub fn forget(&mut self, key: &ObservationKey) {
        // By far most registries have withdrawn nothing.
        if !self.0.is_empty() {
            self.0.remove(key);
        }
    }

    /// The revision that withdrew the observation of a key, if its newest version is a withdrawal.
    pub fn get(&self, key: &ObservationKey) -> Option<Revision> {
        self.0.get(key).copied()
    }

    /// All of them, by key.
    pub fn iter(&self) -> impl Iterator<Item = (&ObservationKey, Revision)> {
        self.0.iter().map(|(key, revision)| (key, *revision))
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.0.len()
    }
}

//! The state: a fold over the journal, and the scores made of it.
//!
//! *Invariant:* a published state never changes; the writer changes a clone and publishes that. Everything here can
//! be rebuilt from the journal alone, and the rebuilt state answers as the live one did.

use std::sync::Arc;

use imbl::{HashMap, OrdMap, Vector};
use tenseven_catalog::parse_stored_framework;
use tenseven_engine::{Board, Cell, Panel};
use tenseven_model::{ContentDigest, FrameworkRef, ObservationKey, Revision, SubmissionId, Timestamp};
use tenseven_store::{Content, Entry, Versioned};

use crate::{
    history::{History, Recorded},
    shelf::{Published, Shelf},
    world::World,
};

/// The answer to a submission: the same now and for every retry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Receipt {
    /// The revision that accepted it.
    pub revision: Revision,
    /// When it was accepted.
    pub accepted_at: Timestamp,
    /// Observations whose key was new.
    pub new: u32,
    /// Observations that changed a known key.
    pub revised: u32,
    /// Observations that said what was known.
    pub unchanged: u32,
}

/// What a submission would be answered now, if it were sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Preview {
    /// The newest revision.
    pub revision: Revision,
    /// Observations whose key would be new.
    pub new: u32,
    /// Observations that would change a known key.
    pub revised: u32,
    /// Observations that say what is known.
    pub unchanged: u32,
}

/// An entry of the journal cannot be folded in: its framework cannot be read by this program.
#[derive(Debug, thiserror::Error)]
#[error("revision {revision} holds a framework that this version of the program cannot read: {error}")]
pub struct FoldError {
    /// Which entry.
    pub revision: Revision,
    /// What is wrong with it.
    #[source]
    pub error: tenseven_catalog::FrameworkTextError,
}

/// Everything that is known at a revision.
#[derive(Clone, Default)]
pub(crate) struct State {
    pub(crate) revision: Revision,
    pub(crate) history: History,
    pub(crate) shelf: Shelf,
    pub(crate) panel: Panel,
    moments: Vector<Timestamp>,
    submissions: HashMap<SubmissionId, (ContentDigest, Receipt)>,
    boards: OrdMap<FrameworkRef, Arc<Board>>,
}

/// What an entry changed, for [`State::rescore`].
#[derive(Debug, Default)]
pub(crate) struct Changes {
    keys: Vec<ObservationKey>,
    frameworks: Vec<FrameworkRef>,
}

impl State {
    /// Folds an entry in. Scores are made afterwards, by [`Self::rescore`].
    pub(crate) fn fold(&mut self, entry: &Entry, changes: &mut Changes) -> Result<(), FoldError> {
        let Entry { revision, committed_at, submission, digest, outcome, content } = entry;
        match content {
            Content::Observations(versions) => {
                for Versioned { observation, previous: _ } in versions {
                    let key = observation.key();
                    let cell = Cell {
                        value: observation.value().clone(),
                        status: observation.status(),
                        revision: *revision,
                    };
                    self.panel.set(key, cell);
                    changes.keys.push(key.clone());
                    self.history.record(Recorded {
                        observation: Arc::new(observation.clone()),
                        revision: *revision,
                        accepted_at: *committed_at,
                        submission: *submission,
                    });
                }
            }
            Content::Framework(source) => {
                let framework = parse_stored_framework(&source.text)
                    .map_err(|error| FoldError { revision: *revision, error })?;
                let published = Published::new(framework, source.text.clone(), *revision);
                changes.frameworks.push(published.framework.reference());
                self.shelf.put(published);
            }
        }
        let receipt = Receipt {
            revision: *revision,
            accepted_at: *committed_at,
            new: outcome.new,
            revised: outcome.revised,
            unchanged: outcome.unchanged,
        };
        self.submissions.insert(*submission, (*digest, receipt));
        self.moments.push_back(*committed_at);
        self.revision = *revision;
        Ok(())
    }

    /// Brings the scores up to date with what was folded in.
    pub(crate) fn rescore(&mut self, world: &World, changes: &Changes) {
        let geography = world.geography();
        for (published, _) in self.shelf.all() {
            let reference = published.framework.reference();
            let board = match self.boards.get(&reference) {
                Some(board) if !changes.frameworks.contains(&reference) => {
                    published.plan.rescore(board, &self.panel, geography, &changes.keys)
                }
                _ => published.plan.score(&self.panel, geography),
            };
            self.boards.insert(reference, Arc::new(board));
        }
    }

    /// The scores made with a published framework.
    pub(crate) fn board(&self, published: &Published) -> Option<&Arc<Board>> {
        self.boards.get(&published.framework.reference())
    }

    /// The answer that a submission was given, with the digest of what it held.
    pub(crate) fn receipt(&self, submission: SubmissionId) -> Option<(ContentDigest, Receipt)> {
        self.submissions.get(&submission).copied()
    }

    /// When the newest revision was accepted.
    pub(crate) fn last_moment(&self) -> Option<Timestamp> {
        self.moments.last().copied()
    }

    /// The last revision accepted at or before this time; zero if there is none.
    pub(crate) fn revision_at(&self, time: Timestamp) -> Revision {
        // Moments never fall, because the writer never stamps an entry earlier than the one before.
        let count = self.moments.binary_search_by(|moment| {
            if *moment <= time { std::cmp::Ordering::Less } else { std::cmp::Ordering::Greater }
        });
        Revision::new(count.unwrap_or_else(|place| place) as u64)
    }
}

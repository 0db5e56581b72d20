//! The state: a fold over the journal, and the scores made of it.
//!
//! *Invariant:* a published state never changes; the writer changes a clone and publishes that. Everything here can
//! be rebuilt from the journal alone, and the rebuilt state answers as the live one did.

use std::{borrow::Cow, sync::Arc};

use imbl::OrdMap;
use tenseven_catalog::parse_stored_framework;
use tenseven_engine::{Board, Cell, Panel};
use tenseven_model::{
    Coding, FrameworkRef, ObservationKey, Revision, Timestamp, Unit,
    event::{Event, FrameworkSource, ObservationVersion, VersionBody},
};
use tenseven_store::Entry;
use tracing::error;

use crate::{
    QueryError,
    assessment::{Codings, Filed},
    fingerprint,
    practices::Practices,
    publication::Scored,
    shelf::{Published, Shelf},
    withdrawn::Withdrawn,
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

impl FoldError {
    /// The answer to a question that needs the entry; the operator is told what is wrong.
    pub(crate) fn into_query_error(self) -> QueryError {
        error!(error = %self, "a past state cannot be made again");
        QueryError::Unreadable { revision: self.revision }
    }
}

/// Everything that is known at a revision.
#[derive(Clone, Default)]
pub(crate) struct State {
    pub(crate) revision: Revision,
    pub(crate) shelf: Shelf,
    pub(crate) panel: Panel,
    pub(crate) withdrawn: Withdrawn,
    /// When the newest revision was accepted.
    pub(crate) last_moment: Option<Timestamp>,
    /// Versions of observations, and codings, stored up to here.
    pub(crate) stored: u64,
    pub(crate) practices: Practices,
    pub(crate) codings: Codings,
    boards: OrdMap<FrameworkRef, Arc<Board>>,
}

/// Has a panel take what a revision says of an observation.
pub(crate) fn put_version(panel: &mut Panel, revision: Revision, version: &ObservationVersion) {
    match &version.body {
        VersionBody::Observed(observation) => {
            let cell = Cell {
                value: observation.value().clone(),
                status: observation.status(),
                revision,
                notes: fingerprint::of(observation.notes()),
            };
            panel.set(observation.key(), cell);
        }
        VersionBody::Withdrawn(withdrawal) => {
            panel.remove(withdrawal.key());
        }
    }
}

/// What an entry changed, for [`State::rescore`].
#[derive(Debug, Default)]
pub(crate) struct Changes {
    keys: Vec<ObservationKey>,
    frameworks: Vec<FrameworkRef>,
    /// Keys that only the scores of these frameworks lack, beside those above.
    missing: Vec<(FrameworkRef, Vec<ObservationKey>)>,
}

impl Changes {
    /// Forgets what was gathered.
    pub(crate) fn clear(&mut self) {
        self.keys.clear();
        self.frameworks.clear();
        self.missing.clear();
    }

    /// The keys that the scores of a framework lack.
    fn keys_of(&self, framework: &FrameworkRef) -> Cow<'_, [ObservationKey]> {
        match self.missing.iter().find(|(one, _)| one == framework) {
            None => Cow::Borrowed(&self.keys),
            Some((_, missing)) => Cow::Owned([missing.as_slice(), &self.keys].concat()),
        }
    }
}

impl State {
    /// What is known of observations and codings at a revision, without frameworks, practices and scores.
    pub(crate) fn of(
        revision: Revision,
        (last_moment, stored): (Option<Timestamp>, u64),
        panel: Panel,
        withdrawn: Withdrawn,
        codings: Codings,
    ) -> Self {
        Self { revision, panel, withdrawn, last_moment, stored, codings, ..Self::default() }
    }

    /// Folds an entry in. Scores are made afterwards, by [`Self::rescore`].
    pub(crate) fn fold(&mut self, entry: &Entry, changes: &mut Changes) -> Result<(), FoldError> {
        for version in entry.event.versions() {
            self.fold_version(entry.revision, version);
            changes.keys.push(version.key().clone());
        }
        let stored = match &entry.event {
            Event::Observations(versions) => versions.len(),
            Event::Framework(_) => {
                changes.frameworks.extend(self.put_framework(entry)?);
                0
            }
            Event::Practices(_) => {
                self.put_practices(entry);
                0
            }
            Event::Coding(filed) => {
                self.file(entry.revision, &filed.coding);
                1
            }
            Event::Adjudication(adjudicated) => {
                let key = adjudicated.version.key();
                if let Ok(unit) = Unit::new(key.indicator.clone(), key.area.clone(), key.period) {
                    self.codings.close(&unit, entry.revision);
                }
                1
            }
        };
        self.sign(entry, stored);
        Ok(())
    }

    fn fold_version(&mut self, revision: Revision, version: &ObservationVersion) {
        put_version(&mut self.panel, revision, version);
        match &version.body {
            VersionBody::Observed(observation) => self.withdrawn.forget(observation.key()),
            VersionBody::Withdrawn(withdrawal) => self.withdrawn.put(withdrawal.key().clone(), revision),
        }
    }

    /// The revision of the newest version of a key, be it an observation or a withdrawal; none if there never was one.
    pub(crate) fn newest_version(&self, key: &ObservationKey) -> Option<Revision> {
        self.panel.get(key).map(|cell| cell.revision).or_else(|| self.withdrawn.get(key))
    }

    /// Folds in the entry of a framework that comes with its scores. They lack what these keys say, or, if there are
    /// none, have to be made anew.
    pub(crate) fn fold_scored(
        &mut self,
        entry: &Entry,
        scored: &Scored,
        missing: Option<Vec<ObservationKey>>,
        changes: &mut Changes,
    ) {
        let (published, board) = scored.published(entry.revision);
        let reference = published.framework.reference();
        self.shelf.put(published);
        match missing {
            Some(missing) => {
                self.boards.insert(reference.clone(), board);
                changes.missing.push((reference, missing));
            }
            None => changes.frameworks.push(reference),
        }
        self.sign(entry, 0);
    }

    fn file(&mut self, revision: Revision, coding: &Coding) {
        let (coder, judgement) = (coding.coder().clone(), coding.judgement().clone());
        self.codings.file(coding.unit(), Filed { coder, revision, judgement });
    }

    fn sign(&mut self, entry: &Entry, stored: usize) {
        self.stored += stored as u64;
        self.last_moment = Some(entry.committed_at);
        self.revision = entry.revision;
    }

    /// Counts an entry whose content cannot be folded in.
    pub(crate) fn pass_over(&mut self, entry: &Entry) {
        self.sign(entry, 0);
    }

    /// Puts the framework that an entry published, if it did, on the shelf.
    pub(crate) fn put_framework(&mut self, entry: &Entry) -> Result<Option<FrameworkRef>, FoldError> {
        let Event::Framework(FrameworkSource { text }) = &entry.event else { return Ok(None) };
        let revision = entry.revision;
        let framework = parse_stored_framework(text).map_err(|error| FoldError { revision, error })?;
        let published = Published::new(framework, text.clone(), revision);
        let reference = published.framework.reference();
        self.shelf.put(published);
        Ok(Some(reference))
    }

    /// Folds in the practices of an entry, if it has any. Says whether it is of that kind.
    pub(crate) fn put_practices(&mut self, entry: &Entry) -> bool {
        let Event::Practices(versions) = &entry.event else { return false };
        for version in versions {
            self.practices.put(version, entry.revision);
        }
        true
    }

    /// Brings the scores up to date with what was folded in.
    pub(crate) fn rescore(&mut self, world: &World, changes: &Changes) {
        let geography = world.geography();
        for (published, _) in self.shelf.all() {
            let reference = published.framework.reference();
            let board = match self.boards.get(&reference) {
                Some(board) if !changes.frameworks.contains(&reference) => {
                    published.plan.rescore(board, &self.panel, geography, &changes.keys_of(&reference))
                }
                _ => published.plan.score(&self.panel, geography),
            };
            self.boards.insert(reference, Arc::new(board));
        }
    }

    /// The state without its scores, to be folded further without them.
    pub(crate) fn unscored(&self) -> Self {
        Self { boards: OrdMap::new(), ..self.clone() }
    }

    /// The scores made with a published framework.
    pub(crate) fn board(&self, published: &Published) -> Option<&Arc<Board>> {
        self.boards.get(&published.framework.reference())
    }

    /// About how many cells, codings and scores it holds, for those who keep several.
    pub(crate) fn size(&self) -> u64 {
        let slots: usize = self.boards.values().map(|board| board.slots()).sum();
        (self.panel.len() + self.withdrawn.len() + self.codings.len() + slots) as u64
    }

    /// Whether two states hold the same, their scores apart, which follow from that.
    pub(crate) fn holds_what(&self, other: &Self) -> bool {
        let published = |state: &Self| -> Vec<_> {
            let all = state.shelf.all();
            all.map(|(published, _)| (published.framework.reference(), published.revision)).collect()
        };
        self.revision == other.revision
            && self.last_moment == other.last_moment
            && self.stored == other.stored
            && published(self) == published(other)
            && self.panel == other.panel
            && self.withdrawn == other.withdrawn
            && self.practices == other.practices
            && self.codings == other.codings
    }
}

//! The state: everything that is known at a revision, as a fold over events.
//!
//! *Invariant:* the same events give the same state. A fold never reads a journal or a clock; what it needs beyond the event is the
//! revision and the time that the event was accepted at. Cloning is cheap.

use std::sync::Arc;

use tenseven_engine::Panel;
use tenseven_model::{ObservationKey, PartnerId, Revision, Timestamp, event::Event};

use crate::{
    access::{Authors, Partners},
    codings::{self, Codings},
    frameworks::{Frameworks, Published, UnreadableVersion},
    observations::{self, Withdrawn},
    practices::Practices,
};

/// Everything that is known at a revision, but for scores, which follow from it.
#[derive(Clone, Default)]
pub struct State {
    revision: Revision,
    accepted_at: Option<Timestamp>,
    stored: u64,
    frameworks: Frameworks,
    panel: Panel,
    withdrawn: Withdrawn,
    practices: Practices,
    codings: Codings,
    partners: Partners,
    authors: Authors,
}

/// When and by whom an event was accepted.
#[derive(Debug, Clone, Copy)]
pub struct Accepted<'a> {
    /// The revision that it became.
    pub revision: Revision,
    /// When.
    pub at: Timestamp,
    /// Which partner asked for it; none where nobody had to identify themselves.
    pub author: Option<&'a PartnerId>,
}

/// The parts of a state that a checkpoint holds; frameworks, practices and partners are put in afterwards.
#[derive(Debug, Default)]
pub struct Checkpointed {
    /// The revision.
    pub revision: Revision,
    /// When it was accepted.
    pub accepted_at: Option<Timestamp>,
    /// Versions of observations, and codings, stored up to it.
    pub stored: u64,
    /// Current observations.
    pub panel: Panel,
    /// Keys whose newest version is a withdrawal.
    pub withdrawn: Withdrawn,
    /// Codings.
    pub codings: Codings,
    /// Who made which revision.
    pub authors: Authors,
}

impl State {
    /// The state of a checkpoint, to be completed by [`Self::put_framework`], [`Self::put_practices`] and
    /// [`Self::put_access`].
    pub fn of_checkpoint(parts: Checkpointed) -> Self {
        let Checkpointed { revision, accepted_at, stored, panel, withdrawn, codings, authors } = parts;
        Self { revision, accepted_at, stored, panel, withdrawn, codings, authors, ..Self::default() }
    }

    /// Folds in an event. After an error the state is as before.
    pub fn fold(&mut self, accepted: Accepted<'_>, event: &Event) -> Result<(), UnreadableVersion> {
        let Accepted { revision, at: accepted_at, author: _ } = accepted;
        let stored = match event {
            Event::Observations(versions) => {
                observations::fold(&mut self.panel, &mut self.withdrawn, revision, versions);
                versions.len()
            }
            Event::Framework(source) => {
                self.put_framework(revision, &source.text)?;
                0
            }
            Event::Retirement(retirement) => {
                self.frameworks.retire(revision, accepted_at, retirement)?;
                0
            }
            Event::Practices(versions) => {
                self.practices.put_all(versions, revision);
                0
            }
            Event::Coding(filed) => {
                codings::fold_coding(&mut self.codings, revision, &filed.coding);
                1
            }
            Event::Adjudication(adjudicated) => {
                let version = std::slice::from_ref(&adjudicated.version);
                observations::fold(&mut self.panel, &mut self.withdrawn, revision, version);
                codings::fold_adjudication(&mut self.codings, revision, adjudicated.version.key());
                1
            }
            Event::Access(change) => {
                self.partners.fold(revision, accepted_at, change);
                0
            }
        };
        self.advance(accepted, stored);
        Ok(())
    }

    /// Folds in the publication of a framework that was read before, as [`Self::fold`] does with its text.
    pub fn fold_published(&mut self, accepted: Accepted<'_>, published: Published) {
        self.frameworks.put(published);
        self.advance(accepted, 0);
    }

    /// Counts an event that cannot be folded in.
    pub fn pass_over(&mut self, accepted: Accepted<'_>) {
        self.advance(accepted, 0);
    }

    /// Adds a framework that a checkpoint names.
    pub fn put_framework(&mut self, revision: Revision, text: &str) -> Result<(), UnreadableVersion> {
        self.frameworks.put(Published::read(Arc::from(text), revision)?);
        Ok(())
    }

    /// Retires the version of an event that a checkpoint names. Returns false if the event is of another kind.
    pub fn put_retirement(
        &mut self,
        revision: Revision,
        accepted_at: Timestamp,
        event: &Event,
    ) -> Result<bool, UnreadableVersion> {
        let Event::Retirement(retirement) = event else { return Ok(false) };
        self.frameworks.retire(revision, accepted_at, retirement)?;
        Ok(true)
    }

    /// Adds the practices of an event that a checkpoint names. Returns false if the event is of another kind.
    #[must_use]
    pub fn put_practices(&mut self, revision: Revision, event: &Event) -> bool {
        let Event::Practices(versions) = event else { return false };
        self.practices.put_all(versions, revision);
        true
    }

    /// Folds in the change of access of an event that a checkpoint names. Returns false if the event is of another kind.
    #[must_use]
    pub fn put_access(&mut self, revision: Revision, accepted_at: Timestamp, event: &Event) -> bool {
        let Event::Access(change) = event else { return false };
        self.partners.fold(revision, accepted_at, change);
        true
    }

    fn advance(&mut self, accepted: Accepted<'_>, stored: usize) {
        let Accepted { revision, at: accepted_at, author } = accepted;
        self.authors.note(revision, author);
        self.stored += stored as u64;
        self.accepted_at = Some(accepted_at);
        self.revision = revision;
    }

    /// The newest revision.
    pub fn revision(&self) -> Revision {
        self.revision
    }

    /// When the newest revision was accepted.
    pub fn accepted_at(&self) -> Option<Timestamp> {
        self.accepted_at
    }

    /// Versions of observations, and codings, stored up to here.
    pub fn stored(&self) -> u64 {
        self.stored
    }

    /// The published frameworks.
    pub fn frameworks(&self) -> &Frameworks {
        &self.frameworks
    }

    /// The current observations.
    pub fn panel(&self) -> &Panel {
        &self.panel
    }

    /// The keys whose newest version is a withdrawal.
    pub fn withdrawn(&self) -> &Withdrawn {
        &self.withdrawn
    }

    /// The practices.
    pub fn practices(&self) -> &Practices {
        &self.practices
    }

    /// The codings.
    pub fn codings(&self) -> &Codings {
        &self.codings
    }

    /// The partners, with their keys and grants.
    pub fn partners(&self) -> &Partners {
        &self.partners
    }

    /// Who made which revision.
    pub fn authors(&self) -> &Authors {
        &self.authors
    }

    /// The revision of the newest version of a key, an observation or a withdrawal; none if there never was one.
    pub fn newest_version(&self, key: &ObservationKey) -> Option<Revision> {
        self.panel.get(key).map(|cell| cell.revision).or_else(|| self.withdrawn.get(key))
    }
}

impl PartialEq for State {
    fn eq(&self, other: &Self) -> bool {
        let Self {
            revision,
            accepted_at,
            stored,
            frameworks,
            panel,
            withdrawn,
            practices,
            codings,
            partners,
            authors,
        } = self;
        *revision == other.revision
            && *accepted_at == other.accepted_at
            && *stored == other.stored
            && *frameworks == other.frameworks
            && *panel == other.panel
            && *withdrawn == other.withdrawn
            && *practices == other.practices
            && *codings == other.codings
            && *partners == other.partners
            && *authors == other.authors
    }
}

impl std::fmt::Debug for State {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("State")
            .field("revision", &self.revision)
            .field("observations", &self.panel.len())
            .field("withdrawn", &self.withdrawn.count())
            .field("practices", &self.practices.current_count())
            .field("codings", &self.codings.count())
            .finish_non_exhaustive()
    }
}

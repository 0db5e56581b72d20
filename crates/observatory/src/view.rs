//! Views: the registry as it was at one revision.
//!
//! *Invariant:* a view never changes. Two views of the same revision answer with the same bits, whenever they are
//! asked.

use std::sync::Arc;

use tenseven_model::{AsOf, PartnerId, Revision, Timestamp};
use tenseven_state::World;
use tenseven_store::{Journal, ReadError, Stamp};

use crate::{
    Attribution, BeforeFirst, Compacted, Cursor, NoSuchMoment, NoSuchRevision, Position, RevisionError,
    StampedAhead, Unreadable, ViewError, records::unreadable, shared::Shared, snapshot::Snapshot,
};

/// How much later than now a revision may be stamped. A moment that was answered for pushes stamps by microseconds.
const AHEAD_MICROS_MAX: i64 = 1_000_000;

/// The registry as it was at one revision. A clone shares it.
#[derive(Clone)]
pub struct View {
    shared: Arc<Shared>,
    state: Arc<Snapshot>,
    attribution: Attribution,
}

impl View {
    pub(crate) async fn open(shared: &Arc<Shared>, as_of: AsOf) -> Result<Self, ViewError> {
        match as_of {
            AsOf::Now => Ok(Self::newest(shared)),
            AsOf::Revision(revision) => Ok(Self::at_revision(shared, revision).await?),
            AsOf::Time(time) => Self::at_time(shared, time).await,
        }
    }

    fn of(state: Arc<Snapshot>, shared: &Arc<Shared>) -> Self {
        Self { state, shared: Arc::clone(shared), attribution: Attribution::All }
    }

    /// The same as a reader sees it who is shown these makers of changes.
    #[must_use]
    pub fn attributed(self, attribution: Attribution) -> Self {
        Self { attribution, ..self }
    }

    fn newest(shared: &Arc<Shared>) -> Self {
        Self::of(shared.state.load_full(), shared)
    }

    async fn at_time(shared: &Arc<Shared>, time: Timestamp) -> Result<Self, ViewError> {
        if time > shared.clock.now() {
            return Err(NoSuchMoment { newest: shared.state.load().revision() }.into());
        }
        // From here on entries are stamped later than this time, so that what is found does not change.
        shared.moments.reach(time).await?;
        let reading = Arc::clone(shared);
        let found = shared.past_states.in_turn(move || {
            let found = reading.journal.revision_at(time)?;
            let is_newest = found >= reading.state.load().revision();
            let next = if is_newest { None } else { Some(reading.journal.stamp(found.next())?.committed_at) };
            Ok((found, next))
        });
        let found: Option<Result<_, ReadError>> = found.await;
        let newest = shared.state.load().revision();
        let found = found.ok_or(Unreadable { revision: newest })?;
        let (found, next) = found.map_err(|error| unreadable(&error))?;
        let latest = shared.clock.now().as_micros().saturating_add(AHEAD_MICROS_MAX);
        if next.is_some_and(|next| next.as_micros() > latest) {
            return Err(StampedAhead { first: found.next(), newest }.into());
        }
        let revision = found.min(newest);
        if revision == Revision::ZERO {
            return Err(BeforeFirst { newest: shared.state.load().revision() }.into());
        }
        Ok(Self::at_revision(shared, revision).await?)
    }

    /// The registry as it was at a revision.
    async fn at_revision(shared: &Arc<Shared>, revision: Revision) -> Result<Self, RevisionError> {
        if let Some(kept) = Self::kept(shared, revision)? {
            return Ok(kept);
        }
        let folding = Arc::clone(shared);
        let folded = shared.past_states.in_turn(move || Self::made(&folding, revision)).await;
        folded.ok_or(Unreadable { revision })?
    }

    /// The registry as it was at a revision. Blocks while it is made.
    pub(crate) fn made(shared: &Arc<Shared>, revision: Revision) -> Result<Self, RevisionError> {
        if let Some(kept) = Self::kept(shared, revision)? {
            return Ok(kept);
        }
        let state = shared.past_states.make(shared.journal.as_ref(), revision)?;
        Ok(Self::of(state, shared))
    }

    /// The registry as it was at a revision, if its state need not be made.
    fn kept(shared: &Arc<Shared>, revision: Revision) -> Result<Option<Self>, RevisionError> {
        let newest = Self::newest(shared);
        if revision == newest.state.revision() {
            return Ok(Some(newest));
        }
        if revision == Revision::ZERO || revision > newest.state.revision() {
            let newest = newest.state.revision();
            return Err(NoSuchRevision { wanted: revision, newest }.into());
        }
        let oldest = shared.journal.horizon();
        if revision < oldest {
            return Err(Compacted { wanted: revision, oldest }.into());
        }
        Ok(shared.past_states.get(revision).map(|state| Self { state, ..newest }))
    }

    /// The revision of this view.
    pub fn revision(&self) -> Revision {
        self.state.revision()
    }

    /// The position of this view.
    pub fn position(&self) -> Position {
        self.shared.position(self.revision())
    }

    /// What is known of areas.
    pub fn world(&self) -> &World {
        &self.shared.world
    }

    pub(crate) fn shared(&self) -> &Shared {
        &self.shared
    }

    pub(crate) fn limits(&self) -> &crate::Limits {
        &self.shared.limits
    }

    pub(crate) fn state(&self) -> &Snapshot {
        &self.state
    }

    pub(crate) fn journal(&self) -> &dyn Journal {
        self.shared.journal.as_ref()
    }

    /// Which submission a revision answers, and when it was accepted.
    pub(crate) fn stamp(&self, revision: Revision) -> Result<Stamp, Unreadable> {
        self.journal().stamp(revision).map_err(|error| unreadable(&error))
    }

    /// Which partner made a revision; none where nobody had to identify themselves, or the reader is not shown it.
    pub(crate) fn author(&self, revision: Revision) -> Option<PartnerId> {
        self.attribution.shown(self.state.authors().of(revision))
    }

    /// Where the next page of a listing of this view starts.
    pub(crate) fn cursor(&self, after: String) -> Cursor {
        Cursor { at: self.position(), after }
    }

    /// Keeps what this view shows for the next page of a listing.
    pub(crate) fn keep(&self) {
        self.shared.past_states.keep(&self.state);
    }
}

//! Changes: puts, merges and withdrawals of the observation of one key.
//!
//! *Invariant:* a merge is decided by the observation that it was resolved with. Its revision shows whether that is still the
//! current one.

use tenseven_model::{MergeConflict, Observation, ObservationKey, ObservationMerge, Revision, Withdrawal};

use crate::{operation::Size, state::State};

/// What a submission does with the observation of one key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// From now on this is observed.
    Put(Observation),
    /// Some fields of what is observed are replaced.
    Merge(Box<Merge>),
    /// From now on nothing is observed.
    Withdraw(Withdrawal),
}

impl Change {
    /// What it is of.
    pub fn key(&self) -> &ObservationKey {
        match self {
            Self::Put(observation) => observation.key(),
            Self::Merge(merge) => merge.request().key(),
            Self::Withdraw(withdrawal) => withdrawal.key(),
        }
    }

    /// About the bytes that it takes, in the queue and in its entry.
    pub(super) fn bytes(&self) -> usize {
        let texts = match self {
            Self::Put(observation) => observation.notes().text_bytes(),
            Self::Merge(merge) => merge.text_bytes(),
            Self::Withdraw(withdrawal) => withdrawal.reason().as_str().len(),
        };
        Size::OBSERVATION_BYTES + texts
    }
}

impl From<Observation> for Change {
    fn from(observation: Observation) -> Self {
        Self::Put(observation)
    }
}

impl From<ObservationMerge> for Change {
    fn from(request: ObservationMerge) -> Self {
        Self::Merge(Box::new(Merge { request, resolved: None }))
    }
}

impl From<Withdrawal> for Change {
    fn from(withdrawal: Withdrawal) -> Self {
        Self::Withdraw(withdrawal)
    }
}

/// A merge, and what it makes of the observation that it was resolved with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Merge {
    request: ObservationMerge,
    resolved: Option<Resolved>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Resolved {
    base: Revision,
    merged: Result<Observation, MergeConflict>,
}

impl Merge {
    /// What is requested.
    pub fn request(&self) -> &ObservationMerge {
        &self.request
    }

    /// The revision of the observation that it was resolved with.
    pub fn base(&self) -> Option<Revision> {
        self.resolved.as_ref().map(|resolved| resolved.base)
    }

    /// Resolves it with the observation of its key, which is current since a revision.
    pub fn resolve(&mut self, base: Revision, current: &Observation) {
        self.resolved = Some(Resolved { base, merged: self.request.apply(current) });
    }

    /// What it makes of the current observation; none if it was not resolved with that.
    pub(super) fn merged(&self, state: &State) -> Option<Result<&Observation, MergeConflict>> {
        let current = state.panel().get(self.request.key())?.revision;
        let Resolved { base, merged } = self.resolved.as_ref()?;
        (*base == current).then(|| merged.as_ref().map_err(|conflict| *conflict))
    }

    /// What it makes of the observation that it was resolved with.
    pub(super) fn into_merged(self) -> Option<Observation> {
        self.resolved?.merged.ok()
    }

    fn text_bytes(&self) -> usize {
        let merged = self.resolved.as_ref().and_then(|resolved| resolved.merged.as_ref().ok());
        self.request.text_bytes() + merged.map_or(0, |merged| merged.notes().text_bytes())
    }
}

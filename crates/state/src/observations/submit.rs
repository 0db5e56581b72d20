//! Submission of changes of observations, decided into an event.
//!
//! *Invariant:* all changes of a submission are accepted, in one revision, or none. An observation that does not differ from the current one is only
//! counted.

use tenseven_model::{
    ContentDigest, Observation,
    event::{ChangeCounts, Event, ObservationVersion},
};

use super::{
    change::Change,
    digest,
    fault::Fault,
    fingerprint::notes_fingerprint,
    rules::{change_faults, period_faults},
};
use crate::{
    access::{Grants, NotGranted, check_contributions},
    operation::{Decision, Operation, Size},
    rules::Rules,
    state::State,
};

/// The command to change observations, each of another key, all or none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SubmitChanges {
    /// The changes.
    pub changes: Vec<Change>,
}

/// Everything that is wrong with a submission of changes.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("{} of the submission's changes cannot be accepted", .0.len())]
pub struct ChangeFaults(pub Vec<Fault>);

/// Why changes are rejected.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum ChangesRejection {
    /// Some cannot be accepted.
    #[error(transparent)]
    Faults(#[from] ChangeFaults),
    /// A merge is not resolved with the current observation. The command is handed back, so that it can be resolved again.
    #[error("a merge is not resolved with the current observation")]
    Outdated(SubmitChanges),
}

impl Operation for SubmitChanges {
    type Rejection = ChangesRejection;

    fn digest(&self) -> ContentDigest {
        digest::of_changes(&self.changes)
    }

    fn size(&self) -> Size {
        Size { observations: self.changes.len(), bytes: self.changes.iter().map(Change::bytes).sum() }
    }

    fn check_grants(&self, state: &State, rules: &Rules<'_>, grants: &Grants<'_>) -> Result<(), NotGranted> {
        check_contributions(state, rules.world, grants, self.changes.iter().map(Change::key))
    }

    fn decide_on(self, state: &State, rules: &Rules<'_>) -> Result<Decision, ChangesRejection> {
        if self.is_outdated(state, rules) {
            return Err(ChangesRejection::Outdated(self));
        }
        let Self { changes } = self;
        let mut faults = change_faults(state, rules, changes.len(), changes.iter().enumerate());
        if faults.is_empty() {
            faults = period_faults(state, rules, &changes);
        }
        if !faults.is_empty() {
            return Err(ChangeFaults(faults).into());
        }
        let mut counts = ChangeCounts::default();
        let mut versions = Vec::with_capacity(changes.len());
        for change in changes {
            match change {
                Change::Put(observation) => {
                    versions.extend(observed(state, observation, &mut counts));
                }
                // One that came to nothing has a fault.
                Change::Merge(merge) => {
                    let merged = merge.into_merged();
                    versions.extend(merged.and_then(|merged| observed(state, merged, &mut counts)));
                }
                Change::Withdraw(withdrawal) => {
                    counts.withdrawn += 1;
                    let previous = state.newest_version(withdrawal.key());
                    versions.push(ObservationVersion::withdrawn(withdrawal, previous));
                }
            }
        }
        Ok(Decision { event: Event::Observations(versions), outcome: counts })
    }
}

impl SubmitChanges {
    /// Whether a merge of something that is observed is not resolved with that. One that has too many changes is rejected for that
    /// alone.
    fn is_outdated(&self, state: &State, rules: &Rules<'_>) -> bool {
        self.changes.len() <= rules.limits.batch_observations_max
            && self.changes.iter().any(|change| match change {
                Change::Merge(merge) => {
                    state.panel().get(change.key()).is_some() && merge.merged(state).is_none()
                }
                Change::Put(_) | Change::Withdraw(_) => false,
            })
    }
}

/// Counts an observation. Returns its version if it changes what is known.
fn observed(
    state: &State,
    observation: Observation,
    counts: &mut ChangeCounts,
) -> Option<ObservationVersion> {
    let key = observation.key();
    let previous = match state.panel().get(key) {
        Some(cell)
            if cell.value == observation.value().into()
                && cell.status == observation.status()
                && cell.notes == notes_fingerprint(observation.notes()) =>
        {
            counts.unchanged += 1;
            return None;
        }
        Some(cell) => {
            counts.revised += 1;
            Some(cell.revision)
        }
        // After a withdrawal nothing is observed, so what comes is new; it names the withdrawal all the same.
        None => {
            counts.new += 1;
            state.withdrawn().get(key)
        }
    };
    Some(ObservationVersion::observed(observation, previous))
}

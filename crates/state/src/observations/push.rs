//! Pushing: a batch of observations, and what is to be stored of it.
//!
//! *Invariant:* a batch is accepted whole or rejected whole. An observation that says what is known is only counted.

use tenseven_model::{
    ContentDigest, Observation,
    event::{ChangeCounts, Event, ObservationVersion},
};

use super::{
    digest,
    fingerprint::notes_fingerprint,
    rules::{Fault, observation_faults, period_faults},
};
use crate::{
    operation::{Decision, Operation, Size},
    rules::Rules,
    state::State,
};

/// The command to accept a batch of observations.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PushObservations {
    /// The batch.
    pub observations: Vec<Observation>,
}

/// Observations cannot be accepted.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("{} of the submission's observations cannot be accepted", .faults.len())]
pub struct PushRejection {
    /// Everything that is wrong.
    pub faults: Vec<Fault>,
}

impl Operation for PushObservations {
    type Rejection = PushRejection;

    fn digest(&self) -> ContentDigest {
        digest::of_observations(&self.observations)
    }

    fn size(&self) -> Size {
        let size = |observation: &Observation| Size::OBSERVATION_BYTES + observation.notes().text_bytes();
        let bytes = self.observations.iter().map(size).sum();
        Size { observations: self.observations.len(), bytes }
    }

    fn decide_on(self, state: &State, rules: &Rules<'_>) -> Result<Decision, PushRejection> {
        let Self { observations } = self;
        let all = observations.iter().enumerate();
        let mut faults = observation_faults(state.frameworks(), rules, observations.len(), all);
        if faults.is_empty() {
            faults = period_faults(state, rules, &observations);
        }
        if !faults.is_empty() {
            return Err(PushRejection { faults });
        }
        let mut outcome = ChangeCounts::default();
        let mut versions = Vec::with_capacity(observations.len());
        for observation in observations {
            if is_unchanged(state, &observation) {
                outcome.unchanged += 1;
                continue;
            }
            // After a withdrawal nothing is observed, so what comes is new; it names the withdrawal all the same.
            let is_new = state.panel().get(observation.key()).is_none();
            *(if is_new { &mut outcome.new } else { &mut outcome.revised }) += 1;
            let previous = state.newest_version(observation.key());
            versions.push(ObservationVersion::observed(observation, previous));
        }
        Ok(Decision { event: Event::Observations(versions), outcome })
    }
}

/// Whether an observation says what is known already.
fn is_unchanged(state: &State, observation: &Observation) -> bool {
    state.panel().get(observation.key()).is_some_and(|cell| {
        cell.value == observation.value().into()
            && cell.status == observation.status()
            && cell.notes == notes_fingerprint(observation.notes())
    })
}

//! Writes of practices by curators, decided into events.
//!
//! *Invariant:* a version replaces the one that its curator has seen, or nothing.

use tenseven_model::{
    ContentDigest, CuratorId, PracticeNames, Revision,
    event::{ChangeCounts, Event, PracticeChange, PracticeVersion},
};

use super::{
    digest,
    names::practice_name_faults,
    rejection::{PracticeRejection, PracticeRevised, TooManyPractices},
};
use crate::{
    access::{Grants, NotGranted},
    operation::{Decision, Operation, Size},
    rules::Rules,
    state::State,
};

/// The command of a curator to change a practice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WritePractice {
    /// What becomes of it.
    pub change: PracticeChange,
    /// Who does it.
    pub curator: CuratorId,
    /// The revision of the version that it replaces; zero for a practice that is new.
    pub expected: Revision,
}

impl Operation for WritePractice {
    type Rejection = PracticeRejection;

    fn digest(&self) -> ContentDigest {
        let Self { change, curator, expected } = self;
        digest::of_practice(change, curator, *expected)
    }

    fn size(&self) -> Size {
        let bytes = match &self.change {
            PracticeChange::Put(practice) => practice.text_bytes(),
            PracticeChange::Withdrawn { id: _, reason } => reason.as_str().len(),
        };
        Size { observations: 1, bytes }
    }

    fn check_grants(&self, _: &State, _: &Rules<'_>, grants: &Grants<'_>) -> Result<(), NotGranted> {
        grants.check_curator(&self.curator)
    }

    fn decide_on(self, state: &State, rules: &Rules<'_>) -> Result<Decision, PracticeRejection> {
        let Self { change, curator, expected } = self;
        let version = PracticeVersion { change, curator: Some(curator), previous: None };
        let held = state.practices().get(version.id());
        let is_current = held.is_some_and(|held| held.practice().is_some());
        match &version.change {
            PracticeChange::Put(practice) => {
                let names = PracticeNames::from(&**practice);
                let faults = practice_name_faults(state.frameworks(), rules.world, &names);
                if !faults.is_empty() {
                    return Err(PracticeRejection::Names(faults));
                }
            }
            PracticeChange::Withdrawn { id, .. } => {
                if !is_current {
                    return Err(state.practices().unknown(id).into());
                }
            }
        }
        let newest = held.map_or(Revision::ZERO, |held| held.revision);
        if newest != expected {
            let is_withdrawn = held.is_some() && !is_current;
            let practice = version.id().clone();
            return Err(PracticeRevised { practice, expected, newest, is_withdrawn }.into());
        }
        let is_more = matches!(version.change, PracticeChange::Put(_)) && !is_current;
        let max = rules.limits.practices_max;
        if is_more && state.practices().current_count() >= max {
            return Err(TooManyPractices { max }.into());
        }
        let outcome = match (&version.change, held) {
            (PracticeChange::Withdrawn { .. }, _) => ChangeCounts { withdrawn: 1, ..ChangeCounts::default() },
            (PracticeChange::Put(_), None) => ChangeCounts { new: 1, ..ChangeCounts::default() },
            (PracticeChange::Put(_), Some(_)) => ChangeCounts { revised: 1, ..ChangeCounts::default() },
        };
        let previous = held.map(|held| held.revision);
        Ok(Decision { event: Event::Practices(vec![PracticeVersion { previous, ..version }]), outcome })
    }
}

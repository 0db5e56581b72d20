//! Seeds: the practices that ship with the program, written into a registry that lacks them.
//!
//! *Invariant:* what curators wrote, or withdrew, is never written over: a practice is seeded once, and what a later
//! release changes in it stays with that release.

use std::convert::Infallible;

use tenseven_model::{
    ContentDigest, Practice, SubmissionId,
    event::{ChangeCounts, Event, PracticeChange, PracticeVersion},
};

use super::{digest, held::Practices};
use crate::{
    access::{Grants, NotGranted},
    content_hash,
    operation::{Decision, Operation, Size},
    rules::Rules,
    state::State,
    world::World,
};

/// The command to add the practices that ship with the program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeedPractices {
    /// The practices. Those that are there already are left out, and so are those that there is no room for.
    pub practices: Vec<Practice>,
}

impl SeedPractices {
    /// The practices that ship and that are not there.
    pub fn missing(world: &World, practices: &Practices) -> Self {
        let shipped = world.catalog().practices().iter();
        let missing = shipped.filter(|practice| practices.get(&practice.id).is_none());
        Self { practices: missing.cloned().collect() }
    }

    /// The same id for the same practices and attempt.
    pub fn submission(&self, attempt: u32) -> SubmissionId {
        content_hash::submission_of(self.digest(), attempt)
    }
}

impl Operation for SeedPractices {
    type Rejection = Infallible;

    fn digest(&self) -> ContentDigest {
        digest::of_seeds(&self.practices)
    }

    fn size(&self) -> Size {
        let bytes = self.practices.iter().map(|practice| practice.text_bytes()).sum();
        Size { observations: self.practices.len(), bytes }
    }

    fn check_grants(&self, _: &State, _: &Rules<'_>, grants: &Grants<'_>) -> Result<(), NotGranted> {
        grants.check_admin()
    }

    fn decide_on(self, state: &State, rules: &Rules<'_>) -> Result<Decision, Infallible> {
        let room = rules.limits.practices_max.saturating_sub(state.practices().current_count());
        let new = self.practices.into_iter().filter(|practice| state.practices().get(&practice.id).is_none());
        let versions: Vec<_> = new
            .take(room)
            .map(|practice| PracticeVersion {
                change: PracticeChange::Put(practice),
                curator: None,
                previous: None,
            })
            .collect();
        let new = u32::try_from(versions.len()).unwrap_or(u32::MAX);
        let outcome = ChangeCounts { new, ..ChangeCounts::default() };
        Ok(Decision { event: Event::Practices(versions), outcome })
    }
}

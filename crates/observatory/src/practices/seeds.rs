//! Seeds: the practices that ship with the program, written into a journal that has not got them.
//!
//! *Invariant:* what curators wrote, or withdrew, is never written over: a practice is seeded once, and what a later
//! release says of it otherwise stays with that release.

use tenseven_model::{Practice, SubmissionId};

use super::Practices;
use crate::{digest, world::World};

/// The practices that ship and that a state does not know.
pub(crate) fn missing(world: &World, practices: &Practices) -> Vec<Practice> {
    let shipped = world.catalog().practices().iter();
    shipped.filter(|practice| practices.get(&practice.id).is_none()).cloned().collect()
}

/// The same id for the same practices and attempt.
pub(crate) fn seed_id(practices: &[Practice], attempt: u32) -> SubmissionId {
    digest::submission_of(digest::of_seeds(practices), attempt)
}

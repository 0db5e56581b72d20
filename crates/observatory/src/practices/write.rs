//! Writes: what a curator does with a practice, and whether that can be accepted now.
//!
//! *Invariant:* a version replaces the one that its curator has seen, or nothing.

use tenseven_model::{
    CuratorId, Practice, PracticeNames, Revision,
    event::{ChangeCounts, Event, PracticeChange, PracticeVersion},
};

use super::names;
use crate::{SubmitError, UnknownPractice, state::State, submission::Judging};

/// What a curator does with a practice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PracticeWrite {
    /// What becomes of it.
    pub change: PracticeChange,
    /// Who does it.
    pub curator: CuratorId,
    /// The revision of the version that it replaces; zero for a practice that is new.
    pub expected: Revision,
}

/// What is to be stored of a write, judged by the state before it.
pub(crate) fn content(state: &State, write: PracticeWrite, by: Judging<'_>) -> Result<Stored, SubmitError> {
    let PracticeWrite { change, curator, expected } = write;
    let version = PracticeVersion { change, curator: Some(curator), previous: None };
    let held = state.practices.get(version.id());
    match &version.change {
        PracticeChange::Put(practice) => {
            let faults = names::faults(&state.shelf, by.world, &PracticeNames::from(&**practice));
            if !faults.is_empty() {
                return Err(SubmitError::PracticeNames(faults));
            }
        }
        PracticeChange::Withdrawn { id, .. } => {
            if held.is_none_or(|held| held.practice().is_none()) {
                return Err(SubmitError::Practice(UnknownPractice::of(&state.practices, id)));
            }
        }
    }
    let newest = held.map_or(Revision::ZERO, |held| held.revision);
    if newest != expected {
        let is_withdrawn = held.is_some_and(|held| held.practice().is_none());
        let practice = version.id().clone();
        return Err(SubmitError::PracticeRevised { practice, expected, newest, is_withdrawn });
    }
    let is_more =
        matches!(version.change, PracticeChange::Put(_)) && held.is_none_or(|held| held.practice().is_none());
    if is_more && state.practices.len() >= by.limits.practices_max {
        return Err(SubmitError::TooManyPractices { max: by.limits.practices_max });
    }
    let outcome = match held {
        None => ChangeCounts { new: 1, ..ChangeCounts::default() },
        Some(_) => ChangeCounts { revised: 1, ..ChangeCounts::default() },
    };
    let previous = held.map(|held| held.revision);
    Ok((Event::Practices(vec![PracticeVersion { previous, ..version }]), outcome))
}

/// Content and outcome of an entry.
type Stored = (Event, ChangeCounts);

/// What is to be stored of practices that ship: those that nobody has written yet, as many as there is room for.
pub(crate) fn seed_content(state: &State, practices: Vec<Practice>, by: Judging<'_>) -> Stored {
    let room = by.limits.practices_max.saturating_sub(state.practices.len());
    let new = practices.into_iter().filter(|practice| state.practices.get(&practice.id).is_none());
    let versions: Vec<_> = new
        .take(room)
        .map(|practice| PracticeVersion {
            change: PracticeChange::Put(practice),
            curator: None,
            previous: None,
        })
        .collect();
    let new = u32::try_from(versions.len()).unwrap_or(u32::MAX);
    (Event::Practices(versions), ChangeCounts { new, ..ChangeCounts::default() })
}

//! Filing: what a coding becomes in the journal.

use tenseven_model::{
    Coding, Unit,
    event::{ChangeCounts, Event, FiledCoding},
};

use super::rules::{self, Paths};
use crate::{SubmitError, state::State, world::World};

/// Most coders in one round of a unit.
pub const CODERS_MAX: usize = 100;

const PATHS: Paths = Paths {
    indicator: "coding.unit.indicator",
    area: "coding.unit.area",
    period: "coding.unit.period",
    level: "coding.level",
};

/// A round has as many coders as it can have.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "{CODERS_MAX} coders have coded round {round} of {unit}, and no more can; have the round adjudicated, and code the next"
)]
pub struct RoundFull {
    /// The unit.
    pub unit: Unit,
    /// Its round.
    pub round: u32,
}

/// What is to be stored of a coding, on top of a state.
pub(crate) fn file(
    state: &State,
    world: &World,
    coding: Coding,
) -> Result<(Event, ChangeCounts), SubmitError> {
    let (unit, judgement) = (coding.unit(), coding.judgement());
    rules::check(&state.shelf, world, PATHS, unit, Some(judgement)).map_err(SubmitError::Coding)?;
    let round = state.codings.open_round(unit);
    let previous = state.codings.current(unit, coding.coder()).map(|filed| filed.revision);
    let open = state.codings.of(unit).and_then(|history| history.open());
    let count = open.map_or(0, |(_, round)| round.current().count());
    if previous.is_none() && count >= CODERS_MAX {
        return Err(RoundFull { unit: unit.clone(), round }.into());
    }
    let revised = u32::from(previous.is_some());
    let outcome = ChangeCounts { new: 1 - revised, revised, unchanged: 0 };
    Ok((Event::Coding(Box::new(FiledCoding { coding, round, previous })), outcome))
}

//! Submission of codings: a coder's rating of a unit, decided into an event.

use tenseven_model::{
    Coding, ContentDigest, Unit,
    event::{ChangeCounts, Event, FiledCoding},
};

use super::{
    digest,
    rules::{self, CodingFaults, Paths},
};
use crate::{
    access::{Grants, NotGranted},
    operation::{Decision, Operation, Size},
    rules::Rules,
    state::State,
};

/// Maximum number of coders in one round of a unit.
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

/// Why a coding is rejected.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum CodingRejection {
    /// The unit or its judgement cannot be accepted.
    #[error(transparent)]
    Faults(#[from] CodingFaults),
    /// The round has as many coders as it can have.
    #[error(transparent)]
    RoundFull(#[from] RoundFull),
}

/// The command of a coder to rate a unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SubmitCoding {
    /// The rating.
    pub coding: Coding,
}

impl Operation for SubmitCoding {
    type Rejection = CodingRejection;

    fn digest(&self) -> ContentDigest {
        digest::of_coding(&self.coding)
    }

    fn size(&self) -> Size {
        Size { observations: 1, bytes: Size::OBSERVATION_BYTES + self.coding.text_bytes() }
    }

    fn check_grants(&self, _: &State, _: &Rules<'_>, grants: &Grants<'_>) -> Result<(), NotGranted> {
        grants.check_coding(self.coding.coder(), self.coding.unit().indicator())
    }

    fn decide_on(self, state: &State, rules: &Rules<'_>) -> Result<Decision, CodingRejection> {
        let filed = self.file(state, rules)?;
        let revised = u32::from(filed.previous.is_some());
        let outcome = ChangeCounts { new: 1 - revised, revised, ..ChangeCounts::default() };
        Ok(Decision { event: Event::Coding(Box::new(filed)), outcome })
    }
}

impl SubmitCoding {
    /// What is to be stored of it.
    pub fn file(self, state: &State, rules: &Rules<'_>) -> Result<FiledCoding, CodingRejection> {
        let Self { coding } = self;
        let (unit, judgement) = (coding.unit(), coding.judgement());
        rules::check(state.frameworks(), rules.world, PATHS, unit, Some(judgement))?;
        let codings = state.codings();
        let round = codings.open_round(unit);
        let previous = codings.current(unit, coding.coder()).map(|filed| filed.revision);
        let open = codings.of(unit).and_then(|history| history.open());
        let count = open.map_or(0, |(_, round)| round.current().count());
        if previous.is_none() && count >= CODERS_MAX {
            return Err(RoundFull { unit: unit.clone(), round }.into());
        }
        Ok(FiledCoding { coding, round, previous })
    }
}

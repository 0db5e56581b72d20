//! Adjudication: one observation of the codings of a unit's open round.
//!
//! *Invariant:* the rules look at the last coding of each coder. Median and majority are those of the codings that give a
//! level; where they have no answer nothing is guessed, and the curator is asked to decide.

use tenseven_model::{
    AdjudicationRule, CoderId, ContentDigest, CuratorId, Judgement, LevelCode, Notes, Observation,
    ObservationError, ObservationKey, Revision, Rubric, Ruling, SourceId, Unit,
    event::{Adjudicated, ChangeCounts, Event, ObservationVersion},
    observation::TEXT_LENGTH_MAX,
};

use super::{
    digest,
    index::IndexedCoding,
    rules::{self, CodingFaults, Paths},
};
use crate::{
    access::{Grants, NotGranted, check_replacement},
    operation::{Decision, Operation, Size},
    rules::Rules,
    state::State,
};

const PATHS: Paths =
    Paths { indicator: "unit.indicator", area: "unit.area", period: "unit.period", level: "decision.level" };

/// The command of a curator to make one observation of the codings of a unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AdjudicateCodings {
    unit: Unit,
    source: SourceId,
    curator: CuratorId,
    ruling: Ruling,
    comment: String,
}

impl AdjudicateCodings {
    /// What a curator asks for; the comment is the observation's.
    pub fn new(
        unit: Unit,
        source: SourceId,
        curator: CuratorId,
        ruling: Ruling,
        comment: String,
    ) -> Result<Self, ObservationError> {
        let length = comment.chars().count();
        if length > TEXT_LENGTH_MAX {
            return Err(ObservationError::TextTooLong { field: "comment", length });
        }
        Ok(Self { unit, source, curator, ruling, comment })
    }

    /// The key of the observation that it makes.
    fn key(&self) -> ObservationKey {
        ObservationKey {
            indicator: self.unit.indicator().clone(),
            area: self.unit.area().clone(),
            source: self.source.clone(),
            period: self.unit.period(),
        }
    }

    /// About the bytes that it takes.
    fn text_bytes(&self) -> usize {
        let rationale = match &self.ruling {
            Ruling::Decision { rationale, .. } => rationale.as_str().len(),
            Ruling::Median | Ruling::Majority => 0,
        };
        // The method names up to a hundred codings.
        self.comment.len() + 2 * rationale + TEXT_LENGTH_MAX
    }
}

/// One coding of a round, as a refusal names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contribution {
    /// Whose.
    pub coder: CoderId,
    /// The revision that accepted it.
    pub revision: Revision,
    /// Its judgement.
    pub judgement: Judgement,
}

/// Why codings cannot become one observation by a rule.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotAdjudicable {
    /// There are none.
    #[error(
        "round {round} of {unit} has no codings; have it coded, or push an observation that does not rest on codings"
    )]
    NoCodings {
        /// The unit.
        unit: Unit,
        /// Its open round.
        round: u32,
    },
    /// None gives a level.
    #[error("none of the {} of round {round} of {unit} gives a level; adjudicate with a decision", codings(.contributions))]
    NoLevel {
        /// The unit.
        unit: Unit,
        /// Its open round.
        round: u32,
        /// The codings.
        contributions: Vec<Contribution>,
    },
    /// The median of an even number falls between two levels.
    #[error(
        "the median of the {} of round {round} of {unit} falls between {lower} and {upper}; adjudicate with a decision",
        codings(.contributions)
    )]
    BetweenLevels {
        /// The unit.
        unit: Unit,
        /// Its open round.
        round: u32,
        /// The level below.
        lower: LevelCode,
        /// The level above.
        upper: LevelCode,
        /// The codings.
        contributions: Vec<Contribution>,
    },
    /// No level is given by more than half of the codings that give one.
    #[error(
        "no level is given by more than half of the {} of round {round} of {unit}; adjudicate by the median, or with a decision",
        codings(.contributions)
    )]
    NoMajority {
        /// The unit.
        unit: Unit,
        /// Its open round.
        round: u32,
        /// The codings.
        contributions: Vec<Contribution>,
    },
}

fn codings(contributions: &[Contribution]) -> String {
    match contributions.len() {
        1 => "1 coding".to_owned(),
        count => format!("{count} codings"),
    }
}

/// Why an adjudication is rejected.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum AdjudicationRejection {
    /// The unit, or what was decided, cannot be accepted.
    #[error(transparent)]
    Faults(#[from] CodingFaults),
    /// The codings cannot become one observation by the rule.
    #[error(transparent)]
    NotAdjudicable(#[from] NotAdjudicable),
    /// What they were adjudicated as is no observation.
    #[error("what the codings were adjudicated as is no observation: {0}")]
    Observation(#[from] ObservationError),
}

impl Operation for AdjudicateCodings {
    type Rejection = AdjudicationRejection;

    fn digest(&self) -> ContentDigest {
        let Self { unit, source, curator, ruling, comment } = self;
        digest::of_adjudication(unit, source, curator, ruling, comment)
    }

    fn size(&self) -> Size {
        Size { observations: 1, bytes: Size::OBSERVATION_BYTES + self.text_bytes() }
    }

    fn check_grants(&self, state: &State, rules: &Rules<'_>, grants: &Grants<'_>) -> Result<(), NotGranted> {
        grants.check_curator(&self.curator)?;
        check_replacement(state, rules.world, grants, &self.key())
    }

    fn decide_on(self, state: &State, rules: &Rules<'_>) -> Result<Decision, AdjudicationRejection> {
        let (adjudicated, outcome) = self.adjudicate(state, rules)?;
        Ok(Decision { event: Event::Adjudication(Box::new(adjudicated)), outcome })
    }
}

impl AdjudicateCodings {
    /// What is to be stored of it, and whether its observation is new or replaces one.
    pub fn adjudicate(
        self,
        state: &State,
        by: &Rules<'_>,
    ) -> Result<(Adjudicated, ChangeCounts), AdjudicationRejection> {
        let key = self.key();
        let Self { unit, source: _, curator, ruling, comment } = self;
        let decided = match &ruling {
            Ruling::Decision { judgement, .. } => Some(judgement),
            Ruling::Median | Ruling::Majority => None,
        };
        let rubric = rules::check(state.frameworks(), by.world, PATHS, &unit, decided)?;
        let open = state.codings().of(&unit).and_then(|history| history.open());
        let current: Vec<&IndexedCoding> =
            open.map(|(_, round)| round.current().collect()).unwrap_or_default();
        let round = state.codings().open_round(&unit);
        let (judgement, rule) = rule_on(&unit, round, &current, rubric, ruling)?;
        let method = method(&rule, &curator, round, &current);
        rules::check_periods(state, by, PATHS, &key)?;
        let (previous, is_revised) = (state.newest_version(&key), state.panel().get(&key).is_some());
        let notes = Notes { comment, method, evidence: Vec::new() };
        let observation = Observation::new(key, judgement.into(), None, notes)?;
        let version = ObservationVersion::observed(observation, previous);
        let codings = current.iter().map(|filed| filed.revision).collect();
        let revised = u32::from(is_revised);
        let outcome = ChangeCounts { new: 1 - revised, revised, ..ChangeCounts::default() };
        Ok((Adjudicated { version, round, curator, rule, codings }, outcome))
    }
}

/// What a ruling makes of the codings of a round.
fn rule_on(
    unit: &Unit,
    round: u32,
    current: &[&IndexedCoding],
    rubric: &Rubric,
    ruling: Ruling,
) -> Result<(Judgement, AdjudicationRule), NotAdjudicable> {
    let unit = || unit.clone();
    if current.is_empty() {
        return Err(NotAdjudicable::NoCodings { unit: unit(), round });
    }
    if let Ruling::Decision { judgement, rationale } = ruling {
        return Ok((judgement, AdjudicationRule::Decision { rationale }));
    }
    let contributions = || current.iter().map(|filed| contribution(filed)).collect();
    let mut levels: Vec<(usize, &LevelCode)> = current
        .iter()
        .filter_map(|filed| filed.judgement.level())
        .filter_map(|level| Some((rubric.place(level)?, level)))
        .collect();
    levels.sort_unstable_by_key(|(index, _)| *index);
    let Some(last) = levels.len().checked_sub(1) else {
        return Err(NotAdjudicable::NoLevel { unit: unit(), round, contributions: contributions() });
    };
    let (lower, upper) = (levels[last / 2], levels[levels.len() / 2]);
    if matches!(ruling, Ruling::Median) {
        if lower != upper {
            let (lower, upper) = (lower.1.clone(), upper.1.clone());
            let contributions = contributions();
            return Err(NotAdjudicable::BetweenLevels { unit: unit(), round, lower, upper, contributions });
        }
        return Ok((Judgement::Level(lower.1.clone()), AdjudicationRule::Median));
    }
    // A level that more than half give is also the one in the middle.
    let count = levels.iter().filter(|level| **level == lower).count();
    if 2 * count <= levels.len() {
        return Err(NotAdjudicable::NoMajority { unit: unit(), round, contributions: contributions() });
    }
    Ok((Judgement::Level(lower.1.clone()), AdjudicationRule::Majority))
}

fn contribution(filed: &IndexedCoding) -> Contribution {
    let IndexedCoding { coder, revision, judgement } = filed.clone();
    Contribution { coder, revision, judgement }
}

/// How the observation was made, in words.
fn method(rule: &AdjudicationRule, curator: &CuratorId, round: u32, current: &[&IndexedCoding]) -> String {
    let with_level = current.iter().filter(|filed| filed.judgement.level().is_some()).count();
    let revisions: Vec<_> = current.iter().map(|filed| filed.revision.to_string()).collect();
    let revisions =
        format!("{} {}", if revisions.len() == 1 { "revision" } else { "revisions" }, revisions.join(", "));
    let count = match (current.len(), with_level) {
        (1, 1) => "1 coding".to_owned(),
        (all, with_level) if all == with_level => format!("{all} codings"),
        (all, with_level) => format!("{all} codings, {with_level} of them with a level,"),
    };
    let of = format!("{count} in round {round} ({revisions})");
    match rule {
        AdjudicationRule::Median => format!("Median of {of}, adjudicated by {curator}."),
        AdjudicationRule::Majority => format!("Majority of {of}, adjudicated by {curator}."),
        AdjudicationRule::Decision { rationale } => {
            format!("Decision of the curator {curator} on {of}: {}", rationale.as_str())
        }
    }
}

#[cfg(test)]
#[path = "adjudicate_tests.rs"]
mod tests;

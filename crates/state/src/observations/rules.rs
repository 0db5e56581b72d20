//! State rules: what an observation must fulfil beyond its shape, to be accepted now.

use std::collections::HashMap;

use tenseven_model::{AreaCode, Frequency, IndicatorId, Observation, Period, ValueMismatch};

use crate::{
    frameworks::{Frameworks, TooManyPeriods, too_many_periods},
    rules::Rules,
    state::State,
    unknown::{UnknownArea, UnknownIndicator},
    world::World,
};

/// One observation that cannot be accepted, or the batch as a whole.
#[derive(Debug, Clone, PartialEq)]
pub struct Fault {
    /// The observation's place in the batch; none for the batch as a whole.
    pub index: Option<usize>,
    /// What is wrong with it.
    pub problem: Problem,
}

/// What is wrong with an observation or a batch.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum Problem {
    /// The batch is empty.
    #[error("there is no observation; send at least one")]
    Empty,
    /// The batch is too large.
    #[error("there are {count} observations; at most {max} are allowed in one submission")]
    TooMany {
        /// How many there are.
        count: usize,
        /// The limit.
        max: usize,
    },
    /// The indicator is not known.
    #[error(transparent)]
    Indicator(#[from] UnknownIndicator),
    /// The area is not known.
    #[error(transparent)]
    Area(#[from] UnknownArea),
    /// The period has another length than the indicator is collected at.
    #[error("period {period} is {}, but the indicator is collected {expected}", .period.frequency())]
    Frequency {
        /// The period given.
        period: Period,
        /// The frequency of the indicator's framework.
        expected: Frequency,
    },
    /// The scores of a framework would run over more periods than they may.
    #[error(transparent)]
    TooManyPeriods(#[from] TooManyPeriods),
    /// The value is none of the indicator's.
    #[error(transparent)]
    Value(#[from] ValueMismatch),
    /// The key stands in the batch before.
    #[error(
        "has the same indicator, area, source and period as observations[{earlier}]; send each only once"
    )]
    Duplicate {
        /// Where it stands before.
        earlier: usize,
    },
}

/// What is wrong with the names of an observation that could not be read whole.
pub fn observation_name_faults(
    frameworks: &Frameworks,
    world: &World,
    index: usize,
    (indicator, area): (Option<&IndicatorId>, Option<&AreaCode>),
) -> Vec<Fault> {
    let area = area.and_then(|area| world.check(area).err()).map(Problem::from);
    let indicator = indicator.and_then(|indicator| frameworks.indicator(indicator).err()).map(Problem::from);
    area.into_iter().chain(indicator).map(|problem| Fault { index: Some(index), problem }).collect()
}

/// Everything that is wrong with these observations, of which some of a batch may be left out (they had no shape).
/// `count` is the size of the whole batch.
pub fn observation_faults<'a>(
    frameworks: &Frameworks,
    rules: &Rules<'_>,
    count: usize,
    observations: impl IntoIterator<Item = (usize, &'a Observation)>,
) -> Vec<Fault> {
    let max = rules.limits.batch_observations_max;
    if count == 0 {
        return vec![Fault { index: None, problem: Problem::Empty }];
    }
    if count > max {
        return vec![Fault { index: None, problem: Problem::TooMany { count, max } }];
    }
    let mut seen = HashMap::new();
    let mut faults = Vec::new();
    for (index, observation) in observations {
        let mut find = |problem| faults.push(Fault { index: Some(index), problem });
        if let Some(earlier) = seen.insert(observation.key(), index) {
            find(Problem::Duplicate { earlier });
        }
        if let Err(unknown) = rules.world.check(&observation.key().area) {
            find(unknown.into());
        }
        match frameworks.indicator(&observation.key().indicator) {
            Err(unknown) => find(unknown.into()),
            Ok((published, indicator)) => {
                let (period, expected) = (observation.key().period, published.framework.draft().frequency);
                if period.frequency() != expected {
                    find(Problem::Frequency { period, expected });
                }
                if let Err(mismatch) = indicator.check(observation.value()) {
                    find(mismatch.into());
                }
            }
        }
    }
    faults
}

/// The observations by which the scores of a framework would run over more periods than they may.
pub(super) fn period_faults(state: &State, rules: &Rules<'_>, observations: &[Observation]) -> Vec<Fault> {
    let keys: Vec<_> = observations.iter().map(Observation::key).collect();
    let found = too_many_periods(state, rules, &keys).into_iter();
    found.map(|(index, problem)| Fault { index: Some(index), problem: problem.into() }).collect()
}

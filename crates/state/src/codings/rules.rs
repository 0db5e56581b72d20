//! State rules of units and judgements.

use tenseven_model::{
    Frequency, Indicator, IndicatorId, Judgement, ObservationKey, Period, Rubric, Unit, Value, ValueMismatch,
};

use crate::{
    frameworks::{Frameworks, TooManyPeriods, too_many_periods},
    rules::Rules,
    state::State,
    unknown::{NotAddedUp, UnknownArea, UnknownIndicator},
    world::World,
};

/// One field that cannot be accepted now.
#[derive(Debug, Clone, PartialEq)]
pub struct CodingFault {
    /// The field of the request.
    pub path: &'static str,
    /// What is wrong with it.
    pub problem: CodingProblem,
}

/// What is wrong with a unit, or with a judgement of it.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum CodingProblem {
    /// The indicator is not known.
    #[error(transparent)]
    Indicator(#[from] UnknownIndicator),
    /// The area is not known.
    #[error(transparent)]
    Area(#[from] UnknownArea),
    /// What is judged of a local unit would be scored nowhere.
    #[error(transparent)]
    NotAddedUp(#[from] NotAddedUp),
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
    /// The indicator has no rubric.
    #[error("{indicator} is a {kind}, and only indicators with a rubric are coded; push observations of it")]
    NoRubric {
        /// The indicator.
        indicator: IndicatorId,
        /// Its kind.
        kind: &'static str,
    },
    /// The level is none of the rubric's, or the indicator takes no value.
    #[error(transparent)]
    Level(#[from] ValueMismatch),
}

/// A unit or its judgement cannot be accepted.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("{}", .0.iter().map(|fault| fault.problem.to_string()).collect::<Vec<_>>().join("; "))]
pub struct CodingFaults(pub Vec<CodingFault>);

/// The fields of a request that hold a unit and a judgement.
#[derive(Debug, Clone, Copy)]
pub(super) struct Paths {
    pub(super) indicator: &'static str,
    pub(super) area: &'static str,
    pub(super) period: &'static str,
    pub(super) level: &'static str,
}

/// The rubric of a unit's indicator, as it counts now, or everything that is wrong.
pub(super) fn check<'a>(
    frameworks: &'a Frameworks,
    world: &World,
    paths: Paths,
    unit: &Unit,
    judgement: Option<&Judgement>,
) -> Result<&'a Rubric, CodingFaults> {
    let mut faults = Vec::new();
    let mut find = |path, problem| faults.push(CodingFault { path, problem });
    if let Err(unknown) = world.check(unit.area()) {
        find(paths.area, unknown.into());
    }
    let mut rubric = None;
    match frameworks.indicator(unit.indicator()) {
        Err(unknown) => find(paths.indicator, unknown.into()),
        Ok((published, indicator)) => {
            let (period, expected) = (unit.period(), published.framework.draft().frequency);
            if period.frequency() != expected {
                find(paths.period, CodingProblem::Frequency { period, expected });
            }
            if let Err(unscored) = frameworks.check_added_up(unit.indicator(), unit.area()) {
                find(paths.area, unscored.into());
            }
            rubric = indicator.kind.rubric();
            match check_judgement(indicator, rubric, judgement) {
                Ok(()) => {}
                Err(problem @ CodingProblem::NoRubric { .. }) => find(paths.indicator, problem),
                Err(problem) => find(paths.level, problem),
            }
        }
    }
    rubric.filter(|_| faults.is_empty()).ok_or(CodingFaults(faults))
}

/// Succeeds if an observation of this key leaves all scores with as many periods as they may have.
pub(super) fn check_periods(
    state: &State,
    rules: &Rules<'_>,
    paths: Paths,
    key: &ObservationKey,
) -> Result<(), CodingFaults> {
    let found = too_many_periods(state.frameworks(), state.panel(), rules, &[key]).into_iter();
    let faults: Vec<_> =
        found.map(|(_, problem)| CodingFault { path: paths.period, problem: problem.into() }).collect();
    if faults.is_empty() { Ok(()) } else { Err(CodingFaults(faults)) }
}

fn check_judgement(
    indicator: &Indicator,
    rubric: Option<&Rubric>,
    judgement: Option<&Judgement>,
) -> Result<(), CodingProblem> {
    if rubric.is_none() {
        let (indicator, kind) = (indicator.id.clone(), indicator.kind.as_str());
        return Err(CodingProblem::NoRubric { indicator, kind });
    }
    match judgement {
        Some(judgement) => Ok(indicator.check(&Value::from(judgement.clone()))?),
        None => Ok(()),
    }
}

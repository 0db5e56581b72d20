//! Checks that the names in a practice exist.

use tenseven_model::{AreaCode, PracticeNames};

use crate::{
    frameworks::Frameworks,
    unknown::{UnknownArea, UnknownDomain, UnknownIndicator, UnknownMeasure},
    world::World,
};

/// A name in a practice that means nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PracticeNameFault {
    /// The list that contains it, for example `domains`.
    pub field: &'static str,
    /// Its index there, counted from 0.
    pub index: usize,
    /// What is wrong with it.
    pub problem: PracticeNameProblem,
}

/// What is wrong with a name in a practice.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PracticeNameProblem {
    /// No such country or area.
    #[error(transparent)]
    Area(#[from] UnknownArea),
    /// No such domain.
    #[error(transparent)]
    Domain(#[from] UnknownDomain),
    /// No such indicator.
    #[error(transparent)]
    Indicator(#[from] UnknownIndicator),
    /// No such measure.
    #[error(transparent)]
    Measure(#[from] UnknownMeasure),
}

/// All of these names that mean nothing.
pub fn practice_name_faults(
    frameworks: &Frameworks,
    world: &World,
    names: &PracticeNames,
) -> Vec<PracticeNameFault> {
    let PracticeNames { areas, domains, indicators, measures } = names;
    let mut faults = of("areas", areas, |area| world.check(&AreaCode::Country(*area)));
    faults.extend(of("domains", domains, |domain| frameworks.domain(domain)));
    faults.extend(of("indicators", indicators, |one| frameworks.indicator(one).map(drop)));
    faults.extend(of("measures", measures, |measure| world.measure(measure).map(drop)));
    faults
}

fn of<T, E: Into<PracticeNameProblem>>(
    field: &'static str,
    names: &[(usize, T)],
    check: impl Fn(&T) -> Result<(), E>,
) -> Vec<PracticeNameFault> {
    let fault = |(index, name): &(usize, T)| {
        let problem = check(name).err()?.into();
        Some(PracticeNameFault { field, index: *index, problem })
    };
    names.iter().filter_map(fault).collect()
}

//! Filters of practices.

use std::collections::BTreeSet;

use tenseven_model::{Alpha3, AreaCode, AreaSelection, Practice, PracticeSelection};
use tenseven_state::frameworks::Frameworks;

use super::error::PracticeSelectionError;
use crate::World;

/// A selection whose names were found to exist.
pub(super) struct Known<'a> {
    filter: &'a PracticeSelection,
    areas: Option<BTreeSet<Alpha3>>,
}

impl<'a> Known<'a> {
    /// The selection, if all that it names exists.
    pub(super) fn of(
        filter: &'a PracticeSelection,
        world: &World,
        frameworks: &Frameworks,
    ) -> Result<Self, PracticeSelectionError> {
        if let Some(AreaSelection::Area(unit @ AreaCode::Local(..))) = &filter.area {
            return Err(PracticeSelectionError::LocalUnit(unit.clone()));
        }
        let areas = filter.area.as_ref().map(|area| world.members(std::slice::from_ref(area)));
        let areas = areas.transpose()?;
        if let Some(domain) = &filter.domain {
            frameworks.domain(domain)?;
        }
        if let Some(indicator) = &filter.indicator {
            frameworks.indicator(indicator)?;
        }
        if let Some(measure) = &filter.measure {
            world.measure(measure)?;
        }
        Ok(Self { filter, areas })
    }
}

impl Known<'_> {
    /// Whether a practice passes.
    pub(super) fn takes(&self, practice: &Practice) -> bool {
        let PracticeSelection { area: _, domain, indicator, measure } = self.filter;
        self.areas.as_ref().is_none_or(|areas| practice.areas.iter().any(|area| areas.contains(area)))
            && domain.as_ref().is_none_or(|domain| practice.domains.contains(domain))
            && indicator.as_ref().is_none_or(|indicator| practice.indicators.contains(indicator))
            && measure.as_ref().is_none_or(|measure| practice.measures.contains(measure))
    }
}

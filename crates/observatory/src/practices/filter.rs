//! Filters: which practices are asked for.

use std::collections::BTreeSet;

use tenseven_model::{Alpha3, AreaCode, AreaSelection, IndicatorId, MeasureId, NodeId, Practice};
use tenseven_state::frameworks::Frameworks;

use super::error::PracticeFilterError;
use crate::World;

/// Which practices are asked for: those that pass everything that is given.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PracticeFilter {
    /// Of this country or area, or of one of this group.
    pub area: Option<AreaSelection>,
    /// That bear on this domain.
    pub domain: Option<NodeId>,
    /// That bear on this indicator.
    pub indicator: Option<IndicatorId>,
    /// That bear on this measure.
    pub measure: Option<MeasureId>,
}

/// A filter whose names were found to exist.
pub(super) struct Known<'a> {
    filter: &'a PracticeFilter,
    areas: Option<BTreeSet<Alpha3>>,
}

impl PracticeFilter {
    /// The filter, if all that it names exists.
    pub(super) fn known(
        &self,
        world: &World,
        frameworks: &Frameworks,
    ) -> Result<Known<'_>, PracticeFilterError> {
        if let Some(AreaSelection::Area(unit @ AreaCode::Local(..))) = &self.area {
            return Err(PracticeFilterError::LocalUnit(unit.clone()));
        }
        let areas = self.area.as_ref().map(|area| world.members(std::slice::from_ref(area)));
        let areas = areas.transpose()?;
        if let Some(domain) = &self.domain {
            frameworks.domain(domain)?;
        }
        if let Some(indicator) = &self.indicator {
            frameworks.indicator(indicator)?;
        }
        if let Some(measure) = &self.measure {
            world.measure(measure)?;
        }
        Ok(Known { filter: self, areas })
    }
}

impl Known<'_> {
    /// Whether a practice passes.
    pub(super) fn takes(&self, practice: &Practice) -> bool {
        let PracticeFilter { area: _, domain, indicator, measure } = self.filter;
        self.areas.as_ref().is_none_or(|areas| practice.areas.iter().any(|area| areas.contains(area)))
            && domain.as_ref().is_none_or(|domain| practice.domains.contains(domain))
            && indicator.as_ref().is_none_or(|indicator| practice.indicators.contains(indicator))
            && measure.as_ref().is_none_or(|measure| practice.measures.contains(measure))
    }
}

//! A sheet: everything known of one indicator.

use std::{collections::BTreeMap, sync::Arc};

use tenseven_model::{Alpha3, AreaCode, Period};

use super::series::Series;

/// Bytes of a country next to its cells, about.
const SERIES_BYTES: usize = 80;
/// Bytes of the count of a period, about.
const PERIOD_BYTES: usize = 24;

/// Everything known of one indicator, by country.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Sheet {
    pub(super) series: Vec<(Alpha3, Arc<Series>)>,
    /// How many cells each period has.
    pub(super) own: BTreeMap<Period, usize>,
    pub(super) units: BTreeMap<Period, usize>,
}

impl Sheet {
    pub(super) fn place(&self, country: Alpha3) -> Result<usize, usize> {
        self.series.binary_search_by_key(&country, |(known, _)| *known)
    }

    /// About how many bytes of memory it takes.
    pub(super) fn bytes(&self) -> usize {
        let series = self.series.iter().map(|(_, series)| SERIES_BYTES + series.bytes());
        series.sum::<usize>() + PERIOD_BYTES * (self.own.len() + self.units.len())
    }

    /// What is known in a country.
    pub(crate) fn series(&self, country: Alpha3) -> Option<&Series> {
        let place = self.place(country).ok()?;
        self.series.get(place).map(|(_, series)| series.as_ref())
    }

    pub(super) fn count(&mut self, area: &AreaCode) -> &mut BTreeMap<Period, usize> {
        if matches!(area, AreaCode::Local(..)) { &mut self.units } else { &mut self.own }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.series.is_empty()
    }
}

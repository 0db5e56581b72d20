//! The panel: the current observation of every key, kept by indicator and country.
//!
//! *Invariant:* at most one cell a key, whatever the order in which cells arrived; nothing empty is kept. Local units
//! lie with their country. The panel does not judge values: which can be scored is [`crate::resolve`]'s question. It keeps no
//! texts: a cell has a fingerprint of them, and the revision that has them.
//!
//! Clones share everything; a change copies the indicator's list of countries and the country's own cells, no more.

use std::{collections::HashMap, sync::Arc};

use foldhash::fast::RandomState;
use tenseven_model::{Alpha3, Frequency, IndicatorId, ObservationKey, Period};

mod cell;
mod packed;
mod series;
mod sheet;
mod timeline;

pub use cell::{Cell, CellRef, Sourced};
pub use series::Series;
pub(crate) use sheet::Sheet;
pub use timeline::{Cells, Timeline};

/// The current observations of any number of indicators. Cloning is cheap.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Panel {
    sheets: Arc<HashMap<IndicatorId, Arc<Sheet>, RandomState>>,
    len: usize,
}

impl Panel {
    /// A panel without any cell.
    pub fn new() -> Self {
        Self::default()
    }

    /// About how many bytes of memory it takes, what it shares with others included.
    pub fn bytes(&self) -> usize {
        self.sheets.values().map(|sheet| sheet.bytes()).sum()
    }

    /// Puts a cell at a key and returns what stood there. A group of countries is never observed: its cell is not kept.
    pub fn set(&mut self, key: &ObservationKey, cell: Cell) -> Option<Cell> {
        let country = key.area.country()?;
        let sheets = Arc::make_mut(&mut self.sheets);
        let sheet = Arc::make_mut(sheets.entry(key.indicator.clone()).or_default());
        let place = sheet.place(country).unwrap_or_else(|place| {
            sheet.series.insert(place, (country, Arc::default()));
            place
        });
        let before = Arc::make_mut(&mut sheet.series[place].1).set(key, cell);
        if before.is_none() {
            *sheet.count(&key.area).entry(key.period).or_default() += 1;
            self.len += 1;
        }
        before
    }

    /// Takes away the cell at a key, if there is one, and returns it.
    pub fn remove(&mut self, key: &ObservationKey) -> Option<Cell> {
        self.get(key)?;
        let country = key.area.country()?;
        let sheets = Arc::make_mut(&mut self.sheets);
        let sheet = Arc::make_mut(sheets.get_mut(&key.indicator)?);
        let place = sheet.place(country).ok()?;
        let series = Arc::make_mut(&mut sheet.series[place].1);
        let taken = series.remove(key)?;
        if series.is_empty() {
            sheet.series.remove(place);
        }
        let counts = sheet.count(&key.area);
        if let Some(count) = counts.get_mut(&key.period) {
            *count -= 1;
            if *count == 0 {
                counts.remove(&key.period);
            }
        }
        if sheet.is_empty() {
            sheets.remove(&key.indicator);
        }
        self.len -= 1;
        Some(taken)
    }

    /// Puts everything that is known of an indicator in a country. If something is known of it already, nothing
    /// happens, and the answer is false.
    #[must_use]
    pub fn put_series(&mut self, indicator: &IndicatorId, country: Alpha3, mut series: Series) -> bool {
        series.shrink();
        let sheets = Arc::make_mut(&mut self.sheets);
        let sheet = Arc::make_mut(sheets.entry(indicator.clone()).or_default());
        let Err(place) = sheet.place(country) else { return false };
        for (unit, timeline) in series.timelines() {
            let counts = if unit.is_some() { &mut sheet.units } else { &mut sheet.own };
            self.len += timeline.len();
            for (period, _) in timeline.iter() {
                *counts.entry(period).or_default() += 1;
            }
        }
        sheet.series.insert(place, (country, Arc::new(series)));
        true
    }

    /// The cell at a key.
    pub fn get(&self, key: &ObservationKey) -> Option<CellRef<'_>> {
        self.series(&key.indicator, key.area.country()?)?.get(key)
    }

    /// The indicators that have cells, in no stated order.
    pub fn indicators(&self) -> impl Iterator<Item = &IndicatorId> {
        self.sheets.keys()
    }

    /// Whether there is no cell at all.
    pub fn is_empty(&self) -> bool {
        self.sheets.is_empty()
    }

    /// How many cells there are.
    pub fn len(&self) -> usize {
        self.len
    }

    /// All that is known of an indicator in a country.
    pub fn series(&self, indicator: &IndicatorId, country: Alpha3) -> Option<&Series> {
        self.sheet(indicator)?.series(country)
    }

    /// All that is known of an indicator.
    pub(crate) fn sheet(&self, indicator: &IndicatorId) -> Option<&Sheet> {
        self.sheets.get(indicator).map(Arc::as_ref)
    }

    /// The series of every country that has one for the indicator, by country.
    pub fn countries(&self, indicator: &IndicatorId) -> impl Iterator<Item = (Alpha3, &Series)> {
        let series = self.sheets.get(indicator).map_or(&[][..], |sheet| sheet.series.as_slice());
        series.iter().map(|(country, series)| (*country, series.as_ref()))
    }

    /// Whether the indicator has a cell for the period.
    pub(crate) fn has_period(&self, indicator: &IndicatorId, period: Period, with_units: bool) -> bool {
        let sheet = self.sheets.get(indicator);
        sheet.is_some_and(|sheet| {
            sheet.own.contains_key(&period) || with_units && sheet.units.contains_key(&period)
        })
    }

    /// The periods of this frequency that the indicator has a cell for, earliest first.
    pub fn periods(&self, indicator: &IndicatorId, frequency: Frequency, with_units: bool) -> Vec<Period> {
        let Some(sheet) = self.sheets.get(indicator) else { return Vec::new() };
        let units = sheet.units.keys().filter(|_| with_units);
        let mut periods: Vec<_> =
            sheet.own.keys().chain(units).copied().filter(|period| period.frequency() == frequency).collect();
        periods.sort_unstable();
        periods.dedup();
        periods
    }
}

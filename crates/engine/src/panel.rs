//! The panel: the current observation of every key, kept by indicator and country.
//!
//! *Invariant:* at most one cell a key, whatever the order in which cells arrived; nothing empty is kept. Local units
//! lie with their country. The panel does not judge values: which can be scored is [`crate::resolve`]'s question.
//!
//! Clones share everything; a change copies the indicator's list of countries and the country's own cells, no more.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use foldhash::fast::RandomState;
use smallvec::SmallVec;
use tenseven_model::{
    Alpha3, AreaCode, Frequency, IndicatorId, LocalUnit, ObservationKey, ObservationStatus, Period, Revision,
    SourceId, Value,
};

/// What is currently known for a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cell {
    /// What was observed.
    pub value: Value,
    /// The quality of the value.
    pub status: ObservationStatus,
    /// The revision that accepted it.
    pub revision: Revision,
}

/// A cell and who says so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sourced {
    /// Who says so.
    pub source: SourceId,
    /// What they say.
    pub cell: Cell,
}

/// The cells of one area and period, by source id; one, as a rule.
type Cells = SmallVec<[Sourced; 1]>;

/// How many places around the likeliest one are looked at before a period is searched for.
const FEW: usize = 3;

/// Cells by period, earliest first: a row of few, so that the nearest is found at once.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Timeline<T>(Vec<(Period, T)>);

impl<T> Default for Timeline<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T: Default> Timeline<T> {
    fn place(&self, period: Period) -> Result<usize, usize> {
        // Periods follow each other, as a rule, and few are missing.
        let guess = self.0.first().and_then(|(first, _)| first.periods_until(period)).unwrap_or_default();
        let guess = (guess as usize).min(self.0.len().saturating_sub(1));
        let mut near = (guess.saturating_sub(FEW)..=guess).rev();
        match near.find(|place| self.0.get(*place).is_some_and(|(known, _)| *known == period)) {
            Some(place) => Ok(place),
            None => self.0.binary_search_by_key(&period, |(known, _)| *known),
        }
    }

    fn get(&self, period: Period) -> Option<&T> {
        self.0.get(self.place(period).ok()?).map(|(_, value)| value)
    }

    fn get_mut(&mut self, period: Period) -> Option<&mut T> {
        let place = self.place(period).ok()?;
        self.0.get_mut(place).map(|(_, value)| value)
    }

    fn entry(&mut self, period: Period) -> &mut T {
        let place = self.place(period).unwrap_or_else(|place| {
            self.0.insert(place, (period, T::default()));
            place
        });
        &mut self.0[place].1
    }

    fn remove(&mut self, period: Period) {
        if let Ok(place) = self.place(period) {
            self.0.remove(place);
        }
    }

    /// The latest period up to this one.
    fn latest(&self, period: Period) -> Option<Period> {
        let after = self.0.partition_point(|(known, _)| *known <= period);
        self.0.get(after.checked_sub(1)?).map(|(known, _)| *known)
    }

    fn periods(&self) -> impl Iterator<Item = Period> {
        self.0.iter().map(|(period, _)| *period)
    }

    fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// All that is known of an indicator in a country, by period: the country's own cells and those of its local units.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Series {
    own: Timeline<Cells>,
    units: Timeline<BTreeMap<LocalUnit, Cells>>,
}

impl Series {
    /// The country's own cells of a period, by source id.
    pub fn own(&self, period: Period) -> &[Sourced] {
        self.own.get(period).map_or(&[], |cells| cells.as_slice())
    }

    /// The cells of the country's local units of a period, by unit, then by source id.
    pub fn units(&self, period: Period) -> impl Iterator<Item = (&LocalUnit, &[Sourced])> {
        self.units.get(period).into_iter().flatten().map(|(unit, cells)| (unit, cells.as_slice()))
    }

    /// The latest period with a cell that is neither later than `period` nor more than `max_age` periods earlier.
    pub fn latest(&self, period: Period, max_age: u32, with_units: bool) -> Option<Period> {
        let units = if with_units { self.units.latest(period) } else { None };
        let near = |from: &Period| from.periods_until(period).is_some_and(|age| age <= max_age);
        self.own.latest(period).max(units).filter(near)
    }

    /// The periods with a cell, earliest first; one with cells of the country and of local units may stand twice.
    pub fn periods(&self, with_units: bool) -> impl Iterator<Item = Period> {
        self.own.periods().chain(self.units.periods().filter(move |_| with_units))
    }

    /// Whether there is a cell of the period, of the country itself or of its local units.
    pub fn has_period(&self, period: Period, of_units: bool) -> bool {
        if of_units { self.units.get(period).is_some() } else { self.own.get(period).is_some() }
    }

    /// Whether there is a cell of this frequency.
    pub fn has_any(&self, frequency: Frequency, with_units: bool) -> bool {
        self.periods(with_units).any(|period| period.frequency() == frequency)
    }

    fn is_empty(&self) -> bool {
        self.own.is_empty() && self.units.is_empty()
    }

    fn cells(&self, area: &AreaCode, period: Period) -> &[Sourced] {
        match area {
            AreaCode::Country(_) => self.own(period),
            AreaCode::Local(_, unit) => {
                self.units.get(period).and_then(|units| units.get(unit)).map_or(&[], |cells| cells.as_slice())
            }
            AreaCode::Group(_) => &[],
        }
    }

    fn set(&mut self, key: &ObservationKey, cell: Cell) -> Option<Cell> {
        let cells = match &key.area {
            AreaCode::Country(_) => self.own.entry(key.period),
            AreaCode::Local(_, unit) => self.units.entry(key.period).entry(unit.clone()).or_default(),
            AreaCode::Group(_) => return None,
        };
        match cells.binary_search_by(|known| known.source.cmp(&key.source)) {
            Ok(place) => Some(std::mem::replace(&mut cells[place].cell, cell)),
            Err(place) => {
                cells.insert(place, Sourced { source: key.source.clone(), cell });
                None
            }
        }
    }

    fn remove(&mut self, key: &ObservationKey) -> Option<Cell> {
        let take = |cells: &mut Cells| {
            let place = cells.iter().position(|known| known.source == key.source)?;
            Some(cells.remove(place).cell)
        };
        match &key.area {
            AreaCode::Country(_) => {
                let cells = self.own.get_mut(key.period)?;
                let taken = take(cells);
                if cells.is_empty() {
                    self.own.remove(key.period);
                }
                taken
            }
            AreaCode::Local(_, unit) => {
                let units = self.units.get_mut(key.period)?;
                let cells = units.get_mut(unit)?;
                let taken = take(cells);
                if cells.is_empty() {
                    units.remove(unit);
                }
                if units.is_empty() {
                    self.units.remove(key.period);
                }
                taken
            }
            AreaCode::Group(_) => None,
        }
    }
}

/// An indicator's series by country, and how many cells each period has: countries' own, and local units'.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Sheet {
    series: Vec<(Alpha3, Arc<Series>)>,
    own: BTreeMap<Period, usize>,
    units: BTreeMap<Period, usize>,
}

impl Sheet {
    fn place(&self, country: Alpha3) -> Result<usize, usize> {
        self.series.binary_search_by_key(&country, |(known, _)| *known)
    }

    /// All that is known of the indicator in a country.
    pub(crate) fn series(&self, country: Alpha3) -> Option<&Series> {
        let place = self.place(country).ok()?;
        self.series.get(place).map(|(_, series)| series.as_ref())
    }

    fn count(&mut self, area: &AreaCode) -> &mut BTreeMap<Period, usize> {
        if matches!(area, AreaCode::Local(..)) { &mut self.units } else { &mut self.own }
    }

    fn is_empty(&self) -> bool {
        self.series.is_empty()
    }
}

/// The current observations of any number of indicators. Cloning is cheap.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Panel(Arc<HashMap<IndicatorId, Arc<Sheet>, RandomState>>);

impl Panel {
    /// A panel without any cell.
    pub fn new() -> Self {
        Self::default()
    }

    /// Puts a cell at a key and returns what stood there. A group of countries is never observed: its cell is not kept.
    pub fn set(&mut self, key: &ObservationKey, cell: Cell) -> Option<Cell> {
        let country = key.area.country()?;
        let sheets = Arc::make_mut(&mut self.0);
        let sheet = Arc::make_mut(sheets.entry(key.indicator.clone()).or_default());
        let place = sheet.place(country).unwrap_or_else(|place| {
            sheet.series.insert(place, (country, Arc::default()));
            place
        });
        let before = Arc::make_mut(&mut sheet.series[place].1).set(key, cell);
        if before.is_none() {
            *sheet.count(&key.area).entry(key.period).or_default() += 1;
        }
        before
    }

    /// Takes away the cell at a key, if there is one, and returns it.
    pub fn remove(&mut self, key: &ObservationKey) -> Option<Cell> {
        self.get(key)?;
        let country = key.area.country()?;
        let sheets = Arc::make_mut(&mut self.0);
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
        Some(taken)
    }

    /// The cell at a key.
    pub fn get(&self, key: &ObservationKey) -> Option<&Cell> {
        let cells = self.series(&key.indicator, key.area.country()?)?.cells(&key.area, key.period);
        let place = cells.binary_search_by(|known| known.source.cmp(&key.source)).ok()?;
        cells.get(place).map(|sourced| &sourced.cell)
    }

    /// Whether there is no cell at all.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many cells there are.
    pub fn len(&self) -> usize {
        self.0.values().flat_map(|sheet| sheet.own.values().chain(sheet.units.values())).sum()
    }

    /// All that is known of an indicator in a country.
    pub fn series(&self, indicator: &IndicatorId, country: Alpha3) -> Option<&Series> {
        self.sheet(indicator)?.series(country)
    }

    /// All that is known of an indicator.
    pub(crate) fn sheet(&self, indicator: &IndicatorId) -> Option<&Sheet> {
        self.0.get(indicator).map(Arc::as_ref)
    }

    /// The series of every country that has one for the indicator, by country.
    pub fn countries(&self, indicator: &IndicatorId) -> impl Iterator<Item = (Alpha3, &Series)> {
        let series = self.0.get(indicator).map_or(&[][..], |sheet| sheet.series.as_slice());
        series.iter().map(|(country, series)| (*country, series.as_ref()))
    }

    /// Whether the indicator has a cell for the period.
    pub(crate) fn has_period(&self, indicator: &IndicatorId, period: Period, with_units: bool) -> bool {
        let sheet = self.0.get(indicator);
        sheet.is_some_and(|sheet| {
            sheet.own.contains_key(&period) || with_units && sheet.units.contains_key(&period)
        })
    }

    /// The periods of this frequency that the indicator has a cell for, earliest first.
    pub fn periods(&self, indicator: &IndicatorId, frequency: Frequency, with_units: bool) -> Vec<Period> {
        let Some(sheet) = self.0.get(indicator) else { return Vec::new() };
        let units = sheet.units.keys().filter(|_| with_units);
        let mut periods: Vec<_> =
            sheet.own.keys().chain(units).copied().filter(|period| period.frequency() == frequency).collect();
        periods.sort_unstable();
        periods.dedup();
        periods
    }
}

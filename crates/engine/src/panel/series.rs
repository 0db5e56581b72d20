//! A series: everything known of one indicator in one country.

use std::collections::BTreeMap;

use tenseven_model::{AreaCode, Frequency, LocalUnit, ObservationKey, Period};

use super::{
    cell::{Cell, CellRef},
    timeline::{Cells, Timeline},
};

/// Bytes of a local unit next to its cells, about.
const UNIT_BYTES: usize = 96;

/// Everything known of one indicator in one country: its own cells, and those of its local units.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Series {
    own: Timeline,
    units: BTreeMap<LocalUnit, Timeline>,
}

impl Series {
    /// A country's own cells, and those of its local units.
    pub fn new(own: Timeline, units: BTreeMap<LocalUnit, Timeline>) -> Self {
        Self { own, units: units.into_iter().filter(|(_, timeline)| !timeline.is_empty()).collect() }
    }

    /// About how many bytes of memory it takes.
    pub(super) fn bytes(&self) -> usize {
        let units = self.units.values().map(|timeline| UNIT_BYTES + timeline.bytes());
        self.own.bytes() + units.sum::<usize>()
    }

    /// The country's own cells of a period, by source.
    pub fn own(&self, period: Period) -> Cells<'_> {
        self.own.at(period)
    }

    /// The cells of the country's local units of a period, by unit.
    pub fn units(&self, period: Period) -> impl Iterator<Item = (&LocalUnit, Cells<'_>)> {
        let units = self.units.iter().map(move |(unit, timeline)| (unit, timeline.at(period)));
        units.filter(|(_, cells)| !cells.is_empty())
    }

    /// All cells: the country's own timeline, then those of its units, by unit.
    pub fn timelines(&self) -> impl Iterator<Item = (Option<&LocalUnit>, &Timeline)> {
        let own = std::iter::once((None, &self.own)).filter(|(_, timeline)| !timeline.is_empty());
        own.chain(self.units.iter().map(|(unit, timeline)| (Some(unit), timeline)))
    }

    /// The latest period up to `period` that has cells, at most `max_age` periods back, of the same frequency;
    /// `with_units` counts the cells of local units too.
    pub fn latest(&self, period: Period, max_age: u32, with_units: bool) -> Option<Period> {
        let units = self.units.values().filter(|_| with_units);
        let latest = units.filter_map(|unit| unit.latest(period)).max();
        let near = |from: &Period| from.periods_until(period).is_some_and(|age| age <= max_age);
        self.own.latest(period).max(latest).filter(near)
    }

    /// The periods that have cells; a period that both the country and its units have comes more than once.
    pub fn periods(&self, with_units: bool) -> impl Iterator<Item = Period> {
        let units = self.units.values().filter(move |_| with_units);
        self.own.periods().chain(units.flat_map(Timeline::periods))
    }

    /// Whether there are cells of a period, of local units or of the country itself.
    pub fn has_period(&self, period: Period, of_units: bool) -> bool {
        if of_units { self.units.values().any(|unit| unit.has(period)) } else { self.own.has(period) }
    }

    /// Whether there is a cell of a period of this frequency.
    pub fn has_any(&self, frequency: Frequency, with_units: bool) -> bool {
        self.periods(with_units).any(|period| period.frequency() == frequency)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.own.is_empty() && self.units.is_empty()
    }

    /// The country's own timeline, or that of one of its units.
    pub fn timeline(&self, area: &AreaCode) -> Option<&Timeline> {
        match area {
            AreaCode::Country(_) => Some(&self.own),
            AreaCode::Local(_, unit) => self.units.get(unit),
            AreaCode::Group(_) => None,
        }
    }

    pub(super) fn get(&self, key: &ObservationKey) -> Option<CellRef<'_>> {
        self.timeline(&key.area)?.get(key.period, &key.source)
    }

    pub(super) fn set(&mut self, key: &ObservationKey, cell: Cell) -> Option<Cell> {
        let timeline = match &key.area {
            AreaCode::Country(_) => &mut self.own,
            AreaCode::Local(_, unit) => self.units.entry(unit.clone()).or_default(),
            AreaCode::Group(_) => return None,
        };
        timeline.set(key.period, &key.source, cell)
    }

    pub(super) fn remove(&mut self, key: &ObservationKey) -> Option<Cell> {
        match &key.area {
            AreaCode::Country(_) => self.own.remove(key.period, &key.source),
            AreaCode::Local(_, unit) => {
                let timeline = self.units.get_mut(unit)?;
                let taken = timeline.remove(key.period, &key.source);
                if timeline.is_empty() {
                    self.units.remove(unit);
                }
                taken
            }
            AreaCode::Group(_) => None,
        }
    }

    pub(super) fn shrink(&mut self) {
        self.own.shrink();
        self.units.values_mut().for_each(Timeline::shrink);
    }
}

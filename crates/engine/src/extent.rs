//! The extent of a board: which periods and areas it has, by what the panel holds and the framework names.

use std::collections::{BTreeSet, HashMap};

use tenseven_model::{
    Alpha3, AreaCode, Frequency, MissingReason, ObservationKey, ObservationStatus, Period, Revision, Value,
    framework::{AreaSet, Impute, Reference},
};

use crate::{
    Cell, Geography, Panel, Plan, axis::Axis, bearing::reach, geography::is_member, leaf::LeafStep,
    normalise::Compared, plan::Steps,
};

impl Steps {
    /// The axis of a board over all periods and areas.
    pub(crate) fn axis(&self, panel: &Panel, geography: &Geography) -> Axis {
        let heard = self.heard(panel);
        let stated = self.framework.draft().groups.iter().flat_map(|group| &group.areas);
        let areas: BTreeSet<_> = geography.world().iter().chain(&heard).chain(stated).copied().collect();
        self.axis_over(geography, (self.periods(panel), areas.into_iter().collect()), &heard)
    }

    /// An axis over these periods and areas, both in order, of which `heard` are those that something was reported for.
    pub(crate) fn axis_over(
        &self,
        geography: &Geography,
        (periods, areas): (Vec<Period>, Vec<Alpha3>),
        heard: &BTreeSet<Alpha3>,
    ) -> Axis {
        let framework = &self.framework;
        let is_compared = |area: &Alpha3| match &framework.draft().reference {
            Reference::World => geography.world().contains(area),
            Reference::All => heard.contains(area),
            Reference::Group(set) => is_member(framework, geography, set, *area),
        };
        let compared: Vec<_> = areas.iter().map(is_compared).collect();
        let in_any = |sets: &[AreaSet], area: &Alpha3| {
            sets.iter().position(|set| is_member(framework, geography, set, *area))
        };
        let rulings = |leaf: &LeafStep| {
            if !leaf.has_rulings() {
                return Vec::new();
            }
            areas.iter().map(|area| leaf.ruling(|sets| in_any(sets, area).is_some())).collect()
        };
        let groups = |sets: &[AreaSet]| match sets {
            [] => Vec::new(),
            sets => areas.iter().map(|area| in_any(sets, area)).collect(),
        };
        Axis {
            compared: Compared::of(&compared),
            heard: areas.iter().map(|area| heard.contains(area)).collect(),
            rulings: self.leaves.iter().map(rulings).collect(),
            leaf_groups: self.leaves.iter().map(|leaf| groups(leaf.groups())).collect(),
            branch_groups: self.branches.iter().map(|branch| groups(branch.groups())).collect(),
            periods,
            areas,
        }
    }

    /// The periods of a board, earliest first: all in which some cell can exist ([`crate::existence`]).
    pub(crate) fn periods(&self, panel: &Panel) -> Vec<Period> {
        let mut periods = BTreeSet::new();
        for (indicator, bearing) in &self.bearings {
            let observed = panel.periods(indicator, self.scored_frequency(), bearing.add_units);
            add_reach(&observed, bearing.max_age, &mut periods);
        }
        for leaf in self.leaves.iter().filter(|leaf| leaf.is_over_time()) {
            self.add_filled(leaf, panel, &mut periods);
        }
        periods.into_iter().collect()
    }

    /// Adds the periods that a leaf can be filled in for from other periods of some area.
    fn add_filled(&self, leaf: &LeafStep, panel: &Panel, periods: &mut BTreeSet<Period>) {
        if let Some(Impute::Latest { within }) = leaf.impute {
            for source in leaf.reading.sources() {
                let observed =
                    panel.periods(&source.indicator, self.scored_frequency(), source.rule.add_units);
                add_reach(&observed, within, periods);
            }
            return;
        }
        let mut ends: HashMap<Alpha3, (Period, Period)> = HashMap::new();
        for source in leaf.reading.sources() {
            for (area, series) in panel.countries(&source.indicator) {
                let observed = series.periods(source.rule.add_units);
                for period in observed.filter(|period| period.frequency() == self.scored_frequency()) {
                    let (first, last) = ends.entry(area).or_insert((period, period));
                    (*first, *last) = (period.min(*first), period.max(*last));
                }
            }
        }
        let ends: BTreeSet<_> = ends.into_values().collect();
        for (first, last) in ends {
            let between = std::iter::successors(Some(first), |period| period.later(1));
            periods.extend(between.take_while(|period| *period <= last));
        }
    }

    /// The areas that something exists of.
    pub(crate) fn heard(&self, panel: &Panel) -> BTreeSet<Alpha3> {
        let mut heard = BTreeSet::new();
        for (indicator, bearing) in &self.bearings {
            let series = panel.countries(indicator);
            let series =
                series.filter(|(_, series)| series.has_any(self.scored_frequency(), bearing.add_units));
            heard.extend(series.map(|(country, _)| country));
        }
        heard
    }

    /// Whether something exists of an area.
    pub(crate) fn is_heard(&self, panel: &Panel, area: Alpha3) -> bool {
        self.bearings.iter().any(|(indicator, bearing)| {
            let series = panel.series(indicator, area);
            series.is_some_and(|series| series.has_any(self.scored_frequency(), bearing.add_units))
        })
    }

    fn scored_frequency(&self) -> Frequency {
        self.framework.draft().frequency
    }

    /// Whether a key can bring periods: a new one of its indicator, or, of one that leaves are filled in by, any that is new of its area.
    fn brings(&self, panel: &Panel, key: &ObservationKey) -> bool {
        let Some(bearing) = self.bearing(key) else { return false };
        let is_over_time = || {
            let mut readers = self.readers(&key.indicator).iter();
            readers.any(|reader| self.leaves[reader.leaf].is_over_time())
        };
        let is_known = || {
            let series = key.area.country().and_then(|area| panel.series(&key.indicator, area));
            let is_unit = matches!(key.area, AreaCode::Local(..));
            series.is_some_and(|series| series.has_period(key.period, is_unit))
        };
        !panel.has_period(&key.indicator, key.period, bearing.add_units) || is_over_time() && !is_known()
    }
}

/// Adds periods and those that their observations are carried to.
fn add_reach(observed: &[Period], max_age: u32, periods: &mut BTreeSet<Period>) {
    for (place, period) in observed.iter().enumerate() {
        periods.extend(reach(*period, max_age, observed.get(place + 1).copied()));
    }
}

impl Plan {
    /// How many periods a board over these observations has.
    pub fn period_count(&self, panel: &Panel) -> usize {
        self.steps().periods(panel).len()
    }

    /// How many periods a board has once these keys are observed as well; none if they bring no period, so that the count stays as it is.
    pub fn period_count_with<'a>(
        &self,
        panel: &Panel,
        keys: impl IntoIterator<Item = &'a ObservationKey>,
    ) -> Option<usize> {
        let steps = self.steps();
        let mut with = panel.clone();
        let mut is_any = false;
        for key in keys {
            if steps.brings(&with, key) {
                // Only that there is something matters.
                let value = Value::Missing(MissingReason::NotAvailable);
                let status = ObservationStatus::Normal;
                with.set(key, Cell { value, status, revision: Revision::ZERO, notes: None });
                is_any = true;
            }
        }
        is_any.then(|| steps.periods(&with).len())
    }
}

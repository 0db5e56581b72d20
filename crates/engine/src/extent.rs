//! The extent of a board: which periods and areas it has, by what the panel holds and the framework names.

use std::collections::{BTreeSet, HashMap};

use tenseven_model::{
    Alpha3, AreaCode, IndicatorId, ObservationKey, Period,
    framework::{AreaSet, Reference},
};

use crate::{
    Geography, Panel, Plan, axis::Axis, geography::is_member, normalise::Compared, plan::Steps,
    reading::Source,
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
        let excluded = |sets: &[AreaSet]| match sets {
            [] => Vec::new(),
            sets => areas.iter().map(|area| in_any(sets, area).is_some()).collect(),
        };
        let groups = |sets: &[AreaSet]| match sets {
            [] => Vec::new(),
            sets => areas.iter().map(|area| in_any(sets, area)).collect(),
        };
        Axis {
            compared: Compared::of(&compared),
            heard: areas.iter().map(|area| heard.contains(area)).collect(),
            excluded: self.leaves.iter().map(|leaf| excluded(&leaf.not_applicable)).collect(),
            leaf_groups: self.leaves.iter().map(|leaf| groups(leaf.groups())).collect(),
            branch_groups: self.branches.iter().map(|branch| groups(branch.groups())).collect(),
            periods,
            areas,
        }
    }

    /// The periods of a board, earliest first: those that some leaf has a word for, observed or carried, up to the
    /// latest that any leaf was observed for.
    pub(crate) fn periods(&self, panel: &Panel) -> Vec<Period> {
        self.periods_where(|source| self.observed(panel, source))
    }

    /// The periods that a source is observed for, earliest first.
    fn observed(&self, panel: &Panel, source: &Source) -> Vec<Period> {
        panel.periods(&source.indicator, self.framework.draft().frequency, source.rule.add_units)
    }

    /// The periods of a board whose sources are observed for these, each earliest first.
    fn periods_where(&self, observed: impl Fn(&Source) -> Vec<Period>) -> Vec<Period> {
        let sources: Vec<_> = self.leaves.iter().flat_map(|leaf| leaf.reading.sources()).collect();
        let observed: Vec<Vec<Period>> = sources.iter().map(|source| observed(source)).collect();
        let Some(latest) = observed.iter().filter_map(|periods| periods.last()).max().copied() else {
            return Vec::new();
        };
        let mut periods = BTreeSet::new();
        for (source, observed) in sources.iter().zip(&observed) {
            for (place, period) in observed.iter().enumerate() {
                let next = observed.get(place + 1);
                let reach = std::iter::successors(Some(*period), |period| period.later(1));
                let is_carried_to = |to: &Period| {
                    *to <= latest
                        && next.is_none_or(|next| to < next)
                        && period.periods_until(*to).is_some_and(|age| age <= source.rule.max_age)
                };
                periods.extend(reach.take_while(is_carried_to));
            }
        }
        periods.into_iter().collect()
    }

    /// The areas that anything was reported for that a leaf's value is made from.
    pub(crate) fn heard(&self, panel: &Panel) -> BTreeSet<Alpha3> {
        let frequency = self.framework.draft().frequency;
        let mut heard = BTreeSet::new();
        for source in self.leaves.iter().flat_map(|leaf| leaf.reading.sources()) {
            let series = panel.countries(&source.indicator);
            let series = series.filter(|(_, series)| series.has_any(frequency, source.rule.add_units));
            heard.extend(series.map(|(country, _)| country));
        }
        heard
    }

    /// Whether anything was reported for an area that a leaf's value is made from.
    pub(crate) fn is_heard(&self, panel: &Panel, area: Alpha3) -> bool {
        let frequency = self.framework.draft().frequency;
        self.leaves.iter().flat_map(|leaf| leaf.reading.sources()).any(|source| {
            let series = panel.series(&source.indicator, area);
            series.is_some_and(|series| series.has_any(frequency, source.rule.add_units))
        })
    }
}

impl Plan {
    /// How many periods a board over these observations has.
    pub fn period_count(&self, panel: &Panel) -> usize {
        self.steps().periods(panel).len()
    }

    /// How many periods a board has once these keys are observed as well; none if they bring no new period to any indicator, so
    /// that the count stays as it is.
    pub fn period_count_with<'a>(
        &self,
        panel: &Panel,
        keys: impl IntoIterator<Item = &'a ObservationKey>,
    ) -> Option<usize> {
        let steps = self.steps();
        let frequency = steps.framework.draft().frequency;
        // By indicator: the new periods, each with whether local units alone have it.
        let mut new: HashMap<&IndicatorId, BTreeSet<(Period, bool)>> = HashMap::new();
        for key in keys.into_iter().filter(|key| key.period.frequency() == frequency) {
            let is_unit = matches!(key.area, AreaCode::Local(..));
            let brings = |add_units: bool| {
                (add_units || !is_unit) && !panel.has_period(&key.indicator, key.period, add_units)
            };
            let readers = steps.readers(&key.indicator);
            if readers.iter().any(|reader| reader.is_value && brings(reader.add_units)) {
                new.entry(&key.indicator).or_default().insert((key.period, is_unit));
            }
        }
        if new.is_empty() {
            return None;
        }
        let periods = steps.periods_where(|source| {
            let mut observed = steps.observed(panel, source);
            let more = new.get(&source.indicator).into_iter().flatten();
            let more = more.filter(|(_, is_unit)| source.rule.add_units || !is_unit);
            observed.extend(more.map(|(period, _)| *period));
            observed.sort_unstable();
            observed.dedup();
            observed
        });
        Some(periods.len())
    }
}

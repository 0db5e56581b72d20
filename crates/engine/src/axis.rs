//! The axis: which periods and areas columns run over, and what is known of the areas.
//!
//! *Invariant:* cells stand period after period, in each the areas in order of their codes. The axis holds no observation.

use std::{collections::BTreeSet, ops::Range};

use tenseven_model::{
    Alpha3, Framework, Period,
    framework::{AreaSet, Reference},
};

use crate::{Geography, Panel, normalise::Compared, plan::Steps};

/// The cells of a board.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Axis {
    /// Earliest first.
    pub(crate) periods: Vec<Period>,
    /// By code: all that the catalogue names, all that the framework names, and all others that something was reported
    /// for.
    pub(crate) areas: Vec<Alpha3>,
    /// Which of them relative normalisations compare.
    pub(crate) compared: Compared,
    /// Which of them anything was reported for, in any period.
    pub(crate) heard: Vec<bool>,
    /// By leaf: which areas it does not apply to; nothing where it applies to all.
    pub(crate) excluded: Vec<Vec<bool>>,
    /// By leaf: the group of each area that stands in for it; nothing where none does.
    pub(crate) leaf_groups: Vec<Vec<Option<usize>>>,
    /// By branch, in the plan's order: the same.
    pub(crate) branch_groups: Vec<Vec<Option<usize>>>,
}

impl Axis {
    /// The axis of a board over all periods and areas.
    pub(crate) fn new(steps: &Steps, panel: &Panel, geography: &Geography) -> Self {
        let heard = steps.heard(panel);
        let stated = steps.framework.draft().groups.iter().flat_map(|group| &group.areas);
        let areas: BTreeSet<_> = geography.world().iter().chain(&heard).chain(stated).copied().collect();
        Self::of(steps, geography, (steps.periods(panel), areas.into_iter().collect()), &heard)
    }

    /// An axis over these periods and areas, both in order, of which `heard` are those that something was reported for.
    pub(crate) fn of(
        steps: &Steps,
        geography: &Geography,
        (periods, areas): (Vec<Period>, Vec<Alpha3>),
        heard: &BTreeSet<Alpha3>,
    ) -> Self {
        let framework = &steps.framework;
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
        Self {
            compared: Compared::of(&compared),
            heard: areas.iter().map(|area| heard.contains(area)).collect(),
            excluded: steps.leaves.iter().map(|leaf| excluded(&leaf.not_applicable)).collect(),
            leaf_groups: steps.leaves.iter().map(|leaf| groups(leaf.groups())).collect(),
            branch_groups: steps.branches.iter().map(|branch| groups(branch.groups())).collect(),
            periods,
            areas,
        }
    }

    /// How many cells a column has.
    pub(crate) fn len(&self) -> usize {
        self.periods.len() * self.areas.len()
    }

    /// The place of a period.
    pub(crate) fn period(&self, period: Period) -> Option<usize> {
        self.periods.binary_search(&period).ok()
    }

    /// The place of the first period that is not earlier.
    pub(crate) fn first_from(&self, period: Period) -> usize {
        // Periods follow each other, as a rule.
        let guess =
            self.periods.first().and_then(|first| first.periods_until(period)).unwrap_or_default() as usize;
        match self.periods.get(guess) {
            Some(there) if *there == period => guess,
            _ => self.periods.partition_point(|known| *known < period),
        }
    }

    /// The place of an area.
    pub(crate) fn area(&self, area: Alpha3) -> Option<usize> {
        self.areas.binary_search(&area).ok()
    }

    /// The cell at these places.
    pub(crate) fn cell(&self, period: usize, area: usize) -> usize {
        period * self.areas.len() + area
    }

    /// The cell of a period and area.
    pub(crate) fn find(&self, period: Period, area: Alpha3) -> Option<usize> {
        Some(self.cell(self.period(period)?, self.area(area)?))
    }

    /// The period and area of a cell.
    pub(crate) fn place(&self, cell: usize) -> (Period, Alpha3) {
        let areas = self.areas.len();
        (self.periods[cell / areas], self.areas[cell % areas])
    }

    /// All cells of the period at a place.
    pub(crate) fn cells(&self, period: usize) -> Range<usize> {
        self.cell(period, 0)..self.cell(period + 1, 0)
    }
}

/// Whether an area belongs to a set.
pub(crate) fn is_member(framework: &Framework, geography: &Geography, set: &AreaSet, area: Alpha3) -> bool {
    let listed =
        |group| geography.members(group).is_some_and(|members: &BTreeSet<_>| members.contains(&area));
    match set {
        AreaSet::M49(group) => listed(*group),
        AreaSet::Own(id) => {
            let mut groups = framework.draft().groups.iter();
            groups.find(|group| group.id == *id).is_some_and(|group| {
                group.areas.contains(&area) || group.members_of.iter().any(|group| listed(*group))
            })
        }
    }
}

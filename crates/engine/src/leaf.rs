//! How a leaf is scored: from the word that counts to the prepared number.
//!
//! *Invariant:* what an area's own observations give ([`Own`]) depends on that area alone; only what is filled in from
//! others and the treatment of outliers look at the other areas, and those at one period only.

use tenseven_model::{
    Alpha3, Framework, Frequency, Gap, IndicatorId, Outcome, Period,
    framework::{AreaSet, Average, GroupAverage, Impute, Leaf, NodeIndex, Pool, Transform, Treatment},
};

use crate::{
    Panel, Slot, Slots as _,
    axis::{Axis, Ruling},
    chunked::Chunked,
    denominate,
    impute::{self, is_unknown},
    normalise::Basis,
    reading::{AreaReading, Choice, Reading, Source},
    scoring::Scoring,
    transform, treat,
};

/// How a leaf is scored.
#[derive(Debug)]
pub(crate) struct LeafStep {
    pub(crate) node: NodeIndex,
    pub(crate) indicator: IndicatorId,
    frequency: Frequency,
    pub(crate) reading: Reading,
    /// What the value is divided by, and for how many of it.
    pub(crate) denominator: Option<(Reading, f64)>,
    pub(crate) not_applicable: Vec<AreaSet>,
    pub(crate) unknown_for: Vec<AreaSet>,
    pub(crate) impute: Option<Impute>,
    pub(crate) treatment: Option<Treatment>,
    pub(crate) transform: Transform,
    pool: Option<Pool>,
    scoring: Scoring,
    asks_existence: bool,
}

impl LeafStep {
    pub(crate) fn new(framework: &Framework, node: NodeIndex) -> Option<Self> {
        let leaf = framework.leaf(node)?;
        let choice = Choice { sources: &leaf.sources, max_age: leaf.max_age };
        let reading = Reading::new(framework, &leaf.indicator, choice)?;
        let denominator = denominator(framework, leaf);
        let asks_existence = reading.is_free();
        Some(Self {
            node,
            indicator: leaf.indicator.clone(),
            frequency: framework.draft().frequency,
            reading,
            denominator,
            not_applicable: leaf.not_applicable.clone(),
            unknown_for: leaf.unknown_for.clone(),
            impute: leaf.impute.clone(),
            treatment: leaf.treat,
            transform: leaf.transform,
            pool: leaf.normalise.pool(),
            scoring: Scoring::new(leaf),
            asks_existence,
        })
    }

    /// Which cells a relative normalisation compares; none if the score depends on the cell alone.
    pub(crate) fn pool(&self) -> Option<Pool> {
        self.pool
    }

    /// The groups of which an area's own stands in for it.
    pub(crate) fn groups(&self) -> &[AreaSet] {
        match &self.impute {
            Some(Impute::Group(group)) => &group.groups,
            _ => &[],
        }
    }

    /// What is filled in from other areas.
    fn average(&self) -> Option<Average> {
        match &self.impute {
            Some(Impute::Average(average) | Impute::Group(GroupAverage { average, .. })) => Some(*average),
            _ => None,
        }
    }

    /// Whether something is filled in from the area's other periods.
    pub(crate) fn is_over_time(&self) -> bool {
        matches!(self.impute, Some(Impute::Latest { .. } | Impute::Hold | Impute::Linear))
    }

    /// Whether the value of an area can be filled in from other areas.
    pub(crate) fn is_filled_by_others(&self) -> bool {
        self.average().is_some()
    }

    /// Whether a cell is prepared from itself alone, and not together with the other areas of the period.
    pub(crate) fn is_by_cell(&self) -> bool {
        self.treatment.is_none() && self.average().is_none()
    }

    /// Whether a formula reads scores.
    pub(crate) fn reads_nodes(&self) -> bool {
        !self.reading.nodes().is_empty()
            || self.denominator.as_ref().is_some_and(|(reading, _)| !reading.nodes().is_empty())
    }

    /// Whether there can be a value where nothing is observed that it is made from, so that it has to be asked whether the area and period
    /// exist.
    pub(crate) fn asks_existence(&self) -> bool {
        self.asks_existence
    }

    /// Whether a prepared number is what the area's own observations give.
    pub(crate) fn is_plain(&self) -> bool {
        let fills = self.impute.is_some() && !self.is_over_time();
        self.treatment.is_none() && !fills && !self.has_rulings() && self.transform == Transform::Identity
    }

    /// Whether there are areas whose observations do not count.
    pub(crate) fn has_rulings(&self) -> bool {
        !(self.not_applicable.is_empty() && self.unknown_for.is_empty())
    }

    /// Whether observations of an area count; `is_in_any` says whether it is in one of some sets.
    pub(crate) fn ruling(&self, is_in_any: impl Fn(&[AreaSet]) -> bool) -> Ruling {
        if is_in_any(&self.not_applicable) {
            Ruling::NotApplicable
        } else if is_in_any(&self.unknown_for) {
            Ruling::Missing
        } else {
            Ruling::Counts
        }
    }

    /// Whether prepared numbers are kept beside what the area's own observations give.
    pub(crate) fn keeps_prepared(&self) -> bool {
        !self.is_by_cell() || self.pool.is_some() && !self.is_plain()
    }

    /// What an area's own observations give.
    pub(crate) fn own<'a>(&'a self, panel: &'a Panel, area: Alpha3) -> Own<'a> {
        let mut own = Own {
            leaf: self,
            value: self.reading.of(panel, area),
            denominator: self.denominator.as_ref().map(|(reading, scale)| (reading.of(panel, area), *scale)),
            known: Known::default(),
        };
        if self.is_over_time() {
            own.known = Known::of(&own);
        }
        own
    }

    /// How its value is read, if it is observed, and neither divided nor filled in from other periods.
    pub(crate) fn observed_plainly(&self) -> Option<&Source> {
        match &self.reading {
            Reading::Observed(source) if self.denominator.is_none() && !self.is_over_time() => Some(source),
            _ => None,
        }
    }

    /// Prepares cells of any areas and periods in place, each by itself. `first` is the cell of the first slot.
    pub(crate) fn prepare_cells(&self, slots: &mut [Slot], rulings: &[Ruling], first: usize) {
        if !rulings.is_empty() {
            for (place, slot) in slots.iter_mut().enumerate() {
                *slot = rulings[(first + place) % rulings.len()].slot().unwrap_or(*slot);
            }
        }
        if let Some(Impute::Constant(constant)) = self.impute {
            impute::constant(slots, constant);
        }
        transform::apply(slots, self.transform);
    }

    /// Prepares all areas of one period in place. `leaf` is the leaf's place in the plan.
    pub(crate) fn prepare_period(&self, slots: &mut [Slot], axis: &Axis, leaf: usize) {
        self.fill_period(slots, axis, leaf);
        if let Some(treatment) = &self.treatment {
            treat::treat(slots, treatment);
        }
        transform::apply(slots, self.transform);
    }

    /// The stages of [`LeafStep::prepare_period`] before any treatment.
    pub(crate) fn fill_period(&self, slots: &mut [Slot], axis: &Axis, leaf: usize) {
        for (slot, ruling) in slots.iter_mut().zip(&axis.rulings[leaf]) {
            *slot = ruling.slot().unwrap_or(*slot);
        }
        match (&self.impute, self.average()) {
            (Some(Impute::Constant(constant)), _) => impute::constant(slots, *constant),
            (_, Some(average)) => {
                let stated = &axis.leaf_groups[leaf];
                let group = |(place, heard): (usize, &bool)| {
                    let own = if stated.is_empty() { Some(0) } else { stated[place] };
                    own.filter(|_| *heard)
                };
                let groups: Vec<_> = axis.heard.iter().enumerate().map(group).collect();
                impute::group_average(slots, &groups, average);
            }
            _ => {}
        }
    }

    /// What a relative normalisation compares the prepared slots of a period with; none where nothing is compared.
    pub(crate) fn basis(&self, slots: &[Slot], axis: &Axis) -> Option<Basis> {
        self.scoring.basis(axis.compared.parts(slots), axis, |place| slots.outcome(place))
    }

    /// The same for the prepared slots of all periods.
    pub(crate) fn pooled_basis(&self, column: &Chunked<Slot>, axis: &Axis) -> Option<Basis> {
        self.scoring.basis(axis.compared.parts_of(column), axis, |place| column.at(place).get())
    }

    /// How many of what it is compared with a prepared number surpasses, and how many it equals, if that is what makes the score.
    pub(crate) fn standing(&self, basis: &Basis, prepared: f64) -> Option<[usize; 2]> {
        self.scoring.standing(basis, prepared)
    }

    /// Turns prepared numbers into scores.
    pub(crate) fn score_into(&self, from: &[Slot], made: &mut [Slot], basis: Option<&Basis>) {
        self.scoring.score_into(from, made, basis);
    }
}

fn denominator(framework: &Framework, leaf: &Leaf) -> Option<(Reading, f64)> {
    let stated = leaf.denominator.as_ref()?;
    let choice = Choice { sources: &stated.sources, max_age: stated.max_age };
    Some((Reading::new(framework, &stated.indicator, choice)?, stated.per))
}

/// What an area's own observations give for a leaf.
pub(crate) struct Own<'a> {
    leaf: &'a LeafStep,
    pub(crate) value: AreaReading<'a>,
    pub(crate) denominator: Option<(AreaReading<'a>, f64)>,
    pub(crate) known: Known,
}

/// The scores that a formula reads where none can be read.
pub(crate) fn no_node(_: NodeIndex) -> Outcome {
    Err(Gap::NoChildWithData)
}

impl Own<'_> {
    /// The value of a period, denominated, before anything stands in for it.
    pub(crate) fn said(&self, period: Period, node: &dyn Fn(NodeIndex) -> Outcome) -> Outcome {
        let value = self.value.at(period, node);
        match &self.denominator {
            None => value,
            Some((denominator, scale)) => denominate::per(value, denominator.at(period, node), *scale),
        }
    }

    /// The value of a period, denominated and filled in from the area's other periods.
    pub(crate) fn at(&self, period: Period, node: &dyn Fn(NodeIndex) -> Outcome) -> Slot {
        let said = self.said(period, node);
        match said {
            Err(gap) if self.leaf.is_over_time() && is_unknown(gap) => {
                self.known.stand_in(self.leaf.impute.as_ref(), period).map_or(Slot::gap(gap), Slot::number)
            }
            said => said.into(),
        }
    }

    /// Whether what is filled in from other periods makes the period exist, if nothing else does. What is held beyond the first and the
    /// last number does not: it would have no end.
    pub(crate) fn is_filled_at(&self, period: Period) -> bool {
        let impute = self.leaf.impute.as_ref();
        match (impute, self.known.neighbours(period)) {
            (Some(Impute::Hold | Impute::Linear), (before, after)) => before.is_some() && after.is_some(),
            (Some(Impute::Latest { .. }), _) => self.known.stand_in(impute, period).is_some(),
            _ => false,
        }
    }
}

/// The periods that a number was reported for, and the numbers.
#[derive(Debug, Default)]
pub(crate) struct Known {
    first: Option<Period>,
    numbers: Vec<(f64, f64)>,
}

impl Known {
    fn of(own: &Own<'_>) -> Self {
        let mut periods: Vec<Period> =
            own.value.series().flat_map(|(series, rule)| series.periods(rule.add_units)).collect();
        periods.retain(|period| period.frequency() == own.leaf.frequency);
        periods.sort_unstable();
        periods.dedup();
        let first = periods.first().copied();
        let number = |period: &Period| Some((when(first, *period)?, own.said(*period, &no_node).ok()?));
        Self { first, numbers: periods.iter().filter_map(number).collect() }
    }

    fn stand_in(&self, impute: Option<&Impute>, period: Period) -> Option<f64> {
        let time = when(self.first, period)?;
        match impute? {
            Impute::Latest { within } => impute::latest_of(&self.numbers, time, f64::from(*within)),
            Impute::Hold => impute::held(&self.numbers, time),
            Impute::Linear => impute::on_the_line(&self.numbers, time),
            Impute::Constant(_) | Impute::Average(_) | Impute::Group(_) => None,
        }
    }

    /// The periods, as counted from `period`, of the numbers on both sides of it.
    pub(crate) fn neighbours(&self, period: Period) -> (Option<Period>, Option<Period>) {
        let Some(time) = when(self.first, period) else { return (None, None) };
        let back = |found: Option<(f64, f64)>| {
            let (at, _) = found?;
            let mut periods = std::iter::successors(self.first, |period| period.later(1));
            periods.find(|period| when(self.first, *period) == Some(at))
        };
        let (before, after) = impute::neighbours(&self.numbers, time);
        (back(before), back(after))
    }
}

/// How many periods after `first`; below 0 before it; none for a period of another length.
fn when(first: Option<Period>, period: Period) -> Option<f64> {
    let first = first?;
    let after = first.periods_until(period).map(f64::from);
    after.or_else(|| period.periods_until(first).map(|before| -f64::from(before)))
}

//! Reads: which observations, formulas and scores a leaf was made from, down to their keys.
//!
//! *Invariant:* what is told is what [`crate::resolve`] chose; nothing is chosen here.

use tenseven_model::{
    Alpha3, AreaCode, CellOrigin, Gap, Imputation, IndicatorId, ObservationKey, Outcome, Period,
    framework::NodeIndex,
};

use crate::{
    LeafCell, Panel,
    leaf::LeafStep,
    panel::Series,
    reading::{Reading, Source},
    resolve::{self, Word},
};

/// What something was read for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Role {
    /// For the value.
    Value,
    /// For what the value is divided by.
    Denominator,
    /// For the value of another period, which stands in.
    StandIn,
}

/// What was read.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Target {
    /// An indicator that is observed.
    Observed(IndicatorId),
    /// An indicator that is computed from others.
    Computed(IndicatorId),
    /// The score of a node.
    Node(NodeIndex),
}

/// Something that a leaf was made from.
#[derive(Debug, Clone, PartialEq)]
pub struct Read {
    /// What was read.
    pub target: Target,
    /// What for.
    pub role: Role,
    /// For which period.
    pub period: Period,
    /// What it says, as a number.
    pub outcome: Outcome,
    /// Of what is observed: the observations that say so, one or one a local unit; none where nothing was reported.
    pub observations: Vec<ObservationKey>,
}

/// Reads what leaves of one area are made from.
pub(crate) struct Reads<'a> {
    pub(crate) panel: &'a Panel,
    pub(crate) area: Alpha3,
    pub(crate) node: &'a dyn Fn(NodeIndex) -> Outcome,
}

impl Reads<'_> {
    /// Everything that a leaf was made from for a period: what its value is read from, then its denominator, then what
    /// stands in.
    pub(crate) fn of_leaf(&self, step: &LeafStep, period: Period, cell: Option<&LeafCell>) -> Vec<Read> {
        let mut reads = Vec::new();
        self.add(&step.reading, Role::Value, period, &mut reads);
        let denominator = step.denominator.as_ref().map(|(reading, _)| reading);
        if let Some(reading) = denominator {
            self.add(reading, Role::Denominator, period, &mut reads);
        }
        for other in stands_in(cell).into_iter().flatten().filter(|other| *other != period) {
            self.add(&step.reading, Role::StandIn, other, &mut reads);
            if let Some(reading) = denominator {
                self.add(reading, Role::Denominator, other, &mut reads);
            }
        }
        reads
    }

    fn add(&self, reading: &Reading, role: Role, period: Period, reads: &mut Vec<Read>) {
        for source in reading.sources() {
            reads.push(self.observed(source, role, period));
        }
        for (_, node) in reading.nodes() {
            let (target, outcome) = (Target::Node(*node), (self.node)(*node));
            reads.push(Read { target, role, period, outcome, observations: Vec::new() });
        }
        let own = reading.of(self.panel, self.area);
        let steps = own.steps(period, self.node);
        // The value itself is told as such; a denominator is told nowhere else.
        let told = if role == Role::Value { steps.len().saturating_sub(1) } else { steps.len() };
        for (id, outcome) in steps.into_iter().take(told) {
            let target = Target::Computed(id.clone());
            reads.push(Read { target, role, period, outcome, observations: Vec::new() });
        }
    }

    fn observed(&self, source: &Source, role: Role, period: Period) -> Read {
        let Source { indicator, rule } = source;
        let series = self.panel.series(indicator, self.area);
        let word = series.and_then(|series| Some((series, resolve::word(series, period, rule)?)));
        Read {
            target: Target::Observed(indicator.clone()),
            role,
            period,
            outcome: word.as_ref().map_or(Err(Gap::NeverReported), |(_, word)| word.number),
            observations: word.map(|(series, word)| self.keys(source, series, &word)).unwrap_or_default(),
        }
    }

    /// The observations that a word was made from.
    fn keys(&self, source: &Source, series: &Series, word: &Word<'_>) -> Vec<ObservationKey> {
        let key = |area, source: &tenseven_model::SourceId, indicator: &IndicatorId| ObservationKey {
            indicator: indicator.clone(),
            area,
            source: source.clone(),
            period: word.period,
        };
        if let Some(chosen) = word.source {
            return vec![key(AreaCode::Country(self.area), chosen, &source.indicator)];
        }
        let units = series.units(word.period);
        let chosen = units.filter_map(|(unit, cells)| {
            let chosen = resolve::pick(cells, &source.rule.sources)?;
            Some(key(AreaCode::Local(self.area, unit.clone()), chosen.source, &source.indicator))
        });
        chosen.collect()
    }
}

/// The periods that a value was filled in from.
fn stands_in(cell: Option<&LeafCell>) -> [Option<Period>; 2] {
    match cell.map(|cell| cell.origin) {
        Some(CellOrigin::Imputed(Imputation::Latest { from } | Imputation::Held { from })) => {
            [Some(from), None]
        }
        Some(CellOrigin::Imputed(Imputation::Interpolated { from, to })) => [Some(from), Some(to)],
        _ => [None, None],
    }
}

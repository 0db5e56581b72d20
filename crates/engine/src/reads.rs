//! Reads: which observations, formulas and scores a leaf was made from, down to their keys.
//!
//! *Invariant:* what is told is what [`crate::resolve`] chose; nothing is chosen here.

use tenseven_model::{
    Alpha3, AreaCode, CellOrigin, Gap, Imputation, IndicatorId, ObservationKey, Outcome, Period, SourceId,
    framework::NodeIndex,
};

use crate::{
    LeafCell, Panel,
    leaf::LeafStep,
    panel::{Cells, Series},
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
    /// The observations of the same area and period by other sources, which were passed over.
    pub passed_over: Vec<ObservationKey>,
}

impl Read {
    fn unobserved(target: Target, role: Role, period: Period, outcome: Outcome) -> Self {
        Self { target, role, period, outcome, observations: Vec::new(), passed_over: Vec::new() }
    }
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
            for at in source.lags.iter().filter_map(|lag| period.earlier(*lag)) {
                reads.push(self.observed(source, role, at));
            }
        }
        for (_, node) in reading.nodes() {
            let (target, outcome) = (Target::Node(*node), (self.node)(*node));
            reads.push(Read::unobserved(target, role, period, outcome));
        }
        let own = reading.of(self.panel, self.area);
        let steps = own.steps(period, self.node);
        // The value itself is told as such; a denominator is told nowhere else.
        let told = if role == Role::Value { steps.len().saturating_sub(1) } else { steps.len() };
        for (id, at, outcome) in steps.into_iter().take(told) {
            reads.push(Read::unobserved(Target::Computed(id.clone()), role, at, outcome));
        }
    }

    fn observed(&self, source: &Source, role: Role, period: Period) -> Read {
        let Source { indicator, rule, .. } = source;
        let series = self.panel.series(indicator, self.area);
        let word = series.and_then(|series| Some((series, resolve::word(series, period, rule)?)));
        let keys = word.as_ref().map(|(series, word)| self.keys(source, series, word));
        let (observations, passed_over) = keys.unwrap_or_default();
        Read {
            target: Target::Observed(indicator.clone()),
            role,
            period,
            outcome: word.as_ref().map_or(Err(Gap::NeverReported), |(_, word)| word.number),
            observations,
            passed_over,
        }
    }

    /// The observations that a word was made from, and those of the same area and period that were passed over.
    fn keys(
        &self,
        source: &Source,
        series: &Series,
        word: &Word<'_>,
    ) -> (Vec<ObservationKey>, Vec<ObservationKey>) {
        let (mut chosen, mut passed_over) = (Vec::new(), Vec::new());
        let mut sort = |area: AreaCode, cells: Cells<'_>, taken: Option<&SourceId>| {
            for cell in cells.iter() {
                let key = ObservationKey {
                    indicator: source.indicator.clone(),
                    area: area.clone(),
                    source: cell.source.clone(),
                    period: word.period,
                };
                (if taken == Some(cell.source) { &mut chosen } else { &mut passed_over }).push(key);
            }
        };
        sort(AreaCode::Country(self.area), series.own(word.period), word.source);
        if word.source.is_none() {
            for (unit, cells) in series.units(word.period) {
                let taken = resolve::pick(cells, &source.rule.sources).map(|taken| taken.source);
                sort(AreaCode::Local(self.area, unit.clone()), cells, taken);
            }
        }
        (chosen, passed_over)
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

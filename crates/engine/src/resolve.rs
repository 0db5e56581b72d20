//! Stage 1, resolve: the one word that counts for an indicator, a country and a period.
//!
//! Among the cells of a period real values come before missing ones; among those, the listed sources in order, then
//! the others, the newest revision first, ties by source id. Where the country itself has no cell of the period, its
//! local units' values are added up if the indicator says so. The latest period with any cell counts, at most
//! `max_age` periods back: a newer missing value is not skipped in favour of an older number.
//!
//! *Invariant:* the answer depends on the cells alone, never on the order in which they arrived.

use std::cmp::Reverse;

use tenseven_model::{
    CellOrigin, Gap, IndicatorKind, MissingReason, Number, ObservationStatus, Outcome, Period, Revision,
    SourceId, Value, ValueRef,
};

use crate::panel::{Cells, Series, Sourced};

/// How the word is found.
#[derive(Debug, Clone, PartialEq)]
pub struct Rule {
    /// Sources in order of precedence.
    pub sources: Vec<SourceId>,
    /// How many periods a word is carried forward.
    pub max_age: u32,
    /// Whether local units stand in for their country.
    pub add_units: bool,
    /// The kind of value that the indicator takes.
    pub kind: IndicatorKind,
}

/// The word that counts.
#[derive(Debug, Clone, PartialEq)]
pub struct Word<'a> {
    /// The period that it was observed for.
    pub period: Period,
    /// How many local units it was added up from; 0 if the country was observed.
    pub units: u32,
    /// Who says so; none for a sum of local units.
    pub source: Option<&'a SourceId>,
    /// The quality of the value; none for a sum of local units.
    pub status: Option<ObservationStatus>,
    /// The revision that accepted it; of several local units, the newest.
    pub revision: Revision,
    /// What it says.
    pub value: Value,
    /// The value as a number, or why there is none.
    pub number: Outcome,
}

impl Word<'_> {
    /// Where the word comes from, seen from `period`.
    pub fn origin(&self, period: Period) -> CellOrigin {
        if self.period != period {
            CellOrigin::Carried { from: self.period }
        } else if self.units > 0 {
            CellOrigin::RolledUp { units: self.units }
        } else {
            CellOrigin::Observed
        }
    }
}

/// The word for `period`; none if nothing was reported for it or the `max_age` periods before it.
pub fn word<'a>(series: &'a Series, period: Period, rule: &Rule) -> Option<Word<'a>> {
    let latest = series.latest(period, rule.max_age, rule.add_units)?;
    match pick(series.own(latest), &rule.sources) {
        Some(chosen) => Some(Word {
            period: latest,
            units: 0,
            source: Some(chosen.source),
            status: Some(chosen.cell.status),
            revision: chosen.cell.revision,
            value: chosen.cell.value.into(),
            number: number(chosen.cell.value, &rule.kind),
        }),
        None => added_up(series, latest, rule),
    }
}

/// The number of the word for `period`, or why it has none, as [`word`] says, without the word itself; none if nothing
/// was reported.
pub fn number_at(series: &Series, period: Period, rule: &Rule) -> Option<Outcome> {
    if let Some(value) = picked_value(series.own(period), &rule.sources) {
        return Some(number(value, &rule.kind));
    }
    let latest = series.latest(period, rule.max_age, rule.add_units)?;
    match picked_value(series.own(latest), &rule.sources) {
        Some(value) => Some(number(value, &rule.kind)),
        None => added_up(series, latest, rule).map(|word| word.number),
    }
}

/// The cell that counts among those of one area and period.
pub fn pick<'a>(cells: Cells<'a>, sources: &[SourceId]) -> Option<Sourced<'a>> {
    cells.first_by(|source, is_missing, revision| {
        let listed = sources.iter().position(|listed| listed == source);
        let newest_first = Reverse(if listed.is_some() { Revision::ZERO } else { revision });
        (is_missing, listed.unwrap_or(usize::MAX), newest_first, source)
    })
}

/// The value of the cell that counts.
fn picked_value<'a>(cells: Cells<'a>, sources: &[SourceId]) -> Option<ValueRef<'a>> {
    cells.only_value().or_else(|| pick(cells, sources).map(|chosen| chosen.cell.value))
}

/// The value as a number: a ratio as its share, a level as its place from 0, a flag as 0 or 1. A value of a kind that
/// the indicator does not take, or a level that its rubric lacks, is [`Gap::OutsideTransform`].
pub fn number(value: ValueRef<'_>, kind: &IndicatorKind) -> Outcome {
    match (value, kind) {
        (ValueRef::Missing(reason), _) => Err(Gap::Reported(reason)),
        (ValueRef::Number(number), IndicatorKind::Count | IndicatorKind::Number { .. }) => Ok(number.get()),
        (ValueRef::Ratio(ratio), IndicatorKind::Ratio) => Ok(ratio.share()),
        (ValueRef::Flag(flag), IndicatorKind::Flag) => Ok(if flag { 1.0 } else { 0.0 }),
        (ValueRef::Level(level), IndicatorKind::Rubric(rubric)) => {
            rubric.place(level).map(|place| place as f64).ok_or(Gap::OutsideTransform)
        }
        _ => Err(Gap::OutsideTransform),
    }
}

/// The sum of the units that have a value, in the order of their names. If none has one, the reason of the first unit
/// that says more than "not applicable" stands.
fn added_up<'a>(series: &Series, period: Period, rule: &Rule) -> Option<Word<'a>> {
    let mut units = 0;
    let mut sum = 0.0;
    let mut revision = Revision::ZERO;
    let mut gap = None;
    for chosen in series.units(period).filter_map(|(_, cells)| pick(cells, &rule.sources)) {
        revision = revision.max(chosen.cell.revision);
        match number(chosen.cell.value, &rule.kind) {
            Ok(value) => {
                units += 1;
                sum += value;
            }
            Err(reason) if gap.is_none_or(Gap::is_not_applicable) => gap = Some(reason),
            Err(_) => {}
        }
    }
    let number = if units == 0 { Err(gap?) } else { Ok(sum) };
    let number = number.and_then(|sum| Number::try_from(sum).map_err(|_| Gap::NotFinite));
    let value = match number {
        Ok(sum) => Value::Number(sum),
        Err(Gap::Reported(reason)) => Value::Missing(reason),
        Err(_) => Value::Missing(MissingReason::NotAvailable),
    };
    Some(Word { period, units, source: None, status: None, revision, value, number: number.map(Number::get) })
}

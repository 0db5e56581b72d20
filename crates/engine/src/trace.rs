//! Traces: where the value of a leaf comes from, read again from the observations when it is asked for.
//!
//! *Invariant:* nothing is kept beside the scores; a trace is made from the same observations and by the same stages.

use tenseven_model::{
    CellOrigin, Gap, Imputation, Outcome, Period, Revision,
    framework::{Average, Impute},
};

use crate::{
    Board, LeafCell, Slot,
    axis::Ruling,
    denominate,
    impute::is_unknown,
    leaf::{LeafStep, Own},
    reading::{Ground, Reading},
    resolve::{self, Word},
};

/// The value that a leaf was scored from; none where there is none.
pub(crate) fn leaf_cell(board: &Board, leaf: usize, cell: usize) -> Option<LeafCell> {
    let axis = &board.axis;
    let (period, area) = (cell / axis.areas.len(), cell % axis.areas.len());
    let step = &board.plan.steps().leaves[leaf];
    let ruling = axis.ruling(leaf, area);
    if board.is_void || ruling == Ruling::NotApplicable {
        return None;
    }
    let own = step.own(&board.panel, axis.areas[area]);
    let at = axis.periods[period];
    if ruling == Ruling::Missing {
        return stands_in(board, leaf, cell).map(|raw| filled(step, &own, at, raw));
    }
    let node = |node: usize| -> Outcome { board.published_score(node, cell) };
    let divisor = divisor(step, &own, at, &node);
    let divided = |value: Outcome| match (&own.denominator, &divisor) {
        (None, _) => value,
        (Some((_, scale)), found) => {
            denominate::per(value, found.as_ref().map(|found| found.whole).ok_or(Gap::NoDenominator), *scale)
        }
    };
    let observed = observed(step, &own, at, &node);
    let gap = match &observed {
        Some(observed) => match divided(Ok(observed.raw)) {
            Ok(_) => {
                return Some(with_divisor(observed.clone(), divisor.as_ref()));
            }
            Err(gap) => gap,
        },
        None => divided(own.value.at(at, &node)).err()?,
    };
    let stands_in = stands_in(board, leaf, cell).filter(|_| is_unknown(gap));
    let filled = stands_in.map(|raw| filled(step, &own, at, raw));
    // A value that could not be divided is there all the same.
    filled.or(observed)
}

/// The value as it was observed or computed; none where there is no number.
fn observed(
    step: &LeafStep,
    own: &Own<'_>,
    period: Period,
    node: &dyn Fn(usize) -> Outcome,
) -> Option<LeafCell> {
    match &step.reading {
        Reading::Observed(source) => {
            let (series, _) = own.value.series().next()?;
            of_word(resolve::word(series, period, &source.rule)?, period)
        }
        Reading::Computed(_) => {
            let mut made =
                LeafCell { origin: CellOrigin::Computed, ..empty(own.value.at(period, node).ok()?) };
            let ground = own.value.ground(period, node);
            made.is_filled_in = ground.is_filled_in;
            for (word, at) in ground.words {
                made.revision = made.revision.max(word.revision);
                made.units += word.units;
                made.is_carried |= word.period != at;
            }
            Some(made)
        }
    }
}

fn of_word(word: Word<'_>, period: Period) -> Option<LeafCell> {
    Some(LeafCell {
        origin: word.origin(period),
        units: word.units,
        source: word.source.cloned(),
        status: word.status,
        revision: word.revision,
        raw: word.number.ok()?,
        is_carried: word.period != period,
        is_filled_in: false,
        value: Some(word.value),
        denominator: None,
    })
}

fn empty(raw: f64) -> LeafCell {
    LeafCell {
        origin: CellOrigin::Constant,
        units: 0,
        source: None,
        status: None,
        revision: Revision::ZERO,
        value: None,
        raw,
        is_carried: false,
        is_filled_in: false,
        denominator: None,
    }
}

/// What a value is divided by.
struct Divisor {
    whole: f64,
    /// The period that it was observed for.
    from: Period,
    units: u32,
    is_carried: bool,
    is_filled_in: bool,
}

fn divisor(
    step: &LeafStep,
    own: &Own<'_>,
    period: Period,
    node: &dyn Fn(usize) -> Outcome,
) -> Option<Divisor> {
    let (reading, _) = own.denominator.as_ref()?;
    let whole = reading.at(period, node).ok()?;
    let Ground { words, is_filled_in } = reading.ground(period, node);
    let is_observed = matches!(step.denominator, Some((Reading::Observed(_), _)));
    let from = words.first().filter(|_| is_observed).map_or(period, |(word, _)| word.period);
    let is_carried = words.iter().any(|(word, at)| word.period != *at);
    let units = words.iter().map(|(word, _)| word.units).sum();
    Some(Divisor { whole, from, units, is_carried, is_filled_in })
}

fn with_divisor(cell: LeafCell, divisor: Option<&Divisor>) -> LeafCell {
    let Some(divisor) = divisor else { return cell };
    LeafCell {
        units: cell.units + divisor.units,
        is_carried: cell.is_carried || divisor.is_carried,
        is_filled_in: cell.is_filled_in || divisor.is_filled_in,
        denominator: Some((divisor.whole, divisor.from)),
        ..cell
    }
}

/// What stands in for a cell of a leaf before any treatment, if the framework says so and there is something.
fn stands_in(board: &Board, leaf: usize, cell: usize) -> Option<f64> {
    let axis = &board.axis;
    let step = &board.plan.steps().leaves[leaf];
    step.impute.as_ref()?;
    if step.is_over_time() {
        if axis.ruling(leaf, cell % axis.areas.len()) != Ruling::Counts {
            return None;
        }
        return board.base[leaf].at(cell).get().ok();
    }
    let areas = axis.areas.len();
    let cells = axis.cells(cell / areas);
    let mut slots: Vec<Slot> = board.base[leaf].read(cells).into_owned();
    step.fill_period(&mut slots, axis, leaf);
    slots[cell % areas].get().ok()
}

fn filled(step: &LeafStep, own: &Own<'_>, period: Period, raw: f64) -> LeafCell {
    let (before, after) = own.known.neighbours(period);
    let origin = match step.impute.as_ref() {
        None | Some(Impute::Constant(_)) => CellOrigin::Constant,
        Some(Impute::Average(Average::Mean)) => CellOrigin::Imputed(Imputation::Mean),
        Some(Impute::Average(Average::Median)) => CellOrigin::Imputed(Imputation::Median),
        Some(Impute::Group(group)) => CellOrigin::Imputed(match group.average {
            Average::Mean => Imputation::GroupMean,
            Average::Median => Imputation::GroupMedian,
        }),
        Some(Impute::Latest { .. }) => {
            CellOrigin::Imputed(Imputation::Latest { from: before.unwrap_or(period) })
        }
        Some(Impute::Hold) => {
            CellOrigin::Imputed(Imputation::Held { from: before.or(after).unwrap_or(period) })
        }
        Some(Impute::Linear) => CellOrigin::Imputed(match (before, after) {
            (Some(from), Some(to)) => Imputation::Interpolated { from, to },
            (one, other) => Imputation::Held { from: one.or(other).unwrap_or(period) },
        }),
    };
    LeafCell { origin, ..empty(raw) }
}

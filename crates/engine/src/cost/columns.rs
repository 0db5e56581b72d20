//! Columns: the memory that nodes take on a board, and what copying them costs.
//!
//! *Invariant:* it is what they take where something is known of every cell; a board takes less where less is known.

use tenseven_model::{
    formula::Expression,
    framework::{Leaf, Normalise, Pool},
};

use super::{
    Cause,
    size::BoardSize,
    stage::Stage,
    unit::{LISTED, RANGE, SLOT},
};
use crate::{
    Slot,
    axis::Ruling,
    branch::BranchStep,
    chunked::{CHUNK, Chunked},
    leaf::LeafStep,
    normalise::Basis,
    reading::{Computed, Reading, Source},
};

/// The bytes of a leaf.
pub(super) fn of_leaf(step: &LeafStep, leaf: &Leaf, size: BoardSize) -> u64 {
    let bases = match leaf.normalise.pool() {
        None => 0,
        Some(Pool::Period) => Chunked::<Option<Basis>>::bytes_at_most(size.periods),
        Some(Pool::AllPeriods) => size_of::<Option<Basis>>(),
    };
    let sorted = match &leaf.normalise {
        Normalise::Rank { .. } => add(0, size.cells().saturating_mul(size_of::<Slot>())),
        Normalise::None
        | Normalise::Levels(_)
        | Normalise::Tiers { .. }
        | Normalise::Goalposts { .. }
        | Normalise::PercentilePosts { .. }
        | Normalise::MinMax { .. }
        | Normalise::ZScore { .. }
        | Normalise::Scaled { .. }
        | Normalise::DistanceToMax { .. }
        | Normalise::DistanceToReference { .. }
        | Normalise::DistanceToTarget { .. }
        | Normalise::FractionOfMax { .. } => 0,
    };
    let rulings = if step.has_rulings() { size.areas * size_of::<Ruling>() } else { 0 };
    let denominator = step.denominator.as_ref().map(|(reading, _)| reading);
    let read: usize = std::iter::once(&step.reading).chain(denominator).map(of_reading).sum();
    let around = [bases, rulings, groups(step.groups().len(), size), size_of::<LeafStep>(), read];
    around.into_iter().fold(columns(columns_of_leaf(step), size).saturating_add(sorted), add)
}

/// The bytes of a branch.
pub(super) fn of_branch(step: &BranchStep, size: BoardSize) -> u64 {
    let parts = step.inputs.len() + step.covered.as_ref().map_or(0, Vec::len);
    let around =
        [groups(step.groups().len(), size), size_of::<BranchStep>(), parts * size_of::<(usize, f64)>()];
    around.into_iter().fold(columns(1, size), add)
}

/// The bytes of a criterion.
pub(super) fn of_criterion(leaves: usize, size: BoardSize) -> u64 {
    add(columns(1, size), leaves * size_of::<usize>())
}

/// The bytes of a board that are no node's: which cells anything is known of.
pub(super) fn of_board(size: BoardSize) -> u64 {
    add(0, Chunked::<u16>::bytes_at_most(size.cells()))
}

/// How many columns a leaf has: what is observed, the scores, and prepared numbers where they are kept.
pub(super) fn columns_of_leaf(step: &LeafStep) -> usize {
    if step.keeps_prepared() { 3 } else { 2 }
}

/// The stage of making columns, or copying what is changed of them: in each period a chunk next to the cells, each page that
/// lists such a chunk, and the list of pages.
pub(super) fn copying(count: usize, size: BoardSize) -> Stage {
    let (chunks, pages) = Chunked::<Slot>::chunks_and_pages(size.cells());
    let count = count as f64;
    Stage {
        each_period: RANGE + count * CHUNK as f64 * SLOT,
        each_page: count * chunks as f64 * LISTED,
        once: count * pages as f64 * LISTED,
        ..Stage::each_cell(Cause::Columns, count * SLOT)
    }
}

fn columns(count: usize, size: BoardSize) -> u64 {
    add(0, count.saturating_mul(Chunked::<Slot>::bytes_at_most(size.cells())))
}

fn groups(count: usize, size: BoardSize) -> usize {
    if count == 0 { 0 } else { size.areas.saturating_mul(size_of::<Option<usize>>()) }
}

fn add(bytes: u64, more: usize) -> u64 {
    bytes.saturating_add(u64::try_from(more).unwrap_or(u64::MAX))
}

/// About what a reading takes; texts of ids are counted with 64 bytes each, the most that they have.
fn of_reading(reading: &Reading) -> usize {
    const ID_BYTES: usize = 64;
    let lags = |lags: &[u32]| size_of_val(lags);
    let sources = |sources: &[Source]| -> usize {
        let listed = sources.iter().map(|source| source.rule.sources.len()).sum::<usize>();
        let lags = sources.iter().map(|source| lags(&source.lags)).sum::<usize>();
        lags + sources.len() * (size_of::<Source>() + 2 * ID_BYTES) + listed * 2 * ID_BYTES
    };
    let computed = |computed: &Computed| -> usize {
        let formulas = computed.steps.iter().map(|step| {
            ID_BYTES + lags(&step.lags) + parts(&step.expression) * (size_of::<Expression>() + ID_BYTES)
        });
        formulas.sum::<usize>() + computed.nodes.len() * 2 * ID_BYTES
    };
    sources(reading.sources())
        + match reading {
            Reading::Observed(_) => 0,
            Reading::Computed(formulas) => computed(formulas),
        }
}

/// How many parts an expression has.
fn parts(expression: &Expression) -> usize {
    1 + match expression {
        Expression::Number(_) | Expression::Indicator(_) | Expression::Node(_) => 0,
        Expression::Apply(_, value) | Expression::Round(value, _) | Expression::Over(_, value, _) => {
            parts(value)
        }
        Expression::Combine(_, left, right) | Expression::Compare(_, left, right) => {
            parts(left) + parts(right)
        }
        Expression::Min(values) | Expression::Max(values) | Expression::Gather(_, values) => {
            values.iter().map(parts).sum()
        }
        Expression::If(condition, then, otherwise) => parts(condition) + parts(then) + parts(otherwise),
    }
}

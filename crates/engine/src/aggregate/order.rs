//! What is picked by its place in the order: the median, the smallest, the largest. Weights do not bear on it.

use tenseven_model::{Gap, framework::MinCoverage};

use super::{Input, coverage::counts};
use crate::Column;

/// What `pick` makes of the numbers of each place, which are given in the order of the inputs and are at least one.
pub(super) fn picked(
    inputs: &[Input<'_>],
    len: usize,
    at_least: MinCoverage,
    pick: impl Fn(&[f64]) -> Option<f64>,
) -> Column {
    let mut numbers = Vec::with_capacity(inputs.len());
    let mut outcome = |(place, count): (usize, super::coverage::Count)| {
        count.gate(inputs.is_empty(), at_least)?;
        numbers.clear();
        numbers.extend(inputs.iter().filter_map(|input| input.column.get(place).ok()));
        pick(&numbers).ok_or(Gap::NotFinite)
    };
    counts(inputs, len).into_iter().enumerate().map(&mut outcome).collect()
}

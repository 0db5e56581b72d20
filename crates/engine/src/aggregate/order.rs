//! What is picked by its place in the order: the median, the smallest, the largest. Weights do not bear on it.

use tenseven_model::Gap;

use super::{Input, coverage::absent};
use crate::{Slot, Slots as _};

/// What `pick` makes of the numbers of each place, which are given in the order of the inputs and are at least one.
pub(super) fn picked(inputs: &[Input<'_>], made: &mut [Slot], pick: impl Fn(&[f64]) -> Option<f64>) {
    let mut numbers = Vec::with_capacity(inputs.len());
    for (place, slot) in made.iter_mut().enumerate() {
        numbers.clear();
        numbers.extend(inputs.iter().filter_map(|input| input.column.outcome(place).ok()));
        *slot = if numbers.is_empty() {
            absent(inputs, place)
        } else {
            pick(&numbers).ok_or(Gap::NotFinite).into()
        };
    }
}

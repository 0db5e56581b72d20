//! Whether enough of the inputs have data.

use tenseven_model::{Gap, equality::compare, framework::MinCoverage};

use super::Input;
use crate::Slot;

/// How many of some columns apply at a place, and how many of those have data.
#[derive(Debug, Clone, Copy, Default)]
struct Count {
    with_data: u32,
    applicable: u32,
}

impl Count {
    fn of(inputs: &[Input<'_>], place: usize) -> Self {
        let mut count = Self::default();
        for slot in inputs.iter().filter_map(|input| input.column.get(place)) {
            count.with_data += u32::from(!slot.is_gap());
            count.applicable += u32::from(!slot.same_bits(Slot::NOT_APPLICABLE));
        }
        count
    }
}

/// What stands at a place where no input has data: that nothing is known, or, where none of them applies, that.
#[cold]
pub(crate) fn absent(inputs: &[Input<'_>], place: usize) -> Slot {
    if Count::of(inputs, place).applicable == 0 && !inputs.is_empty() {
        Slot::NOT_APPLICABLE
    } else {
        Slot::gap(Gap::NoChildWithData)
    }
}

/// Takes away every score that is made from too little. `over` is what is counted.
pub(crate) fn cover(over: &[Input<'_>], made: &mut [Slot], at_least: MinCoverage) {
    if at_least == MinCoverage::One {
        return;
    }
    let nothing = Slot::gap(Gap::NoChildWithData);
    for (place, slot) in made.iter_mut().enumerate() {
        let Count { with_data, applicable } = Count::of(over, place);
        let is_absent = slot.same_bits(nothing) || slot.same_bits(Slot::NOT_APPLICABLE);
        if !is_absent && !is_covered(with_data, applicable, at_least) {
            *slot = Slot::gap(Gap::BelowMinCoverage);
        }
    }
}

/// Whether so many of those that apply are enough. A share that is met exactly is.
pub fn is_covered(with_data: u32, applicable: u32, at_least: MinCoverage) -> bool {
    match at_least {
        MinCoverage::One => with_data >= 1,
        MinCoverage::Share(share) => compare(f64::from(with_data) / f64::from(applicable), share).is_ge(),
        MinCoverage::Count(count) => with_data >= count,
    }
}

//! The straight line on which both min-max and goalposts place a value.

use tenseven_model::Gap;

use super::is_span;
use crate::{Slot, Slots as _};

/// A line through two points, exact at both ends, and between them never outside the scores of the ends.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Line {
    from: f64,
    to: f64,
    low: f64,
    high: f64,
    slope: f64,
}

impl Line {
    /// The line that gives `from` the score `low` and `to` the score `high`. Where the two are one, or their distance is
    /// not finite, there is none.
    pub(super) fn new([from, to]: [f64; 2], [low, high]: [f64; 2]) -> Result<Self, Gap> {
        if !is_span((to - from).abs()) {
            return Err(Gap::NotFinite);
        }
        let mut slope = (high - low) / (to - from);
        while slope.is_finite() && ((to - from) * slope).abs() > (high - low).abs() {
            slope = if slope > 0.0 { slope.next_down() } else { slope.next_up() };
        }
        Ok(Self { from, to, low, high, slope })
    }

    /// The score of a value.
    #[inline]
    #[expect(clippy::float_cmp, reason = "only the very end is worth exactly its score")]
    fn at(&self, value: f64) -> f64 {
        let score = (value - self.from) * self.slope + self.low;
        if value == self.to { self.high } else { score }
    }

    /// The score of a value where the slope itself is no longer exact: of a span near the smallest or the largest number.
    fn at_extreme(&self, value: f64) -> f64 {
        (value - self.from) / (self.to - self.from) * (self.high - self.low) + self.low
    }

    /// Places every number of the slots, each turned by `sign` before, into `made`.
    #[inline]
    pub(super) fn place(&self, slots: &[Slot], made: &mut [Slot], sign: f64, hold: impl Fn(f64) -> f64) {
        let rounds_to_the_end = (self.to - self.from) * self.slope + self.low;
        if self.slope.is_normal() && rounds_to_the_end.to_bits() == self.high.to_bits() {
            let Self { from, low, slope, .. } = *self;
            Slot::map_into(slots, made, |value| hold((value * sign - from) * slope + low));
        } else if self.slope.is_normal() {
            Slot::map_into(slots, made, |value| hold(self.at(value * sign)));
        } else {
            made.copy_from_slice(slots);
            made.map(|value| Ok(hold(self.at_extreme(value * sign))));
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_line_is_exact_at_its_ends_rises_and_stays_between(
            from in -1e6..1e6_f64, span in 1e-6..1e6_f64, parts in prop::collection::vec(0.0..=1.0_f64, 1..20),
        ) {
            let to = from + span;
            prop_assume!(to > from);
            let line = Line::new([from, to], [1.0, 100.0]).unwrap();
            prop_assert_eq!((line.at(from), line.at(to)), (1.0, 100.0));
            let mut values: Vec<f64> = parts.iter().map(|part| (from + span * part).min(to)).collect();
            values.sort_by(f64::total_cmp);
            let scores: Vec<f64> = values.iter().map(|value| line.at(*value)).collect();
            prop_assert!(scores.windows(2).all(|pair| pair[0] <= pair[1]));
            prop_assert!(scores.iter().all(|score| (1.0..=100.0).contains(score)));
        }
    }

    #[test]
    fn a_span_near_the_smallest_number_still_has_a_middle() {
        let tiny = f64::from_bits(4);
        let line = Line::new([0.0, tiny], [0.0, 100.0]).unwrap();
        let slots = [Slot::number(0.0), Slot::number(f64::from_bits(2)), Slot::number(tiny)];
        let mut made = slots;
        line.place(&slots, &mut made, 1.0, |score| score);
        assert_eq!(made.map(Slot::get), [Ok(0.0), Ok(50.0), Ok(100.0)]);
    }
}

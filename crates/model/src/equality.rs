//! When two scores, or two values, are equal: the one rule for ranks, bands, tiers, thresholds and formulas.
//!
//! Two numbers are equal if they differ by at most a billionth (1e-9) of the larger of them without its sign, or by at most 1e-12 of the
//! largest number of their [`Scale`], so that what is left of a difference that should be 0 is 0. Decimal data are thus compared as they
//! are written, regardless of the sum of their nearest binary numbers.
//!
//! *Invariant:* numbers that are put in order ([`Order`]) are tied if a chain of equal ones links them, each with the next in order. That is
//! a total preorder, the finest one that ties all equal numbers, and it depends on the numbers alone, not on their order of arrival.
//! Multiplying all numbers by a power of two changes no answer.

use std::cmp::Ordering;

/// The part of the larger number that is no difference.
const RELATIVE: f64 = 1e-9;
/// The part of the largest number of a scale that is no difference.
const OF_SCALE: f64 = 1e-12;

/// The scale on which numbers are compared.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Scale {
    least: f64,
}

impl Scale {
    /// The scale of these numbers.
    pub fn of(numbers: impl IntoIterator<Item = f64>) -> Self {
        Self {
            least: numbers.into_iter().fold(0.0, |largest: f64, number| largest.max(number.abs())) * OF_SCALE,
        }
    }

    /// The order of two numbers.
    #[inline]
    pub fn compare(self, one: f64, other: f64) -> Ordering {
        let tolerance = (one.abs().max(other.abs()) * RELATIVE).max(self.least);
        match one - other {
            difference if difference.abs() <= tolerance => Ordering::Equal,
            difference if difference > 0.0 => Ordering::Greater,
            _ => Ordering::Less,
        }
    }

    /// Whether two numbers are equal.
    #[inline]
    pub fn is_same(self, one: f64, other: f64) -> bool {
        self.compare(one, other).is_eq()
    }

    /// Whether a number reaches a threshold; equality does.
    #[inline]
    pub fn reaches(self, number: f64, threshold: f64) -> bool {
        self.compare(number, threshold).is_ge()
    }
}

/// The order of two numbers that are compared with nothing else.
pub fn compare(one: f64, other: f64) -> Ordering {
    Scale::of([one, other]).compare(one, other)
}

/// Numbers from the smallest to the largest, with those that are tied.
#[derive(Debug, Clone, PartialEq)]
pub struct Order {
    scale: Scale,
    numbers: Vec<f64>,
    /// Where each run of tied numbers begins.
    runs: Vec<usize>,
}

impl Order {
    /// The order of these numbers.
    pub fn of(mut numbers: Vec<f64>) -> Self {
        numbers.sort_unstable_by(f64::total_cmp);
        let scale = Scale::of(numbers.iter().copied());
        let begins = |place: &usize| *place == 0 || !scale.is_same(numbers[*place - 1], numbers[*place]);
        let runs = (0..numbers.len()).filter(begins).collect();
        Self { scale, numbers, runs }
    }

    /// The numbers, the smallest first.
    pub fn numbers(&self) -> &[f64] {
        &self.numbers
    }

    /// The runs of tied numbers, the smallest first.
    pub fn runs(&self) -> impl Iterator<Item = &[f64]> {
        let ends = self.runs.iter().skip(1).copied().chain([self.numbers.len()]);
        self.runs.iter().zip(ends).map(|(begin, end)| &self.numbers[*begin..end])
    }

    /// How many numbers are smaller than `value`.
    pub fn below(&self, value: f64) -> usize {
        self.around(value).0
    }

    /// How many numbers are tied with `value`.
    pub fn equal(&self, value: f64) -> usize {
        let (below, up_to) = self.around(value);
        up_to - below
    }

    /// The place of `value` among the runs, from 0; that of the next larger one where it is tied with none.
    pub fn place(&self, value: f64) -> usize {
        let below = self.below(value);
        self.runs.partition_point(|begin| *begin < below)
    }

    /// How many numbers are smaller than `value`, and how many are smaller or tied with it.
    fn around(&self, value: f64) -> (usize, usize) {
        let below = self.numbers.partition_point(|other| self.scale.compare(*other, value).is_lt());
        let up_to = self.numbers.partition_point(|other| self.scale.compare(*other, value).is_le());
        if below == up_to {
            return (below, up_to);
        }
        // Those that are equal to the value take along those that they are tied with.
        let run = |place: usize| self.runs.partition_point(|begin| *begin <= place);
        let end = self.runs.get(run(up_to - 1)).copied().unwrap_or(self.numbers.len());
        (self.runs[run(below) - 1], end)
    }
}

/// The places of these numbers, that of the smallest first; equal ones by place.
pub fn in_order(numbers: &[f64]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..numbers.len()).collect();
    order.sort_by(|one, other| numbers[*one].total_cmp(&numbers[*other]));
    order
}

/// By number: how many runs of tied numbers lie below its own.
pub fn places(numbers: &[f64]) -> Vec<usize> {
    let order = Order::of(numbers.to_vec());
    numbers.iter().map(|number| order.place(*number)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_rounding_leaves_is_no_difference() {
        assert_eq!(compare(0.1 + 0.2, 0.3), Ordering::Equal);
        assert_eq!(compare(79.999_999_999_999_99, 80.0), Ordering::Equal);
        assert_eq!(compare(79.999_999_9, 80.0), Ordering::Less);
        assert_eq!(compare(1e-300, 2e-300), Ordering::Less);
        assert!(Scale::of([0.3]).is_same(0.1 + 0.2 - 0.3, 0.0));
        assert!(!Scale::of([0.3]).is_same(1e-11, 0.0));
        assert!(Scale::of([]).reaches(0.0, -0.0) && Scale::of([]).reaches(80.000_000_000_000_01, 80.0));
    }

    #[test]
    fn ties_are_chains_in_any_order_of_the_numbers() {
        let step = 0.7e-9;
        let chain = [1.0, 1.0 + step, 1.0 + 2.0 * step, 2.0, 0.5];
        for turned in [[0, 1, 2, 3, 4], [4, 3, 2, 1, 0], [2, 0, 4, 1, 3]] {
            let found = places(&turned.map(|place| chain[place]));
            assert_eq!(turned.map(|place| [1, 1, 1, 2, 0][place]).as_slice(), found);
        }
        let order = Order::of(chain.to_vec());
        assert_eq!((order.below(1.0), order.equal(1.0 + 2.0 * step), order.runs().count()), (1, 3, 3));
        // One that is equal to the end of a chain is tied with all of it.
        assert_eq!((order.below(1.0 + 2.5 * step), order.equal(1.0 + 2.5 * step)), (1, 3));
        assert_eq!((order.below(1.5), order.equal(1.5), order.place(1.5), order.place(9.0)), (4, 0, 2, 3));
    }

    #[test]
    fn large_numbers_do_not_tie_small_ones() {
        assert_eq!(places(&[3.0, 1e9, 2.0, 2.0]), [1, 2, 0, 0]);
        assert_eq!(places(&[]), [0_usize; 0]);
    }
}

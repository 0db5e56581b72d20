//! Sums that keep every digit (Shewchuk 1997): a number as a list of parts that do not overlap.

use smallvec::SmallVec;

use super::error_free::{two_product, two_sum};

/// An exact sum: its parts do not overlap and rise in magnitude.
#[derive(Debug, Clone, Default)]
pub(super) struct Exact(SmallVec<[f64; 8]>);

impl Exact {
    /// Adds a number.
    pub(super) fn add(&mut self, number: f64) {
        let (mut carried, mut kept) = (number, 0);
        for place in 0..self.0.len() {
            let (sum, rest) = two_sum(carried, self.0[place]);
            if rest != 0.0 {
                self.0[kept] = rest;
                kept += 1;
            }
            carried = sum;
        }
        self.0.truncate(kept);
        if carried != 0.0 {
            self.0.push(carried);
        }
    }

    /// Adds a product of two numbers.
    pub(super) fn add_product(&mut self, one: f64, other: f64) {
        let (product, rest) = two_product(one, other);
        self.add(rest);
        self.add(product);
    }

    /// Adds `factor` times another sum.
    pub(super) fn add_multiple(&mut self, factor: f64, other: &Self) {
        for part in &other.0 {
            self.add_product(factor, *part);
        }
    }

    /// −1, 0 or 1.
    pub(super) fn sign(&self) -> f64 {
        self.0.last().map_or(0.0, |largest| largest.signum())
    }

    /// The number nearest to the sum; of two equally near ones the even one.
    pub(super) fn nearest(&self) -> f64 {
        let mut parts = self.0.iter().rev().copied();
        let Some(mut nearest) = parts.next() else { return 0.0 };
        let mut rest = 0.0;
        for part in parts.by_ref() {
            (nearest, rest) = two_sum(nearest, part);
            if rest != 0.0 {
                break;
            }
        }
        // What follows decides where the rest is exactly half of the last digit.
        if let Some(further) = parts.next()
            && (rest < 0.0) == (further < 0.0)
        {
            let (away, twice) = (nearest + 2.0 * rest, 2.0 * rest);
            if (away - nearest).to_bits() == twice.to_bits() {
                return away;
            }
        }
        nearest
    }
}

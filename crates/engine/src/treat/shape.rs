//! The shape of a column: the two figures that say whether it has outliers.

use tenseven_model::framework::Limits;

use crate::{
    Slot,
    describe::{kurtosis, numbers, skewness},
};

/// The figures that say whether a column has outliers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Shape {
    /// G1.
    pub skewness: f64,
    /// G2.
    pub kurtosis: f64,
}

impl Shape {
    /// The shape of a column; none of fewer than four numbers, or where all are equal.
    pub fn of(column: &[Slot]) -> Option<Self> {
        let numbers = numbers(column);
        Some(Self { skewness: skewness(&numbers)?, kurtosis: kurtosis(&numbers)? })
    }

    /// Whether a column of this shape passes.
    pub fn passes(self, limits: &Limits) -> bool {
        limits.pass(self.skewness, self.kurtosis)
    }
}

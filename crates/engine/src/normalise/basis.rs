//! What relative normalisations compare a value with: the extremes, the moments or the order of the cells compared.
//!
//! *Invariant:* a basis depends on the numbers compared and on the order of the columns they stand in, never on the
//! order in which they arrived. Directions are applied before anything is compared.

use std::sync::Arc;

use tenseven_model::{Outcome, framework::Direction};

use super::directed;
use crate::{Column, describe};

/// The smallest and the largest number of the cells that are compared, after the direction is applied.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Extremes {
    /// The smallest.
    pub min: f64,
    /// The largest.
    pub max: f64,
}

impl Extremes {
    /// The extremes of both together.
    #[must_use]
    pub fn with(self, other: Self) -> Self {
        Self { min: self.min.min(other.min), max: self.max.max(other.max) }
    }

    /// Whether both are the same to the last bit.
    pub fn same_bits(self, other: Self) -> bool {
        self.min.to_bits() == other.min.to_bits() && self.max.to_bits() == other.max.to_bits()
    }
}

/// The extremes of the numbers at the places where `compared` is true; none if no such place has a number.
pub fn extremes(column: &Column, compared: &[bool], direction: Direction) -> Option<Extremes> {
    column
        .values()
        .iter()
        .zip(column.gaps())
        .zip(compared)
        .filter(|((_, gap), compared)| gap.is_none() && **compared)
        .map(|((value, _), _)| directed(*value, direction))
        .map(|value| Extremes { min: value, max: value })
        .reduce(Extremes::with)
}

/// The mean and the standard deviation (over n − 1) of the cells that are compared, after the direction is applied.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Moments {
    /// The mean.
    pub mean: f64,
    /// The standard deviation.
    pub deviation: f64,
}

impl Moments {
    /// The moments of these numbers; none of fewer than two. A moment that leaves the range of finite numbers is
    /// infinite, and no score comes of it.
    pub fn of(numbers: &[f64]) -> Option<Self> {
        let or_endless = |moment: Option<f64>| moment.unwrap_or(f64::INFINITY);
        (numbers.len() > 1).then(|| Self {
            mean: or_endless(describe::mean(numbers)),
            deviation: or_endless(describe::deviation(numbers)),
        })
    }

    /// Whether both are the same to the last bit.
    pub fn same_bits(self, other: Self) -> bool {
        self.mean.to_bits() == other.mean.to_bits() && self.deviation.to_bits() == other.deviation.to_bits()
    }
}

/// The numbers that are compared, after the direction is applied, smallest first.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Order(Vec<f64>);

impl Order {
    /// The order of these numbers.
    pub fn of(mut numbers: Vec<f64>) -> Self {
        numbers.sort_unstable_by(f64::total_cmp);
        Self(numbers)
    }

    /// How many numbers are compared.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether nothing is compared.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many are smaller than `value`.
    pub fn below(&self, value: f64) -> usize {
        self.0.partition_point(|other| *other < value)
    }

    /// How many equal `value`.
    pub fn equal(&self, value: f64) -> usize {
        self.0.partition_point(|other| *other <= value) - self.below(value)
    }

    /// Whether both are the same to the last bit.
    pub fn same_bits(&self, other: &Self) -> bool {
        self.0.iter().map(|value| value.to_bits()).eq(other.0.iter().map(|value| value.to_bits()))
    }
}

/// What one of the relative normalisations compares with.
#[derive(Debug, Clone, PartialEq)]
pub enum Basis {
    /// The extremes.
    Extremes(Extremes),
    /// The moments.
    Moments(Moments),
    /// The order.
    Order(Arc<Order>),
    /// The extremes, and what stands at the reference area.
    Reference(Option<Extremes>, Outcome),
}

impl Basis {
    /// The extremes, where it has them.
    pub fn extremes(&self) -> Option<Extremes> {
        match self {
            Self::Extremes(extremes) => Some(*extremes),
            Self::Reference(extremes, _) => *extremes,
            Self::Moments(_) | Self::Order(_) => None,
        }
    }

    /// Whether both are the same to the last bit.
    pub fn same_bits(&self, other: &Self) -> bool {
        let same_ends = |one: Option<Extremes>, other: Option<Extremes>| match (one, other) {
            (Some(one), Some(other)) => one.same_bits(other),
            (one, other) => one.is_none() && other.is_none(),
        };
        match (self, other) {
            (Self::Extremes(one), Self::Extremes(other)) => one.same_bits(*other),
            (Self::Moments(one), Self::Moments(other)) => one.same_bits(*other),
            (Self::Order(one), Self::Order(other)) => one.same_bits(other),
            (Self::Reference(one, at_one), Self::Reference(other, at_other)) => {
                same_ends(*one, *other) && at_one.map(f64::to_bits) == at_other.map(f64::to_bits)
            }
            _ => false,
        }
    }
}

/// The numbers at the places where `compared` is true, column after column, after the direction is applied.
pub fn compared_numbers<'a>(
    columns: impl IntoIterator<Item = &'a Column>,
    compared: &[bool],
    direction: Direction,
) -> Vec<f64> {
    let of_column = |column: &'a Column| column.values().iter().zip(column.gaps()).zip(compared);
    columns
        .into_iter()
        .flat_map(of_column)
        .filter(|((_, gap), compared)| gap.is_none() && **compared)
        .map(|((value, _), _)| directed(*value, direction))
        .collect()
}

#[cfg(test)]
mod tests {
    use tenseven_model::Gap;

    use super::*;

    #[test]
    fn numbers_are_compared_over_columns_gaps_and_outsiders_apart() {
        let one: Column = [Ok(3.0), Err(Gap::NeverReported), Ok(9.0)].into_iter().collect();
        let two: Column = [Ok(1.0), Ok(2.0), Ok(8.0)].into_iter().collect();
        let numbers = compared_numbers([&one, &two], &[true, true, false], Direction::LowerIsBetter);
        assert_eq!(numbers, [-3.0, -1.0, -2.0]);
        assert_eq!(Moments::of(&numbers), Some(Moments { mean: -2.0, deviation: 1.0 }));
        let order = Order::of(numbers);
        assert_eq!((order.len(), order.below(-1.0), order.equal(-1.0), order.equal(0.0)), (3, 2, 1, 0));
    }

    #[test]
    fn one_number_has_no_moments() {
        assert_eq!(Moments::of(&[1.0]), None);
    }

    #[test]
    fn both_zeros_are_one_value() {
        let order = Order::of(vec![0.0, -0.0]);
        assert_eq!((order.below(0.0), order.equal(-0.0)), (0, 2));
    }
}

//! What relative normalisations compare a value with: the extremes, the moments or the order of the cells compared.
//!
//! *Invariant:* a basis depends on the numbers compared and on the order of the columns they stand in, never on the
//! order in which they arrived. Directions are applied before anything is compared.

use std::{ops::Range, sync::Arc};

use tenseven_model::{
    Outcome,
    equality::{Order, compare},
    framework::Direction,
};

use super::{Posts, directed};
use crate::{Column, Slot, Slots, chunked::Chunked, describe};

/// The smallest and the largest number of the cells that are compared, after the direction is applied.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Extremes {
    /// The smallest.
    pub min: f64,
    /// The largest.
    pub max: f64,
}

impl Extremes {
    /// Whether the smallest is smaller than the largest.
    pub fn differ(self) -> bool {
        compare(self.min, self.max).is_lt()
    }

    /// Whether both are the same to the last bit.
    pub fn same_bits(self, other: Self) -> bool {
        self.min.to_bits() == other.min.to_bits() && self.max.to_bits() == other.max.to_bits()
    }
}

/// The extremes of the numbers at the places where `compared` is true; none if no such place has a number.
pub fn extremes(slots: &[Slot], compared: &[bool], direction: Direction) -> Option<Extremes> {
    extremes_of(Compared::of(compared).parts(slots), direction)
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

/// What one of the relative normalisations compares with.
#[derive(Debug, Clone, PartialEq)]
pub enum Basis {
    /// The extremes.
    Extremes(Extremes),
    /// The moments.
    Moments(Moments),
    /// The order.
    Order(Arc<Order>),
    /// The posts.
    Posts(Posts),
    /// The extremes, and what stands at the reference area.
    Reference(Option<Extremes>, Outcome),
}

impl Basis {
    /// The extremes, where it has them.
    pub fn extremes(&self) -> Option<Extremes> {
        match self {
            Self::Extremes(extremes) => Some(*extremes),
            Self::Reference(extremes, _) => *extremes,
            Self::Moments(_) | Self::Order(_) | Self::Posts(_) => None,
        }
    }

    /// Whether it can be told in numbers: moments of immense ones are infinite.
    pub(crate) fn is_told(&self) -> bool {
        match self {
            Self::Moments(Moments { mean, deviation }) => mean.is_finite() && deviation.is_finite(),
            Self::Extremes(_) | Self::Order(_) | Self::Posts(_) | Self::Reference(..) => true,
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
            (Self::Posts(one), Self::Posts(other)) => one.same_bits(*other),
            (Self::Order(one), Self::Order(other)) => same_bits(one.numbers(), other.numbers()),
            (Self::Reference(one, at_one), Self::Reference(other, at_other)) => {
                same_ends(*one, *other) && at_one.map(f64::to_bits) == at_other.map(f64::to_bits)
            }
            _ => false,
        }
    }
}

fn same_bits(one: &[f64], other: &[f64]) -> bool {
    one.iter().map(|value| value.to_bits()).eq(other.iter().map(|value| value.to_bits()))
}

/// The numbers at the places where `compared` is true, column after column, after the direction is applied.
pub fn compared_numbers<'a>(
    columns: impl IntoIterator<Item = &'a Column>,
    compared: &[bool],
    direction: Direction,
) -> Vec<f64> {
    let compared = Compared::of(compared);
    columns.into_iter().flat_map(|column| numbers_of(compared.parts(column), direction)).collect()
}

/// Which places of a period are compared with each other.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Compared {
    places: usize,
    runs: Vec<Range<usize>>,
}

impl Compared {
    /// Those where `compared` is true.
    pub(crate) fn of(compared: &[bool]) -> Self {
        let mut runs: Vec<Range<usize>> = Vec::new();
        for place in (0..compared.len()).filter(|place| compared[*place]) {
            match runs.last_mut() {
                Some(run) if run.end == place => run.end += 1,
                _ => runs.push(place..place + 1),
            }
        }
        Self { places: compared.len(), runs }
    }

    /// Whether a place is compared.
    pub(crate) fn holds(&self, place: usize) -> bool {
        self.runs.iter().any(|run| run.contains(&place))
    }

    /// The slots that are compared, of any number of periods one after the other.
    pub(crate) fn parts<'a>(&self, slots: &'a [Slot]) -> impl Iterator<Item = &'a [Slot]> {
        let periods = slots.chunks(self.places.max(1));
        periods.flat_map(move |period| self.runs.iter().filter_map(move |run| period.get(run.clone())))
    }

    /// The slots that are compared, of all periods of a column, but for chunks in which no number is.
    pub(crate) fn parts_of<'a>(&self, column: &'a Chunked<Slot>) -> impl Iterator<Item = &'a [Slot]> {
        let periods = (0..column.len()).step_by(self.places.max(1));
        let runs =
            periods.flat_map(|first| self.runs.iter().map(move |run| first + run.start..first + run.end));
        runs.flat_map(|run| column.told(run, |_| true)).map(|part| column.part(part))
    }
}

/// The numbers of these parts, in order, after the direction is applied.
pub(crate) fn numbers_of<'a>(parts: impl Iterator<Item = &'a [Slot]>, direction: Direction) -> Vec<f64> {
    parts.flat_map(Slots::numbers).map(|number| directed(number, direction)).collect()
}

/// The extremes of the numbers of these parts, after the direction is applied.
pub(crate) fn extremes_of<'a>(
    parts: impl Iterator<Item = &'a [Slot]>,
    direction: Direction,
) -> Option<Extremes> {
    let mut lanes = Lanes::default();
    for part in parts {
        lanes.look_at(part);
    }
    let ends = lanes.extremes()?;
    Some(match direction {
        Direction::HigherIsBetter => ends,
        Direction::LowerIsBetter => Extremes { min: -ends.max, max: -ends.min },
    })
}

const LANES: usize = 8;

/// Running extremes, several side by side, so that a processor can look at as many slots at once.
struct Lanes {
    min: [f64; LANES],
    max: [f64; LANES],
}

impl Default for Lanes {
    fn default() -> Self {
        Self { min: [f64::INFINITY; LANES], max: [f64::NEG_INFINITY; LANES] }
    }
}

impl Lanes {
    /// A gap is never below or above anything.
    fn look_at(&mut self, slots: &[Slot]) {
        let (chunks, rest) = slots.as_chunks::<LANES>();
        let (mut min, mut max) = (self.min, self.max);
        for chunk in chunks {
            for lane in 0..LANES {
                let number = chunk[lane].raw();
                min[lane] = if number < min[lane] { number } else { min[lane] };
                max[lane] = if number > max[lane] { number } else { max[lane] };
            }
        }
        for slot in rest {
            let number = slot.raw();
            min[0] = if number < min[0] { number } else { min[0] };
            max[0] = if number > max[0] { number } else { max[0] };
        }
        (self.min, self.max) = (min, max);
    }

    /// Both zeros are one, so that it does not matter which lane saw which.
    fn extremes(&self) -> Option<Extremes> {
        let min = self.min.iter().copied().fold(f64::INFINITY, f64::min) + 0.0;
        let max = self.max.iter().copied().fold(f64::NEG_INFINITY, f64::max) + 0.0;
        (min <= max).then_some(Extremes { min, max })
    }
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
        assert_eq!((order.below(-1.0), order.equal(-1.0), order.equal(0.0)), (2, 1, 0));
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

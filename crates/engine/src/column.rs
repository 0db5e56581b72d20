//! Columns: one node over many places, as a dense row of slots.
//!
//! *Invariant:* every number is finite; where there is none there is a reason. This module does not know which area and
//! period a place stands for.

use std::ops::{Deref, DerefMut};

use tenseven_model::{Gap, Outcome};

use crate::{Slot, Slots as _};

/// A dense column of outcomes.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Column(Vec<Slot>);

impl Column {
    /// A column of `len` places that all have this gap.
    pub fn of_gap(len: usize, gap: Gap) -> Self {
        Self(vec![Slot::gap(gap); len])
    }

    /// The numbers; 0 where there is a gap.
    pub fn values(&self) -> Vec<f64> {
        self.iter().map(|slot| slot.get().unwrap_or_default()).collect()
    }

    /// What stands at a place. Beyond the column nothing was ever reported.
    pub fn get(&self, place: usize) -> Outcome {
        self.outcome(place)
    }

    /// Puts an outcome at a place; a number that is not finite becomes [`Gap::NotFinite`]. Beyond the column nothing happens.
    pub fn set(&mut self, place: usize, outcome: Outcome) {
        if let Some(slot) = self.0.get_mut(place) {
            *slot = outcome.into();
        }
    }

    /// The outcomes at these places, in this order, as a column.
    #[must_use]
    pub fn gather(&self, places: &[usize]) -> Self {
        places.iter().map(|place| self.get(*place)).collect()
    }

    /// Puts the outcomes of `other`, in order, at these places: the reverse of [`Column::gather`].
    pub fn scatter(&mut self, places: &[usize], other: &Self) {
        for (from, to) in places.iter().enumerate() {
            self.set(*to, other.get(from));
        }
    }
}

impl Deref for Column {
    type Target = [Slot];
    fn deref(&self) -> &[Slot] {
        &self.0
    }
}

impl DerefMut for Column {
    fn deref_mut(&mut self) -> &mut [Slot] {
        &mut self.0
    }
}

impl From<Vec<Slot>> for Column {
    fn from(slots: Vec<Slot>) -> Self {
        Self(slots)
    }
}

impl FromIterator<Outcome> for Column {
    fn from_iter<I: IntoIterator<Item = Outcome>>(outcomes: I) -> Self {
        Self(outcomes.into_iter().map(Slot::from).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_that_is_not_finite_never_enters() {
        let mut column: Column = [Ok(f64::NAN), Ok(1.0), Ok(2.0)].into_iter().collect();
        column.set(1, Ok(f64::INFINITY));
        column.map(|value| Ok(value / 0.0));
        assert_eq!(column, Column::of_gap(3, Gap::NotFinite));
        assert_eq!(column.values(), [0.0; 3]);
    }

    #[test]
    fn what_is_gathered_can_be_put_back() {
        let mut column: Column = [Ok(1.0), Err(Gap::NeverReported), Ok(3.0)].into_iter().collect();
        let mut part = column.gather(&[2, 1]);
        assert_eq!(part, [Ok(3.0), Err(Gap::NeverReported)].into_iter().collect());
        part.set(1, Ok(7.0));
        column.scatter(&[2, 1], &part);
        assert_eq!(column, [Ok(1.0), Ok(7.0), Ok(3.0)].into_iter().collect());
    }

    #[test]
    fn beyond_the_column_nothing_was_reported() {
        let mut column = Column::of_gap(1, Gap::ConstantColumn);
        column.set(1, Ok(1.0));
        assert_eq!((column.get(0), column.get(1)), (Err(Gap::ConstantColumn), Err(Gap::NeverReported)));
    }
}

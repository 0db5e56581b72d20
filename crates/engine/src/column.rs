//! Columns: one node over many areas, as dense numbers with a reason wherever there is none.
//!
//! *Invariant:* the two arrays have one length; every number is finite; where there is a gap the number is 0, so that
//! sums can run over the numbers without looking. This module does not know which area a place stands for.

use tenseven_model::{Gap, Outcome};

/// A dense column of outcomes.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Column {
    values: Vec<f64>,
    gaps: Vec<Option<Gap>>,
}

impl Column {
    /// A column of `len` places that all have this gap.
    pub fn of_gap(len: usize, gap: Gap) -> Self {
        Self { values: vec![0.0; len], gaps: vec![Some(gap); len] }
    }

    /// How many places it has.
    pub fn len(&self) -> usize {
        self.values.len()
    }

    /// Whether it has no place.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// The numbers; 0 where there is a gap.
    pub fn values(&self) -> &[f64] {
        &self.values
    }

    /// The gaps; none where there is a number.
    pub fn gaps(&self) -> &[Option<Gap>] {
        &self.gaps
    }

    /// What stands at a place. Beyond the column nothing was ever reported.
    pub fn get(&self, place: usize) -> Outcome {
        match (self.values.get(place), self.gaps.get(place)) {
            (Some(value), Some(None)) => Ok(*value),
            (_, Some(Some(gap))) => Err(*gap),
            _ => Err(Gap::NeverReported),
        }
    }

    /// Puts an outcome at a place; a number that is not finite becomes [`Gap::NotFinite`]. Beyond the column nothing happens.
    pub fn set(&mut self, place: usize, outcome: Outcome) {
        if let (Some(value), Some(gap)) = (self.values.get_mut(place), self.gaps.get_mut(place)) {
            (*value, *gap) = parts(outcome);
        }
    }

    /// Replaces every number by what `rule` makes of it; gaps stay.
    pub fn map(&mut self, rule: impl Fn(f64) -> Outcome) {
        for (value, gap) in self.values.iter_mut().zip(&mut self.gaps) {
            if gap.is_none() {
                (*value, *gap) = parts(rule(*value));
            }
        }
    }

    /// Replaces every gap by what `rule` makes of it; numbers stay.
    pub fn map_gaps(&mut self, rule: impl Fn(Gap) -> Outcome) {
        for (value, gap) in self.values.iter_mut().zip(&mut self.gaps) {
            if let Some(reason) = *gap {
                (*value, *gap) = parts(rule(reason));
            }
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

    /// Whether both columns have the same gaps and the same numbers to the last bit.
    pub fn same_bits(&self, other: &Self) -> bool {
        let bits = |column: &Self| column.values.iter().map(|value| value.to_bits()).collect::<Vec<_>>();
        self.gaps == other.gaps && bits(self) == bits(other)
    }
}

fn parts(outcome: Outcome) -> (f64, Option<Gap>) {
    match outcome {
        Ok(value) if value.is_finite() => (value, None),
        Ok(_) => (0.0, Some(Gap::NotFinite)),
        Err(gap) => (0.0, Some(gap)),
    }
}

impl FromIterator<Outcome> for Column {
    fn from_iter<I: IntoIterator<Item = Outcome>>(outcomes: I) -> Self {
        let (values, gaps) = outcomes.into_iter().map(parts).unzip();
        Self { values, gaps }
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
        assert_eq!(column.gaps(), [Some(Gap::NotFinite); 3]);
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

//! Stage 2, denominate: a value for each so many of something else, as deaths for each 100,000 inhabitants.
//!
//! *Invariant:* a value without a denominator is missing, with [`Gap::NoDenominator`]; it is never left as it was.

use tenseven_model::Gap;

use crate::Column;

/// x/(d/scale), place by place. Where the denominator is missing or not above 0 the gap is [`Gap::NoDenominator`]; a
/// gap of the column stays the gap that it was.
pub fn denominate(column: &mut Column, denominator: &Column, scale: f64) {
    let made: Column = (0..column.len())
        .map(|place| {
            let value = column.get(place)?;
            match denominator.get(place) {
                Ok(whole) if whole > 0.0 => Ok(value / (whole / scale)),
                Ok(_) | Err(_) => Err(Gap::NoDenominator),
            }
        })
        .collect();
    *column = made;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_counted_for_each_so_many() {
        let mut column: Column = [Ok(30.0), Ok(0.0)].into_iter().collect();
        denominate(&mut column, &[Ok(2_000.0), Ok(4.0)].into_iter().collect(), 1_000.0);
        assert_eq!(column.values(), [15.0, 0.0]);
    }

    #[test]
    fn without_a_denominator_there_is_no_value() {
        let unknown = Err(Gap::NeverReported);
        let mut column: Column = [Ok(1.0), Ok(1.0), Ok(1.0), unknown, Ok(f64::MAX)].into_iter().collect();
        let denominator = [unknown, Ok(0.0), Ok(-3.0), Ok(1.0), Ok(0.5)].into_iter().collect();
        denominate(&mut column, &denominator, 1.0);
        let none = Err(Gap::NoDenominator);
        assert_eq!(column, [none, none, none, unknown, Err(Gap::NotFinite)].into_iter().collect());
    }
}

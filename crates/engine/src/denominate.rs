//! Stage 2, denominate: a value for each so many of something else, as deaths for each 100,000 inhabitants.
//!
//! *Invariant:* a value without a denominator is missing, with [`Gap::NoDenominator`]; it is never left as it was.

use tenseven_model::{Gap, Outcome};

use crate::{Slot, Slots as _};

/// x/(d/scale), place by place. Where the denominator is missing or not above 0 the gap is [`Gap::NoDenominator`]; a
/// gap of the column stays the gap that it was.
pub fn denominate(column: &mut [Slot], denominator: &[Slot], scale: f64) {
    for (place, slot) in column.iter_mut().enumerate() {
        *slot = per(slot.get(), denominator.outcome(place), scale).into();
    }
}

/// One value, divided. Where a divisor above 0 vanishes or has no end once it is scaled, or the quotient has none, the
/// gap is [`Gap::NotFinite`].
pub fn per(value: Outcome, denominator: Outcome, scale: f64) -> Outcome {
    let value = value?;
    let whole = denominator.ok().filter(|whole| *whole > 0.0).ok_or(Gap::NoDenominator)?;
    let divisor = whole / scale;
    let quotient = value / divisor;
    if divisor.is_finite() && quotient.is_finite() { Ok(quotient) } else { Err(Gap::NotFinite) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Column;

    #[test]
    fn a_value_is_counted_for_each_so_many() {
        let mut column: Column = [Ok(30.0), Ok(0.0)].into_iter().collect();
        let whole: Column = [Ok(2_000.0), Ok(4.0)].into_iter().collect();
        denominate(&mut column, &whole, 1_000.0);
        assert_eq!(column.values(), [15.0, 0.0]);
    }

    #[test]
    fn without_a_denominator_there_is_no_value() {
        let unknown = Err(Gap::NeverReported);
        let mut column: Column = [Ok(1.0), Ok(1.0), Ok(1.0), unknown, Ok(f64::MAX)].into_iter().collect();
        let denominator: Column = [unknown, Ok(0.0), Ok(-3.0), Ok(1.0), Ok(0.5)].into_iter().collect();
        denominate(&mut column, &denominator, 1.0);
        let none = Err(Gap::NoDenominator);
        assert_eq!(column, [none, none, none, unknown, Err(Gap::NotFinite)].into_iter().collect());
    }

    #[test]
    fn a_quotient_beyond_all_numbers_has_a_reason_wherever_it_is_asked_for() {
        for (value, whole, scale) in [(1.0, 5e-324, 1.0), (1e200, 1e300, 1e-100), (0.0, 5e-324, 1e10)] {
            assert_eq!(per(Ok(value), Ok(whole), scale), Err(Gap::NotFinite), "{value} {whole} {scale}");
        }
        assert_eq!(per(Ok(0.0), Ok(5e-324), 1.0), Ok(0.0));
    }
}

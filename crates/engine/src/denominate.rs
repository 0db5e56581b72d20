//! Stage 2, denominate: a value for each so many of something else, as deaths for each 100,000 inhabitants.
//!
//! *Invariant:* a value without a denominator is missing, with [`Gap::NoDenominator`]; it is never left as it was.

use tenseven_model::{Gap, Outcome};

use crate::{Slot, Slots as _, number};

/// x·scale/d, rounded once, place by place. Where the denominator is missing or not above 0 the gap is [`Gap::NoDenominator`]; a
/// gap of the column stays the gap that it was.
pub fn denominate(column: &mut [Slot], denominator: &[Slot], scale: f64) {
    for (place, slot) in column.iter_mut().enumerate() {
        *slot = per(slot.get(), denominator.outcome(place), scale).into();
    }
}

/// One value, divided. Where the quotient leaves the range of finite numbers the gap is [`Gap::NotFinite`].
pub fn per(value: Outcome, denominator: Outcome, scale: f64) -> Outcome {
    let value = value?;
    let whole = denominator.ok().filter(|whole| *whole > 0.0).ok_or(Gap::NoDenominator)?;
    let quotient = number::per(value, scale, whole);
    if quotient.is_finite() { Ok(quotient) } else { Err(Gap::NotFinite) }
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
    fn a_quotient_is_rounded_once_and_meets_its_exact_threshold() {
        // 21/(70/100) is 30.000000000000004 where 70/100 is rounded before.
        assert_eq!(per(Ok(21.0), Ok(70.0), 100.0), Ok(30.0));
        assert_eq!(per(Ok(2.0_f64.powi(900)), Ok(2.0_f64.powi(1_000)), 2.0_f64.powi(100)), Ok(1.0));
        assert_eq!(per(Ok(0.0), Ok(5e-324), 1e10), Ok(0.0));
    }

    #[test]
    fn a_quotient_beyond_all_numbers_has_a_reason() {
        for (value, whole, scale) in [(1.0, 5e-324, 1.0), (1e300, 1e-300, 1.0), (1e200, 1.0, 1e200)] {
            assert_eq!(per(Ok(value), Ok(whole), scale), Err(Gap::NotFinite), "{value} {whole} {scale}");
        }
    }
}

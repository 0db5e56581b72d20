//! What may be filled in at all, and the constant that a framework states.

use tenseven_model::{Gap, MissingReason};

use crate::{Slot, Slots as _};

/// Whether a gap means that nothing is known, so that something may stand in for it. Not so where the question does
/// not arise, and not where there is a value that cannot be used. A value that could not be divided is not known on the
/// scale that is asked for.
pub fn is_unknown(gap: Gap) -> bool {
    match gap {
        Gap::NeverReported | Gap::NoDenominator | Gap::TreatedAsMissing => true,
        Gap::Reported(reason) => reason != MissingReason::NotApplicable,
        Gap::NoChildWithData
        | Gap::BelowMinCoverage
        | Gap::ConstantColumn
        | Gap::OutsideTransform
        | Gap::NotFinite
        | Gap::NoReference
        | Gap::NoSpan
        | Gap::NotPositive
        | Gap::NoPair => false,
    }
}

/// Fills in `constant` wherever nothing is known.
pub fn constant(column: &mut [Slot], constant: f64) {
    column.map_gaps(|gap| if is_unknown(gap) { Ok(constant) } else { Err(gap) });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Column;

    #[test]
    fn fills_the_unknown_and_nothing_else() {
        let not_applicable = Gap::Reported(MissingReason::NotApplicable);
        let confidential = Gap::Reported(MissingReason::Confidential);
        let before =
            [Ok(3.0), Err(Gap::NeverReported), Err(confidential), Err(not_applicable), Err(Gap::NotFinite)];
        let mut column: Column = before.into_iter().collect();
        constant(&mut column, 7.0);
        let after = [Ok(3.0), Ok(7.0), Ok(7.0), Err(not_applicable), Err(Gap::NotFinite)];
        assert_eq!(column, after.into_iter().collect());
    }
}

//! Stage 5, transform: a change of scale before the comparison.
//!
//! *Invariant:* a value outside the transform's domain has the reason [`Gap::OutsideTransform`], never a NaN.

use tenseven_model::{Gap, framework::Transform};

use crate::{Slot, Slots as _};

/// Transforms every number of the column.
pub fn apply(column: &mut [Slot], transform: Transform) {
    if transform != Transform::Identity {
        column.map(|value| transform.apply(value).ok_or(Gap::OutsideTransform));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Column;

    #[test]
    fn a_value_outside_the_domain_has_a_reason() {
        let mut column: Column = [Ok(0.0), Ok(1.0), Ok(-1.0)].into_iter().collect();
        apply(&mut column, Transform::Log);
        assert_eq!(
            column,
            [Err(Gap::OutsideTransform), Ok(0.0), Err(Gap::OutsideTransform)].into_iter().collect()
        );
    }

    #[test]
    fn each_transform_takes_what_it_is_defined_for() {
        let mut column: Column = [Ok(0.0), Ok(std::f64::consts::E - 1.0)].into_iter().collect();
        apply(&mut column, Transform::Log1p);
        assert_eq!(column.get(0), Ok(0.0));
        assert!(column.get(1).is_ok_and(|one| (one - 1.0).abs() < 1e-15));
        let mut column: Column = [Ok(4.0), Ok(1.0), Ok(0.0)].into_iter().collect();
        apply(&mut column, Transform::BoxCox(0.5));
        assert_eq!(column, [Ok(2.0), Ok(0.0), Err(Gap::OutsideTransform)].into_iter().collect());
        let mut column: Column = [Ok(1.0), Ok(-1.0)].into_iter().collect();
        apply(&mut column, Transform::BoxCox(0.0));
        assert_eq!(column, [Ok(0.0), Err(Gap::OutsideTransform)].into_iter().collect());
        let mut column: Column = [Ok(std::f64::consts::E), Ok(0.5)].into_iter().collect();
        apply(&mut column, Transform::BoxCox(1e-20));
        assert_eq!(column, [Ok(1.0), Ok(-std::f64::consts::LN_2)].into_iter().collect());
        let mut column: Column = [Ok(9.0), Ok(-1e-300)].into_iter().collect();
        apply(&mut column, Transform::Sqrt);
        assert_eq!(column, [Ok(3.0), Err(Gap::OutsideTransform)].into_iter().collect());
    }
}

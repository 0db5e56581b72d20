//! Rubric levels and flags: each has its score.

use tenseven_model::{Gap, equality::compare};

use crate::{Slot, Slots as _};

/// Gives each level its score: the number is the level's place, from 0. A number that is no place is
/// [`Gap::OutsideTransform`].
pub fn levels(column: &mut [Slot], scores: &[f64]) {
    column.map(|value| {
        let score = scores.iter().enumerate().find(|(place, _)| compare(value, *place as f64).is_eq());
        score.map(|(_, score)| *score).ok_or(Gap::OutsideTransform)
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Column;

    #[test]
    fn a_level_is_worth_its_score_and_half_a_level_nothing() {
        let mut scored: Column = [Ok(0.0), Ok(2.0), Ok(0.5), Ok(3.0), Ok(-1.0)].into_iter().collect();
        levels(&mut scored, &[0.0, 50.0, 100.0]);
        let gap = Err(Gap::OutsideTransform);
        assert_eq!(scored, [Ok(0.0), Ok(100.0), gap, gap, gap].into_iter().collect());
    }
}

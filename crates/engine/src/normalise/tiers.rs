//! Tiers: thresholds, each with the score that a value from it on is worth.

use tenseven_model::{equality::Scale, framework::Tier};

use crate::{Slot, Slots as _};

/// Gives a number the score of the first tier that it reaches (equality reaches it), or `below`. The tiers stand
/// highest first.
pub fn tiers(column: &mut [Slot], tiers: &[Tier], below: f64) {
    column.map(|value| {
        let scale = Scale::of(tiers.iter().map(|tier| tier.at_least).chain([value]));
        let reached = tiers.iter().find(|tier| scale.reaches(value, tier.at_least));
        Ok(reached.map_or(below, |tier| tier.score))
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Column;

    fn column(values: &[f64]) -> Column {
        values.iter().map(|value| Ok(*value)).collect()
    }

    #[test]
    fn a_tier_begins_with_its_threshold() {
        let steps = [Tier { at_least: 0.9, score: 100.0 }, Tier { at_least: 0.4, score: 50.0 }];
        let mut scored = column(&[1.0, 0.9_f64.next_down(), 0.899_999, 0.4, 0.399_999]);
        tiers(&mut scored, &steps, 0.0);
        assert_eq!(scored.values(), [100.0, 100.0, 50.0, 50.0, 0.0]);
    }
}

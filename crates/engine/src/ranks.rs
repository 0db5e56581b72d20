//! Stage 8, rank: competition ranks, the best first.
//!
//! *Invariant:* areas without a score have no rank and move nobody's. Which scores are equal is decided by
//! [`tenseven_model::equality`], whatever the order of the areas.

use std::collections::BTreeMap;

use tenseven_model::equality::Order;

use crate::{Slot, Slots as _};

/// The rank of each place, from 1 for the highest score; equal scores share the best of their ranks (1, 2, 2, 4).
pub fn competition(column: &[Slot]) -> Vec<Option<u32>> {
    within(column, &vec![Some(0); column.len()])
}

/// The rank of each place among those of its own group; a place without a group has none.
pub fn within(column: &[Slot], groups: &[Option<usize>]) -> Vec<Option<u32>> {
    let standing = |place: usize| Some((groups.get(place).copied()??, column.outcome(place).ok()?));
    let mut members: BTreeMap<usize, Vec<(usize, f64)>> = BTreeMap::new();
    for place in 0..column.len() {
        if let Some((group, score)) = standing(place) {
            members.entry(group).or_default().push((place, score));
        }
    }
    let mut ranks = vec![None; column.len()];
    for members in members.into_values() {
        let order = Order::of(members.iter().map(|(_, score)| *score).collect());
        for (place, score) in &members {
            let above = members.len() - order.below(*score) - order.equal(*score);
            ranks[*place] = Some(u32::try_from(above + 1).unwrap_or(u32::MAX));
        }
    }
    ranks
}

#[cfg(test)]
mod tests {
    use tenseven_model::Gap;

    use super::*;
    use crate::Column;

    #[test]
    fn equal_scores_share_the_best_rank_and_the_next_is_passed_over() {
        let column: Column =
            [Ok(5.0), Err(Gap::NeverReported), Ok(9.0), Ok(5.0), Ok(-1.0)].into_iter().collect();
        assert_eq!(competition(&column), [Some(2), None, Some(1), Some(2), Some(4)]);
    }

    #[test]
    fn ranks_within_a_group_look_at_nobody_else() {
        let column: Column = [Ok(5.0), Ok(9.0), Ok(7.0), Ok(8.0)].into_iter().collect();
        let groups = [Some(0), Some(1), Some(0), None];
        assert_eq!(within(&column, &groups), [Some(2), Some(1), Some(1), None]);
    }

    #[test]
    fn both_zeros_are_equal() {
        let column: Column = [Ok(0.0), Ok(-0.0)].into_iter().collect();
        assert_eq!(competition(&column), [Some(1), Some(1)]);
    }
}

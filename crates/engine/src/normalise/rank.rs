//! Ranks as scores: the best has the highest.
//!
//! An area outside the reference set gets the rank that it would take among those compared.

use tenseven_model::{
    Gap,
    equality::Order,
    framework::{Direction, Standing, Ties},
};

use super::directed;
use crate::{Slot, Slots as _};

/// The standing of each number among those compared, after the direction is applied. Where nothing is compared, or a
/// percentile is asked for and there is no other to surpass, the gap is [`Gap::ConstantColumn`].
pub fn rank(column: &mut [Slot], direction: Direction, standing: Standing, ties: Ties, order: &Order) {
    let others = order.numbers().len().saturating_sub(1);
    column.map(|value| {
        if order.numbers().is_empty() {
            return Err(Gap::ConstantColumn);
        }
        let value = directed(value, direction);
        let surpassed = order.below(value) as f64
            + match ties {
                Ties::Min => 0.0,
                Ties::Average => order.equal(value).saturating_sub(1) as f64 / 2.0,
            };
        match standing {
            Standing::Rank => Ok(surpassed + 1.0),
            Standing::Borda => Ok(surpassed),
            Standing::Percentile if others == 0 => Err(Gap::ConstantColumn),
            Standing::Percentile => Ok((surpassed / others as f64).min(1.0)),
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Column, normalise::compared_numbers};

    fn scored(values: &[f64], compared: &[bool], standing: Standing, ties: Ties) -> Vec<f64> {
        let mut column: Column = values.iter().map(|value| Ok(*value)).collect();
        let order = Order::of(compared_numbers([&column], compared, Direction::HigherIsBetter));
        rank(&mut column, Direction::HigherIsBetter, standing, ties, &order);
        column.values()
    }

    const VALUES: [f64; 5] = [30.0, 10.0, 20.0, 20.0, 40.0];

    #[test]
    fn the_best_has_the_highest_and_equal_values_share_one() {
        let all = [true; 5];
        assert_eq!(scored(&VALUES, &all, Standing::Rank, Ties::Min), [4.0, 1.0, 2.0, 2.0, 5.0]);
        assert_eq!(scored(&VALUES, &all, Standing::Rank, Ties::Average), [4.0, 1.0, 2.5, 2.5, 5.0]);
        assert_eq!(scored(&VALUES, &all, Standing::Borda, Ties::Min), [3.0, 0.0, 1.0, 1.0, 4.0]);
        assert_eq!(scored(&VALUES, &all, Standing::Percentile, Ties::Min), [0.75, 0.0, 0.25, 0.25, 1.0]);
    }

    #[test]
    fn an_outsider_stands_where_it_would_and_never_above_all_others() {
        let compared = [true, true, true, true, false];
        assert_eq!(scored(&VALUES, &compared, Standing::Rank, Ties::Min), [4.0, 1.0, 2.0, 2.0, 5.0]);
        let percentiles = scored(&VALUES, &compared, Standing::Percentile, Ties::Min);
        assert_eq!((percentiles[0], percentiles[4]), (1.0, 1.0));
    }

    #[test]
    fn where_less_is_better_the_smallest_has_the_highest() {
        let mut column: Column = [Ok(1.0), Ok(2.0)].into_iter().collect();
        let order = Order::of(compared_numbers([&column], &[true; 2], Direction::LowerIsBetter));
        rank(&mut column, Direction::LowerIsBetter, Standing::Rank, Ties::Min, &order);
        assert_eq!(column.values(), [2.0, 1.0]);
    }

    #[test]
    fn nothing_to_surpass_has_a_reason() {
        let mut column: Column = [Ok(1.0)].into_iter().collect();
        rank(&mut column, Direction::HigherIsBetter, Standing::Percentile, Ties::Min, &Order::of(vec![1.0]));
        assert_eq!(column.get(0), Err(Gap::ConstantColumn));
        let mut column: Column = [Ok(1.0)].into_iter().collect();
        rank(&mut column, Direction::HigherIsBetter, Standing::Rank, Ties::Min, &Order::of(vec![]));
        assert_eq!(column.get(0), Err(Gap::ConstantColumn));
    }
}

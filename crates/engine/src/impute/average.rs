//! What stands in for an area is taken from the other areas: of all, or of its own group.

use tenseven_model::framework::Average;

use super::is_unknown;
use crate::{Slot, Slots as _, describe};

/// The average of these numbers; none of no numbers.
pub fn average_of(average: Average, numbers: &[f64]) -> Option<f64> {
    match average {
        Average::Mean => describe::mean(numbers),
        Average::Median => describe::median(numbers),
    }
}

/// Fills in the average of all areas that have a number. A column without any stays as it is.
pub fn average(column: &mut [Slot], average: Average) {
    if let Some(filled) = average_of(average, &describe::numbers(column)) {
        super::constant(column, filled);
    }
}

/// Fills in the average of the area's own group. `groups` names each place's group; a place without one, and one whose
/// whole group has no number, stays as it is.
pub fn group_average(column: &mut [Slot], groups: &[Option<usize>], average: Average) {
    let count = groups.iter().flatten().max().map_or(0, |last| last + 1);
    let mut members = vec![Vec::new(); count];
    for (place, group) in groups.iter().enumerate() {
        if let (Some(group), Ok(value)) = (group, column.outcome(place)) {
            members[*group].push(value);
        }
    }
    let averages: Vec<_> = members.iter().map(|numbers| average_of(average, numbers)).collect();
    for (place, group) in groups.iter().enumerate().take(column.len()) {
        let filled = group.and_then(|group| averages[group]);
        if let (Some(filled), Err(gap)) = (filled, column.outcome(place))
            && is_unknown(gap)
        {
            column[place] = Slot::number(filled);
        }
    }
}

#[cfg(test)]
mod tests {
    use tenseven_model::{Gap, MissingReason};

    use super::*;
    use crate::Column;

    const UNKNOWN: Result<f64, Gap> = Err(Gap::NeverReported);

    #[test]
    fn the_others_stand_in_and_what_was_observed_stays() {
        let not_applicable = Err(Gap::Reported(MissingReason::NotApplicable));
        let before = [Ok(1.0), UNKNOWN, Ok(2.0), Ok(9.0), not_applicable];
        for (by, filled) in [(Average::Mean, 4.0), (Average::Median, 2.0)] {
            let mut column: Column = before.into_iter().collect();
            average(&mut column, by);
            assert_eq!(column, [Ok(1.0), Ok(filled), Ok(2.0), Ok(9.0), not_applicable].into_iter().collect());
        }
    }

    #[test]
    fn only_the_own_group_stands_in() {
        let mut column: Column =
            [Ok(1.0), Ok(3.0), UNKNOWN, Ok(100.0), UNKNOWN, UNKNOWN].into_iter().collect();
        group_average(&mut column, &[Some(0), Some(0), Some(0), Some(1), None, Some(2)], Average::Mean);
        assert_eq!(column, [Ok(1.0), Ok(3.0), Ok(2.0), Ok(100.0), UNKNOWN, UNKNOWN].into_iter().collect());
    }

    #[test]
    fn a_column_without_any_number_stays_missing() {
        let mut column = Column::of_gap(3, Gap::NeverReported);
        average(&mut column, Average::Mean);
        group_average(&mut column, &[Some(0); 3], Average::Median);
        assert_eq!(column, Column::of_gap(3, Gap::NeverReported));
    }
}

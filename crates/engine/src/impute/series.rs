//! What stands in for a period is taken from the same area's other periods.
//!
//! A series is a column whose places are the periods of one area, earliest first. What is known of it is a list of times
//! and numbers, earliest first.

use super::is_unknown;
use crate::Column;

/// Fills in the latest number before, at most `within` places back.
pub fn latest(series: &mut Column, within: usize) {
    fill(series, |place| place as f64, |known, time| latest_of(known, time, within as f64));
}

/// Fills in the latest number before, however far back; before the first number, the first.
pub fn hold(series: &mut Column) {
    fill(series, |place| place as f64, held);
}

/// Fills in what lies on the straight line, in time, between the numbers on both sides; beyond the first and the last,
/// that number. `times` says when each place is, in any unit, rising.
pub fn linear(series: &mut Column, times: &[f64]) {
    fill(series, |place| times.get(place).copied().unwrap_or(f64::INFINITY), on_the_line);
}

/// The latest of what is known before a time, if it lies at most `within` before.
pub fn latest_of(known: &[(f64, f64)], time: f64, within: f64) -> Option<f64> {
    let before = neighbours(known, time).0;
    before.filter(|(at, _)| time - at <= within).map(|(_, value)| value)
}

/// The latest of what is known before a time; before the first, the first.
pub fn held(known: &[(f64, f64)], time: f64) -> Option<f64> {
    let (before, after) = neighbours(known, time);
    before.or(after).map(|(_, value)| value)
}

/// What lies on the straight line between what is known before and after a time; beyond the first and the last, that.
pub fn on_the_line(known: &[(f64, f64)], time: f64) -> Option<f64> {
    match neighbours(known, time) {
        (Some((_, value)), None) | (None, Some((_, value))) => Some(value),
        (Some((from, low)), Some((to, high))) => {
            let part = (time - from) / (to - from);
            let rise = high - low;
            // Immense numbers of opposite signs lie further apart than any number says.
            let between = if rise.is_finite() { low + rise * part } else { low * (1.0 - part) + high * part };
            Some(between)
        }
        (None, None) => None,
    }
}

/// What is known last before a time and first from it on.
#[expect(clippy::type_complexity, reason = "a pair of what the argument is a list of")]
pub(crate) fn neighbours(known: &[(f64, f64)], time: f64) -> (Option<(f64, f64)>, Option<(f64, f64)>) {
    let after = known.partition_point(|(at, _)| *at < time);
    let before = after.checked_sub(1).and_then(|before| known.get(before));
    (before.copied(), known.get(after).copied())
}

/// Fills in wherever nothing is known what `rule` makes of the numbers that were there before, by time, and the place's
/// own time.
fn fill(
    series: &mut Column,
    time_of: impl Fn(usize) -> f64,
    rule: impl Fn(&[(f64, f64)], f64) -> Option<f64>,
) {
    let known: Vec<_> = (0..series.len())
        .filter_map(|place| series.get(place).ok().map(|value| (time_of(place), value)))
        .collect();
    for place in 0..series.len() {
        if let (Err(gap), Some(filled)) = (series.get(place), rule(&known, time_of(place)))
            && is_unknown(gap)
        {
            series.set(place, Ok(filled));
        }
    }
}

#[cfg(test)]
mod tests {
    use tenseven_model::{Gap, MissingReason};

    use super::*;

    const NONE: Result<f64, Gap> = Err(Gap::NeverReported);

    fn filled(before: &[Result<f64, Gap>], rule: impl Fn(&mut Column)) -> Column {
        let mut series: Column = before.iter().copied().collect();
        rule(&mut series);
        series
    }

    #[test]
    fn the_latest_is_carried_so_far_and_no_further() {
        let made = filled(&[NONE, Ok(1.0), NONE, NONE, Ok(4.0), NONE], |series| latest(series, 1));
        assert_eq!(made, [NONE, Ok(1.0), Ok(1.0), NONE, Ok(4.0), Ok(4.0)].into_iter().collect());
    }

    #[test]
    fn a_held_series_begins_with_its_first_number() {
        let made = filled(&[NONE, Ok(1.0), NONE, NONE, Ok(4.0), NONE], hold);
        assert_eq!(made.values(), [1.0, 1.0, 1.0, 1.0, 4.0, 4.0]);
    }

    /// From 10 in 2000 to 20 in 2010: 2004 lies four tenths on the way, however many places there are.
    #[test]
    fn a_line_runs_in_time_and_not_in_places() {
        let times = [1999.0, 2000.0, 2004.0, 2010.0, 2011.0];
        let made = filled(&[NONE, Ok(10.0), NONE, Ok(20.0), NONE], |series| linear(series, &times));
        assert_eq!(made.values(), [10.0, 10.0, 14.0, 20.0, 20.0]);
    }

    #[test]
    fn a_line_between_immense_numbers_has_a_middle() {
        let known = [(0.0, f64::MIN), (2.0, f64::MAX)];
        assert_eq!((on_the_line(&known, 1.0), on_the_line(&known, 0.0)), (Some(0.0), Some(f64::MIN)));
    }

    #[test]
    fn a_single_number_is_held_and_none_stays_none() {
        let times = [1.0, 2.0, 3.0];
        let made = filled(&[NONE, Ok(7.0), NONE], |series| linear(series, &times));
        assert_eq!(made.values(), [7.0; 3]);
        let made = filled(&[NONE; 3], |series| linear(series, &times));
        assert_eq!(made, Column::of_gap(3, Gap::NeverReported));
        assert_eq!(filled(&[NONE; 3], hold), Column::of_gap(3, Gap::NeverReported));
    }

    #[test]
    fn what_does_not_apply_stays_so() {
        let not_applicable = Err(Gap::Reported(MissingReason::NotApplicable));
        let made = filled(&[Ok(1.0), not_applicable, Ok(3.0)], |series| linear(series, &[1.0, 2.0, 3.0]));
        assert_eq!(made.get(1), not_applicable);
    }
}

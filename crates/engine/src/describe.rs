//! Descriptive statistics of the numbers of a column.
//!
//! Skewness and kurtosis are G1 and G2, the estimators of Joanes and Gill (1998) that most statistical programs print.
//!
//! *Invariant:* no figure depends on the order of the numbers ([`crate::number`]). A figure that the numbers do not bear is absent, never
//! a NaN.

use tenseven_model::equality::{Order, Scale, compare};

use crate::{Slot, Slots, number};

/// What a column looks like.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Description {
    /// How many places the column has.
    pub places: usize,
    /// How many of them have a number.
    pub with_data: usize,
    /// How many numbers are not 0.
    pub not_zero: usize,
    /// How many different numbers there are.
    pub distinct: usize,
    /// How often the most frequent number stands.
    pub most_frequent: usize,
    /// The smallest; none without data, as all that follow.
    pub min: Option<f64>,
    /// The largest.
    pub max: Option<f64>,
    /// The mean.
    pub mean: Option<f64>,
    /// The median; of an even count the mean of the two in the middle.
    pub median: Option<f64>,
    /// The standard deviation over n − 1; none of fewer than 2.
    pub deviation: Option<f64>,
    /// G1; none of fewer than 3, or where all are equal.
    pub skewness: Option<f64>,
    /// G2, 0 of a normal distribution; none of fewer than 4, or where all are equal.
    pub kurtosis: Option<f64>,
}

/// The numbers of a column, in order.
pub fn numbers(column: &[Slot]) -> Vec<f64> {
    Slots::numbers(column).collect()
}

/// Describes a column.
pub fn describe(column: &[Slot]) -> Description {
    let numbers = numbers(column);
    let order = Order::of(numbers.clone());
    let sorted = order.numbers();
    let zero = Scale::of(numbers.iter().copied());
    Description {
        places: column.len(),
        with_data: numbers.len(),
        not_zero: numbers.iter().filter(|number| !zero.is_same(**number, 0.0)).count(),
        distinct: order.runs().count(),
        most_frequent: order.runs().map(<[f64]>::len).max().unwrap_or(0),
        min: sorted.first().copied(),
        max: sorted.last().copied(),
        mean: mean(&numbers),
        median: middle(sorted),
        deviation: deviation(&numbers),
        skewness: skewness(&numbers),
        kurtosis: kurtosis(&numbers),
    }
}

/// The mean; none of no numbers.
pub fn mean(numbers: &[f64]) -> Option<f64> {
    finite(number::mean(numbers))
}

/// The median; of an even count the mean of the two in the middle.
pub fn median(numbers: &[f64]) -> Option<f64> {
    middle(Order::of(numbers.to_vec()).numbers())
}

/// The standard deviation over n − 1; none of fewer than 2.
pub fn deviation(numbers: &[f64]) -> Option<f64> {
    match numbers.len() {
        0 | 1 => None,
        _ if is_constant(numbers) => Some(0.0),
        count => finite((number::squares(numbers, mean(numbers)?) / (count as f64 - 1.0)).sqrt()),
    }
}

/// G1 = √(n(n − 1))/(n − 2)·g1, with g1 = (S3/n)/(S2/n)^1.5; none of fewer than 3, or where all are equal.
pub fn skewness(numbers: &[f64]) -> Option<f64> {
    let count = numbers.len() as f64;
    if numbers.len() < 3 || is_constant(numbers) {
        return None;
    }
    let plain = power_sum(numbers, 3)? / count / (power_sum(numbers, 2)? / count).powf(1.5);
    finite(plain * (count * (count - 1.0)).sqrt() / (count - 2.0))
}

/// G2 = ((n + 1)(r − 3) + 6)(n − 1)/((n − 2)(n − 3)), with r = n·S4/S2²; none of fewer than 4, or where all are equal.
pub fn kurtosis(numbers: &[f64]) -> Option<f64> {
    let count = numbers.len() as f64;
    if numbers.len() < 4 || is_constant(numbers) {
        return None;
    }
    let squares = power_sum(numbers, 2)?;
    let ratio = count * power_sum(numbers, 4)? / (squares * squares);
    finite(((count + 1.0) * (ratio - 3.0) + 6.0) * (count - 1.0) / ((count - 2.0) * (count - 3.0)))
}

/// Σ (x − mean)^power.
fn power_sum(numbers: &[f64], power: i32) -> Option<f64> {
    finite(number::powers(numbers, mean(numbers)?, power))
}

/// Whether all are equal: rounding can leave a variance where there is none.
fn is_constant(numbers: &[f64]) -> bool {
    let [min, max] = [f64::min, f64::max].map(|further| numbers.iter().copied().reduce(further));
    min.zip(max).is_none_or(|(min, max)| compare(min, max).is_eq())
}

fn middle(sorted: &[f64]) -> Option<f64> {
    let half = sorted.len() / 2;
    let upper = sorted.get(half)?;
    if sorted.len() % 2 == 1 { Some(*upper) } else { finite(f64::midpoint(sorted[half - 1], *upper)) }
}

fn finite(figure: f64) -> Option<f64> {
    figure.is_finite().then_some(figure)
}

#[cfg(test)]
mod tests {
    use tenseven_model::Gap;

    use super::*;
    use crate::Column;

    /// 1, 2, 3, 4, 10: mean 4; deviations −3, −2, −1, 0, 6; S2 = 50, S3 = 180, S4 = 1394. g1 = 36/10^1.5, so
    /// G1 = √20/3·36/√1000; r = 5·1394/2500 = 2.788, so G2 = (6·(−0.212) + 6)·4/(3·2) = 3.152.
    #[test]
    fn figures_are_those_worked_out_by_hand() {
        let column: Column =
            [Ok(1.0), Ok(2.0), Err(Gap::NeverReported), Ok(3.0), Ok(4.0), Ok(10.0)].into_iter().collect();
        let made = describe(&column);
        assert_eq!(
            (made.places, made.with_data, made.not_zero, made.distinct, made.most_frequent),
            (6, 5, 5, 5, 1)
        );
        assert_eq!(
            (made.min, made.max, made.mean, made.median),
            (Some(1.0), Some(10.0), Some(4.0), Some(3.0))
        );
        assert!((made.deviation.unwrap() - 12.5_f64.sqrt()).abs() < 1e-15);
        assert!((made.skewness.unwrap() - 20.0_f64.sqrt() / 3.0 * 36.0 / 1000.0_f64.sqrt()).abs() < 1e-14);
        assert!((made.kurtosis.unwrap() - 3.152).abs() < 1e-14);
    }

    #[test]
    fn what_the_numbers_do_not_bear_is_absent() {
        assert_eq!((mean(&[]), median(&[]), deviation(&[1.0])), (None, None, None));
        assert_eq!((skewness(&[1.0, 2.0]), kurtosis(&[1.0, 2.0, 3.0])), (None, None));
        assert_eq!((skewness(&[0.1; 7]), kurtosis(&[0.1; 7])), (None, None));
        assert_eq!(deviation(&[0.1; 7]), Some(0.0));
        assert_eq!((mean(&[f64::MAX; 2]), deviation(&[f64::MIN, f64::MAX])), (Some(f64::MAX), None));
    }

    #[test]
    fn equal_numbers_are_counted_once_and_both_zeros_are_one() {
        let column: Column = [Ok(0.0), Ok(-0.0), Ok(2.0), Ok(2.0), Ok(2.0), Ok(5.0)].into_iter().collect();
        let made = describe(&column);
        assert_eq!((made.not_zero, made.distinct, made.most_frequent), (4, 3, 3));
        assert_eq!(made.median, Some(2.0));
    }
}

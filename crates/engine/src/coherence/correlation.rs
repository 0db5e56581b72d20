//! Correlations of two columns.

use std::{cmp::Ordering, f64::consts::FRAC_2_PI};

use tenseven_model::equality::{self, Order};

use crate::{Column, describe, number};

/// How two columns are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Correlation {
    /// Pearson's r of the numbers.
    Pearson,
    /// Pearson's r of their ranks, equal numbers sharing the mean of theirs.
    Spearman,
    /// Kendall's `τ_b`: pairs in the same order less pairs in the opposite one, ties apart.
    Kendall,
}

/// The correlation over the places where both have data; none over fewer than two, or where one of them does not vary.
pub fn correlation(one: &Column, other: &Column, kind: Correlation) -> Option<f64> {
    let (one, other) = complete(one, other);
    match kind {
        Correlation::Pearson => pearson(&one, &other),
        Correlation::Spearman => pearson(&ranks(&one), &ranks(&other)),
        Correlation::Kendall => kendall(&one, &other),
    }
}

/// How likely a Pearson correlation at least this far from 0 is, over so many places, where there is none: the p-value
/// of the t-test with n − 2 degrees of freedom (Abramowitz and Stegun 1964, 26.7.3 and 26.7.4). None of fewer than 3.
pub fn significance(correlation: f64, places: usize) -> Option<f64> {
    let freedom = places.checked_sub(2).filter(|freedom| *freedom > 0)?;
    let sine = correlation.abs().min(1.0);
    let cosine = (1.0 - sine * sine).sqrt();
    let is_odd = freedom % 2 == 1;
    // Each term is the one before times cos²·(k − 1)/k, from k = 2 or 3 on.
    let (mut term, mut sum) = if is_odd { (cosine, cosine) } else { (1.0, 1.0) };
    let mut step = if is_odd { 3 } else { 2 };
    while step < freedom {
        term *= cosine * cosine * (step as f64 - 1.0) / step as f64;
        sum += term;
        step += 2;
    }
    let within = match freedom {
        1 => FRAC_2_PI * sine.asin(),
        _ if is_odd => FRAC_2_PI * (sine.asin() + sine * sum),
        _ => sine * sum,
    };
    Some((1.0 - within).max(0.0))
}

/// The numbers of both where both have one.
pub(super) fn complete(one: &Column, other: &Column) -> (Vec<f64>, Vec<f64>) {
    (0..one.len()).filter_map(|place| one.get(place).ok().zip(other.get(place).ok())).unzip()
}

/// The covariance over n − 1; none of fewer than two.
pub(super) fn covariance(one: &[f64], other: &[f64]) -> Option<f64> {
    let (mean_one, mean_other) = (describe::mean(one)?, describe::mean(other)?);
    let pairs = one.iter().copied().zip(other.iter().copied());
    let covariance = number::products(pairs, [mean_one, mean_other]) / (one.len() as f64 - 1.0);
    covariance.is_finite().then_some(covariance)
}

fn pearson(one: &[f64], other: &[f64]) -> Option<f64> {
    let spread = describe::deviation(one)? * describe::deviation(other)?;
    let correlation = covariance(one, other)? / spread;
    correlation.is_finite().then(|| correlation.clamp(-1.0, 1.0))
}

fn ranks(numbers: &[f64]) -> Vec<f64> {
    let order = Order::of(numbers.to_vec());
    let rank = |number: &f64| order.below(*number) as f64 + f64::midpoint(order.equal(*number) as f64, 1.0);
    numbers.iter().map(rank).collect()
}

fn kendall(one: &[f64], other: &[f64]) -> Option<f64> {
    let sign = |from: usize, to: usize| match to.cmp(&from) {
        Ordering::Greater => 1.0,
        Ordering::Less => -1.0,
        Ordering::Equal => 0.0,
    };
    let (one, other) = (equality::places(one), equality::places(other));
    let (mut both, mut pairs_one, mut pairs_other) = (0.0, 0.0_f64, 0.0_f64);
    for left in 0..one.len() {
        for right in left + 1..one.len() {
            let (in_one, in_other) = (sign(one[left], one[right]), sign(other[left], other[right]));
            both += in_one * in_other;
            pairs_one += in_one * in_one;
            pairs_other += in_other * in_other;
        }
    }
    let correlation = both / (pairs_one.sqrt() * pairs_other.sqrt());
    correlation.is_finite().then_some(correlation)
}

#[cfg(test)]
mod tests {
    use tenseven_model::Gap;

    use super::*;

    const KINDS: [Correlation; 3] = [Correlation::Pearson, Correlation::Spearman, Correlation::Kendall];

    fn column(values: &[f64]) -> Column {
        values.iter().map(|value| Ok(*value)).collect()
    }

    fn found(one: &[f64], other: &[f64], kind: Correlation) -> f64 {
        correlation(&column(one), &column(other), kind).unwrap()
    }

    /// 1 2 3 4 against 1 3 2 10: deviations −1.5 −0.5 0.5 1.5 and −3 −1 −2 6, products 13, squares 5 and 50. Ranks 1 3
    /// 2 4: r = 0.8. Of six pairs five in order: τ = 4/6.
    #[test]
    fn correlations_are_those_worked_out_by_hand() {
        let (one, other) = ([1.0, 2.0, 3.0, 4.0], [1.0, 3.0, 2.0, 10.0]);
        assert!((found(&one, &other, Correlation::Pearson) - 13.0 / 250.0_f64.sqrt()).abs() < 1e-15);
        assert!((found(&one, &other, Correlation::Spearman) - 0.8).abs() < 1e-15);
        assert!((found(&one, &other, Correlation::Kendall) - 4.0 / 6.0).abs() < 1e-15);
    }

    /// With one tie of three pairs on one side: `τ_b` = 2/√(3·2).
    #[test]
    fn ties_are_left_apart() {
        let tau = found(&[1.0, 2.0, 3.0], &[1.0, 1.0, 2.0], Correlation::Kendall);
        assert!((tau - 2.0 / 6.0_f64.sqrt()).abs() < 1e-15);
    }

    #[test]
    fn only_places_with_both_are_compared() {
        let one: Column = [Ok(1.0), Ok(2.0), Err(Gap::NeverReported), Ok(3.0), Ok(9.0)].into_iter().collect();
        let other: Column =
            [Ok(2.0), Ok(4.0), Ok(-7.0), Ok(6.0), Err(Gap::NeverReported)].into_iter().collect();
        for kind in KINDS {
            assert!(correlation(&one, &other, kind).is_some_and(|one| (one - 1.0).abs() < 1e-15));
        }
    }

    #[test]
    fn what_does_not_vary_has_no_correlation() {
        for kind in KINDS {
            assert_eq!(correlation(&column(&[0.1; 7]), &column(&[1., 2., 3., 4., 5., 6., 7.]), kind), None);
            assert_eq!(correlation(&column(&[1.0]), &column(&[1.0]), kind), None);
            assert_eq!(correlation(&column(&[]), &column(&[]), kind), None);
        }
        let immense = column(&[f64::MIN, f64::MAX]);
        assert_eq!(correlation(&immense, &immense, Correlation::Pearson), None);
    }

    /// Student's t tables: with 1 degree t = 12.706, with 2 t = 4.3027, with 5 t = 2.5706, with 10 t = 2.2281 stand at
    /// five hundredths.
    #[test]
    fn significance_is_that_of_students_tables() {
        for (freedom, t) in [(1_usize, 12.7062_f64), (2, 4.30265), (5, 2.57058), (10, 2.22814)] {
            let correlation = t / (freedom as f64 + t * t).sqrt();
            let found = significance(correlation, freedom + 2).unwrap();
            assert!((found - 0.05).abs() < 1e-5, "{freedom}: {found}");
        }
        assert_eq!((significance(0.0, 9), significance(0.5, 2)), (Some(1.0), None));
    }
}

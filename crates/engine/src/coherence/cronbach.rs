//! Cronbach's α: how far columns measure one thing.

use super::correlation::{complete, covariance};
use crate::{Column, number};

/// α = k²·c/Σ, with c the mean of the covariances of different columns and Σ the sum of all, each over the places where
/// both columns have data (Cronbach 1951). None of fewer than two columns, or where a covariance is not defined or
/// their sum is 0.
pub fn cronbach(columns: &[&Column]) -> Option<f64> {
    let count = columns.len() as f64;
    let (mut apart, mut all) = (Vec::new(), Vec::new());
    for (place, one) in columns.iter().enumerate() {
        for (against, other) in columns.iter().enumerate() {
            let (one, other) = complete(one, other);
            let covariance = covariance(&one, &other)?;
            all.push(covariance);
            if place != against {
                apart.push(covariance);
            }
        }
    }
    let (apart, all) = (number::sum(&apart), number::sum(&all));
    let alpha = count * count * (apart / (count * (count - 1.0))) / all;
    alpha.is_finite().then_some(alpha)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column(values: &[f64]) -> Column {
        values.iter().map(|value| Ok(*value)).collect()
    }

    /// 1 2 3 and 1 3 2: variances 1 and 1, covariance 1/2; 4·(1/2)/3.
    #[test]
    fn two_columns_are_what_they_are_by_hand() {
        let found = cronbach(&[&column(&[1.0, 2.0, 3.0]), &column(&[1.0, 3.0, 2.0])]);
        assert!(found.is_some_and(|alpha| (alpha - 2.0 / 3.0).abs() < 1e-15));
    }

    #[test]
    fn one_column_or_no_variance_has_none() {
        assert_eq!(cronbach(&[]), None);
        assert_eq!(cronbach(&[&column(&[1.0, 2.0])]), None);
        assert_eq!(cronbach(&[&column(&[1.0, 1.0]), &column(&[2.0, 2.0])]), None);
        assert_eq!(cronbach(&[&column(&[1.0]), &column(&[2.0])]), None);
    }
}

//! Sums of powers and products of distances from a mean.

use super::{
    error_free::{two_product, two_sum},
    exact::Exact,
};

/// Σ (x − m)².
pub fn squares(numbers: &[f64], mean: f64) -> f64 {
    products(numbers.iter().map(|number| (*number, *number)), [mean; 2])
}

/// Σ (x − m)·(y − n) of pairs.
pub fn products(pairs: impl Iterator<Item = (f64, f64)>, [mean_one, mean_other]: [f64; 2]) -> f64 {
    let mut sum = Exact::default();
    for (one, other) in pairs {
        let ((one, rest_one), (other, rest_other)) = (two_sum(one, -mean_one), two_sum(other, -mean_other));
        let (product, rest) = two_product(one, other);
        if !product.is_finite() || !rest.is_finite() {
            return f64::NAN;
        }
        sum.add(rest + (one * rest_other + other * rest_one));
        sum.add(product);
    }
    sum.nearest()
}

/// Σ (x − m)^power.
pub fn powers(numbers: &[f64], mean: f64, power: i32) -> f64 {
    let mut sum = Exact::default();
    for number in numbers {
        let term = (number - mean).powi(power);
        if !term.is_finite() {
            return f64::NAN;
        }
        sum.add(term);
    }
    sum.nearest()
}

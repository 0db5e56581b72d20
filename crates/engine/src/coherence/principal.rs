//! Principal components of the correlations of a group of columns.

use super::{Correlation, correlation, eigen::eigen};
use crate::Column;

/// The principal components of some columns.
#[derive(Debug, Clone, PartialEq)]
pub struct Components {
    /// How many places have data in all columns, and so were looked at.
    pub places: usize,
    /// The variance of each component, largest first; they add up to the number of columns.
    pub variances: Vec<f64>,
    /// By component: the loading of each column, as a vector of length 1 whose largest part is above 0.
    pub loadings: Vec<Vec<f64>>,
}

/// The components of the standardised columns over the places where all have data; none without a column, over fewer
/// than two places, or where a column does not vary.
pub fn principal_components(columns: &[&Column]) -> Option<Components> {
    let len = columns.first()?.len();
    let is_whole = |place: &usize| columns.iter().all(|column| column.get(*place).is_ok());
    let places: Vec<_> = (0..len).filter(is_whole).collect();
    let whole: Vec<Column> = columns.iter().map(|column| column.gather(&places)).collect();
    let row = |one: &Column| -> Option<Vec<f64>> {
        whole.iter().map(|other| correlation(one, other, Correlation::Pearson)).collect()
    };
    let matrix: Vec<Vec<f64>> = whole.iter().map(row).collect::<Option<_>>()?;
    let (variances, loadings) =
        eigen(matrix).into_iter().map(|(variance, vector)| (variance.max(0.0), upright(vector))).unzip();
    Some(Components { places: places.len(), variances, loadings })
}

/// The vector or its opposite: the one whose largest part is above 0.
fn upright(vector: Vec<f64>) -> Vec<f64> {
    let largest =
        vector.iter().copied().reduce(|one, other| if other.abs() > one.abs() { other } else { one });
    if largest.is_some_and(|largest| largest < 0.0) {
        vector.iter().map(|part| -part).collect()
    } else {
        vector
    }
}

#[cfg(test)]
mod tests {
    use tenseven_model::Gap;

    use super::*;

    /// Two columns with r = 1/2: variances 3/2 and 1/2, loadings √½.
    #[test]
    fn two_columns_are_what_they_are_by_hand() {
        let one: Column = [Ok(1.0), Ok(2.0), Ok(3.0), Ok(8.0)].into_iter().collect();
        let other: Column = [Ok(1.0), Ok(3.0), Ok(2.0), Err(Gap::NeverReported)].into_iter().collect();
        let found = principal_components(&[&one, &other]).unwrap();
        assert_eq!(found.places, 3);
        assert!((found.variances[0] - 1.5).abs() < 1e-14 && (found.variances[1] - 0.5).abs() < 1e-14);
        assert!(found.loadings[0].iter().all(|part| (part - 0.5_f64.sqrt()).abs() < 1e-14));
    }

    #[test]
    fn what_does_not_vary_has_none() {
        let constant: Column = [Ok(1.0), Ok(1.0)].into_iter().collect();
        let other: Column = [Ok(1.0), Ok(2.0)].into_iter().collect();
        assert_eq!(principal_components(&[&constant, &other]), None);
        assert_eq!(principal_components(&[]), None);
    }
}

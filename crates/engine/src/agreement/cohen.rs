//! Cohen's κ of two coders.

use super::AgreementError;

/// How much a disagreement weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weighting {
    /// All the same.
    Plain,
    /// By how many categories lie between.
    Linear,
    /// By the square of that.
    Quadratic,
}

impl Weighting {
    fn of(self, one: usize, other: usize) -> f64 {
        let apart = one.abs_diff(other) as f64;
        match self {
            Self::Plain => apart.min(1.0),
            Self::Linear => apart,
            Self::Quadratic => apart * apart,
        }
    }
}

/// κ = 1 − Σ w·o / Σ w·e, from the table of how often the first coder's category (row) met the second's (column).
pub fn cohen(table: &[Vec<f64>], weighting: Weighting) -> Result<f64, AgreementError> {
    if table.iter().any(|row| row.len() != table.len()) {
        return Err(AgreementError::Uneven);
    }
    if table.iter().flatten().any(|count| !(count.is_finite() && *count >= 0.0)) {
        return Err(AgreementError::OutOfRange);
    }
    let rows: Vec<f64> = table.iter().map(|row| row.iter().sum()).collect();
    let columns: Vec<f64> = (0..table.len()).map(|place| table.iter().map(|row| row[place]).sum()).collect();
    let all: f64 = rows.iter().sum();
    if all == 0.0 {
        return Err(AgreementError::NoPair);
    }
    let (mut observed, mut expected) = (0.0, 0.0);
    for (one, row) in table.iter().enumerate() {
        for (other, count) in row.iter().enumerate() {
            observed += weighting.of(one, other) * count;
            expected += weighting.of(one, other) * rows[one] * (columns[other] / all);
        }
    }
    match observed / expected {
        _ if expected == 0.0 => Err(AgreementError::NoVariation),
        share if share.is_finite() => Ok(1.0 - share),
        _ => Err(AgreementError::OutOfRange),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Of 50, 35 on the diagonal; by chance 25·30/50 + 25·20/50 = 25: κ = 1 − 15/25.
    #[test]
    fn two_categories_are_what_they_are_by_hand() {
        let table = vec![vec![20.0, 5.0], vec![10.0, 15.0]];
        for weighting in [Weighting::Plain, Weighting::Linear, Weighting::Quadratic] {
            assert!(cohen(&table, weighting).is_ok_and(|kappa| (kappa - 0.4).abs() < 1e-15));
        }
    }

    #[test]
    fn a_nearer_disagreement_weighs_less_only_where_it_is_asked() {
        let near = vec![vec![5.0, 1.0, 0.0], vec![0.0, 5.0, 0.0], vec![0.0, 0.0, 5.0]];
        let far = vec![vec![5.0, 0.0, 1.0], vec![0.0, 5.0, 0.0], vec![0.0, 0.0, 5.0]];
        for weighting in [Weighting::Linear, Weighting::Quadratic] {
            assert!(cohen(&near, weighting).unwrap() > cohen(&far, weighting).unwrap());
        }
    }

    #[test]
    fn where_it_is_not_defined_it_says_why() {
        let of = |table: &[Vec<f64>]| cohen(table, Weighting::Plain);
        assert_eq!(of(&[]), Err(AgreementError::NoPair));
        assert_eq!(of(&[vec![0.0, 0.0], vec![0.0, 0.0]]), Err(AgreementError::NoPair));
        assert_eq!(of(&[vec![3.0, 0.0], vec![0.0, 0.0]]), Err(AgreementError::NoVariation));
        assert_eq!(of(&[vec![3.0, 0.0]]), Err(AgreementError::Uneven));
        assert_eq!(of(&[vec![3.0, -1.0], vec![0.0, 1.0]]), Err(AgreementError::OutOfRange));
    }
}

//! Fleiss' κ of any coders, of whom each subject has the same number.

use super::AgreementError;

/// κ = `(P − P_e)/(1 − P_e)`, from how many coders put each subject (row) into each category (column).
pub fn fleiss(subjects: &[Vec<f64>]) -> Result<f64, AgreementError> {
    let Some(first) = subjects.first() else { return Err(AgreementError::NoPair) };
    if subjects.iter().flatten().any(|count| !(count.is_finite() && *count >= 0.0)) {
        return Err(AgreementError::OutOfRange);
    }
    let coders: f64 = first.iter().sum();
    let is_even =
        |row: &Vec<f64>| row.len() == first.len() && (row.iter().sum::<f64>() - coders).abs() < 1e-9;
    if !subjects.iter().all(is_even) {
        return Err(AgreementError::Uneven);
    }
    if coders < 2.0 {
        return Err(AgreementError::NoPair);
    }
    let count = subjects.len() as f64;
    let agree = |row: &Vec<f64>| row.iter().map(|count| count * (count - 1.0)).sum::<f64>();
    let observed = subjects.iter().map(agree).sum::<f64>() / (count * coders * (coders - 1.0));
    let share = |place: usize| subjects.iter().map(|row| row[place]).sum::<f64>() / (count * coders);
    let expected: f64 = (0..first.len()).map(|place| share(place) * share(place)).sum();
    if expected >= 1.0 {
        return Err(AgreementError::NoVariation);
    }
    let kappa = (observed - expected) / (1.0 - expected);
    if kappa.is_finite() { Ok(kappa) } else { Err(AgreementError::OutOfRange) }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Of two subjects with two coders each one agrees: P = 1/2; shares 3/4 and 1/4 give `P_e` = 10/16; κ = −1/3.
    #[test]
    fn a_small_table_is_what_it_is_by_hand() {
        let found = fleiss(&[vec![2.0, 0.0], vec![1.0, 1.0]]);
        assert!(found.is_ok_and(|kappa| (kappa + 1.0 / 3.0).abs() < 1e-15));
        assert_eq!(fleiss(&[vec![3.0, 0.0], vec![0.0, 3.0]]), Ok(1.0));
    }

    #[test]
    fn where_it_is_not_defined_it_says_why() {
        assert_eq!(fleiss(&[]), Err(AgreementError::NoPair));
        assert_eq!(fleiss(&[vec![1.0, 0.0]]), Err(AgreementError::NoPair));
        assert_eq!(fleiss(&[vec![2.0, 0.0], vec![2.0, 1.0]]), Err(AgreementError::Uneven));
        assert_eq!(fleiss(&[vec![2.0, 0.0], vec![2.0]]), Err(AgreementError::Uneven));
        assert_eq!(fleiss(&[vec![2.0, 0.0], vec![2.0, 0.0]]), Err(AgreementError::NoVariation));
        assert_eq!(fleiss(&[vec![3.0, -1.0]]), Err(AgreementError::OutOfRange));
    }
}

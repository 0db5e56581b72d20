//! Krippendorff's α.

use tenseven_model::equality::Order;

use super::AgreementError;

/// What the difference between two codes means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scale {
    /// Codes are the same or not.
    Nominal,
    /// Codes have an order; how far two are apart is how many judgements lie between them.
    Ordinal,
    /// Differences count.
    Interval,
    /// Differences count in proportion to the codes; from 0.
    Ratio,
}

/// α = `1 − D_o/D_e`. Each unit is given by its codes, one a coder, in any order; none where a coder did not judge it.
/// Units with fewer than two codes do not count.
pub fn krippendorff(units: &[Vec<Option<f64>>], scale: Scale) -> Result<f64, AgreementError> {
    let units: Vec<Vec<f64>> = units
        .iter()
        .map(|codes| codes.iter().flatten().copied().collect::<Vec<_>>())
        .filter(|codes| codes.len() > 1)
        .collect();
    let is_in_range = |code: &f64| code.is_finite() && (scale != Scale::Ratio || *code >= 0.0);
    if !units.iter().flatten().all(is_in_range) {
        return Err(AgreementError::OutOfRange);
    }
    let order = Order::of(units.iter().flatten().copied().collect());
    let codes: Vec<f64> = order.runs().filter_map(|run| run.first().copied()).collect();
    let coincidences = coincidences(&units, &codes, &order);
    let totals: Vec<f64> = coincidences.iter().map(|row| row.iter().sum()).collect();
    let all: f64 = totals.iter().sum();
    if all == 0.0 {
        return Err(AgreementError::NoPair);
    }
    let (mut observed, mut expected) = (0.0, 0.0);
    for one in 0..codes.len() {
        for other in 0..one {
            let difference = squared_difference(scale, &codes, &totals, [other, one]);
            observed += coincidences[one][other] * difference;
            expected += totals[one] * totals[other] * difference;
        }
    }
    match (all - 1.0) * observed / expected {
        _ if expected == 0.0 => Err(AgreementError::NoVariation),
        share if share.is_finite() => Ok(1.0 - share),
        _ => Err(AgreementError::OutOfRange),
    }
}

/// How often two codes stand in one unit, each pair weighed by the number of codes of its unit less one.
fn coincidences(units: &[Vec<f64>], codes: &[f64], order: &Order) -> Vec<Vec<f64>> {
    let mut coincidences = vec![vec![0.0; codes.len()]; codes.len()];
    for unit in units {
        let counts: Vec<f64> = codes
            .iter()
            .map(|code| unit.iter().filter(|other| order.below(**other) == order.below(*code)).count() as f64)
            .collect();
        let others = unit.len() as f64 - 1.0;
        for (one, row) in coincidences.iter_mut().enumerate() {
            for (other, cell) in row.iter_mut().enumerate() {
                let pairs = counts[one] * if one == other { counts[one] - 1.0 } else { counts[other] };
                *cell += pairs / others;
            }
        }
    }
    coincidences
}

/// δ² of two codes, given by place, the lower first.
fn squared_difference(scale: Scale, codes: &[f64], totals: &[f64], [low, high]: [usize; 2]) -> f64 {
    let difference = match scale {
        Scale::Nominal => 1.0,
        Scale::Ordinal => totals[low..=high].iter().sum::<f64>() - f64::midpoint(totals[low], totals[high]),
        Scale::Interval => codes[high] - codes[low],
        Scale::Ratio => (codes[high] - codes[low]) / (codes[high] + codes[low]),
    };
    difference * difference
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCALES: [Scale; 4] = [Scale::Nominal, Scale::Ordinal, Scale::Interval, Scale::Ratio];

    fn units(codes: &[&[f64]]) -> Vec<Vec<Option<f64>>> {
        codes.iter().map(|unit| unit.iter().copied().map(Some).collect()).collect()
    }

    #[test]
    fn full_agreement_is_one_on_every_scale() {
        for scale in SCALES {
            assert_eq!(krippendorff(&units(&[&[1.0, 1.0], &[2.0, 2.0, 2.0], &[3.0, 3.0]]), scale), Ok(1.0));
        }
    }

    /// Units 1-1, 1-2, 2-2: coincidences 2, 1, 1, 2; observed 1, expected 3·3; α = 1 − 5·1/9.
    #[test]
    fn a_small_table_is_what_it_is_by_hand() {
        let found = krippendorff(&units(&[&[1.0, 1.0], &[1.0, 2.0], &[2.0, 2.0]]), Scale::Nominal);
        assert!(found.is_ok_and(|alpha| (alpha - 4.0 / 9.0).abs() < 1e-15));
    }

    #[test]
    fn a_coder_who_did_not_judge_does_not_count() {
        let mut judged = units(&[&[1.0, 1.0], &[1.0, 2.0], &[2.0, 2.0], &[7.0]]);
        let without = krippendorff(&judged, Scale::Interval);
        judged[0].push(None);
        judged[3].push(None);
        assert_eq!(krippendorff(&judged, Scale::Interval), without);
    }

    #[test]
    fn where_it_is_not_defined_it_says_why() {
        for scale in SCALES {
            assert_eq!(krippendorff(&units(&[&[1.0], &[2.0]]), scale), Err(AgreementError::NoPair));
            assert_eq!(krippendorff(&[], scale), Err(AgreementError::NoPair));
            assert_eq!(krippendorff(&units(&[&[1.0, 1.0]]), scale), Err(AgreementError::NoVariation));
            let endless = units(&[&[f64::INFINITY, 1.0]]);
            assert_eq!(krippendorff(&endless, scale), Err(AgreementError::OutOfRange));
        }
        let below = units(&[&[-1.0, 1.0]]);
        assert_eq!(krippendorff(&below, Scale::Ratio), Err(AgreementError::OutOfRange));
        let immense = units(&[&[f64::MIN, f64::MAX]]);
        assert_eq!(krippendorff(&immense, Scale::Interval), Err(AgreementError::OutOfRange));
    }
}

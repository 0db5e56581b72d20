//! Weights as whole numbers in the same proportions.

/// The powers of ten that weights are multiplied by at most.
const DECIMALS_MAX: i32 = 9;
/// The largest whole weight; sums of a thousand of them are exact.
const WHOLE_MAX: f64 = 4_398_046_511_104.0;

/// Whole numbers in the proportions of these weights, and the whole number that stands for a weight of 1 among them. Weights are taken as
/// the decimal numbers that a framework writes, so that 0.1, 0.2 and 0.7 are 1, 2 and 7 of 10. None where that takes more than nine
/// decimals or numbers that are too large. Unless it `needs_unit` the proportions alone are kept, and the second number means nothing.
pub(crate) fn whole_weights(weights: &[f64], needs_unit: bool) -> Option<(Vec<f64>, f64)> {
    (0..=DECIMALS_MAX).find_map(|decimals| {
        let unit = 10.0_f64.powi(decimals);
        let whole = |weight: &f64| {
            let whole = (weight * unit).round();
            (whole.abs() <= WHOLE_MAX && (whole / unit).to_bits() == weight.to_bits()).then_some(whole)
        };
        let whole: Vec<f64> = weights.iter().map(whole).collect::<Option<_>>()?;
        let first = if needs_unit { unit } else { 0.0 };
        let shared = whole.iter().fold(first, |shared, whole| divisor(shared, whole.abs()));
        let shared = if shared > 0.0 { shared } else { 1.0 };
        Some((whole.iter().map(|whole| whole / shared).collect(), unit / shared))
    })
}

/// The greatest common divisor of two whole numbers; of 0 and another, that.
fn divisor(one: f64, other: f64) -> f64 {
    let (mut one, mut other) = (one, other);
    while other > 0.0 {
        (one, other) = (other, one % other);
    }
    one
}

/// A part of a whole, as a fraction of two numbers that are whole as a rule.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Share {
    part: f64,
    of: f64,
}

impl Share {
    /// All of it.
    pub(crate) const WHOLE: Self = Self { part: 1.0, of: 1.0 };

    /// Of this share, `part` parts of `of`.
    pub(crate) fn of(self, part: f64, of: f64) -> Self {
        let (part, of) = (self.part * part, self.of * of);
        if !is_whole(part) || !is_whole(of) {
            return Self { part, of };
        }
        let shared = divisor(part.abs(), of);
        Self { part: part / shared, of: of / shared }
    }

    /// As a number.
    pub(crate) fn number(self) -> f64 {
        self.part / self.of
    }

    /// Whole numbers in the proportions of these shares; none where they are too large.
    pub(crate) fn in_proportion(shares: &[Self]) -> Option<Vec<f64>> {
        let mut multiple = 1.0;
        for share in shares {
            if !is_whole(share.part) || !is_whole(share.of) {
                return None;
            }
            multiple *= share.of / divisor(multiple, share.of);
            if !is_whole(multiple) {
                return None;
            }
        }
        let whole: Vec<f64> = shares.iter().map(|share| share.part * (multiple / share.of)).collect();
        whole.iter().all(|whole| is_whole(*whole)).then_some(whole)
    }
}

fn is_whole(number: f64) -> bool {
    number.abs() <= WHOLE_MAX && number.trunc().to_bits() == number.to_bits()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimal_weights_are_whole_numbers_in_their_proportions() {
        assert_eq!(whole_weights(&[0.1, 0.2, 0.7], true), Some((vec![1.0, 2.0, 7.0], 10.0)));
        assert_eq!(whole_weights(&[3.0, 6.0], false).map(|(whole, _)| whole), Some(vec![1.0, 2.0]));
        assert_eq!(whole_weights(&[3.0, 6.0], true), Some((vec![3.0, 6.0], 1.0)));
        assert_eq!(whole_weights(&[-0.05, 0.0, 1.0625], true), Some((vec![-4.0, 0.0, 85.0], 80.0)));
        assert_eq!(whole_weights(&[1.0 / 3.0, 1.0], false), None);
        assert_eq!(whole_weights(&[1e-100, 1e100], false), None);
    }

    #[test]
    fn shares_of_shares_are_whole_numbers_in_their_proportions() {
        let third = Share::WHOLE.of(1.0, 3.0);
        let shares = [third.of(1.0, 2.0), third.of(1.0, 2.0), Share::WHOLE.of(2.0, 3.0)];
        assert_eq!(Share::in_proportion(&shares), Some(vec![1.0, 1.0, 4.0]));
        assert_eq!(Share::in_proportion(&[Share::WHOLE.of(0.3, 1.0)]), None);
    }
}

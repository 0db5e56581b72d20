//! Every method by its name.

use tenseven_model::framework::{Aggregate, MinCoverage};

use super::{
    copeland::copeland,
    coverage::{absent, cover},
    input::Input,
    mean::{weighted_mean, weighted_sum},
    order::picked,
    scale::{Scale, mean_on_scale},
};
use crate::{Column, Slot, describe, number::whole_weights};

/// The column of `len` places that the inputs make. A place below the minimum coverage has the reason
/// [`tenseven_model::Gap::BelowMinCoverage`]. Copeland compares all places with each other.
pub fn aggregate(inputs: &[Input<'_>], len: usize, method: Aggregate, at_least: MinCoverage) -> Column {
    if method == Aggregate::Copeland {
        return copeland(inputs, len, &vec![true; len], at_least);
    }
    let mut made = vec![Slot::NEVER_REPORTED; len];
    let weights: Vec<f64> = inputs.iter().map(|input| input.weight).collect();
    let Weights { weights, divisor } = Weights::new(weights, method);
    let weighed = inputs.iter().zip(weights).map(|(input, weight)| Input { weight, ..*input });
    aggregate_into(&weighed.collect::<Vec<_>>(), &mut made, method, divisor);
    cover(inputs, &mut made, at_least);
    made.into()
}

/// Weights in the form in which sums over them are exact: whole numbers, wherever they are decimal numbers of moderate length.
#[derive(Debug)]
pub(crate) struct Weights {
    /// By input.
    pub(crate) weights: Vec<f64>,
    /// What stands for a weight of 1 where weights are taken as they stand.
    pub(crate) divisor: f64,
}

impl Weights {
    /// These weights, as `method` needs them.
    pub(crate) fn new(weights: Vec<f64>, method: Aggregate) -> Self {
        match whole_weights(&weights, method.takes_weights_as_they_stand()) {
            Some((weights, divisor)) => Self { weights, divisor },
            None => Self { weights, divisor: 1.0 },
        }
    }
}

/// What the inputs, weighed as [`Weights`] has it, make of each place, whatever is known of it; they are as long as `made`. Nothing for
/// Copeland, which is not made place by place.
pub(crate) fn aggregate_into(inputs: &[Input<'_>], made: &mut [Slot], method: Aggregate, divisor: f64) {
    match method {
        Aggregate::Arithmetic => weighted_mean(inputs, made),
        Aggregate::Sum => weighted_sum(inputs, made, divisor, 0.0),
        Aggregate::Linear(constant) => weighted_sum(inputs, made, divisor, constant),
        Aggregate::Geometric => mean_on_scale(inputs, made, Scale::Logarithm),
        Aggregate::Power(0.0) => mean_on_scale(inputs, made, Scale::LogarithmFromZero),
        Aggregate::Harmonic => mean_on_scale(inputs, made, Scale::Inverse),
        Aggregate::Power(exponent) => mean_on_scale(inputs, made, Scale::Power(exponent)),
        Aggregate::Median => picked(inputs, made, describe::median),
        Aggregate::Min => picked(inputs, made, |numbers| numbers.iter().copied().reduce(f64::min)),
        Aggregate::Max => picked(inputs, made, |numbers| numbers.iter().copied().reduce(f64::max)),
        Aggregate::Copeland => {
            for (place, slot) in made.iter_mut().enumerate() {
                *slot = absent(inputs, place);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use tenseven_model::{Gap, MissingReason, Outcome};

    use super::*;

    const NOT_APPLICABLE: Outcome = Err(Gap::Reported(MissingReason::NotApplicable));
    const UNKNOWN: Outcome = Err(Gap::NeverReported);

    /// What inputs of one place each make, given as weight and outcome.
    fn made(inputs: &[(f64, Outcome)], method: Aggregate, at_least: MinCoverage) -> Outcome {
        let columns: Vec<Column> =
            inputs.iter().map(|(_, outcome)| [*outcome].into_iter().collect()).collect();
        let inputs: Vec<_> = columns
            .iter()
            .zip(inputs)
            .map(|(column, (weight, _))| Input { column, weight: *weight })
            .collect();
        aggregate(&inputs, 1, method, at_least).get(0)
    }

    #[test]
    fn weights_renormalise_over_those_with_data() {
        let inputs = [(1.0, Ok(10.0)), (3.0, Ok(50.0)), (4.0, UNKNOWN)];
        assert_eq!(made(&inputs, Aggregate::Arithmetic, MinCoverage::One), Ok(40.0));
        assert_eq!(made(&inputs, Aggregate::Sum, MinCoverage::One), Ok(160.0));
    }

    #[test]
    fn a_share_that_is_met_exactly_is_enough() {
        let three_of_five = [(1.0, Ok(1.0)), (1.0, Ok(1.0)), (1.0, Ok(1.0)), (1.0, UNKNOWN), (1.0, UNKNOWN)];
        let mean = |share| made(&three_of_five, Aggregate::Arithmetic, MinCoverage::Share(share));
        assert_eq!(mean(0.6), Ok(1.0));
        assert_eq!(mean(0.6001), Err(Gap::BelowMinCoverage));
        let count = |count| made(&three_of_five, Aggregate::Arithmetic, MinCoverage::Count(count));
        assert_eq!((count(3), count(4)), (Ok(1.0), Err(Gap::BelowMinCoverage)));
    }

    #[test]
    fn what_does_not_apply_leaves_the_denominator() {
        let inputs = [(1.0, Ok(8.0)), (1.0, UNKNOWN), (1.0, NOT_APPLICABLE), (1.0, NOT_APPLICABLE)];
        assert_eq!(made(&inputs, Aggregate::Arithmetic, MinCoverage::Share(0.5)), Ok(8.0));
        let none_applies = [(1.0, NOT_APPLICABLE), (2.0, NOT_APPLICABLE)];
        assert_eq!(made(&none_applies, Aggregate::Sum, MinCoverage::One), NOT_APPLICABLE);
    }

    #[test]
    fn nothing_known_is_no_zero() {
        let unknown = [(1.0, UNKNOWN), (1.0, NOT_APPLICABLE)];
        assert_eq!(made(&unknown, Aggregate::Sum, MinCoverage::One), Err(Gap::NoChildWithData));
        assert_eq!(made(&[], Aggregate::Sum, MinCoverage::One), Err(Gap::NoChildWithData));
    }

    /// Of 2 and 8 with weights 1 and 3: 2^(1/4)·8^(3/4) = 2^(10/4); 4/(1/2 + 3/8) = 32/7; √((4 + 192)/4) = 7.
    #[test]
    fn means_on_another_scale_are_those_worked_out_by_hand() {
        let inputs = [(1.0, Ok(2.0)), (3.0, Ok(8.0)), (2.0, UNKNOWN)];
        for (method, expected) in [
            (Aggregate::Geometric, 2.0_f64.powf(2.5)),
            (Aggregate::Power(0.0), 2.0_f64.powf(2.5)),
            (Aggregate::Harmonic, 32.0 / 7.0),
            (Aggregate::Power(-1.0), 32.0 / 7.0),
            (Aggregate::Power(2.0), 7.0),
            (Aggregate::Power(1.0), 6.5),
        ] {
            let made = made(&inputs, method, MinCoverage::One).unwrap();
            assert!((made - expected).abs() < 1e-14, "{method:?}: {made}");
        }
    }

    #[test]
    fn a_mean_that_needs_numbers_above_zero_says_so() {
        for value in [0.0, -1.0] {
            for method in [Aggregate::Geometric, Aggregate::Harmonic, Aggregate::Power(-2.0)] {
                let inputs = [(1.0, Ok(value)), (1.0, Ok(3.0))];
                assert_eq!(made(&inputs, method, MinCoverage::One), Err(Gap::NotPositive));
            }
        }
        let with_zero = [(1.0, Ok(0.0)), (1.0, Ok(4.0))];
        assert_eq!(made(&with_zero, Aggregate::Power(2.0), MinCoverage::One), Ok(8.0_f64.sqrt()));
        assert_eq!(made(&with_zero, Aggregate::Power(0.0), MinCoverage::One), Ok(0.0));
        let below_zero = [(1.0, Ok(-2.0)), (1.0, Ok(4.0))];
        assert_eq!(made(&below_zero, Aggregate::Power(2.0), MinCoverage::One), Err(Gap::NotPositive));
    }

    #[test]
    fn a_number_that_vanishes_on_the_way_is_no_zero() {
        let inputs = [(1.0, Ok(1e-300)), (1.0, Ok(1e-300))];
        assert_eq!(made(&inputs, Aggregate::Power(2.0), MinCoverage::One), Err(Gap::NotFinite));
        let inputs = [(1.0, Ok(f64::from_bits(1)))];
        assert_eq!(made(&inputs, Aggregate::Harmonic, MinCoverage::One), Err(Gap::NotFinite));
        let inputs = [(1e-100, Ok(1e-150)), (1.0, Ok(0.0))];
        assert_eq!(made(&inputs, Aggregate::Power(2.0), MinCoverage::One), Err(Gap::NotFinite));
        assert_eq!(made(&[(1.0, Ok(0.0))], Aggregate::Power(2.0), MinCoverage::One), Ok(0.0));
        assert_eq!(made(&[(1.0, Ok(1.0))], Aggregate::Geometric, MinCoverage::One), Ok(1.0));
    }

    #[test]
    fn what_is_picked_looks_at_no_weight() {
        let inputs = [(9.0, Ok(8.0)), (1.0, Ok(1.0)), (1.0, UNKNOWN), (1.0, Ok(2.0)), (1.0, Ok(5.0))];
        for (method, expected) in [(Aggregate::Median, 3.5), (Aggregate::Min, 1.0), (Aggregate::Max, 8.0)] {
            assert_eq!(made(&inputs, method, MinCoverage::One), Ok(expected));
            assert_eq!(made(&inputs, method, MinCoverage::Count(5)), Err(Gap::BelowMinCoverage));
        }
    }

    #[test]
    fn a_linear_combination_takes_weights_of_any_sign_as_they_stand() {
        let inputs = [(2.0, Ok(3.0)), (-0.5, Ok(4.0)), (7.0, UNKNOWN)];
        assert_eq!(made(&inputs, Aggregate::Linear(10.0), MinCoverage::One), Ok(14.0));
    }

    #[test]
    fn only_a_result_beyond_all_numbers_has_a_reason() {
        let huge = [(1.0, Ok(f64::MAX)), (1.0, Ok(f64::MAX))];
        assert_eq!(made(&huge, Aggregate::Sum, MinCoverage::One), Err(Gap::NotFinite));
        assert_eq!(made(&huge, Aggregate::Arithmetic, MinCoverage::One), Ok(f64::MAX));
        let opposed = [(10.0, Ok(f64::MAX)), (10.0, Ok(f64::MIN)), (1.0, Ok(3.0))];
        for turned in [opposed, [opposed[2], opposed[0], opposed[1]], [opposed[0], opposed[2], opposed[1]]] {
            assert_eq!(made(&turned, Aggregate::Sum, MinCoverage::One), Ok(3.0));
        }
        let heavy = [(f64::MAX, Ok(1e-10)), (f64::MAX, Ok(1e-10))];
        assert_eq!(made(&heavy, Aggregate::Arithmetic, MinCoverage::One), Ok(1e-10));
    }
}

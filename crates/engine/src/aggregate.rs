//! Stage 7, aggregate: how several columns become one.
//!
//! *Invariant:* each place is made from the same place of the inputs, added up in the order of the inputs, so that
//! aggregating some places alone gives the same bits as aggregating them all. Inputs that do not apply are in no
//! count; where none applies, the result does not apply either.

use tenseven_model::{
    Gap, MissingReason, Outcome,
    framework::{Aggregate, MinCoverage},
};

use crate::Column;

/// One of the columns that are put together.
#[derive(Debug, Clone, Copy)]
pub struct Input<'a> {
    /// The column.
    pub column: &'a Column,
    /// Its weight, above 0.
    pub weight: f64,
}

/// The running sums of one place.
#[derive(Debug, Clone, Copy, Default)]
struct Tally {
    sum: f64,
    weight: f64,
    with_data: u32,
    applicable: u32,
}

/// The column of `len` places that the inputs make. A place below the minimum coverage has the reason
/// [`Gap::BelowMinCoverage`].
pub fn aggregate(inputs: &[Input<'_>], len: usize, method: Aggregate, at_least: MinCoverage) -> Column {
    let mut tallies = vec![Tally::default(); len];
    for input in inputs {
        let cells = input.column.values().iter().zip(input.column.gaps());
        for (tally, (value, gap)) in tallies.iter_mut().zip(cells) {
            match gap {
                None => {
                    tally.sum += input.weight * value;
                    tally.weight += input.weight;
                    tally.with_data += 1;
                    tally.applicable += 1;
                }
                Some(gap) => tally.applicable += u32::from(!gap.is_not_applicable()),
            }
        }
    }
    tallies.into_iter().map(|tally| outcome(tally, inputs.is_empty(), method, at_least)).collect()
}

fn outcome(tally: Tally, no_inputs: bool, method: Aggregate, at_least: MinCoverage) -> Outcome {
    if tally.applicable == 0 && !no_inputs {
        return Err(Gap::Reported(MissingReason::NotApplicable));
    }
    if tally.with_data == 0 {
        return Err(Gap::NoChildWithData);
    }
    if !is_covered(tally.with_data, tally.applicable, at_least) {
        return Err(Gap::BelowMinCoverage);
    }
    match method {
        Aggregate::Sum => Ok(tally.sum),
        // An infinite sum of weights would make a finite but wrong mean of 0.
        Aggregate::Arithmetic if tally.weight.is_finite() => Ok(tally.sum / tally.weight),
        Aggregate::Arithmetic => Err(Gap::NotFinite),
    }
}

/// Whether so many of those that apply are enough. A share that is met exactly is.
pub fn is_covered(with_data: u32, applicable: u32, at_least: MinCoverage) -> bool {
    match at_least {
        MinCoverage::One => with_data >= 1,
        MinCoverage::Share(share) => f64::from(with_data) / f64::from(applicable) >= share,
        MinCoverage::Count(count) => with_data >= count,
    }
}

#[cfg(test)]
mod tests {
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
        assert_eq!(mean(0.6_f64.next_up()), Err(Gap::BelowMinCoverage));
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

    #[test]
    fn sums_that_overflow_have_a_reason() {
        let huge = [(1.0, Ok(f64::MAX)), (1.0, Ok(f64::MAX))];
        for method in [Aggregate::Sum, Aggregate::Arithmetic] {
            assert_eq!(made(&huge, method, MinCoverage::One), Err(Gap::NotFinite));
        }
        let opposed = [(10.0, Ok(f64::MAX)), (10.0, Ok(f64::MIN))];
        assert_eq!(made(&opposed, Aggregate::Sum, MinCoverage::One), Err(Gap::NotFinite));
        let heavy = [(f64::MAX, Ok(1e-10)), (f64::MAX, Ok(1e-10))];
        assert_eq!(made(&heavy, Aggregate::Arithmetic, MinCoverage::One), Err(Gap::NotFinite));
    }
}

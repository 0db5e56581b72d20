//! Sums and means: each number enters on its own scale, weighted, and the sum is taken back from it.

use tenseven_model::{Gap, Outcome, framework::MinCoverage};

use super::{Input, coverage::Count};
use crate::Column;

/// The running sums of one place.
#[derive(Debug, Clone, Copy, Default)]
struct Tally {
    sum: f64,
    weight: f64,
    count: Count,
    refused: Option<Gap>,
}

/// Σ w·into(x) of each place, as `back` makes an outcome of it and of Σ w. Where `into` has no answer for one of the
/// numbers, its gap is that of the place.
pub(super) fn summed(
    inputs: &[Input<'_>],
    len: usize,
    at_least: MinCoverage,
    into: impl Fn(f64) -> Outcome,
    back: impl Fn(f64, f64) -> Outcome,
) -> Column {
    let mut tallies = vec![Tally::default(); len];
    for input in inputs {
        let cells = input.column.values().iter().zip(input.column.gaps());
        for (tally, (value, gap)) in tallies.iter_mut().zip(cells) {
            tally.count.add(*gap);
            if gap.is_none() {
                match into(*value) {
                    Ok(value) => {
                        tally.sum += input.weight * value;
                        tally.weight += input.weight;
                    }
                    Err(gap) => tally.refused = tally.refused.or(Some(gap)),
                }
            }
        }
    }
    let outcome = |tally: Tally| {
        tally.count.gate(inputs.is_empty(), at_least)?;
        tally.refused.map_or(Ok(()), Err)?;
        back(tally.sum, tally.weight)
    };
    tallies.into_iter().map(outcome).collect()
}

/// Σ w·x / Σ w.
pub(super) fn arithmetic(sum: f64, weight: f64) -> Outcome {
    // An infinite sum of weights would make a finite but wrong mean of 0.
    if weight.is_finite() { Ok(sum / weight) } else { Err(Gap::NotFinite) }
}

/// ln x.
pub(super) fn logarithm(value: f64) -> Outcome {
    if value > 0.0 { Ok(value.ln()) } else { Err(Gap::NotPositive) }
}

/// 1/x.
pub(super) fn inverse(value: f64) -> Outcome {
    if value > 0.0 { finite(value.recip()) } else { Err(Gap::NotPositive) }
}

/// x^p, for x from 0 where p is above 0, otherwise above 0.
pub(super) fn power(value: f64, exponent: f64) -> Outcome {
    if value > 0.0 {
        finite(value.powf(exponent))
    } else if value == 0.0 && exponent > 0.0 {
        Ok(0.0)
    } else {
        Err(Gap::NotPositive)
    }
}

/// A number above 0 must not become 0 or endless on the way.
fn finite(value: f64) -> Outcome {
    if value.is_finite() && value > 0.0 { Ok(value) } else { Err(Gap::NotFinite) }
}

/// The outcome of a mean that is taken on another scale.
pub(super) fn mean_on_scale(sum: f64, weight: f64, back: impl Fn(f64) -> f64) -> Outcome {
    let mean = arithmetic(sum, weight)?;
    if mean.is_finite() { Ok(back(mean)) } else { Err(Gap::NotFinite) }
}

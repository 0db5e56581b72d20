//! Whether enough of the inputs have data.

use tenseven_model::{Gap, MissingReason, framework::MinCoverage};

use super::Input;

/// How many inputs of a place apply, and how many of those have data.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Count {
    pub(super) with_data: u32,
    pub(super) applicable: u32,
}

impl Count {
    /// Counts one more input.
    pub(super) fn add(&mut self, gap: Option<Gap>) {
        match gap {
            None => {
                self.with_data += 1;
                self.applicable += 1;
            }
            Some(gap) => self.applicable += u32::from(!gap.is_not_applicable()),
        }
    }

    /// Succeeds if the place gets a score. `no_inputs` says that there is nothing to count at all.
    pub(super) fn gate(self, no_inputs: bool, at_least: MinCoverage) -> Result<(), Gap> {
        if self.applicable == 0 && !no_inputs {
            Err(Gap::Reported(MissingReason::NotApplicable))
        } else if self.with_data == 0 {
            Err(Gap::NoChildWithData)
        } else if is_covered(self.with_data, self.applicable, at_least) {
            Ok(())
        } else {
            Err(Gap::BelowMinCoverage)
        }
    }
}

/// The counts of each of `len` places.
pub(super) fn counts(inputs: &[Input<'_>], len: usize) -> Vec<Count> {
    let mut counts = vec![Count::default(); len];
    for input in inputs {
        for (count, gap) in counts.iter_mut().zip(input.column.gaps()) {
            count.add(*gap);
        }
    }
    counts
}

/// Whether so many of those that apply are enough. A share that is met exactly is.
pub fn is_covered(with_data: u32, applicable: u32, at_least: MinCoverage) -> bool {
    match at_least {
        MinCoverage::One => with_data >= 1,
        MinCoverage::Share(share) => f64::from(with_data) / f64::from(applicable) >= share,
        MinCoverage::Count(count) => with_data >= count,
    }
}

//! What branches cost.

use tenseven_model::framework::{Aggregate, Average, MinCoverage};

use super::{
    Cause,
    size::BoardSize,
    stage::Stage,
    unit::{LANE, LOGARITHM, NUMBER, PAIR, POWER, SIMPLE, SORTED, doublings},
};
use crate::branch::BranchStep;

/// The stages of a branch.
pub(super) fn stages(step: &BranchStep, size: BoardSize) -> Vec<Stage> {
    let parts = step.inputs.len();
    let mut stages = vec![aggregation(step.aggregate, parts, size)];
    let covered = step.covered.as_ref().map_or(parts, Vec::len);
    if step.at_least != MinCoverage::One || !step.is_by_cell() {
        stages.push(coverage(covered));
    }
    if let Some(impute) = &step.impute {
        let method = match impute.average {
            Average::Mean => "group-mean",
            Average::Median => "group-median",
        };
        // Each group goes through all areas.
        let looked_at = impute.groups.len() as f64 * LANE + average(impute.average, size.areas);
        stages.push(Stage::each_period(Cause::Imputation { method }, size.areas as f64 * looked_at));
    }
    stages
}

/// The stages of a criterion: the plain mean of leaves, and whether enough of them have data.
pub(super) fn criterion(leaves: usize, at_least: MinCoverage, size: BoardSize) -> Vec<Stage> {
    let mean = aggregation(Aggregate::Arithmetic, leaves, size);
    if at_least == MinCoverage::One { vec![mean] } else { vec![mean, coverage(leaves)] }
}

/// The stage of counting which parts have data.
fn coverage(parts: usize) -> Stage {
    Stage::each_cell(Cause::Aggregation { method: "min_coverage", parts }, parts as f64 * NUMBER)
}

fn aggregation(aggregate: Aggregate, parts: usize, size: BoardSize) -> Stage {
    let count = parts as f64;
    let each_part = match aggregate {
        Aggregate::Arithmetic | Aggregate::Sum | Aggregate::Linear(_) => LANE,
        Aggregate::Harmonic => SIMPLE,
        Aggregate::Geometric | Aggregate::Power(0.0) => LOGARITHM,
        Aggregate::Power(_) => POWER,
        Aggregate::Median => NUMBER + SORTED * doublings(parts),
        Aggregate::Min | Aggregate::Max => NUMBER,
        Aggregate::Copeland => {
            let pairs = size.areas as f64 * size.areas as f64;
            return Stage::each_period(Cause::Pairs { parts }, pairs * count * PAIR);
        }
    };
    let cause = Cause::Aggregation { method: aggregate.as_str(), parts };
    Stage::each_cell(cause, count * each_part + SIMPLE)
}

/// What the average of this many numbers costs for each of them.
pub(super) fn average(average: Average, count: usize) -> f64 {
    match average {
        Average::Mean => NUMBER,
        Average::Median => NUMBER + SORTED * doublings(count),
    }
}

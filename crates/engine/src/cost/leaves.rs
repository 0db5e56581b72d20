//! What leaves cost: reading, filling in, treating, transforming, comparing and scoring.

use tenseven_model::framework::{
    Average, Fallback, GroupAverage, Impute, Leaf, Normalise, Pool, Standing, Ties, Transform, Treatment,
};

use super::{
    Cause,
    aggregation::average,
    formulas,
    size::BoardSize,
    stage::Stage,
    unit::{LANE, LOGARITHM, NUMBER, POWER, SEARCHED, SIMPLE, SORTED, doublings},
};
use crate::leaf::LeafStep;

/// The stages of a leaf.
pub(super) fn stages(step: &LeafStep, leaf: &Leaf, size: BoardSize) -> Vec<Stage> {
    let mut stages = vec![reading(step)];
    stages.extend(leaf.impute.as_ref().and_then(|impute| imputation(impute, size)));
    if step.is_over_time() {
        // What stands in is read for each period, and looked for among those known.
        let each_cell = stages[0].each_cell + SEARCHED * doublings(size.periods);
        stages.push(Stage::each_cell(Cause::Series, each_cell));
    }
    stages.extend(leaf.treat.as_ref().map(|treatment| treatment_of(treatment, size)));
    if leaf.transform != Transform::Identity {
        let cause = Cause::Scale { method: leaf.transform.as_str() };
        stages.push(Stage::each_cell(cause, transformed(leaf.transform)));
    }
    stages.extend(comparison(&leaf.normalise, size));
    stages.push(placing(&leaf.normalise, size));
    stages
}

fn reading(step: &LeafStep) -> Stage {
    let reads_nodes = step.reads_nodes();
    let denominator = step.denominator.as_ref().map(|(reading, _)| reading);
    let readings = || std::iter::once(&step.reading).chain(denominator);
    let work: f64 = readings().map(|reading| formulas::reading(reading, reads_nodes)).sum();
    Stage::each_cell(Cause::Reading { values: readings().map(formulas::values).sum() }, work)
}

fn imputation(impute: &Impute, size: BoardSize) -> Option<Stage> {
    let areas = size.areas as f64;
    let of_areas = |taken: Average| {
        let cause = Cause::Imputation { method: impute.as_str() };
        Stage::each_period(cause, areas * (average(taken, size.areas) + NUMBER + SIMPLE))
    };
    match impute {
        Impute::Constant(_) => Some(Stage::each_cell(Cause::Scale { method: impute.as_str() }, NUMBER)),
        Impute::Average(taken) | Impute::Group(GroupAverage { average: taken, groups: _ }) => {
            Some(of_areas(*taken))
        }
        // Read together with the value.
        Impute::Latest { .. } | Impute::Hold | Impute::Linear => None,
    }
}

fn treatment_of(treatment: &Treatment, size: BoardSize) -> Stage {
    // The shape is looked at before, after each step and after the fallback.
    let points = treatment.points.min(size.areas);
    let shape = 5.0 * NUMBER + 2.0 * SIMPLE;
    let step = shape + 5.0 * NUMBER;
    let fallback = match treatment.fallback {
        Fallback::None => 0.0,
        Fallback::Log | Fallback::LogEither => shape + LOGARITHM,
        Fallback::BoxCox(_) => shape + POWER,
    };
    let each_area = 2.0 * shape + points as f64 * step + fallback;
    Stage::each_period(Cause::Treatment { points }, size.areas as f64 * each_area)
}

fn transformed(transform: Transform) -> f64 {
    match transform {
        Transform::Identity => 0.0,
        Transform::Log | Transform::Log1p => LOGARITHM,
        Transform::Sqrt => SIMPLE,
        Transform::BoxCox(_) => POWER + LOGARITHM,
    }
}

/// What finding costs what a value is compared with; none where it is compared with nothing.
fn comparison(normalise: &Normalise, size: BoardSize) -> Option<Stage> {
    let pool = normalise.pool()?;
    let pooled = match pool {
        Pool::Period => size.areas,
        Pool::AllPeriods => size.cells(),
    };
    let each = match normalise {
        Normalise::None
        | Normalise::Levels(_)
        | Normalise::Tiers { .. }
        | Normalise::Goalposts { .. }
        | Normalise::Scaled { .. } => return None,
        Normalise::MinMax { .. }
        | Normalise::DistanceToMax { .. }
        | Normalise::DistanceToReference { .. }
        | Normalise::DistanceToTarget { .. }
        | Normalise::FractionOfMax { .. } => LANE,
        Normalise::ZScore { .. } => 3.0 * NUMBER,
        Normalise::PercentilePosts { .. } | Normalise::Rank { .. } => NUMBER + SORTED * doublings(pooled),
    };
    let (cause, work) = (Cause::Comparison { method: normalise.as_str(), pool }, pooled as f64 * each);
    Some(match pool {
        Pool::Period => Stage::each_period(cause, work),
        Pool::AllPeriods => Stage::once(cause, work),
    })
}

/// What turning a number into a score costs.
fn placing(normalise: &Normalise, size: BoardSize) -> Stage {
    let each_cell = match normalise {
        Normalise::None | Normalise::Goalposts { .. } | Normalise::MinMax { .. } => LANE,
        Normalise::Levels(_) | Normalise::PercentilePosts { .. } => NUMBER,
        Normalise::Tiers { tiers, below: _ } => NUMBER + tiers.len() as f64 * LANE,
        Normalise::ZScore { .. }
        | Normalise::Scaled { .. }
        | Normalise::DistanceToMax { .. }
        | Normalise::DistanceToReference { .. }
        | Normalise::DistanceToTarget { .. }
        | Normalise::FractionOfMax { .. } => SIMPLE,
        Normalise::Rank { standing, ties, pool } => {
            let pooled = match pool {
                Pool::Period => size.areas,
                Pool::AllPeriods => size.cells(),
            };
            let share = match standing {
                Standing::Rank | Standing::Borda => 0.0,
                Standing::Percentile => SIMPLE,
            };
            let searches = match ties {
                Ties::Min => 1.0,
                Ties::Average => 3.0,
            };
            NUMBER + share + searches * SEARCHED * doublings(pooled)
        }
    };
    let cause = match normalise.pool() {
        Some(pool) => Cause::Comparison { method: normalise.as_str(), pool },
        None => Cause::Scale { method: normalise.as_str() },
    };
    Stage::each_cell(cause, each_cell)
}

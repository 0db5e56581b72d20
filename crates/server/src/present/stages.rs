//! The inputs of the stages of a leaf.

use tenseven_api::v1;
use tenseven_engine::{
    explain::LeafStages,
    normalise::{Basis, Extremes, Moments, Posts},
    treat,
};
use tenseven_model::framework::Direction;

use super::{count::count, others, stage_value::stage};

/// What the treatment of outliers did.
pub(super) fn treatment(report: &treat::Report) -> v1::OutlierTreatment {
    let treat::Report { before, winsorised, transformed, mirrored, ends, drawn_ends } = report;
    let (high, low) = winsorised.as_ref().map_or((0, 0), |(drawn, _)| (drawn.high.len(), drawn.low.len()));
    v1::OutlierTreatment {
        skewness: before.map(|shape| shape.skewness),
        kurtosis: before.map(|shape| shape.kurtosis),
        winsorised_count: count(high + low),
        rescaled: transformed.is_some(),
        mirrored: *mirrored,
        lower_limit: drawn_ends.filter(|_| low > 0).map(|[min, _]| min),
        upper_limit: drawn_ends.filter(|_| high > 0).map(|[_, max]| max),
        min: ends.map(|[min, _]| min),
        max: ends.map(|[_, max]| max),
    }
}

/// What the normalisation compared a value with, in the indicator's own sign.
pub(super) fn basis(stages: &LeafStages, direction: Direction) -> Option<v1::NormalisationBasis> {
    let LeafStages { basis, pool, standing, .. } = stages;
    // Subtracted, so that no zero is negative.
    let turned = |number: f64| if direction == Direction::LowerIsBetter { 0.0 - number } else { number };
    let of_extremes = |Extremes { min, max }: Extremes| {
        let (one, other) = (turned(min), turned(max));
        v1::NormalisationBasis {
            min: Some(one.min(other)),
            max: Some(one.max(other)),
            ..v1::NormalisationBasis::default()
        }
    };
    let made = match basis.as_ref()? {
        Basis::Extremes(extremes) => of_extremes(*extremes),
        Basis::Moments(Moments { mean, deviation }) => v1::NormalisationBasis {
            mean: Some(turned(*mean)),
            deviation: Some(*deviation),
            ..v1::NormalisationBasis::default()
        },
        Basis::Posts(Posts { lower, upper }) => v1::NormalisationBasis {
            lower_post: Some(*lower),
            upper_post: Some(*upper),
            ..v1::NormalisationBasis::default()
        },
        Basis::Order(_) => v1::NormalisationBasis::default(),
        Basis::Reference(extremes, at) => v1::NormalisationBasis {
            reference: Some(stage(*at)),
            ..extremes.map(of_extremes).unwrap_or_default()
        },
    };
    Some(v1::NormalisationBasis {
        compared_count: count(pool.count),
        worse_count: standing.map(|[worse, _]| count(worse)),
        equal_count: standing.map(|[_, equal]| count(equal)),
        compared: others::cells(pool),
        ..made
    })
}

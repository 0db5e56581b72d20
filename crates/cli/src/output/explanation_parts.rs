//! What the stages of an explanation looked at, in JSON.

use serde_json::{Value as Json, json};
use tenseven_client::v1;

use super::value::{named, optional_json};

pub(super) fn stage_json(value: &v1::StageValue) -> Json {
    let v1::StageValue { number, gap: _ } = value;
    json!({ "number": optional_json(*number), "gap": named(value.gap().as_str_name(), "SCORE_GAP_") })
}

pub(super) fn other_json(other: &v1::OtherCell) -> Json {
    let v1::OtherCell { area, period, values, outranks } = other;
    json!({
        "area": area,
        "period": period,
        "values": values.iter().map(stage_json).collect::<Vec<_>>(),
        "outranks": optional_json(*outranks),
    })
}

pub(super) fn treatment_json(treatment: &v1::OutlierTreatment) -> Json {
    let v1::OutlierTreatment {
        skewness,
        kurtosis,
        winsorised_count,
        rescaled,
        mirrored,
        lower_limit,
        upper_limit,
        min,
        max,
    } = treatment;
    json!({
        "skewness": optional_json(*skewness),
        "kurtosis": optional_json(*kurtosis),
        "winsorised_count": winsorised_count,
        "rescaled": rescaled,
        "mirrored": mirrored,
        "lower_limit": optional_json(*lower_limit),
        "upper_limit": optional_json(*upper_limit),
        "min": optional_json(*min),
        "max": optional_json(*max),
    })
}

pub(super) fn basis_json(basis: &v1::NormalisationBasis) -> Json {
    let v1::NormalisationBasis {
        min,
        max,
        mean,
        deviation,
        compared_count,
        reference,
        worse_count,
        equal_count,
        compared,
        lower_post,
        upper_post,
    } = basis;
    json!({
        "min": optional_json(*min),
        "max": optional_json(*max),
        "mean": optional_json(*mean),
        "deviation": optional_json(*deviation),
        "compared_count": compared_count,
        "reference": reference.as_ref().map(stage_json),
        "worse_count": worse_count,
        "equal_count": equal_count,
        "lower_post": optional_json(*lower_post),
        "upper_post": optional_json(*upper_post),
        "compared": compared.iter().map(other_json).collect::<Vec<_>>(),
    })
}

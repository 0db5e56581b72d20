//! Values, coverage and named constants of the contract as text and JSON.

use serde_json::{Value as Json, json};
use tenseven_client::v1::{self, value::Kind};

use super::number;

/// The value for people.
pub(crate) fn value_text(value: Option<&v1::Value>) -> String {
    match value.and_then(|value| value.kind.as_ref()) {
        Some(Kind::Number(number)) => number::figure(*number),
        Some(Kind::Flag(flag)) => (if *flag { "yes" } else { "no" }).to_owned(),
        Some(Kind::Level(level)) => level.clone(),
        Some(Kind::Ratio(ratio)) => {
            format!("{} of {}", number::figure(ratio.numerator), number::figure(ratio.denominator))
        }
        Some(Kind::Missing(_)) => format!("missing: {}", missing_reason(value).replace('_', " ")),
        None => String::new(),
    }
}

/// The value in one cell, in full: a ratio as `part/whole`, a missing value as its reason.
pub(crate) fn value_cell(value: Option<&v1::Value>) -> String {
    match value.and_then(|value| value.kind.as_ref()) {
        Some(Kind::Number(number)) => number::plain(*number),
        Some(Kind::Flag(flag)) => flag.to_string(),
        Some(Kind::Level(level)) => level.clone(),
        Some(Kind::Ratio(v1::Ratio { numerator, denominator })) => {
            format!("{}/{}", number::plain(*numerator), number::plain(*denominator))
        }
        Some(Kind::Missing(_)) => missing_reason(value),
        None => String::new(),
    }
}

/// The value as the contract's JSON has it: one key that names the kind.
pub(crate) fn value_json(value: Option<&v1::Value>) -> Json {
    match value.and_then(|value| value.kind.as_ref()) {
        Some(Kind::Number(number)) => json!({ "number": number::json(*number) }),
        Some(Kind::Flag(flag)) => json!({ "flag": flag }),
        Some(Kind::Level(level)) => json!({ "level": level }),
        Some(Kind::Ratio(ratio)) => json!({
            "ratio": {
                "numerator": number::json(ratio.numerator),
                "denominator": number::json(ratio.denominator),
            }
        }),
        Some(Kind::Missing(_)) => json!({ "missing": missing_reason(value) }),
        None => Json::Null,
    }
}

/// The reason of a missing value as files write it, as `not_collected`; empty for other values.
pub(crate) fn missing_reason(value: Option<&v1::Value>) -> String {
    match value.and_then(|value| value.kind.as_ref()) {
        Some(Kind::Missing(reason)) => match v1::MissingReason::try_from(*reason) {
            Ok(reason) => constant(reason.as_str_name(), "MISSING_REASON_"),
            Err(_) => reason.to_string(),
        },
        _ => String::new(),
    }
}

/// The name of a constant without its prefix, in lower case.
pub(crate) fn constant(name: &str, prefix: &str) -> String {
    name.strip_prefix(prefix).unwrap_or(name).to_lowercase()
}

/// The constant's name; empty for unspecified.
pub(crate) fn named(name: &str, prefix: &str) -> String {
    let name = constant(name, prefix);
    if name == "unspecified" { String::new() } else { name }
}

/// Why there is no score, for people.
pub(super) fn gap_text(gap: v1::ScoreGap) -> &'static str {
    match gap {
        v1::ScoreGap::Unspecified => "",
        v1::ScoreGap::NeverReported => "never reported",
        v1::ScoreGap::NotApplicable => "reported as not applicable",
        v1::ScoreGap::NotCollected => "reported as not collected",
        v1::ScoreGap::Confidential => "reported as confidential",
        v1::ScoreGap::NotAvailable => "reported as not available",
        v1::ScoreGap::NoChildWithData => "nothing below has data",
        v1::ScoreGap::BelowMinCoverage => "too little below has data",
        v1::ScoreGap::ConstantColumn => "all areas have the same value",
        v1::ScoreGap::OutsideTransform => "not defined for this value",
        v1::ScoreGap::NotFinite => "too large to be computed",
        v1::ScoreGap::NoDenominator => "nothing to divide by",
        v1::ScoreGap::NoReference => "the reference area has no value",
        v1::ScoreGap::NoSpan => "no distance to measure",
        v1::ScoreGap::NotPositive => "needs values above zero",
        v1::ScoreGap::NoPair => "no area to compare with",
        v1::ScoreGap::TreatedAsMissing => "treated as missing by the framework",
    }
}

/// The coverage for people: `2 of 11 (18 %)`.
pub(crate) fn coverage_text(coverage: Option<&v1::Coverage>) -> String {
    match coverage {
        None => String::new(),
        Some(coverage) if coverage.applicable == 0 => "nothing applies".to_owned(),
        Some(v1::Coverage { with_data, applicable, share, .. }) => {
            format!("{with_data} of {applicable} ({})", number::percent(*share))
        }
    }
}

/// The coverage, whole.
pub(crate) fn coverage_json(coverage: Option<&v1::Coverage>) -> Json {
    coverage.map_or(Json::Null, |coverage| {
        let v1::Coverage { with_data, applicable, share, carried, rolled_up, imputed, imputed_nodes } =
            coverage;
        json!({
            "with_data": with_data,
            "applicable": applicable,
            "share": number::json(*share),
            "carried": carried,
            "rolled_up": rolled_up,
            "imputed": imputed,
            "imputed_nodes": imputed_nodes,
        })
    })
}

/// The columns of [`coverage_cells`].
pub(crate) const COVERAGE_HEADER: [&str; 7] =
    ["with_data", "applicable", "coverage", "carried", "rolled_up", "imputed", "imputed_nodes"];

/// The coverage as cells.
pub(crate) fn coverage_cells(coverage: Option<&v1::Coverage>) -> [String; 7] {
    let v1::Coverage { with_data, applicable, share, carried, rolled_up, imputed, imputed_nodes } =
        coverage.copied().unwrap_or_default();
    [
        with_data.to_string(),
        applicable.to_string(),
        number::plain(share),
        carried.to_string(),
        rolled_up.to_string(),
        imputed.to_string(),
        imputed_nodes.to_string(),
    ]
}

/// An optional number in JSON.
pub(crate) fn optional_json(number: Option<f64>) -> Json {
    number.map_or(Json::Null, number::json)
}

/// An optional number in CSV; an empty cell where there is none.
pub(crate) fn optional_cell(number: Option<f64>) -> String {
    number.map(number::plain).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(kind: Kind) -> v1::Value {
        v1::Value { kind: Some(kind) }
    }

    #[test]
    fn values_of_each_kind_are_printed_for_people_and_programs() {
        let ratio = v1::Ratio { numerator: 4.0, denominator: 9000.0 };
        for (kind, text, cell, document) in [
            (Kind::Number(3653.0), "3,653", "3653", r#"{"number":3653}"#),
            (Kind::Flag(false), "no", "false", r#"{"flag":false}"#),
            (Kind::Level("basic".into()), "basic", "basic", r#"{"level":"basic"}"#),
            (Kind::Ratio(ratio), "4 of 9,000", "4/9000", r#"{"ratio":{"numerator":4,"denominator":9000}}"#),
            (Kind::Missing(2), "missing: not collected", "not_collected", r#"{"missing":"not_collected"}"#),
        ] {
            assert_eq!(value_cell(Some(&value(kind.clone()))), cell);
            assert_eq!(value_text(Some(&value(kind.clone()))), text);
            assert_eq!(value_json(Some(&value(kind))).to_string(), document);
        }
    }

    #[test]
    fn coverage_states_how_many_of_how_many() {
        let coverage = v1::Coverage { with_data: 2, applicable: 11, share: 2.0 / 11.0, ..Default::default() };
        assert_eq!(coverage_text(Some(&coverage)), "2 of 11 (18 %)");
        assert_eq!(coverage_text(Some(&v1::Coverage::default())), "nothing applies");
    }
}

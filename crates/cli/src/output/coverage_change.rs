//! How much of a change comes from indicators that came or lapsed.

use serde_json::{Value as Json, json};
use tenseven_client::v1;

use super::{
    Digits,
    value::{optional_cell, optional_json},
};

/// The part of a change that comes from coverage, for people, e.g. `+11.50, 2 lapsed`.
pub(crate) fn coverage_change_text(change: &v1::CoverageChange, digits: Digits) -> String {
    let v1::CoverageChange { came, lapsed, like_for_like: _, from_coverage } = change;
    let amount = from_coverage.map_or_else(|| "unknown".to_owned(), |amount| digits.signed(amount));
    let counted =
        |what: &str, leaves: &[String]| (!leaves.is_empty()).then(|| format!("{} {what}", leaves.len()));
    let parts = [Some(amount), counted("came", came), counted("lapsed", lapsed)];
    parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

/// The indicators that came and lapsed, by name.
pub(crate) fn coverage_change_names(change: &v1::CoverageChange) -> String {
    let v1::CoverageChange { came, lapsed, like_for_like: _, from_coverage: _ } = change;
    let named =
        |what: &str, leaves: &[String]| (!leaves.is_empty()).then(|| format!("{what} {}", leaves.join(", ")));
    let parts = [named("with", came), named("without", lapsed)];
    parts.into_iter().flatten().collect::<Vec<_>>().join("; ")
}

/// The change, whole.
pub(crate) fn coverage_change_json(change: &v1::CoverageChange) -> Json {
    let v1::CoverageChange { came, lapsed, like_for_like, from_coverage } = change;
    json!({
        "came": came,
        "lapsed": lapsed,
        "like_for_like": optional_json(*like_for_like),
        "from_coverage": optional_json(*from_coverage),
    })
}

/// The columns of [`coverage_change_cells`].
pub(crate) const COVERAGE_CHANGE_HEADER: [&str; 4] = ["came", "lapsed", "like_for_like", "from_coverage"];

/// The change in cells, empty where nothing came or lapsed.
pub(crate) fn coverage_change_cells(change: Option<&v1::CoverageChange>) -> [String; 4] {
    change
        .map(|v1::CoverageChange { came, lapsed, like_for_like, from_coverage }| {
            [came.join(" "), lapsed.join(" "), optional_cell(*like_for_like), optional_cell(*from_coverage)]
        })
        .unwrap_or_default()
}

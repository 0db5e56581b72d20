//! Precision: with which decimals a framework or a node publishes scores.

use tenseven_model::Precision;

use super::{schema::ROUNDINGS, table::Table};

/// What a part says of its decimals; none where it says nothing.
pub(super) fn precision(part: &Table<'_>) -> Option<Precision> {
    let rounding = part.choice("rounding", ROUNDINGS);
    if part.has("rounding") && !part.has("precision") {
        part.find(
            "rounding",
            "says how, but not to how many decimals; write precision = 3 as well".to_owned(),
        );
    }
    let digits = part.count("precision")?;
    Precision::new(digits, rounding.unwrap_or_default())
        .map_err(|error| part.find("precision", error.to_string()))
        .ok()
}

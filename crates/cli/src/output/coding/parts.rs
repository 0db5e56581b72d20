//! Units and judgements, as all answers about codings print them.

use serde_json::{Value as Json, json};
use tenseven_client::v1::{self, coding::Judgement};

use crate::output::value::constant;

pub(super) fn level_and_missing(judgement: Option<&Judgement>) -> [String; 2] {
    match judgement {
        Some(Judgement::Level(level)) => [level.clone(), String::new()],
        Some(Judgement::Missing(reason)) => [String::new(), reason_name(*reason)],
        None => [String::new(), String::new()],
    }
}

fn reason_name(reason: i32) -> String {
    v1::MissingReason::try_from(reason)
        .map_or_else(|_| reason.to_string(), |reason| constant(reason.as_str_name(), "MISSING_REASON_"))
}

pub(super) fn judgement_text(judgement: Option<&Judgement>) -> String {
    let [level, missing] = level_and_missing(judgement);
    if missing.is_empty() { level } else { format!("missing: {}", missing.replace('_', " ")) }
}

/// 0 means none.
pub(super) fn some(revision: u64) -> String {
    if revision == 0 { String::new() } else { revision.to_string() }
}

pub(super) fn unit_json(unit: Option<&v1::CodingUnit>) -> Json {
    let v1::CodingUnit { indicator, area, period } = unit.cloned().unwrap_or_default();
    json!({ "indicator": indicator, "area": area, "period": period })
}

pub(super) fn judgement_json(judgement: Option<&Judgement>) -> Json {
    match judgement {
        Some(Judgement::Level(level)) => json!({ "level": level }),
        Some(Judgement::Missing(reason)) => json!({ "missing": reason_name(*reason) }),
        None => Json::Null,
    }
}

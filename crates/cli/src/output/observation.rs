//! Observations as tables and JSON. As CSV they are written by [`crate::observation_file`].

use serde_json::{Value as Json, json};
use tenseven_client::v1;

use super::{
    Table,
    time::instant,
    value::{value_json, value_text},
};

/// A table of observations, empty.
pub(crate) fn observation_table() -> Table {
    Table::new(&["indicator", "area", "period", "source", ">value", "status", ">revision"])
}

/// Adds an observation to its table.
pub(crate) fn observation_row(table: &mut Table, recorded: &v1::RecordedObservation) {
    let observation = recorded.observation.clone().unwrap_or_default();
    let value = value_text(observation.value.as_ref());
    let v1::Observation { indicator, area, period, source, status, .. } = observation;
    table.row([indicator, area, period, source, value, status, recorded.revision.to_string()]);
}

/// An observation as the registry holds it, whole.
pub(crate) fn observation_json(recorded: &v1::RecordedObservation) -> Json {
    let v1::RecordedObservation { observation, revision, accept_time, submission_id, withdrawal: _, partner } =
        recorded;
    let v1::Observation { indicator, area, period, source, value, status, evidence, comment, method } =
        observation.clone().unwrap_or_default();
    let evidence: Vec<Json> = evidence
        .iter()
        .map(|v1::Evidence { citation, url, quote }| json!({ "citation": citation, "url": url, "quote": quote }))
        .collect();
    json!({
        "observation": {
            "indicator": indicator,
            "area": area,
            "period": period,
            "source": source,
            "value": value_json(value.as_ref()),
            "status": status,
            "evidence": evidence,
            "comment": comment,
            "method": method,
        },
        "revision": revision,
        "accept_time": instant(accept_time.as_ref()),
        "submission_id": submission_id,
        "partner": partner,
    })
}

/// Shown instead of the value of a withdrawal. No value is written this way.
pub(crate) const WITHDRAWN: &str = "(withdrawn)";

/// A version of an observation, of which a withdrawal is one.
pub(crate) fn version_json(recorded: &v1::RecordedObservation) -> Json {
    let v1::RecordedObservation { observation: _, revision, accept_time, submission_id, withdrawal, partner } =
        recorded;
    let Some(v1::Withdrawal { indicator, area, period, source, reason }) = withdrawal else {
        return observation_json(recorded);
    };
    json!({
        "withdrawal": {
            "indicator": indicator,
            "area": area,
            "period": period,
            "source": source,
            "reason": reason,
        },
        "revision": revision,
        "accept_time": instant(accept_time.as_ref()),
        "submission_id": submission_id,
        "partner": partner,
    })
}

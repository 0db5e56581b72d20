//! Codings, as listed.

use std::io::{self, Write};

use serde_json::{Value as Json, json};
use tenseven_client::v1;

use super::parts::{judgement_json, judgement_text, level_and_missing, some, unit_json};
use crate::output::{Document, Sheet, Table, time::instant};

/// Codings, as listed.
pub(crate) struct CodingList {
    /// The codings.
    pub(crate) codings: Vec<v1::RecordedCoding>,
    /// How many of others are not shown.
    pub(crate) withheld: u32,
    /// The revision that this was answered at.
    pub(crate) revision: u64,
    /// The history that it belongs to.
    pub(crate) history_id: String,
}

/// The columns of codings, in CSV.
const CODINGS: [&str; 15] = [
    "indicator",
    "area",
    "period",
    "coder",
    "level",
    "missing",
    "narrative",
    "citation",
    "url",
    "quote",
    "round",
    "adjudicated_revision",
    "superseded",
    "revision",
    "accept_time",
];

impl Document for CodingList {
    fn table(&self, out: &mut dyn Write) -> io::Result<()> {
        let mut table = Table::new(&[
            "indicator",
            "area",
            "period",
            ">round",
            "coder",
            "level",
            "narrative",
            "state",
            ">revision",
        ]);
        for recorded in &self.codings {
            let coding = recorded.coding.clone().unwrap_or_default();
            let unit = coding.unit.clone().unwrap_or_default();
            let state = match (recorded.adjudicated_revision, recorded.superseded) {
                (_, true) => "revised".to_owned(),
                (0, false) => "open".to_owned(),
                (revision, false) => format!("adjudicated at {revision}"),
            };
            table.row([
                unit.indicator,
                unit.area,
                unit.period,
                recorded.round.to_string(),
                coding.coder,
                judgement_text(coding.judgement.as_ref()),
                coding.narrative,
                state,
                recorded.revision.to_string(),
            ]);
        }
        table.write(out)
    }

    fn json(&self) -> Json {
        let Self { codings, withheld, revision, history_id } = self;
        let codings: Vec<Json> = codings.iter().map(recorded_json).collect();
        json!({ "codings": codings, "withheld_count": withheld, "revision": revision, "history_id": history_id })
    }

    fn sheet(&self) -> Sheet {
        let row = |recorded: &v1::RecordedCoding| {
            let v1::Coding { unit, coder, judgement, narrative, evidence } =
                recorded.coding.clone().unwrap_or_default();
            let v1::CodingUnit { indicator, area, period } = unit.unwrap_or_default();
            let [level, missing] = level_and_missing(judgement.as_ref());
            let v1::Evidence { citation, url, quote } = evidence.into_iter().next().unwrap_or_default();
            let mut cells =
                vec![indicator, area, period, coder, level, missing, narrative, citation, url, quote];
            cells.extend([
                recorded.round.to_string(),
                some(recorded.adjudicated_revision),
                recorded.superseded.to_string(),
                recorded.revision.to_string(),
                instant(recorded.accept_time.as_ref()),
            ]);
            cells
        };
        Sheet { header: CODINGS.to_vec(), rows: self.codings.iter().map(row).collect() }
    }
}

fn recorded_json(recorded: &v1::RecordedCoding) -> Json {
    let v1::RecordedCoding {
        coding,
        round,
        adjudicated_revision,
        superseded,
        previous_revision,
        revision,
        accept_time,
        submission_id,
        partner,
    } = recorded;
    let v1::Coding { unit, coder, judgement, narrative, evidence } = coding.clone().unwrap_or_default();
    let evidence: Vec<Json> = evidence
        .iter()
        .map(|v1::Evidence { citation, url, quote }| json!({ "citation": citation, "url": url, "quote": quote }))
        .collect();
    json!({
        "coding": {
            "unit": unit_json(unit.as_ref()),
            "coder": coder,
            "judgement": judgement_json(judgement.as_ref()),
            "narrative": narrative,
            "evidence": evidence,
        },
        "round": round,
        "adjudicated_revision": adjudicated_revision,
        "superseded": superseded,
        "previous_revision": previous_revision,
        "revision": revision,
        "accept_time": instant(accept_time.as_ref()),
        "submission_id": submission_id,
        "partner": partner,
    })
}

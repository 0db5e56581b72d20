//! Codings that were filed.

use std::io::{self, Write};

use serde_json::{Value as Json, json};
use tenseven_client::v1;

use super::parts::{judgement_json, judgement_text, some, unit_json};
use crate::output::{Document, Sheet, Table, number, time::instant};

/// A coding that was filed.
pub(crate) struct FiledRow {
    /// The line of the file; 0 where there is none.
    pub(crate) line: u64,
    /// Whose.
    pub(crate) coder: String,
    /// What was filed.
    pub(crate) coding: v1::Coding,
    /// What the server answered.
    pub(crate) answer: v1::SubmitCodingResponse,
}

/// Codings that were filed.
pub(crate) struct FiledRows {
    /// One by one.
    pub(crate) rows: Vec<FiledRow>,
    /// Whether they were only checked.
    pub(crate) dry_run: bool,
}

impl FiledRows {
    fn cells(&self) -> impl Iterator<Item = Vec<String>> {
        self.rows.iter().map(|FiledRow { line, coder, coding, answer }| {
            let v1::CodingUnit { indicator, area, period } = coding.unit.clone().unwrap_or_default();
            let v1::SubmitCodingResponse { revision, accept_time, round, revises, history_id: _ } = answer;
            let (line, round) = (some(*line), round.to_string());
            let mut cells =
                vec![line, indicator, area, period, coder.clone(), judgement_text(coding.judgement.as_ref())];
            cells.extend([round, revises.to_string(), revision.to_string(), instant(accept_time.as_ref())]);
            cells
        })
    }
}

impl Document for FiledRows {
    fn table(&self, out: &mut dyn Write) -> io::Result<()> {
        let count = number::counted(self.rows.len() as u64, "coding", "codings");
        writeln!(out, "{count} {}\n", if self.dry_run { "would be filed" } else { "filed" })?;
        let titles = [
            ">line",
            "indicator",
            "area",
            "period",
            "coder",
            "level",
            ">round",
            "revises",
            ">revision",
            "accepted at",
        ];
        let mut table = Table::new(&titles);
        self.cells().for_each(|row| table.row(row));
        table.write(out)
    }

    fn json(&self) -> Json {
        let row = |FiledRow { line, coder, coding, answer }: &FiledRow| {
            let v1::SubmitCodingResponse { revision, accept_time, round, revises, history_id: _ } = answer;
            json!({
                "line": line,
                "unit": unit_json(coding.unit.as_ref()),
                "coder": coder,
                "judgement": judgement_json(coding.judgement.as_ref()),
                "round": round,
                "revises": revises,
                "revision": revision,
                "accept_time": instant(accept_time.as_ref()),
            })
        };
        json!({ "dry_run": self.dry_run, "codings": self.rows.iter().map(row).collect::<Vec<_>>() })
    }

    fn sheet(&self) -> Sheet {
        let header = vec![
            "line",
            "indicator",
            "area",
            "period",
            "coder",
            "level",
            "round",
            "revises",
            "revision",
            "accept_time",
        ];
        Sheet { header, rows: self.cells().collect() }
    }
}

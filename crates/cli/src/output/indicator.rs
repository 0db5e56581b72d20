//! Indicators: the list of them, and one whole.

use std::io::{self, Write};

use serde_json::{Value as Json, json};
use tenseven_client::v1;

use super::{
    Document, Sheet, Table, number,
    value::{constant, optional_cell, optional_json},
};

/// The list of indicators, as answered.
#[derive(Debug)]
pub(crate) struct IndicatorListView {
    /// The indicators, by id.
    pub(crate) indicators: Vec<v1::Indicator>,
    /// The revision that they were answered at.
    pub(crate) revision: u64,
    /// The history that it belongs to.
    pub(crate) history_id: String,
}

impl Document for IndicatorListView {
    fn table(&self, out: &mut dyn Write) -> io::Result<()> {
        let mut table = Table::new(&["indicator", "name", "kind", "unit or levels", "criteria"]);
        for indicator in &self.indicators {
            let levels = level_codes(indicator);
            let unit = if levels.is_empty() { indicator.unit.clone() } else { levels.join(", ") };
            let criteria = indicator.criteria.join(", ");
            table.row([indicator.id.clone(), indicator.name.clone(), kind_name(indicator), unit, criteria]);
        }
        table.write(out)
    }

    fn json(&self) -> Json {
        json!({
            "indicators": self.indicators.iter().map(indicator_json).collect::<Vec<_>>(),
            "revision": self.revision,
            "history_id": self.history_id,
        })
    }

    fn sheet(&self) -> Sheet {
        Sheet { header: SHEET_HEADER.to_vec(), rows: self.indicators.iter().map(indicator_cells).collect() }
    }
}

/// One indicator, as answered.
#[derive(Debug)]
pub(crate) struct IndicatorView {
    /// The answer.
    pub(crate) response: v1::GetIndicatorResponse,
}

impl IndicatorView {
    fn indicator(&self) -> v1::Indicator {
        self.response.indicator.clone().unwrap_or_default()
    }
}

impl Document for IndicatorView {
    fn table(&self, out: &mut dyn Write) -> io::Result<()> {
        let indicator = self.indicator();
        writeln!(out, "{}: {}\n", indicator.id, indicator.name)?;
        writeln!(out, "{}\n", indicator.description.trim())?;
        let yes = |on: bool| (if on { "yes" } else { "no" }).to_owned();
        let lines = [
            ("Kind", kind_name(&indicator)),
            ("Computed as", indicator.formula.clone()),
            ("Unit", indicator.unit.clone()),
            ("Lowest", indicator.min.map(number::plain).unwrap_or_default()),
            ("Highest", indicator.max.map(number::plain).unwrap_or_default()),
            ("Part of", indicator.breakdown_of.clone()),
            ("Adds up from local units", yes(indicator.rolls_up)),
            ("Criteria", indicator.criteria.join(", ")),
            ("Measures", indicator.measures.join(", ")),
            ("Instruments", indicator.instruments.join(", ")),
            ("Frameworks", self.response.frameworks.join(", ")),
        ];
        for (title, text) in lines.into_iter().filter(|(_, text)| !text.is_empty()) {
            writeln!(out, "{title}: {text}")?;
        }
        if indicator.levels.is_empty() {
            return Ok(());
        }
        writeln!(out)?;
        let mut table = Table::new(&["level", ">score", "when"]);
        for level in indicator.levels {
            table.row([level.code, number::plain(level.score), level.description]);
        }
        table.write(out)
    }

    fn json(&self) -> Json {
        json!({
            "indicator": self.response.indicator.as_ref().map(indicator_json),
            "frameworks": self.response.frameworks,
            "revision": self.response.revision,
            "history_id": self.response.history_id,
        })
    }

    fn sheet(&self) -> Sheet {
        Sheet { header: SHEET_HEADER.to_vec(), rows: vec![indicator_cells(&self.indicator())] }
    }
}

/// The kind of value that the indicator takes, as `count`.
pub(crate) fn kind_name(indicator: &v1::Indicator) -> String {
    constant(indicator.kind().as_str_name(), "INDICATOR_KIND_")
}

fn level_codes(indicator: &v1::Indicator) -> Vec<&str> {
    indicator.levels.iter().map(|level| level.code.as_str()).collect()
}

/// An indicator, whole.
pub(super) fn indicator_json(indicator: &v1::Indicator) -> Json {
    let v1::Indicator {
        id,
        name,
        description,
        kind: _,
        unit,
        levels,
        min,
        max,
        breakdown_of,
        rolls_up,
        criteria,
        measures,
        instruments,
        formula,
    } = indicator;
    let levels: Vec<Json> = levels
        .iter()
        .map(|v1::RubricLevel { code, label, description, score }| {
            json!({ "code": code, "label": label, "description": description, "score": number::json(*score) })
        })
        .collect();
    json!({
        "id": id,
        "name": name,
        "description": description,
        "kind": kind_name(indicator),
        "unit": unit,
        "levels": levels,
        "min": optional_json(*min),
        "max": optional_json(*max),
        "breakdown_of": breakdown_of,
        "rolls_up": rolls_up,
        "criteria": criteria,
        "measures": measures,
        "instruments": instruments,
        "formula": formula,
    })
}

const SHEET_HEADER: [&str; 13] = [
    "id",
    "name",
    "description",
    "kind",
    "unit",
    "levels",
    "min",
    "max",
    "breakdown_of",
    "rolls_up",
    "criteria",
    "measures",
    "instruments",
];

fn indicator_cells(indicator: &v1::Indicator) -> Vec<String> {
    vec![
        indicator.id.clone(),
        indicator.name.clone(),
        indicator.description.clone(),
        kind_name(indicator),
        indicator.unit.clone(),
        level_codes(indicator).join(" "),
        optional_cell(indicator.min),
        optional_cell(indicator.max),
        indicator.breakdown_of.clone(),
        indicator.rolls_up.to_string(),
        indicator.criteria.join(" "),
        indicator.measures.join(" "),
        indicator.instruments.join(" "),
    ]
}

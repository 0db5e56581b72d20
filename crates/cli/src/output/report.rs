//! The target report: a framework's own figures for a group of areas.

use std::io::{self, Write};

use serde_json::{Value as Json, json};
use tenseven_client::v1;

use super::{
    Digits, Document, Sheet, Table, number,
    score::NONE,
    value::{optional_cell, optional_json},
};

/// A target report, as answered.
#[derive(Debug)]
pub(crate) struct ReportView {
    /// The answer.
    pub(crate) response: v1::GetTargetReportResponse,
    /// Whether the areas of the figures were requested.
    pub(crate) areas_listed: bool,
    /// How many decimals its table has, of numbers that are not whole.
    pub(crate) digits: Digits,
}

impl Document for ReportView {
    fn table(&self, out: &mut dyn Write) -> io::Result<()> {
        let v1::GetTargetReportResponse {
            framework,
            period,
            areas,
            area_count,
            figures,
            revision,
            history_id: _,
        } = &self.response;
        let areas = if areas.is_empty() { "world".to_owned() } else { areas.join(" ") };
        let revision = number::count(*revision);
        writeln!(
            out,
            "{framework}, {period}, {areas}: {area_count} countries and areas (revision {revision})\n"
        )?;
        let mut table = Table::new(&["figure", ">value", "unit", ">with data", "of which"]);
        for figure in figures {
            table.row([
                figure.title.clone(),
                value_text(figure, self.digits),
                figure.unit.clone(),
                format!("{} of {area_count}", figure.areas_with_data),
                tally_text(&figure.tally),
            ]);
        }
        table.write(out)?;
        if !self.areas_listed {
            return Ok(());
        }
        for figure in figures {
            writeln!(out, "\n{}", figure.title)?;
            writeln!(out, "  with data: {}", listed(&figure.data_areas))?;
            if matches!(figure.figure.as_str(), "count" | "band-share") {
                writeln!(out, "  counted: {}", listed(&figure.counted_areas))?;
            }
        }
        Ok(())
    }

    fn json(&self) -> Json {
        let v1::GetTargetReportResponse {
            framework,
            period,
            areas,
            area_count,
            figures,
            revision,
            history_id,
        } = &self.response;
        json!({
            "framework": framework,
            "period": period,
            "areas": areas,
            "area_count": area_count,
            "figures": figures.iter().map(|figure| self.figure_json(figure)).collect::<Vec<_>>(),
            "revision": revision,
            "history_id": history_id,
        })
    }

    /// A row for each figure, and below it a row for each level or band that has areas, named by `kind`.
    fn sheet(&self) -> Sheet {
        let header = vec![
            "framework",
            "period",
            "kind",
            "clause",
            "title",
            "unit",
            "figure",
            "value",
            "areas_with_data",
            "area_count",
            "tally_id",
            "tally_label",
            "tally_count",
            "tally_share",
            "data_areas",
            "counted_areas",
        ];
        let rows = self.response.figures.iter().flat_map(|figure| {
            let none = || std::iter::repeat_n(String::new(), 4);
            let areas = [figure.data_areas.join(" "), figure.counted_areas.join(" ")];
            let first = self.key_cells("figure", figure).chain(none()).chain(areas).collect();
            let tally = figure.tally.iter().map(|entry| {
                let v1::TallyEntry { id, label, count, share } = entry;
                let cells = [id.clone(), label.clone(), count.to_string(), number::plain(*share)];
                self.key_cells("tally", figure).chain(cells).chain([String::new(), String::new()]).collect()
            });
            std::iter::once(first).chain(tally).collect::<Vec<_>>()
        });
        Sheet { header, rows: rows.collect() }
    }
}

impl ReportView {
    fn figure_json(&self, figure: &v1::ReportFigure) -> Json {
        let v1::ReportFigure {
            clause,
            title,
            unit,
            figure,
            value,
            areas_with_data,
            tally,
            data_areas,
            counted_areas,
        } = figure;
        let tally: Vec<Json> = tally
            .iter()
            .map(|v1::TallyEntry { id, label, count, share }| {
                json!({ "id": id, "label": label, "count": count, "share": number::json(*share) })
            })
            .collect();
        let mut document = json!({
            "clause": clause,
            "title": title,
            "unit": unit,
            "figure": figure,
            "value": optional_json(*value),
            "areas_with_data": areas_with_data,
            "tally": tally,
        });
        if self.areas_listed {
            document["data_areas"] = json!(data_areas);
            document["counted_areas"] = json!(counted_areas);
        }
        document
    }

    fn key_cells(&self, kind: &str, figure: &v1::ReportFigure) -> impl Iterator<Item = String> {
        [
            self.response.framework.clone(),
            self.response.period.clone(),
            kind.to_owned(),
            figure.clause.clone(),
            figure.title.clone(),
            figure.unit.clone(),
            figure.figure.clone(),
            optional_cell(figure.value),
            figure.areas_with_data.to_string(),
            self.response.area_count.to_string(),
        ]
        .into_iter()
    }
}

/// The figure for people; a ratio in percent.
fn value_text(figure: &v1::ReportFigure, digits: Digits) -> String {
    match figure.value {
        None => NONE.to_owned(),
        Some(ratio) if figure.figure == "ratio-of-sums" => format!("{} %", digits.text(ratio * 100.0)),
        Some(value) if value.fract() == 0.0 => number::figure(value),
        Some(value) => digits.text(value),
    }
}

fn tally_text(tally: &[v1::TallyEntry]) -> String {
    let entry = |entry: &v1::TallyEntry| format!("{} {}", entry.label, number::count(entry.count.into()));
    tally.iter().map(entry).collect::<Vec<_>>().join(", ")
}

fn listed(areas: &[String]) -> String {
    if areas.is_empty() { "none".to_owned() } else { areas.join(" ") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::{Format, document::render};

    fn view() -> ReportView {
        let entry = |id: &str, count| v1::TallyEntry {
            id: id.into(),
            label: id.to_uppercase(),
            count,
            share: f64::from(count) / 190.0,
        };
        let dual = v1::ReportFigure {
            clause: "dual-nationality".into(),
            title: "Countries that grant dual nationality".into(),
            unit: "countries".into(),
            figure: "count".into(),
            value: Some(93.0),
            areas_with_data: 190,
            tally: vec![entry("comprehensive", 93), entry("elaborated", 55), entry("basic", 42)],
            ..Default::default()
        };
        let ratio = v1::ReportFigure {
            clause: "agreements".into(),
            title: "Agreements with safeguards".into(),
            figure: "ratio-of-sums".into(),
            value: Some(7.0 / 9.0),
            areas_with_data: 1,
            ..Default::default()
        };
        let none =
            v1::ReportFigure { clause: "x".into(), title: "Nothing known".into(), ..Default::default() };
        let response = v1::GetTargetReportResponse {
            framework: "target-10-7@1.0.0".into(),
            period: "2020".into(),
            areas: vec!["world".into()],
            area_count: 250,
            figures: vec![dual, none, ratio],
            revision: 7,
            history_id: String::new(),
        };
        ReportView { response, areas_listed: false, digits: Digits::default() }
    }

    #[test]
    fn each_figure_states_how_many_areas_have_data() {
        let mut text = Vec::new();
        render(&view(), Format::Table, &mut text).unwrap();
        let text = String::from_utf8(text).unwrap();
        let line = text.lines().find(|line| line.contains("dual nationality")).unwrap();
        assert!(line.contains("190 of 250"), "{text}");
        assert!(line.contains("COMPREHENSIVE 93, ELABORATED 55, BASIC 42"), "{text}");
        assert!(text.lines().any(|line| line.contains("Nothing known") && line.contains('–')), "{text}");
        assert!(text.lines().any(|line| line.contains("Agreements") && line.contains("77.78 %")), "{text}");
    }

    #[test]
    fn csv_has_a_row_a_figure_and_a_row_a_level() {
        let sheet = view().sheet();
        assert_eq!(sheet.rows.len(), 6);
        assert!(sheet.rows.iter().all(|row| row.len() == sheet.header.len()));
        assert_eq!(sheet.rows[1][10..13], ["comprehensive", "COMPREHENSIVE", "93"]);
    }

    #[test]
    fn json_lists_areas_only_where_asked_for() {
        assert!(view().json()["figures"][0].get("data_areas").is_none());
        let listed = ReportView { areas_listed: true, ..view() };
        assert_eq!(listed.json()["figures"][0]["data_areas"], json!([]));
        assert_eq!(listed.json()["figures"][1]["value"], Json::Null);
    }
}

//! The scores of one area over periods.

use std::io::{self, Write};

use serde_json::{Value as Json, json};
use tenseven_client::v1;

use super::{
    Digits, Document, Sheet, Table,
    coverage_change::{
        COVERAGE_CHANGE_HEADER, coverage_change_cells, coverage_change_json, coverage_change_names,
        coverage_change_text,
    },
    number,
    score::{named_area, node_json, status_text},
    value::{COVERAGE_HEADER, coverage_cells, coverage_text, named, optional_cell, optional_json},
};

/// A trend, all pages of it.
#[derive(Debug)]
pub(crate) struct TrendView {
    /// The pages put together.
    pub(crate) response: v1::GetTrendResponse,
    /// How many decimals its table has.
    pub(crate) digits: Digits,
}

impl Document for TrendView {
    fn table(&self, out: &mut dyn Write) -> io::Result<()> {
        let v1::GetTrendResponse {
            framework,
            area,
            area_name,
            points,
            next_page_token: _,
            revision,
            history_id: _,
        } = &self.response;
        let (area, revision) = (named_area(area, area_name), number::count(*revision));
        if points.is_empty() {
            return writeln!(out, "Nothing is known of {area} in any period (revision {revision}).");
        }
        writeln!(out, "{area} by {framework} (revision {revision})")?;
        let id = |point: &v1::TrendPoint| point.node.as_ref().map(|node| node.node.clone());
        for points in points.chunk_by(|one, other| id(one) == id(other)) {
            let name = points.first().and_then(|point| point.node.as_ref()).map(|node| node.name.as_str());
            writeln!(out, "\n{}\n", name.unwrap_or_default())?;
            let mut table = Table::new(&[
                "period",
                ">score",
                ">change",
                ">from coverage",
                "band",
                "indicators with data",
                "status",
            ]);
            for point in points {
                table.row(point_row(point, self.digits));
            }
            table.write(out)?;
            for point in points {
                if let Some(change) = &point.coverage_change {
                    let v1::TrendPoint { period, change_since, .. } = point;
                    writeln!(out, " {period} since {change_since}: {}", coverage_change_names(change))?;
                }
            }
        }
        Ok(())
    }

    fn json(&self) -> Json {
        let v1::GetTrendResponse {
            framework,
            area,
            area_name,
            points,
            next_page_token: _,
            revision,
            history_id,
        } = &self.response;
        json!({
            "framework": framework,
            "area": area,
            "area_name": area_name,
            "points": points.iter().map(point_json).collect::<Vec<_>>(),
            "revision": revision,
            "history_id": history_id,
        })
    }

    fn sheet(&self) -> Sheet {
        let mut header = vec!["framework", "area", "area_name", "node", "name", "period", "score"];
        header.extend(["change", "change_since", "gap", "band", "status"]);
        header.extend(COVERAGE_HEADER);
        header.extend(COVERAGE_CHANGE_HEADER);
        let rows = self.response.points.iter().map(|point| {
            let v1::GetTrendResponse { framework, area, area_name, .. } = &self.response;
            let node = point.node.clone().unwrap_or_default();
            let mut cells = vec![
                framework.clone(),
                area.clone(),
                area_name.clone(),
                node.node.clone(),
                node.name.clone(),
                point.period.clone(),
                optional_cell(node.score),
                optional_cell(point.change),
                point.change_since.clone(),
                named(node.gap().as_str_name(), "SCORE_GAP_"),
                node.band.clone(),
                named(node.status().as_str_name(), "SCORE_STATUS_"),
            ];
            cells.extend(coverage_cells(node.coverage.as_ref()));
            cells.extend(coverage_change_cells(point.coverage_change.as_ref()));
            cells
        });
        Sheet { header, rows: rows.collect() }
    }
}

fn point_row(point: &v1::TrendPoint, digits: Digits) -> [String; 7] {
    let v1::TrendPoint { period, node, change, change_since, coverage_change } = point;
    let node = node.clone().unwrap_or_default();
    let change = change.map(|change| format!("{} since {change_since}", digits.signed(change)));
    [
        period.clone(),
        digits.score(node.score),
        change.unwrap_or_default(),
        coverage_change.as_ref().map(|change| coverage_change_text(change, digits)).unwrap_or_default(),
        node.band.clone(),
        coverage_text(node.coverage.as_ref()),
        status_text(&node),
    ]
}

fn point_json(point: &v1::TrendPoint) -> Json {
    let v1::TrendPoint { period, node, change, change_since, coverage_change } = point;
    json!({
        "period": period,
        "node": node.as_ref().map(node_json),
        "change": optional_json(*change),
        "change_since": change_since,
        "coverage_change": coverage_change.as_ref().map(coverage_change_json),
    })
}

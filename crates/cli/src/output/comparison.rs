//! Scores side by side.

use std::io::{self, Write};

use serde_json::{Value as Json, json};
use tenseven_client::v1;

use super::{
    Digits, Document, Sheet, Table,
    coverage_change::{
        COVERAGE_CHANGE_HEADER, coverage_change_cells, coverage_change_json, coverage_change_text,
    },
    number,
    score::{leaf_json, named_area},
    table::indented,
    value::{
        COVERAGE_HEADER, coverage_cells, coverage_json, coverage_text, named, optional_cell, optional_json,
    },
};

/// A comparison, as answered.
#[derive(Debug)]
pub(crate) struct ComparisonView {
    /// The answer.
    pub(crate) response: v1::CompareScoresResponse,
    /// How many decimals its table has.
    pub(crate) digits: Digits,
}

impl Document for ComparisonView {
    fn table(&self, out: &mut dyn Write) -> io::Result<()> {
        let v1::CompareScoresResponse { framework, columns, nodes, criteria, revision, history_id: _ } =
            &self.response;
        let first = columns.first().cloned().unwrap_or_default();
        let first = format!("{}, {}", named_area(&first.area, &first.area_name), first.period);
        let revision = number::count(*revision);
        writeln!(
            out,
            "Scores by {framework}; differences, in brackets, are from {first} (revision {revision})\n"
        )?;
        let titles = |what: &str| {
            let column = |column: &v1::ComparedColumn| format!(">{}\n{}", column.area, column.period);
            std::iter::once(what.to_owned()).chain(columns.iter().map(column)).collect::<Vec<_>>()
        };
        let mut table = Table::new(&titles("node"));
        for node in nodes {
            let scores = node.scores.iter().enumerate().map(|score| cell(score, self.digits));
            table.row(std::iter::once(indented(node.depth as usize, &node.name)).chain(scores));
        }
        let roots = || nodes.iter().filter(|node| node.depth == 0);
        let of_root = |what: &str, root: &v1::ComparedNode| match roots().count() {
            1 => what.to_owned(),
            _ => format!("{what}, {}", root.name),
        };
        for root in roots() {
            let coverage = root.scores.iter().map(|score| coverage_text(score.coverage.as_ref()));
            table.row(std::iter::once(of_root("indicators with data", root)).chain(coverage));
            if root.scores.iter().any(|score| score.coverage_change.is_some()) {
                let of_coverage = root.scores.iter().map(|score| {
                    let change = score.coverage_change.as_ref();
                    change.map(|change| coverage_change_text(change, self.digits)).unwrap_or_default()
                });
                table.row(std::iter::once(of_root("difference from coverage", root)).chain(of_coverage));
            }
        }
        table.write(out)?;
        if criteria.is_empty() {
            return Ok(());
        }
        writeln!(out)?;
        let mut table = Table::new(&titles("criterion"));
        for criterion in criteria {
            let scores = criterion.scores.iter().enumerate().map(|score| cell(score, self.digits));
            table.row(std::iter::once(criterion.label.clone()).chain(scores));
        }
        table.write(out)
    }

    fn json(&self) -> Json {
        let v1::CompareScoresResponse { framework, columns, nodes, criteria, revision, history_id } =
            &self.response;
        json!({
            "framework": framework,
            "columns": columns.iter().map(column_json).collect::<Vec<_>>(),
            "nodes": nodes.iter().map(node_json).collect::<Vec<_>>(),
            "criteria": criteria.iter().map(criterion_json).collect::<Vec<_>>(),
            "revision": revision,
            "history_id": history_id,
        })
    }

    /// A row for each node or criterion, named by `kind`, and column.
    fn sheet(&self) -> Sheet {
        let mut header = vec!["framework", "kind", "id", "name", "parent", "depth", "area", "area_name"];
        header.extend(["period", "score", "difference", "gap", "band", "status"]);
        header.extend(COVERAGE_HEADER);
        header.extend(COVERAGE_CHANGE_HEADER);
        let nodes = self.response.nodes.iter().flat_map(|node| {
            let v1::ComparedNode { node, name, parent, depth, scores } = node;
            self.rows(["node", node, name, parent, &depth.to_string()], scores)
        });
        let criteria = self.response.criteria.iter().flat_map(|criterion| {
            let v1::ComparedCriterion { criterion, label, scores } = criterion;
            self.rows(["criterion", criterion, label, "", ""], scores)
        });
        Sheet { header, rows: nodes.chain(criteria).collect() }
    }
}

impl ComparisonView {
    fn rows(&self, key: [&str; 5], scores: &[v1::ComparedScore]) -> Vec<Vec<String>> {
        let row = |(column, score): (&v1::ComparedColumn, &v1::ComparedScore)| {
            let v1::ComparedColumn { area, area_name, period } = column.clone();
            let mut cells = vec![self.response.framework.clone()];
            cells.extend(key.map(str::to_owned));
            cells.extend([area, area_name, period]);
            cells.extend([optional_cell(score.score), optional_cell(score.difference)]);
            cells.push(named(score.gap().as_str_name(), "SCORE_GAP_"));
            cells.push(score.band.clone());
            cells.push(named(score.status().as_str_name(), "SCORE_STATUS_"));
            cells.extend(coverage_cells(score.coverage.as_ref()));
            cells.extend(coverage_change_cells(score.coverage_change.as_ref()));
            cells
        };
        self.response.columns.iter().zip(scores).map(row).collect()
    }
}

/// The score, and after the first column its difference.
fn cell((place, score): (usize, &v1::ComparedScore), digits: Digits) -> String {
    let text = digits.score(score.score);
    match score.difference.filter(|_| place > 0) {
        Some(difference) => format!("{text} ({})", digits.signed(difference)),
        None => text,
    }
}

fn column_json(column: &v1::ComparedColumn) -> Json {
    let v1::ComparedColumn { area, area_name, period } = column;
    json!({ "area": area, "area_name": area_name, "period": period })
}

fn node_json(node: &v1::ComparedNode) -> Json {
    let v1::ComparedNode { node, name, parent, depth, scores } = node;
    let scores: Vec<Json> = scores.iter().map(score_json).collect();
    json!({ "node": node, "name": name, "parent": parent, "depth": depth, "scores": scores })
}

fn criterion_json(criterion: &v1::ComparedCriterion) -> Json {
    let v1::ComparedCriterion { criterion, label, scores } = criterion;
    let scores: Vec<Json> = scores.iter().map(score_json).collect();
    json!({ "criterion": criterion, "label": label, "scores": scores })
}

fn score_json(one: &v1::ComparedScore) -> Json {
    let v1::ComparedScore { score, gap: _, difference, band, coverage, status: _, leaf, coverage_change } =
        one;
    json!({
        "score": optional_json(*score),
        "gap": named(one.gap().as_str_name(), "SCORE_GAP_"),
        "difference": optional_json(*difference),
        "band": band,
        "coverage": coverage_json(coverage.as_ref()),
        "status": named(one.status().as_str_name(), "SCORE_STATUS_"),
        "leaf": leaf.as_ref().map(leaf_json),
        "coverage_change": coverage_change.as_ref().map(coverage_change_json),
    })
}

//! One score tree: the scores of an area for a period.

use std::io::{self, Write};

use serde_json::{Value as Json, json};
use tenseven_client::v1;

pub(super) use super::number::NONE;
use super::{
    Digits, Document, Sheet, Table, number,
    table::indented,
    value::{
        COVERAGE_HEADER, coverage_cells, coverage_json, coverage_text, gap_text, named, optional_cell,
        optional_json, value_json, value_text,
    },
};

/// The score tree of one area and period, as answered.
#[derive(Debug)]
pub(crate) struct ScoreView {
    /// The answer.
    pub(crate) response: v1::GetScoresResponse,
    /// How many decimals its table has.
    pub(crate) digits: Digits,
}

impl Document for ScoreView {
    fn table(&self, out: &mut dyn Write) -> io::Result<()> {
        let tree = self.response.scores.clone().unwrap_or_default();
        let revision = number::count(self.response.revision);
        writeln!(out, "{}, {} by {} (revision {revision})\n", area_text(&tree), tree.period, tree.framework)?;
        let mut table =
            Table::new(&["node", ">value", ">score", "band", "indicators with data", "status", "source"]);
        for node in &tree.nodes {
            table.row(node_row(node, self.digits));
        }
        table.write(out)?;
        if tree.criteria.is_empty() {
            return Ok(());
        }
        writeln!(out)?;
        let mut table = Table::new(&["criterion", ">score", "indicators with data"]);
        for criterion in &tree.criteria {
            let coverage = coverage_text(criterion.coverage.as_ref());
            table.row([criterion.label.clone(), self.digits.score(criterion.score), coverage]);
        }
        table.write(out)
    }

    fn json(&self) -> Json {
        json!({
            "scores": self.response.scores.as_ref().map(tree_json),
            "revision": self.response.revision,
            "history_id": self.response.history_id,
        })
    }

    fn sheet(&self) -> Sheet {
        let tree = self.response.scores.clone().unwrap_or_default();
        Sheet { header: sheet_header(), rows: sheet_rows(&tree).collect() }
    }
}

fn node_row(node: &v1::NodeScore, digits: Digits) -> [String; 7] {
    let leaf = node.leaf.as_ref();
    [
        indented(node.depth as usize, &node.name),
        leaf.map(|leaf| value_text(leaf.value.as_ref())).unwrap_or_default(),
        digits.score(node.score),
        node.band.clone(),
        coverage_text(node.coverage.as_ref()),
        status_text(node),
        leaf.map(|leaf| leaf.source.clone()).unwrap_or_default(),
    ]
}

/// The area's name and code.
pub(super) fn area_text(tree: &v1::ScoreTree) -> String {
    named_area(&tree.area, &tree.area_name)
}

/// An area's name, if it has one, and code.
pub(super) fn named_area(area: &str, name: &str) -> String {
    if name.is_empty() { area.to_owned() } else { format!("{name} ({area})") }
}

/// How a value was filled in.
fn imputed(leaf: &v1::LeafValue) -> String {
    let (from, to) = (&leaf.observed_period, &leaf.imputed_to_period);
    match leaf.imputation.as_str() {
        "mean" | "median" => format!("filled in with the {} of all areas", leaf.imputation),
        "group-mean" => "filled in with the mean of its group".to_owned(),
        "group-median" => "filled in with the median of its group".to_owned(),
        "linear" => format!("filled in between {from} and {to}"),
        _ => format!("filled in from {from}"),
    }
}

/// What a score rests on, or why there is none.
pub(crate) fn status_text(node: &v1::NodeScore) -> String {
    if node.score.is_none() {
        return gap_text(node.gap()).to_owned();
    }
    let Some(leaf) = &node.leaf else {
        return named(node.status().as_str_name(), "SCORE_STATUS_").replace("filled", "partly filled in");
    };
    let origin = match leaf.origin() {
        v1::ValueOrigin::Observed | v1::ValueOrigin::Unspecified => "observed".to_owned(),
        v1::ValueOrigin::Carried => format!("carried forward from {}", leaf.observed_period),
        v1::ValueOrigin::RolledUp => {
            format!(
                "added up from {}",
                number::counted(leaf.local_unit_count.into(), "local unit", "local units")
            )
        }
        v1::ValueOrigin::Constant => "filled in with a constant".to_owned(),
        v1::ValueOrigin::Computed => "computed".to_owned(),
        v1::ValueOrigin::Imputed => imputed(leaf),
    };
    if matches!(leaf.status.as_str(), "" | "A") {
        origin
    } else {
        format!("{origin}, status {}", leaf.status)
    }
}

/// A score tree, whole.
pub(crate) fn tree_json(tree: &v1::ScoreTree) -> Json {
    let v1::ScoreTree { framework, area, area_name, period, nodes, criteria } = tree;
    json!({
        "framework": framework,
        "area": area,
        "area_name": area_name,
        "period": period,
        "nodes": nodes.iter().map(node_json).collect::<Vec<_>>(),
        "criteria": criteria.iter().map(criterion_json).collect::<Vec<_>>(),
    })
}

pub(super) fn node_json(node: &v1::NodeScore) -> Json {
    let v1::NodeScore { node: id, name, parent, depth, score, gap: _, band, coverage, status: _, leaf } =
        node;
    json!({
        "node": id,
        "name": name,
        "parent": parent,
        "depth": depth,
        "score": optional_json(*score),
        "gap": named(node.gap().as_str_name(), "SCORE_GAP_"),
        "band": band,
        "coverage": coverage_json(coverage.as_ref()),
        "status": named(node.status().as_str_name(), "SCORE_STATUS_"),
        "leaf": leaf.as_ref().map(leaf_json),
    })
}

pub(super) fn leaf_json(leaf: &v1::LeafValue) -> Json {
    let v1::LeafValue {
        origin: _,
        value,
        number: n,
        source,
        status,
        observed_period,
        revision,
        local_unit_count,
        imputation,
        imputed_to_period,
        denominator,
        denominator_period,
    } = leaf;
    json!({
        "origin": named(leaf.origin().as_str_name(), "VALUE_ORIGIN_"),
        "value": value_json(value.as_ref()),
        "number": number::json(*n),
        "source": source,
        "status": status,
        "observed_period": observed_period,
        "revision": revision,
        "local_unit_count": local_unit_count,
        "imputation": imputation,
        "imputed_to_period": imputed_to_period,
        "denominator": optional_json(*denominator),
        "denominator_period": denominator_period,
    })
}

fn criterion_json(criterion: &v1::CriterionScore) -> Json {
    let v1::CriterionScore { criterion: id, label, score, coverage, gap: _ } = criterion;
    json!({
        "criterion": id,
        "label": label,
        "score": optional_json(*score),
        "gap": named(criterion.gap().as_str_name(), "SCORE_GAP_"),
        "coverage": coverage_json(coverage.as_ref()),
    })
}

/// The columns of [`sheet_rows`]: a row for each node or criterion, named by `kind`.
pub(super) fn sheet_header() -> Vec<&'static str> {
    let mut header = vec![
        "framework",
        "area",
        "area_name",
        "period",
        "kind",
        "id",
        "name",
        "parent",
        "depth",
        "score",
        "gap",
        "band",
        "status",
    ];
    header.extend(COVERAGE_HEADER);
    header.extend([
        "origin",
        "number",
        "source",
        "observation_status",
        "observed_period",
        "revision",
        "local_unit_count",
    ]);
    header
}

/// The nodes and criteria of a tree as rows.
pub(super) fn sheet_rows(tree: &v1::ScoreTree) -> impl Iterator<Item = Vec<String>> + '_ {
    let nodes = tree.nodes.iter().map(|node| {
        let mut cells = vec![
            "node".to_owned(),
            node.node.clone(),
            node.name.clone(),
            node.parent.clone(),
            node.depth.to_string(),
            optional_cell(node.score),
            named(node.gap().as_str_name(), "SCORE_GAP_"),
            node.band.clone(),
            named(node.status().as_str_name(), "SCORE_STATUS_"),
        ];
        cells.extend(coverage_cells(node.coverage.as_ref()));
        cells.extend(leaf_cells(node.leaf.as_ref()));
        cells
    });
    let criteria = tree.criteria.iter().map(|criterion| {
        let mut cells = vec!["criterion".to_owned(), criterion.criterion.clone(), criterion.label.clone()];
        cells.extend([String::new(), String::new(), optional_cell(criterion.score)]);
        let gap = named(criterion.gap().as_str_name(), "SCORE_GAP_");
        cells.extend([gap, String::new(), String::new()]);
        cells.extend(coverage_cells(criterion.coverage.as_ref()));
        cells.extend(leaf_cells(None));
        cells
    });
    nodes.chain(criteria).map(|cells| {
        let key = [&tree.framework, &tree.area, &tree.area_name, &tree.period];
        key.into_iter().cloned().chain(cells).collect()
    })
}

fn leaf_cells(leaf: Option<&v1::LeafValue>) -> [String; 7] {
    leaf.map(|leaf| {
        [
            named(leaf.origin().as_str_name(), "VALUE_ORIGIN_"),
            number::plain(leaf.number),
            leaf.source.clone(),
            leaf.status.clone(),
            leaf.observed_period.clone(),
            leaf.revision.to_string(),
            leaf.local_unit_count.to_string(),
        ]
    })
    .unwrap_or_default()
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::output::{Format, document::render};

    pub(in crate::output) fn tree() -> v1::ScoreTree {
        let coverage = |with_data, applicable| v1::Coverage {
            with_data,
            applicable,
            share: f64::from(with_data) / f64::from(applicable),
            ..Default::default()
        };
        let root = v1::NodeScore {
            node: "overall".into(),
            name: "Overall".into(),
            score: Some(66.666_666_666_666_67),
            band: "meets".into(),
            coverage: Some(coverage(2, 11)),
            status: v1::ScoreStatus::Filled.into(),
            ..Default::default()
        };
        let carried = v1::NodeScore {
            node: "casualties".into(),
            name: "Casualties".into(),
            parent: "overall".into(),
            depth: 1,
            score: Some(12.0),
            coverage: Some(coverage(1, 1)),
            status: v1::ScoreStatus::Filled.into(),
            leaf: Some(v1::LeafValue {
                origin: v1::ValueOrigin::Carried.into(),
                value: Some(v1::Value { kind: Some(v1::value::Kind::Number(3653.0)) }),
                number: 3653.0,
                source: "iom".into(),
                status: "P".into(),
                observed_period: "2016".into(),
                revision: 3,
                ..Default::default()
            }),
            ..Default::default()
        };
        let gap = v1::NodeScore {
            node: "visas".into(),
            name: "Visas".into(),
            parent: "overall".into(),
            depth: 1,
            gap: v1::ScoreGap::NeverReported.into(),
            coverage: Some(coverage(0, 1)),
            status: v1::ScoreStatus::Missing.into(),
            ..Default::default()
        };
        v1::ScoreTree {
            framework: "target-10-7@1.0.0".into(),
            area: "LBY".into(),
            area_name: "Libya".into(),
            period: "2017".into(),
            nodes: vec![root, carried, gap],
            criteria: vec![v1::CriterionScore {
                criterion: "safe".into(),
                label: "Safe".into(),
                score: Some(12.0),
                coverage: Some(coverage(1, 3)),
                gap: v1::ScoreGap::Unspecified.into(),
            }],
        }
    }

    fn rendered(format: Format) -> String {
        let view = ScoreView {
            response: v1::GetScoresResponse { scores: Some(tree()), revision: 1234, ..Default::default() },
            digits: Digits::default(),
        };
        let mut out = Vec::new();
        render(&view, format, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn the_table_rounds_and_states_what_is_missing_and_why() {
        let text = rendered(Format::Table);
        assert!(text.starts_with("Libya (LBY), 2017 by target-10-7@1.0.0 (revision 1,234)"), "{text}");
        let line = |name: &str| {
            text.lines().find(|line| line.trim_start_matches([' ', '·']).starts_with(name)).unwrap()
        };
        assert!(line("Overall").contains("66.67"), "{text}");
        assert!(line("Overall").contains("2 of 11 (18 %)"), "{text}");
        assert!(line("Casualties").contains("carried forward from 2016, status P"), "{text}");
        assert!(line("Casualties").contains("3,653"), "{text}");
        assert!(line("Visas").contains('–') && line("Visas").contains("never reported"), "{text}");
        assert!(line("Visas").starts_with(" · Visas") && line("Overall").starts_with(" Overall"), "{text}");
    }

    #[test]
    fn json_and_csv_carry_the_score_in_full() {
        assert!(rendered(Format::Json).contains("66.66666666666667"));
        let csv = rendered(Format::Csv);
        assert!(csv.contains("66.66666666666667"), "{csv}");
        let mut rows = csv::Reader::from_reader(csv.as_bytes());
        let columns = rows.headers().unwrap().len();
        let rows: Vec<_> = rows.records().map(Result::unwrap).collect();
        assert_eq!(rows.len(), 4);
        assert!(rows.iter().all(|row| row.len() == columns));
        assert_eq!(&rows[3][4], "criterion");
    }
}

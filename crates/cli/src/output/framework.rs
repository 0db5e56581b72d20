//! Frameworks: the list of them, and one whole.

use std::io::{self, Write};

use serde_json::{Value as Json, json};
use tenseven_client::v1;

use super::{
    Document, Sheet, Table,
    indicator::{indicator_json, kind_name},
    number,
    table::indented,
    time::instant,
};

/// The list of frameworks, as answered.
#[derive(Debug)]
pub(crate) struct FrameworkListView {
    /// The versions, by id, then newest first.
    pub(crate) frameworks: Vec<v1::FrameworkSummary>,
    /// The revision that they were answered at.
    pub(crate) revision: u64,
    /// The history that it belongs to.
    pub(crate) history_id: String,
}

impl Document for FrameworkListView {
    fn table(&self, out: &mut dyn Write) -> io::Result<()> {
        let mut table = Table::new(&["framework", "title", "periods", ">indicators scored", "newest"]);
        for summary in &self.frameworks {
            table.row([
                format!("{}@{}", summary.id, summary.version),
                summary.title.clone(),
                summary.frequency.clone(),
                summary.scored_indicator_count.to_string(),
                state(summary),
            ]);
        }
        table.write(out)
    }

    fn json(&self) -> Json {
        json!({
            "frameworks": self.frameworks.iter().map(summary_json).collect::<Vec<_>>(),
            "revision": self.revision,
            "history_id": self.history_id,
        })
    }

    fn sheet(&self) -> Sheet {
        let header = vec![
            "id",
            "version",
            "title",
            "frequency",
            "scored_indicator_count",
            "newest",
            "published_revision",
            "retired_revision",
            "retired_for",
        ];
        let rows = self.frameworks.iter().map(|summary| {
            let v1::FrameworkSummary {
                id,
                version,
                title,
                frequency,
                scored_indicator_count,
                newest,
                published_revision,
                retirement,
            } = summary.clone();
            let v1::FrameworkRetirement { revision, reason, .. } = retirement.unwrap_or_default();
            let retired_revision = if revision == 0 { String::new() } else { revision.to_string() };
            let numbers =
                [scored_indicator_count.to_string(), newest.to_string(), published_revision.to_string()];
            let retired = [retired_revision, reason];
            [id, version, title, frequency].into_iter().chain(numbers).chain(retired).collect()
        });
        Sheet { header, rows: rows.collect() }
    }
}

/// One framework, as answered.
#[derive(Debug)]
pub(crate) struct FrameworkView {
    /// The answer.
    pub(crate) response: v1::GetFrameworkResponse,
}

impl FrameworkView {
    fn framework(&self) -> v1::Framework {
        self.response.framework.clone().unwrap_or_default()
    }
}

impl Document for FrameworkView {
    fn table(&self, out: &mut dyn Write) -> io::Result<()> {
        let framework = self.framework();
        let summary = framework.summary.clone().unwrap_or_default();
        writeln!(out, "{}@{}: {}\n", summary.id, summary.version, summary.title)?;
        writeln!(out, "{}\n", framework.description.trim())?;
        if let Some(v1::FrameworkRetirement { revision, reason, .. }) = &summary.retirement {
            writeln!(out, "Retired at revision {revision}: {reason}\n")?;
        }
        writeln!(out, "Source: {}", framework.source)?;
        writeln!(out, "Periods: {}", summary.frequency)?;
        writeln!(out, "Ranking: {}", if framework.ranking { "on" } else { "off" })?;
        let decimals = framework.precision.iter().map(|to| format!("{}, {}", to.digits, to.rounding));
        line(out, "Decimals", decimals)?;
        line(out, "Bands", band_texts(&framework).into_iter())?;
        line(out, "Criteria", framework.criteria.iter().map(|criterion| criterion.label.clone()))?;
        tree_table(&framework.nodes, out)?;
        writeln!(out)?;
        let mut table = Table::new(&["indicator", "name", "kind", "unit or levels"]);
        for indicator in &framework.indicators {
            let levels: Vec<&str> = indicator.levels.iter().map(|level| level.code.as_str()).collect();
            let unit = if levels.is_empty() { indicator.unit.clone() } else { levels.join(", ") };
            table.row([indicator.id.clone(), indicator.name.clone(), kind_name(indicator), unit]);
        }
        table.write(out)?;
        writeln!(out)?;
        let mut table = Table::new(&["figure of the target report", "made as", "unit"]);
        for clause in &framework.report {
            table.row([clause.title.clone(), clause.figure.clone(), clause.unit.clone()]);
        }
        table.write(out)
    }

    fn json(&self) -> Json {
        let v1::Framework {
            summary,
            description,
            source,
            ranking,
            bands,
            bands_closed,
            criteria,
            nodes,
            indicators,
            report,
            definition,
            groups,
            precision,
        } = self.framework();
        let bands = bands.iter().map(
            |v1::Band { id, label, from }| json!({ "id": id, "label": label, "from": number::json(*from) }),
        );
        let criteria = criteria.iter().map(|v1::Criterion { id, label }| json!({ "id": id, "label": label }));
        json!({
            "framework": {
                "summary": summary.as_ref().map(summary_json),
                "description": description,
                "source": source,
                "ranking": ranking,
                "bands": bands.collect::<Vec<_>>(),
                "bands_closed": bands_closed,
                "criteria": criteria.collect::<Vec<_>>(),
                "nodes": nodes.iter().map(node_json).collect::<Vec<_>>(),
                "indicators": indicators.iter().map(indicator_json).collect::<Vec<_>>(),
                "report": report.iter().map(clause_json).collect::<Vec<_>>(),
                "definition": definition,
                "groups": groups.iter().map(group_json).collect::<Vec<_>>(),
                "precision": precision.as_ref().map(precision_json),
            },
            "revision": self.response.revision,
            "history_id": self.response.history_id,
        })
    }

    /// The tree; the rest is in JSON.
    fn sheet(&self) -> Sheet {
        let header =
            vec!["node", "name", "parent", "weight", "indicator", "method", "max_age", "not_counted"];
        let rows = self.framework().nodes.into_iter().map(|node| {
            let v1::Node { id, name, parent, weight, indicator, method, max_age, not_counted, .. } = node;
            let weight = number::plain(weight);
            vec![id, name, parent, weight, indicator, method, max_age.to_string(), not_counted.to_string()]
        });
        Sheet { header, rows: rows.collect() }
    }
}

/// The bands with their lower edges: `from` where the edge belongs to the band, `above` where it does not.
fn band_texts(framework: &v1::Framework) -> Vec<String> {
    let is_above = |place: usize| place > 0 && framework.bands_closed == "above";
    let text = |(place, band): (usize, &v1::Band)| {
        let edge = if is_above(place) { "above" } else { "from" };
        format!("{} {edge} {}", band.label, number::plain(band.from))
    };
    framework.bands.iter().enumerate().map(text).collect()
}

fn line(out: &mut dyn Write, title: &str, parts: impl Iterator<Item = String>) -> io::Result<()> {
    let parts: Vec<String> = parts.collect();
    if parts.is_empty() { Ok(()) } else { writeln!(out, "{title}: {}", parts.join(", ")) }
}

fn tree_table(nodes: &[v1::Node], out: &mut dyn Write) -> io::Result<()> {
    writeln!(out)?;
    let mut table = Table::new(&["node", "id", ">weight", "made as", ">carried forward"]);
    for node in nodes {
        let carried = if node.indicator.is_empty() {
            String::new()
        } else {
            number::counted(node.max_age.into(), "period", "periods")
        };
        let name = indented(depth(nodes, node), &node.name);
        let weight = if node.not_counted { "not counted".to_owned() } else { number::plain(node.weight) };
        table.row([name, node.id.clone(), weight, node.method.clone(), carried]);
    }
    table.write(out)
}

/// The depth of a node. A parent precedes its children, so that the loop ends.
fn depth(nodes: &[v1::Node], node: &v1::Node) -> usize {
    let Some(at) = nodes.iter().position(|other| other.id == node.id) else { return 0 };
    match nodes[..at].iter().find(|other| other.id == node.parent) {
        Some(parent) => 1 + depth(&nodes[..at], parent),
        None => 0,
    }
}

fn summary_json(summary: &v1::FrameworkSummary) -> Json {
    let v1::FrameworkSummary {
        id,
        version,
        title,
        frequency,
        scored_indicator_count,
        newest,
        published_revision,
        retirement,
    } = summary;
    let retirement = retirement.as_ref().map(|v1::FrameworkRetirement { revision, retire_time, reason }| {
        json!({ "revision": revision, "retire_time": instant(retire_time.as_ref()), "reason": reason })
    });
    json!({
        "id": id,
        "version": version,
        "title": title,
        "frequency": frequency,
        "scored_indicator_count": scored_indicator_count,
        "newest": newest,
        "published_revision": published_revision,
        "retirement": retirement,
    })
}

/// Whether a version is the newest, or retired.
fn state(summary: &v1::FrameworkSummary) -> String {
    match &summary.retirement {
        Some(retirement) => format!("retired at revision {}", retirement.revision),
        None => (if summary.newest { "yes" } else { "" }).to_owned(),
    }
}

fn node_json(node: &v1::Node) -> Json {
    let v1::Node {
        id,
        name,
        parent,
        weight,
        indicator,
        method,
        max_age,
        denominator,
        impute,
        treats_outliers,
        transform,
        lower_is_better,
        not_applicable,
        unknown_for,
        precision,
        not_counted,
    } = node;
    json!({
        "id": id,
        "name": name,
        "parent": parent,
        "weight": number::json(*weight),
        "indicator": indicator,
        "method": method,
        "max_age": max_age,
        "denominator": denominator,
        "impute": impute,
        "treats_outliers": treats_outliers,
        "transform": transform,
        "lower_is_better": lower_is_better,
        "not_applicable": not_applicable,
        "unknown_for": unknown_for,
        "not_counted": not_counted,
        "precision": precision.as_ref().map(precision_json),
    })
}

fn precision_json(precision: &v1::Precision) -> Json {
    let v1::Precision { digits, rounding } = precision;
    json!({ "digits": digits, "rounding": rounding })
}

fn group_json(group: &v1::AreaGroup) -> Json {
    let v1::AreaGroup { id, label, areas, members_of } = group;
    json!({ "id": id, "label": label, "areas": areas, "members_of": members_of })
}

fn clause_json(clause: &v1::ReportClause) -> Json {
    let v1::ReportClause { id, title, unit, figure, indicator, node, weight_by } = clause;
    json!({
        "id": id,
        "title": title,
        "unit": unit,
        "figure": figure,
        "indicator": indicator,
        "node": node,
        "weight_by": weight_by,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_band_says_whether_its_lower_edge_is_part_of_it() {
        let band = |label: &str, from| v1::Band { id: String::new(), label: label.into(), from };
        let bands = vec![band("Free", 1.0), band("Partly free", 2.5)];
        let framework = |closed: &str| v1::Framework {
            bands: bands.clone(),
            bands_closed: closed.into(),
            ..v1::Framework::default()
        };
        assert_eq!(band_texts(&framework("below")), ["Free from 1", "Partly free from 2.5"]);
        assert_eq!(band_texts(&framework("above")), ["Free from 1", "Partly free above 2.5"]);
    }

    #[test]
    fn the_tree_is_indented_by_its_parents() {
        let node = |id: &str, parent: &str| v1::Node {
            id: id.into(),
            name: id.to_uppercase(),
            parent: parent.into(),
            weight: 1.0,
            ..Default::default()
        };
        let nodes = [node("root", ""), node("domain", "root"), node("leaf", "domain"), node("other", "root")];
        let depths: Vec<usize> = nodes.iter().map(|node| depth(&nodes, node)).collect();
        assert_eq!(depths, [0, 1, 2, 1]);
    }
}

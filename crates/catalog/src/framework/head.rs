//! The head of a framework: what it is called, and the bands, criteria and rubrics that its parts use.

use std::collections::HashMap;

use tenseven_model::{
    AreaCode, Frequency, Level, Rubric,
    framework::{AreaSet, Band, Criterion, FrameworkDraft, Reference},
};

use super::{
    names::Known,
    schema::{FREQUENCIES, LEVEL},
    table::Table,
};

/// The draft without its parts; none if what stands in for a wrong id or version is itself none.
pub(super) fn draft(root: &Table<'_>, known: &Known<'_>) -> Option<FrameworkDraft> {
    root.require("id", "\"my-framework\"");
    root.require("version", "\"1.0.0\"");
    // What stands in never leaves this module: a text with a finding makes no framework.
    let id = root.parsed("id").or_else(|| "draft".parse().ok())?;
    let version = root.parsed("version").or_else(|| "0.0.0".parse().ok())?;
    Some(FrameworkDraft {
        id,
        version,
        title: root.words("title", "\"What is measured\""),
        description: root.text_or_empty("description"),
        source: root.text_or_empty("source"),
        frequency: root.choice("frequency", FREQUENCIES).unwrap_or(Frequency::Annual),
        ranking: root.flag("ranking").unwrap_or_default(),
        reference: reference(root, known).unwrap_or_default(),
        groups: Vec::new(),
        bands: Vec::new(),
        criteria: Vec::new(),
        indicators: Vec::new(),
        nodes: Vec::new(),
        report: Vec::new(),
    })
}

fn reference(root: &Table<'_>, known: &Known<'_>) -> Option<Reference> {
    let text = root.text("reference")?;
    match (text, text.parse::<AreaCode>()) {
        ("world", _) => Some(Reference::World),
        ("all", _) => Some(Reference::All),
        (_, Ok(AreaCode::Group(group))) if known.anything || known.groups.contains(&group) => {
            Some(Reference::Group(AreaSet::M49(group)))
        }
        (_, Ok(AreaCode::Group(group))) => {
            root.find("reference", format!("m49:{group} is no group of the UN standard M49"));
            None
        }
        (_, Ok(_) | Err(_)) => {
            let problem = format!("{text:?} is no set of areas; write world, all or a group as m49:015");
            root.find("reference", problem);
            None
        }
    }
}

/// The bands. One whose lower end is wrong has none, so that it is not compared with its neighbours.
pub(super) fn bands(parts: &[Table<'_>]) -> Vec<Band> {
    let band = |part: &Table<'_>| {
        part.require("from", "40");
        let label = part.words("label", "\"Meets\"");
        let from = part.number("from").unwrap_or(f64::NAN);
        Some(Band { id: part.parsed("id")?, label, from })
    };
    parts.iter().filter_map(band).collect()
}

/// The criteria.
pub(super) fn criteria(parts: &[Table<'_>]) -> Vec<Criterion> {
    let criterion = |part: &Table<'_>| {
        let label = part.words("label", "\"Orderly\"");
        Some(Criterion { id: part.parsed("id")?, label })
    };
    parts.iter().filter_map(criterion).collect()
}

/// The rubrics by id.
pub(super) fn rubrics<'a>(parts: &[Table<'a>]) -> HashMap<&'a str, Option<Rubric>> {
    let named = |part: &Table<'a>| Some((part.text_unchecked("id")?, rubric(part)));
    parts.iter().filter_map(named).collect()
}

fn rubric(part: &Table<'_>) -> Option<Rubric> {
    part.require("levels", "[{ code = \"no\", label = \"No\", score = 0 }, …], the lowest first");
    let before = part.findings().count();
    let levels: Vec<Level> = part.tables("levels", LEVEL).iter().filter_map(level).collect();
    if part.findings().count() > before || !part.has("levels") {
        return None;
    }
    Rubric::new(levels).map_err(|error| part.find("levels", error.to_string())).ok()
}

fn level(table: &Table<'_>) -> Option<Level> {
    table.require("code", "\"comprehensive\"");
    table.require("score", "100");
    let label = table.words("label", "\"Comprehensive\"");
    let description = table.text_or_empty("description");
    let (code, score) = (table.parsed("code"), table.number("score"));
    Some(Level { code: code?, label, description, score: score? })
}

//! The head of a framework: what it is called, and the bands, criteria and rubrics that its parts use.

use std::collections::HashMap;

use tenseven_model::{
    Frequency, Level, NodeId, Rubric,
    framework::{Band, Criterion, FrameworkDraft, Reference},
};

use super::{
    names::{Known, Names},
    node::needed,
    precision::precision,
    schema::{BANDS_CLOSED, CRITERION_MIN_COVERAGE, FREQUENCIES, LEVEL},
    sets::set,
    table::Table,
};

/// The draft without its parts; none if what stands in for a wrong id or version is itself none.
pub(super) fn draft(root: &Table<'_>, names: &Names<'_>, known: &Known<'_>) -> Option<FrameworkDraft> {
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
        reference: reference(root, names, known).unwrap_or_default(),
        precision: precision(root),
        groups: Vec::new(),
        bands: Vec::new(),
        bands_closed: root.choice("bands_closed", BANDS_CLOSED).unwrap_or_default(),
        criteria: Vec::new(),
        roots: roots(root, names),
        indicators: Vec::new(),
        nodes: Vec::new(),
        report: Vec::new(),
    })
}

/// The nodes without a parent, where there are several.
fn roots(root: &Table<'_>, names: &Names<'_>) -> Vec<NodeId> {
    let words = root.list("roots").into_iter().filter(|word| names.nodes.check(root, "roots", *word));
    words.filter_map(|word| root.parse_word("roots", word)).collect()
}

fn reference(root: &Table<'_>, names: &Names<'_>, known: &Known<'_>) -> Option<Reference> {
    let word = root.word("reference")?;
    let is_own = names.groups.has(word.text);
    match word.text {
        "world" => Some(Reference::World),
        "all" => Some(Reference::All),
        group if is_own || group.starts_with("m49:") => {
            set(root, "reference", word, &names.groups, known).map(Reference::Group)
        }
        other => {
            let remedy = "write world, all, a group as m49:015, or one that is stated under groups";
            root.find("reference", format!("{other:?} is no set of areas; {remedy}"));
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
        let min_coverage = part.table("min_coverage", CRITERION_MIN_COVERAGE);
        let min_coverage = min_coverage.map(|table| needed(part, &table)).unwrap_or_default();
        Some(Criterion { id: part.parsed("id")?, label, min_coverage })
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
